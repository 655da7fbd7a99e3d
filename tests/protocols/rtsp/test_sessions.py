"""Sessions with cameras that work, each in its own way."""

import asyncio
import base64
import socket
import struct

import pytest

from skywatch.credentials import Credentials
from skywatch.inventory import Transport
from skywatch.observation import Step
from skywatch.protocols.rtsp import Target, look
from skywatch.protocols.rtsp.rtp import parse_control
from tests.protocols.rtsp.looking import decoded, interleaved, look_at, methods, stream
from tests.protocols.rtsp.packetize import clip, jpeg_packets, packets, rtp
from tests.servers.clips import encoded
from tests.servers.scripted import SDP, Asked, Camera, Talk, answer, client_ports, frame, scripted

SDP_OF = {
    "h264": SDP,
    "h265": b"m=video 0 RTP/AVP 96\r\na=rtpmap:96 H265/90000\r\na=control:track1\r\n",
    "mjpeg": b"m=video 0 RTP/AVP 26\r\na=control:track1\r\n",
}


@pytest.mark.parametrize("codec", ["h264", "h265", "mjpeg"])
async def test_a_look_ends_at_the_first_complete_keyframe(codec: str) -> None:
    jpeg = jpeg_packets(encoded("mjpeg", 320, 176)[0])
    said = interleaved(jpeg) if codec == "mjpeg" else stream(codec)
    async with scripted(Camera(SDP_OF[codec], packets=said)) as server:
        seen = await look_at(server.url)
    assert methods(server) == ["DESCRIBE", "SETUP", "PLAY", "TEARDOWN"]
    assert decoded(seen.keyframe) == [(seen.keyframe.width, seen.keyframe.height)]
    assert (seen.facts["codec"], seen.facts["transport"], seen.facts["auth"]) == (codec, "tcp", "none")
    assert [step.name for step in seen.steps] == ["connect", "describe", "setup", "play", "first_packet", "keyframe"]
    assert all(step.seconds >= 0 for step in seen.steps)


async def test_a_stream_that_begins_in_the_middle_is_waited_for() -> None:
    pictures = [list(picture) for picture in clip("h264")]
    said = interleaved(packets(pictures[2:]))
    async with scripted(Camera(packets=said)) as server:
        seen = await look_at(server.url)
    assert decoded(seen.keyframe) == [(320, 180)]
    assert seen.link.frames >= 3
    assert seen.link.loss == 0
    assert seen.link.frame_rate == pytest.approx(25)


async def test_observers_hear_of_each_step_as_it_is_done() -> None:
    heard: list[Step] = []
    async with scripted(Camera(packets=stream())) as server:
        loop = asyncio.get_running_loop()
        seen = await look(Target(server.url), loop.time() + 5, observer=heard.append)
    assert tuple(heard) == seen.steps


@pytest.mark.parametrize("size", [1, 7, 1000])
async def test_answers_and_frames_may_be_split_over_segments(size: int) -> None:
    async def behaviour(talk: Talk) -> None:
        async def drip(data: bytes) -> None:
            for at in range(0, len(data), size):
                await talk.say(data[at : at + size])
                await asyncio.sleep(0)

        describe = await talk.hear()
        await drip(answer(describe, body=SDP))
        await drip(answer(await talk.hear(), Session="1"))
        await drip(answer(await talk.hear()) + stream()[:20000])
        await talk.stay()

    async with scripted(behaviour) as server:
        seen = await look_at(server.url)
    assert decoded(seen.keyframe) == [(320, 180)]


@pytest.mark.parametrize("cseq", [b"", b"CSeq: 999\r\n", b"cseq: x\r\n"])
async def test_a_sequence_number_that_is_missing_or_wrong_is_forgiven(cseq: bytes) -> None:
    def without(data: bytes) -> bytes:
        head, _, rest = data.partition(b"\r\n")
        return head + b"\r\n" + cseq + rest.partition(b"\r\n")[2]

    replies = {
        "DESCRIBE": lambda asked: without(answer(asked, body=SDP)),
        "SETUP": lambda asked: without(answer(asked, Session="1", Transport=asked.headers["transport"])),
        "PLAY": lambda asked: without(answer(asked)),
    }
    async with scripted(Camera(replies=dict(replies), packets=stream())) as server:
        assert decoded((await look_at(server.url)).keyframe) == [(320, 180)]


async def test_frames_rtcp_and_requests_of_the_server_may_stand_between_everything() -> None:
    noise = (
        frame(0, b"stray") + frame(9, b"unknown channel") + frame(1, b"\x80\xc8\x00\x00")
        + b"OPTIONS rtsp://me/ RTSP/1.0\r\nCSeq: 1\r\n\r\n"
        + b"ANNOUNCE rtsp://me/ RTSP/1.0\r\nCSeq: 2\r\nContent-Length: 3\r\n\r\nabc"
        + b"REDIRECT rtsp://me/ RTSP/1.0\r\nCSeq: 3\r\n\r\n"
    )  # fmt: skip
    replies = {
        method: lambda asked, body=body, headers=headers: (
            (b"" if asked.method == "DESCRIBE" else noise) + answer(asked, body=body, **headers) + noise
        )
        for method, body, headers in (
            ("DESCRIBE", SDP, {}),
            ("SETUP", b"", {"Session": "1"}),
            ("PLAY", b"", {}),
        )
    }
    async with scripted(Camera(replies=dict(replies), packets=stream())) as server:
        seen = await look_at(server.url)
    assert decoded(seen.keyframe) == [(320, 180)]


async def test_requests_of_the_server_are_answered() -> None:
    heard = b""

    async def behaviour(talk: Talk) -> None:
        nonlocal heard
        describe = await talk.hear()
        await talk.say(
            answer(describe, body=SDP)
            + b"OPTIONS * RTSP/1.0\r\nCSeq: 71\r\n\r\nREDIRECT * RTSP/1.0\r\nCSeq: 72\r\n\r\n"
        )
        while b"CSeq: 72" not in heard:
            heard += await talk.reader.read(1000)

    async with scripted(behaviour) as server:
        with pytest.raises(Exception, match="hung up"):
            await look_at(server.url)
    assert b"RTSP/1.0 200 OK\r\nCSeq: 71\r\nPublic: " in heard
    assert b"RTSP/1.0 501 Not Implemented\r\nCSeq: 72\r\n" in heard


@pytest.mark.parametrize(("told", "channel"), [("4-5", 4), ("2", 2), ("0-1", 0)])
async def test_the_camera_may_change_the_channels(told: str, channel: int) -> None:
    said = interleaved(packets(map(list, clip("h264"))), channel)
    decoy = b"" if channel == 0 else stream("h264", first=5000)[:3000]

    def setup(asked: Asked) -> bytes:
        return answer(asked, Session="1", Transport=f"RTP/AVP/TCP;unicast;interleaved={told};ssrc=0000ABCD")

    async with scripted(Camera(replies={"SETUP": setup}, packets=decoy + said)) as server:
        seen = await look_at(server.url)
    assert decoded(seen.keyframe) == [(320, 180)]
    assert seen.link.loss == 0


async def test_parameter_sets_may_stand_in_the_description_only() -> None:
    sps, pps, *_ = clip("h264")[0]
    sprop = ",".join(base64.b64encode(nal).decode() for nal in (sps, pps))
    sdp = SDP + f"a=fmtp:96 packetization-mode=1;sprop-parameter-sets={sprop}\r\n".encode()
    bare = interleaved(packets([[clip("h264")[0][-1]], list(clip("h264")[1])]))
    async with scripted(Camera(sdp, packets=bare)) as server:
        assert decoded((await look_at(server.url)).keyframe) == [(320, 180)]


async def test_audio_in_front_is_left_alone() -> None:
    sdp = b"m=audio 0 RTP/AVP 8\r\na=control:audio\r\n" + SDP
    async with scripted(Camera(sdp, packets=stream())) as server:
        await look_at(server.url)
        assert [asked.uri for asked in server.asked if asked.method == "SETUP"] == [f"{server.url}/track1"]


@pytest.mark.parametrize(
    ("headers", "setup", "play"),
    [
        ({}, "/stream/track1", "/stream"),
        ({"Content_Base": "rtsp://10.9.8.7/inner/"}, "/inner/track1", "/inner/"),
        ({"Content_Base": "/inner/"}, "/inner/track1", "/inner/"),
        ({"Content_Location": "rtsp://10.9.8.7:99/where?a=b"}, "/where?a=b/track1", "/where?a=b"),
    ],
)
async def test_tracks_are_found_below_the_base_and_on_the_configured_host(
    headers: dict[str, str], setup: str, play: str
) -> None:
    camera = Camera(replies={"DESCRIBE": lambda asked: answer(asked, body=SDP, **headers)}, packets=stream())
    async with scripted(camera) as server:
        await look_at(server.url)
        root = f"rtsp://127.0.0.1:{server.port}"
        assert [asked.uri for asked in server.asked[1:3]] == [root + setup, root + play]


async def test_the_aggregate_control_is_played() -> None:
    sdp = b"v=0\r\na=control:rtsp://10.0.0.1/all\r\n" + SDP[5:]
    async with scripted(Camera(sdp, packets=stream())) as server:
        await look_at(server.url)
        assert server.asked[2].uri == f"rtsp://127.0.0.1:{server.port}/all"
        assert server.asked[2].headers["session"] == "4711"


async def test_a_redirect_within_the_server_is_followed() -> None:
    camera = Camera(packets=stream())
    camera.replies["DESCRIBE 1"] = lambda asked: answer(asked, "302 Moved", Location="/elsewhere?x=1")
    async with scripted(camera) as server:
        await look_at(server.url)
        assert server.asked[1].uri == f"rtsp://127.0.0.1:{server.port}/elsewhere?x=1"


async def test_a_range_that_a_camera_does_not_like_is_left_out() -> None:
    camera = Camera(packets=b"")
    camera.replies["PLAY 1"] = lambda asked: answer(asked, "457 Invalid Range")
    camera.replies["PLAY 2"] = lambda asked: answer(asked) + stream()
    async with scripted(camera) as server:
        await look_at(server.url)
        assert ["range" in asked.headers for asked in server.asked[2:4]] == [True, False]


def digest_camera(challenge: str, told: list[Asked]) -> Camera:
    """Asks for signatures; which it takes is the test's to check in `told`."""

    def guard(asked: Asked) -> bytes:
        told.append(asked)
        if "authorization" not in asked.headers:
            return answer(asked, "401 Unauthorized", WWW_Authenticate=challenge)
        body = SDP if asked.method == "DESCRIBE" else b""
        return answer(asked, body=body, Session="1")

    return Camera(replies={"DESCRIBE": guard, "SETUP": guard, "PLAY": lambda asked: guard(asked) + stream()})


@pytest.mark.parametrize(
    ("challenge", "auth", "part"),
    [
        ('Digest realm="r", nonce="n"', "digest md5", 'response="'),
        ('Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256', "digest sha-256", "nc=00000003"),
        ('Basic realm="r"', "basic", "Basic YWRtaW46aHVudGVyMg=="),
        ('Basic realm="r", Digest realm="r", nonce="n"', "digest md5", 'response="'),
    ],
)
async def test_a_camera_is_signed_in_to_in_its_own_way(challenge: str, auth: str, part: str) -> None:
    told: list[Asked] = []
    async with scripted(digest_camera(challenge, told)) as server:
        seen = await look_at(server.url, credentials=Credentials("admin", "hunter2"))
    assert seen.facts["auth"] == auth
    assert [asked.method for asked in told] == ["DESCRIBE", "DESCRIBE", "SETUP", "PLAY"]
    assert part in told[-1].headers["authorization"]
    assert "hunter2" not in "".join(asked.headers.get("authorization", "") for asked in told)


async def test_a_stale_nonce_is_renewed_in_the_middle_of_a_session() -> None:
    def setup(asked: Asked) -> bytes:
        if 'nonce="new"' in asked.headers["authorization"]:
            return answer(asked, Session="1")
        return answer(asked, "401 Unauthorized", WWW_Authenticate='Digest realm="r", nonce="new", stale=true')

    camera = digest_camera('Digest realm="r", nonce="old"', [])
    camera.replies["SETUP"] = setup
    async with scripted(camera) as server:
        seen = await look_at(server.url, credentials=Credentials("a", "b"))
        assert methods(server) == ["DESCRIBE", "DESCRIBE", "SETUP", "SETUP", "PLAY", "TEARDOWN"]
    assert seen.facts["auth"] == "digest md5"


def udp_camera(pictures: list[bytes], strangers: list[bytes]) -> tuple[Camera, list[bytes], socket.socket]:
    """Refuses TCP, and sends by UDP once it was asked to play; `strangers` come from another host first."""
    rtp_socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    rtp_socket.bind(("127.0.0.1", 0))
    rtp_socket.setblocking(False)
    ports: list[tuple[int, int]] = []
    heard: list[bytes] = []

    def setup(asked: Asked) -> bytes:
        if "TCP" in asked.headers["transport"]:
            return answer(asked, "461 Unsupported Transport")
        ports.append(client_ports(asked))
        own = rtp_socket.getsockname()[1]
        transport = f"{asked.headers['transport']};server_port={own}-{own + 1};source=10.9.9.9"
        return answer(asked, Session="1;timeout=10", Transport=transport)

    def play(asked: Asked) -> bytes:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.0.2", 0))
            for data in strangers:
                stranger.sendto(data, ("127.0.0.1", ports[-1][0]))
        for data in pictures:
            rtp_socket.sendto(data, ("127.0.0.1", ports[-1][0]))
        heard.append(rtp_socket.recv(2000))
        return answer(asked)

    return Camera(replies={"SETUP": setup, "PLAY": play}), heard, rtp_socket


@pytest.mark.parametrize("transport", [Transport.AUTO, Transport.UDP])
async def test_a_camera_that_refuses_tcp_is_watched_by_udp(transport: Transport) -> None:
    camera, heard, own = udp_camera(packets(map(list, clip("h264"))), [])
    with own:
        async with scripted(camera) as server:
            seen = await look_at(server.url, transport=transport)
            setups = [asked.headers["transport"] for asked in server.asked if asked.method == "SETUP"]
    assert decoded(seen.keyframe) == [(320, 180)]
    assert seen.facts["transport"] == "udp"
    assert len(setups) == (2 if transport is Transport.AUTO else 1)
    first, second = client_ports(Asked("SETUP", "", {"transport": setups[-1]}))
    assert (first % 2, second) == (0, first + 1)
    assert heard[0][0] == 0x80  # a packet that opens the way back


async def test_datagrams_in_disorder_are_put_in_order_and_strangers_are_not_heard() -> None:
    sent = packets(map(list, clip("h264")))
    mixed = [sent[index ^ 1] if index ^ 1 < len(sent) else sent[index] for index in range(len(sent))]
    strangers = [rtp(n, 99, b"\x65evil", source=666, marker=True) for n in range(50)]
    camera, _, own = udp_camera(mixed, strangers)
    with own:
        async with scripted(camera) as server:
            seen = await look_at(server.url)
    assert decoded(seen.keyframe) == [(320, 180)]
    assert seen.link.loss == 0


async def test_listening_measures_the_link() -> None:
    pictures = packets([list(picture) for picture in clip("h264")] * 4)
    lost = {70, 90, 91}
    said = interleaved(data for number, data in enumerate(pictures) if number not in lost)
    async with scripted(Camera(packets=said)) as server:
        seen = await look_at(server.url, listen=0.2)
    link = seen.link
    assert (link.packets, link.frames) == (len(pictures) - 3, 32)
    assert link.loss == pytest.approx(3 / len(pictures))
    assert link.frame_rate == pytest.approx(25)
    assert link.keyframe_interval == pytest.approx(0.16)
    payload = sum(len(data) - 12 for number, data in enumerate(pictures) if number not in lost)
    assert link.bit_rate == pytest.approx(payload * 8 / (31 / 25), rel=0.05)
    assert link.jitter is not None
    assert seen.steps[-1].name == "listen"


async def test_a_deadline_before_the_end_of_listening_is_kept_and_the_look_counts() -> None:
    loop = asyncio.get_running_loop()
    async with scripted(Camera(packets=stream())) as server:
        began = loop.time()
        seen = await look_at(server.url, 0.5, listen=60.0)
        assert loop.time() - began < 1.5
    assert seen.link.frames == 8


async def test_a_camera_that_does_not_answer_teardown_delays_nobody() -> None:
    loop = asyncio.get_running_loop()
    async with scripted(Camera(replies={"TEARDOWN": b""}, packets=stream())) as server:
        began = loop.time()
        await look_at(server.url, 20.0)
        assert loop.time() - began < 1.0


async def test_a_camera_is_told_in_time_that_we_are_still_there() -> None:
    """A session of 2 seconds: a report and a sign of life each second; the second in words that the camera knows."""
    reports: list[bytes] = []

    async def behaviour(talk: Talk) -> None:
        await talk.say(answer(await talk.hear(), body=SDP))
        await talk.say(answer(await talk.hear(), Session="1;timeout=2"))
        await talk.say(
            answer(await talk.hear()) + stream() + frame(1, struct.pack("!BBHIIIIII", 0x80, 200, 6, 7, 1, 2, 3, 4, 5))
        )
        head = await talk.reader.readexactly(4)
        reports.append(await talk.reader.readexactly(int.from_bytes(head[2:], "big")))
        await talk.answer(await talk.hear(), "501 Not Implemented")
        await talk.answer(await talk.hear())
        await talk.answer(await talk.hear())

    async with scripted(behaviour) as server:
        await look_at(server.url, listen=2.4)
        assert methods(server)[3:] == ["GET_PARAMETER", "OPTIONS", "TEARDOWN"]
        assert server.asked[3].headers["session"] == "1"
    assert head_of(reports[0]) == (1, 201)
    assert (
        struct.unpack_from("!I", reports[0], 24) == (0x00010000 | 0,) or struct.unpack_from("!I", reports[0], 24)[0] > 0
    )
    assert parse_control(reports[0]) == []


def head_of(report: bytes) -> tuple[int, int]:
    return report[0] & 31, report[1]

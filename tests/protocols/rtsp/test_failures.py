"""Every way in which a camera can fail has its own code, step and words; none takes longer than it may."""

import asyncio
import socket

import pytest

from skywatch.credentials import Credentials
from skywatch.inventory import Transport
from skywatch.protocols.errors import (
    AuthFailed,
    Busy,
    Declined,
    ForeignCodec,
    NoKeyframe,
    NotFound,
    NotRtsp,
    NoVideo,
    PacketsLost,
    ProtocolError,
    Refused,
    TimedOut,
    TooLarge,
    Truncated,
    Unreachable,
    Unsupported,
)
from skywatch.protocols.rtsp import Target, options
from tests.protocols.rtsp.looking import SOON, interleaved, look_at, methods, stream
from tests.protocols.rtsp.packetize import clip, packets, rtp
from tests.servers.scripted import SDP, Asked, Camera, Talk, answer, frame, scripted

STEPS = ["connect", "describe", "setup", "play", "first_packet", "keyframe"]


async def failure(behaviour: Camera, seconds: float = 5.0, **how: object) -> ProtocolError:
    async with scripted(behaviour) as server:
        return await failure_at(server.url, seconds, **how)


async def failure_at(url: str, seconds: float = 5.0, **how: object) -> ProtocolError:
    loop = asyncio.get_running_loop()
    began = loop.time()
    with pytest.raises(ProtocolError) as caught:
        await look_at(url, seconds, **how)  # type: ignore[arg-type]
    assert loop.time() - began < seconds + 1.0
    done = [step.name for step in caught.value.steps]
    assert done == STEPS[: len(done)]
    return caught.value


async def test_a_closed_port_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = await failure_at(f"rtsp://127.0.0.1:{port}/")
    assert (type(error), error.step, error.message) == (Refused, "connect", "connection refused")


@pytest.mark.parametrize("host", ["no-such-host.invalid", "255.255.255.255", "x" * 300])
async def test_a_host_that_cannot_be_reached_is_unreachable(host: str) -> None:
    error = await failure_at(f"rtsp://{host}/")
    assert (type(error), error.step) == (Unreachable, "connect")


async def test_an_address_that_is_none_is_unsupported() -> None:
    error = await failure_at("http://127.0.0.1/snapshot")
    assert (type(error), error.step) == (Unsupported, "url")


async def test_a_host_that_says_nothing_at_all_times_out_at_connect() -> None:
    """A listening socket whose queue is full answers no SYN, like a black hole."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        fillers = []
        for _ in range(3):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
            fillers.append(filler)
        error = await failure_at(f"rtsp://127.0.0.1:{full.getsockname()[1]}/", SOON)
        for filler in fillers:
            filler.close()
    assert (type(error), error.step) == (TimedOut, "connect")


@pytest.mark.parametrize("method", ["DESCRIBE", "SETUP", "PLAY"])
async def test_a_camera_that_falls_silent_times_out_at_that_step(method: str) -> None:
    error = await failure(Camera(replies={method: b""}), SOON)
    assert (type(error), error.step, error.message) == (TimedOut, method.lower(), "no answer")


async def test_a_body_that_is_shorter_than_promised_times_out_and_says_so() -> None:
    def lie(asked: Asked) -> bytes:
        return answer(asked, body=SDP).replace(f"Length: {len(SDP)}".encode(), b"Length: 9999")

    error = await failure(Camera(replies={"DESCRIBE": lie}), SOON)
    assert (type(error), error.step) == (TimedOut, "describe")
    assert error.message == f"no complete answer: {len(SDP)} of 9999 promised bytes"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("400 Bad Request", Declined),
        ("403 Forbidden", Declined),
        ("404 Not Found", NotFound),
        ("406 Not Acceptable", Unsupported),
        ("453 Not Enough Bandwidth", Busy),
        ("454 Session Not Found", Declined),
        ("500 Internal Server Error", Declined),
        ("503 Service Unavailable", Busy),
        ("551 Option Not Supported", Unsupported),
    ],
)
@pytest.mark.parametrize("method", ["DESCRIBE", "PLAY"])
async def test_a_refusal_is_named_after_its_status(status: str, kind: type[ProtocolError], method: str) -> None:
    error = await failure(Camera(replies={method: lambda asked: answer(asked, status)}))
    assert (type(error), error.step, error.message) == (kind, method.lower(), status)


async def test_a_full_camera_is_busy_at_setup() -> None:
    error = await failure(Camera(replies={"SETUP": lambda asked: answer(asked, "453 Not Enough Bandwidth")}))
    assert (type(error), error.step) == (Busy, "setup")


def locked(asked: Asked) -> bytes:
    return answer(asked, "401 Unauthorized", WWW_Authenticate='Digest realm="r", nonce="n"')


async def test_no_password_where_one_is_wanted_is_auth_failed() -> None:
    error = await failure(Camera(replies={"DESCRIBE": locked}))
    assert (type(error), error.step) == (AuthFailed, "describe")
    assert "none are configured" in error.message


async def test_a_wrong_password_is_said_once_and_never_shown() -> None:
    async with scripted(Camera(replies={"DESCRIBE": locked})) as server:
        error = await failure_at(server.url, credentials=Credentials("admin", "hunter2"))
        assert methods(server) == ["DESCRIBE", "DESCRIBE"]
        assert ["authorization" in asked.headers for asked in server.asked] == [False, True]
    assert (type(error), error.step) == (AuthFailed, "describe")
    assert "hunter2" not in repr(error) + str(error.steps)


async def test_a_way_of_signing_in_that_we_do_not_know_is_named() -> None:
    def negotiate(asked: Asked) -> bytes:
        return answer(asked, "401 Unauthorized", WWW_Authenticate="Negotiate")

    error = await failure(Camera(replies={"DESCRIBE": negotiate}), credentials=Credentials("a", "b"))
    assert (type(error), error.message) == (AuthFailed, "401 Unauthorized: it asks for Negotiate")


async def test_a_camera_that_refuses_a_password_it_took_is_found_out_at_setup() -> None:
    """Some recorders say so when they are full: the step tells whoever guards the account."""

    def describe(asked: Asked) -> bytes:
        return answer(asked, body=SDP) if "authorization" in asked.headers else locked(asked)

    camera = Camera(replies={"DESCRIBE": describe, "SETUP": locked})
    error = await failure(camera, credentials=Credentials("a", "b"))
    assert (type(error), error.step) == (AuthFailed, "setup")


@pytest.mark.parametrize("transport", [Transport.AUTO, Transport.TCP, Transport.UDP])
@pytest.mark.parametrize("status", ["461 Unsupported Transport", "400 Bad Request", "406 Not Acceptable"])
async def test_a_camera_that_takes_no_transport_is_unsupported(transport: Transport, status: str) -> None:
    camera = Camera(replies={"SETUP": lambda asked: answer(asked, status)})
    async with scripted(camera) as server:
        error = await failure_at(server.url, transport=transport)
        assert methods(server).count("SETUP") == (2 if transport is Transport.AUTO else 1)
    assert (type(error), error.step) == (Unsupported, "setup")
    assert status in error.message


@pytest.mark.parametrize(
    ("sdp", "kind", "said"),
    [
        (b"v=0\r\nm=audio 0 RTP/AVP 8\r\n", NoVideo, "tracks: audio"),
        (b"v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 MP4V-ES/90000\r\n", ForeignCodec, "MP4V-ES"),
        (b"\r\n", Unsupported, "without a session description"),
        (b"<html>", NoVideo, "no video track"),
    ],
)
async def test_a_description_without_video_that_we_know_says_what_there_is(
    sdp: bytes, kind: type[ProtocolError], said: str
) -> None:
    error = await failure(Camera(sdp=sdp))
    assert (type(error), error.step) == (kind, "describe")
    assert said in error.message


@pytest.mark.parametrize("transport", [Transport.TCP, Transport.UDP])
async def test_play_without_packets_is_no_video(transport: Transport) -> None:
    error = await failure(Camera(), SOON, transport=transport)
    assert (type(error), error.step) == (NoVideo, "first_packet")
    assert transport.upper() in error.message


async def test_packets_of_another_type_are_no_video_and_named() -> None:
    stranger = interleaved([rtp(1, 0, b"x", payload_type=97)])
    error = await failure(Camera(packets=stranger), SOON)
    assert (type(error), error.step) == (NoVideo, "first_packet")
    assert "payload type 97" in error.message


async def test_pictures_without_a_keyframe_are_no_keyframe() -> None:
    pictures = packets([list(picture) for picture in clip("h264")[1:4]])
    error = await failure(Camera(packets=interleaved(pictures)), SOON)
    assert (type(error), error.step) == (NoKeyframe, "keyframe")
    assert error.message.startswith(f"{len(pictures)} packets, 3 pictures")


async def test_a_keyframe_that_lost_a_packet_is_no_keyframe() -> None:
    pictures = packets([list(picture) for picture in clip("h264", 3)[:3]])
    many = pictures[:5] + pictures[6:] + packets([list(clip("h264")[1])] * 100, first=len(pictures), step=0)
    error = await failure(Camera(packets=interleaved(many)), SOON)
    assert (type(error), error.step) == (NoKeyframe, "keyframe")
    assert "1 pictures damaged" in error.message
    assert "packets lost" in error.message


async def test_a_line_that_loses_many_packets_is_to_blame_for_the_missing_keyframe() -> None:
    pictures = packets([list(picture) for picture in clip("h264")])
    error = await failure(Camera(packets=interleaved(data for n, data in enumerate(pictures) if n % 4 != 2)), SOON)
    assert (type(error), error.step) == (PacketsLost, "keyframe")


async def test_keyframes_without_parameter_sets_are_no_keyframe() -> None:
    bare = packets([[clip("h264")[0][-1]], list(clip("h264")[1])])
    error = await failure(Camera(packets=interleaved(bare)), SOON)
    assert (type(error), error.step) == (NoKeyframe, "keyframe")
    assert "no parameter sets" in error.message


@pytest.mark.parametrize(
    ("said", "step"),
    [
        (b"", "play"),
        (stream()[:30], "first_packet"),
        (interleaved(packets([list(clip("h264")[0])])[:3]) + b"$\x00\x05\x00abc", "keyframe"),
    ],
)
async def test_a_camera_that_hangs_up_is_truncated(said: bytes, step: str) -> None:
    camera = Camera(packets=said, leaves=True)
    if step == "play":
        camera.replies["PLAY"] = b""
    error = await failure(camera)
    assert type(error) is Truncated
    assert error.step in STEPS[STEPS.index(step) :]


async def test_a_camera_that_hangs_up_within_an_answer_is_truncated_and_says_how_far_it_came() -> None:
    async def behaviour(talk: Talk) -> None:
        await talk.hear()
        await talk.say(b"RTSP/1.0 200 OK\r\nContent-Le")

    async with scripted(behaviour) as server:
        error = await failure_at(server.url)
    assert (type(error), error.step) == (Truncated, "describe")
    assert error.message == "hung up: 27 bytes of an unfinished answer"


async def test_a_connection_that_is_reset_is_truncated() -> None:
    async def behaviour(talk: Talk) -> None:
        await talk.hear()
        talk.reset()

    async with scripted(behaviour) as server:
        error = await failure_at(server.url)
    assert (type(error), error.step) == (Truncated, "describe")


async def test_a_stream_that_the_camera_ends_is_truncated() -> None:
    goodbye = frame(1, b"\x81\xcb\x00\x01\x00\x00\x00\x07")
    pictures = interleaved(packets([list(clip("h264")[1])]))
    error = await failure(Camera(packets=pictures + goodbye))
    assert (type(error), error.step) == (Truncated, "keyframe")
    assert "BYE" in error.message


@pytest.mark.parametrize(
    ("said", "evidence"),
    [
        (b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", "it speaks HTTP: HTTP/1.1 400 Bad Request"),
        (b"SSH-2.0-dropbear_2019.78\r\n", "SSH-2.0-dropbear"),
        (b"\x00\x01\x02\x03" * 40, "what it said first"),
    ],
)
async def test_another_kind_of_server_is_not_rtsp(said: bytes, evidence: str) -> None:
    async def behaviour(talk: Talk) -> None:
        await talk.hear()
        await talk.say(said)
        await talk.stay()

    async with scripted(behaviour) as server:
        error = await failure_at(server.url)
    assert (type(error), error.step) == (NotRtsp, "describe")
    assert evidence in error.message


async def test_a_server_without_tls_is_not_rtsps() -> None:
    async def behaviour(talk: Talk) -> None:
        await talk.reader.read(100)
        await talk.say(b"RTSP/1.0 400 Bad Request\r\n\r\n")

    async with scripted(behaviour) as server:
        error = await failure_at(server.url.replace("rtsp:", "rtsps:"))
    assert (type(error), error.step) == (NotRtsp, "connect")
    assert "TLS" in error.message


@pytest.mark.parametrize("endless", [b"X-Padding: " + b"a" * 50 + b"\r\n", b"a" * 1000])
async def test_an_endless_header_is_too_large(endless: bytes) -> None:
    async def behaviour(talk: Talk) -> None:
        await talk.hear()
        await talk.say(b"RTSP/1.0 200 OK\r\n")
        for _ in range(5000):
            await talk.say(endless)

    async with scripted(behaviour) as server:
        error = await failure_at(server.url)
    assert (type(error), error.step) == (TooLarge, "describe")


async def test_a_flood_is_too_large() -> None:
    error = await failure(Camera(packets=(frame(7, bytes(60000)) * 800)))
    assert (type(error), error.step) == (TooLarge, "first_packet")
    assert "floods" in error.message


async def test_a_picture_without_end_is_too_large() -> None:
    flood = interleaved(rtp(n, 0, (b"\x7c\x85" if n == 0 else b"\x7c\x05") + bytes(60000)) for n in range(150))
    error = await failure(Camera(packets=flood))
    assert (type(error), error.step) == (TooLarge, "keyframe")


@pytest.mark.parametrize(
    "location", ["rtsp://evil.invalid/stream", "rtsp://127.0.0.1:1/stream", "http://127.0.0.1/", ""]
)
async def test_a_redirect_to_another_server_is_declined_and_nothing_goes_there(location: str) -> None:
    camera = Camera(replies={"DESCRIBE": lambda asked: answer(asked, "302 Found", Location=location)})
    error = await failure(camera, credentials=Credentials("a", "b"))
    assert (type(error), error.step) == (Declined, "describe")


async def test_a_redirect_in_circles_ends() -> None:
    camera = Camera(replies={"DESCRIBE": lambda asked: answer(asked, "302 Found", Location="/stream")})
    error = await failure(camera)
    assert (type(error), error.step) == (Declined, "describe")


async def test_no_password_of_an_address_shows_in_a_failure() -> None:
    def echo(asked: Asked) -> bytes:
        return answer(asked, f"404 Not Found {asked.uri}")

    async with scripted(Camera(replies={"DESCRIBE": echo})) as server:
        error = await failure_at(server.url + "?user=admin&password=hunter2")
    assert type(error) is NotFound
    assert "hunter2" not in repr(error)


async def test_cancelling_a_look_is_quick_and_leaves_nothing_open() -> None:
    async with scripted(Camera(packets=stream()[:40])) as server:
        task = asyncio.create_task(look_at(server.url, 30.0))
        while "PLAY" not in methods(server):
            await asyncio.sleep(0.005)
        began = asyncio.get_running_loop().time()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert asyncio.get_running_loop().time() - began < 1.0


async def test_the_heartbeat_takes_any_answer_for_life_and_never_says_a_path_or_a_password() -> None:
    async def behaviour(talk: Talk) -> None:
        asked = await talk.hear()
        assert asked.uri.endswith("/")
        await talk.answer(asked, "401 Unauthorized", WWW_Authenticate='Basic realm="r"')

    async with scripted(behaviour) as server:
        target = Target(server.url + "/user=admin_password=x", Credentials("admin", "x"))
        steps = await options(target, asyncio.get_running_loop().time() + 5)
        assert [step.name for step in steps] == ["connect", "options"]
        assert methods(server) == ["OPTIONS"]
        assert "authorization" not in server.asked[0].headers


async def test_the_heartbeat_of_a_silent_camera_times_out() -> None:
    async def behaviour(talk: Talk) -> None:
        await talk.stay()

    async with scripted(behaviour) as server:
        with pytest.raises(TimedOut) as caught:
            await options(Target(server.url), asyncio.get_running_loop().time() + SOON)
    assert caught.value.step == "options"

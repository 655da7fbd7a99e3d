"""Recording what we can't take apart: what is kept, in which bounds, and that nobody is told where it came from."""

import asyncio
import pickle
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.credentials import Credentials
from skywatch.inventory import Transport
from skywatch.observation import Step
from skywatch.protocols.errors import ForeignCodec, NoVideo, Unsupported
from skywatch.protocols.rtsp import Recording, Target, collect, rtp
from skywatch.protocols.rtsp.foreign import MAX_BYTES, MAX_PACKETS, Keeper, describe
from skywatch.protocols.rtsp.sdp import Format, choose_foreign, parse
from tests.protocols.rtsp.looking import SOON, interleaved, look_at, methods
from tests.servers.running import PASSWORD, USER, foreign_camera
from tests.servers.scripted import SDP, Asked, Camera, answer, scripted

VP8 = b"v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\na=control:track1\r\n"


def packet(sequence: int, payload: bytes = b"\x10payload", payload_type: int = 96) -> bytes:
    head = bytes([0x80, 0x80 | payload_type]) + sequence.to_bytes(2, "big")
    return head + (3000 * sequence).to_bytes(4, "big") + bytes([0, 0, 0, 7]) + payload


async def collect_at(url: str, seconds: float = 0.1, deadline: float = 5.0, **told: object) -> Recording:
    target = Target(url, **told)  # type: ignore[arg-type]
    return await collect(target, asyncio.get_running_loop().time() + deadline, seconds=seconds)


async def test_packets_are_kept_in_order_as_they_came_and_the_link_is_measured() -> None:
    sent = [packet(number) for number in range(50) if number != 30]
    said = interleaved([*sent, packet(60, payload_type=97)])
    async with scripted(Camera(VP8, packets=said)) as server:
        with pytest.raises(ForeignCodec, match="VP8"):
            await look_at(server.url)
        recorded = await collect_at(server.url)
        assert methods(server) == ["DESCRIBE", "DESCRIBE", "SETUP", "PLAY", "TEARDOWN"]
    assert recorded.packets.codec == recorded.facts["codec"] == "vp8"
    assert recorded.packets.packets == tuple(sent)
    assert recorded.link.loss == pytest.approx(1 / 50)
    assert recorded.link.frame_rate == pytest.approx(30, rel=0.05)
    assert [step.name for step in recorded.steps] == ["connect", "describe", "setup", "play", "first_packet", "collect"]


async def test_headers_are_written_anew() -> None:
    """Contributing sources, extension and padding are for us to understand, not for whoever decodes."""
    adorned = bytes([0xB1, 0xE0]) + packet(5)[2:12] + b"csrc" + b"\xbe\xde\0\1ext." + b"\x10data" + b"\0\0\3"
    async with scripted(Camera(VP8, packets=interleaved([adorned]))) as server:
        recorded = await collect_at(server.url)
    assert recorded.packets.packets == (packet(5, b"\x10data"),)


async def test_whoever_decodes_is_told_no_secret_and_no_place() -> None:
    def guard(asked: Asked) -> bytes:
        if "authorization" not in asked.headers:
            return answer(asked, "401 Unauthorized", WWW_Authenticate='Digest realm="r", nonce="n"')
        body = VP8 + b"a=fmtp:96 user=admin;config=00ff;url=rtsp://admin:hunter2@10.0.0.1/x;x-y=a b\r\n"
        return answer(asked, body=body, Session="1")

    async with scripted(Camera(replies={"DESCRIBE": guard}, packets=interleaved([packet(1)]))) as server:
        recorded = await collect_at(server.url, credentials=Credentials("admin", "hunter2"))
        told = pickle.dumps(recorded.packets)
        assert str(server.port).encode() not in told
    assert b"hunter2" not in told
    assert b"10.0.0.1" not in told
    assert "a=fmtp:96 user=admin; config=00ff\r\n" in recorded.packets.sdp
    assert pickle.loads(told) == recorded.packets


async def test_observers_hear_of_each_step() -> None:
    heard: list[Step] = []
    async with scripted(Camera(VP8, packets=interleaved([packet(1)]))) as server:
        loop = asyncio.get_running_loop()
        recorded = await collect(Target(server.url), loop.time() + 5, seconds=0.05, observer=heard.append)
    assert tuple(heard) == recorded.steps


async def test_recording_ends_by_the_deadline() -> None:
    loop = asyncio.get_running_loop()
    async with scripted(Camera(VP8, packets=interleaved([packet(1)]))) as server:
        began = loop.time()
        recorded = await collect_at(server.url, seconds=60.0, deadline=0.4)
        assert loop.time() - began < 0.45
    assert len(recorded.packets.packets) == 1


async def test_nothing_to_record_is_named() -> None:
    async with scripted(Camera(VP8)) as server:
        with pytest.raises(NoVideo) as silent:
            await collect_at(server.url, deadline=SOON)
    assert silent.value.step == "first_packet"
    async with scripted(Camera(SDP)) as server:
        with pytest.raises(Unsupported, match="another kind"):
            await collect_at(server.url)


def kept_of(packets: list[rtp.Packet]) -> list[bytes]:
    keeper = Keeper()
    for each in packets:
        assert keeper.push(each, gap=False) == ()
    return keeper.packets


def test_what_is_kept_is_bounded_in_bytes_and_in_number() -> None:
    large = rtp.Packet(96, False, 1, 1, 1, bytes(60_000))
    assert MAX_BYTES - 60_000 < sum(len(data) - 12 for data in kept_of([large] * 200)) <= MAX_BYTES
    assert len(kept_of([rtp.Packet(96, False, 1, 1, 1, b"")] * (MAX_PACKETS + 10))) == MAX_PACKETS


PARAMETER = r"[a-z0-9_-]+=[\w+/=,.:-]*"
LINE = re.compile(
    r"(v=0|o=- 0 0 IN IP4 127\.0\.0\.1|s=-|c=IN IP4 127\.0\.0\.1|t=0 0|m=video 0 RTP/AVP \d+|)"
    rf"(a=rtpmap:\d+ [A-Z0-9.+_-]+/\d+)?(a=fmtp:\d+ {PARAMETER}(; {PARAMETER})*)?",
    re.ASCII,
)


@given(st.text(max_size=40), st.text(max_size=200), st.dictionaries(st.text(max_size=20), st.text(max_size=50)))
def test_a_description_has_our_lines_only_whatever_the_camera_said(
    encoding: str, fmtp: str, parameters: dict[str, str]
) -> None:
    told = Format(96, "VP8", 90000, parameters)
    assert all(LINE.fullmatch(line) for line in describe(told).split("\r\n"))
    body = f"m=video 0 RTP/AVP 96\r\na=rtpmap:96 {encoding}/90000\r\na=fmtp:96 {fmtp}\r\n".encode()
    try:
        track = choose_foreign(parse(body))
    except Unsupported:
        return
    assert all(LINE.fullmatch(line) for line in describe(track.format).split("\r\n"))


@pytest.mark.real
@pytest.mark.parametrize(("codec", "name"), [("mpeg4", "mp4v-es"), ("vp8", "vp8"), ("mp2t", "mp2t")])
async def test_foreign_codecs_are_recorded_from_a_real_server(codec: str, name: str, tmp_path: Path) -> None:
    with foreign_camera(codec, tmp_path, "--auth", "digest") as server:
        for transport in (Transport.TCP, Transport.UDP):
            told = {"credentials": Credentials(USER, PASSWORD), "transport": transport}
            recorded = await collect_at(server.url, 0.5, 10.0, **told)
            assert recorded.packets.codec == name
            assert len(recorded.packets.packets) == recorded.link.packets > 5
            assert recorded.link.loss == 0

"""The cameras' RTSP, seen by FFmpeg and by raw sockets."""

import asyncio
import socket
import struct
from itertools import pairwise
from typing import Any

import pytest

from skywatch.inventory import Transport
from skywatch.simulator import SceneCache
from tests.simulator.town import BRANDS, Rtsp, digest, row, simulated, start, watch


@pytest.mark.parametrize("maker", BRANDS)
async def test_ffmpeg_plays_both_streams_of_every_maker(maker: str, films: SceneCache) -> None:
    camera = simulated(row(1, manufacturer=maker))[0]
    async with start(row(1, manufacturer=maker), films=films):
        for stream, transport in ((camera.main, "tcp"), (camera.sub, "udp")):
            pictures = await asyncio.to_thread(watch, camera, stream.path, transport)
            assert [(p.width, p.height) for p in pictures] == [(stream.width, stream.height)] * 3


@pytest.mark.parametrize("codec", ["h264", "h265", "mjpeg"])
@pytest.mark.parametrize(("width", "height"), [(1280, 960), (640, 360)])
@pytest.mark.parametrize("transport", ["tcp", "udp"])
async def test_ffmpeg_plays_every_codec_over_both_transports(
    codec: str, width: int, height: int, transport: str, films: SceneCache
) -> None:
    rows = [row(2, model=codec, width=width, height=height)]
    camera = simulated(*rows)[0]
    assert camera.main.codec == codec
    async with start(*rows, films=films):
        pictures = await asyncio.to_thread(watch, camera, "", transport)
    assert [(p.width, p.height) for p in pictures] == [(width, height)] * 3
    assert pictures[0].to_ndarray(format="gray").std() > 20


async def test_the_first_picture_is_a_keyframe_with_its_parameter_sets(films: SceneCache) -> None:
    async with start(row(3), films=films), Rtsp(simulated(row(3))[0]) as viewer:
        assert (await viewer.play()).status == 200
        channel, report = await viewer.packet()
        assert (channel, report[1]) == (1, 200), "a sender report comes first"
        channel, packet = await viewer.packet()
        assert (channel, packet[0], packet[1] & 0x7F) == (0, 0x80, 96)
        assert packet[12] & 0x1F == 24, "STAP-A"
        assert packet[15] & 0x1F == 7, "with the SPS in front"


async def test_frames_are_marked_stamped_and_numbered(films: SceneCache) -> None:
    async with start(row(3), films=films), Rtsp(simulated(row(3))[0]) as viewer:
        await viewer.play()
        numbers, stamps, marked = [], [], 0
        while marked < 3:
            channel, packet = await viewer.packet()
            if channel == 0:
                _, kind, number, stamp, _ = struct.unpack("!BBHII", packet[:12])
                numbers.append(number)
                stamps.append(stamp)
                marked += kind >> 7
        assert [(b - a) & 0xFFFF for a, b in pairwise(numbers)] == [1] * (len(numbers) - 1)
        assert {(stamp - stamps[0]) & 0xFFFFFFFF for stamp in stamps} == {0, 7500, 15000}


async def test_options_needs_no_password_and_describe_does(films: SceneCache) -> None:
    async with start(row(3), films=films) as town, Rtsp(simulated(row(3))[0]) as viewer:
        assert (await viewer.ask("OPTIONS", "*")).status == 200
        assert (await viewer.ask("DESCRIBE")).status == 401
        assert town.attempts(viewer.camera.code) == 0
        assert (await viewer.signed("DESCRIBE")).status == 200


async def test_a_wrong_password_is_refused_and_counted(films: SceneCache) -> None:
    async with start(row(3), films=films) as town, Rtsp(simulated(row(3))[0], "wrong") as viewer:
        assert (await viewer.signed("DESCRIBE")).status == 401
        assert town.attempts(viewer.camera.code) == 1


async def test_an_old_nonce_is_stale_and_costs_no_try(films: SceneCache, clock: Any) -> None:
    async with start(row(3), films=films, clock=clock) as town, Rtsp(simulated(row(3))[0]) as viewer:
        challenge = (await viewer.ask("DESCRIBE")).headers["www-authenticate"]
        await clock.advance(121)
        again = await viewer.ask("DESCRIBE", Authorization=digest(challenge, "DESCRIBE", viewer.url, viewer.password))
        assert again.status == 401
        assert 'stale="true"' in again.headers["www-authenticate"]
        assert town.attempts(viewer.camera.code) == 0


async def test_a_brand_with_qop_takes_a_digest_with_qop(films: SceneCache) -> None:
    rows = [row(4, manufacturer="uniview")]
    async with start(*rows, films=films), Rtsp(simulated(*rows)[0]) as viewer:
        challenge = (await viewer.ask("DESCRIBE")).headers["www-authenticate"]
        assert 'qop="auth"' in challenge
        assert (await viewer.signed("DESCRIBE")).status == 200


@pytest.mark.parametrize(
    ("ledger", "asked", "status"),
    [
        (Transport.UDP, "RTP/AVP/TCP;unicast;interleaved=0-1", 461),
        (Transport.TCP, "RTP/AVP;unicast;client_port=5000-5001", 461),
        (Transport.AUTO, "RTP/AVP;multicast", 461),
        (Transport.AUTO, "RTP/AVP;unicast;client_port=0-1", 461),
        (Transport.UDP, "RTP/AVP;unicast;client_port=5000-5001", 200),
    ],
)
async def test_a_transport_that_the_camera_lacks_is_refused(
    ledger: Transport, asked: str, status: int, films: SceneCache
) -> None:
    rows = [row(5, transport=ledger)]
    async with start(*rows, films=films), Rtsp(simulated(*rows)[0]) as viewer:
        assert (await viewer.play(transport=asked)).status == status


async def test_a_ninth_viewer_is_turned_away(films: SceneCache) -> None:
    camera = simulated(row(3))[0]
    async with start(row(3), films=films):
        viewers = [await Rtsp(camera).__aenter__() for _ in range(9)]
        statuses = [(await viewer.play()).status for viewer in viewers]
        assert statuses == [200] * 8 + [453]
        first, last = viewers[0], viewers[-1]
        assert (await first.signed("TEARDOWN", Session=first.session)).status == 200
        assert (await last.play()).status == 200, "a place is free again"
        for viewer in viewers:
            await viewer.__aexit__()


async def test_unknown_paths_methods_sessions_and_nonsense_have_their_own_answers(films: SceneCache) -> None:
    async with start(row(3), films=films), Rtsp(simulated(row(3))[0]) as viewer:
        assert (await viewer.signed("DESCRIBE", viewer.url + "/nothing")).status == 404
        assert (await viewer.signed("RECORD")).status == 501
        assert (await viewer.signed("PLAY", Session="1")).status == 454
        assert (await viewer.signed("TEARDOWN", Session="1")).status == 454
        viewer.writer.write(b"$\x01\x00\x04rtcpGET_PARAMETER * RTSP/1.0\r\n\r\n")
        assert (await viewer.reply()).status == 400, "no CSeq"
        viewer.writer.write(b"GET / HTTP/1.1\r\n\r\n")
        assert (await viewer.reply()).status == 400
        assert await viewer.reader.read() == b""


async def test_udp_comes_from_the_cameras_own_address(films: SceneCache) -> None:
    camera = simulated(row(6))[0]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        port.bind(("127.0.0.1", 0))
        port.setblocking(False)
        mine = port.getsockname()[1]
        async with start(row(6), films=films), Rtsp(camera) as viewer:
            asked = f"RTP/AVP;unicast;client_port={mine}-{mine + 1}"
            assert (await viewer.play(transport=asked)).status == 200
            data, source = await asyncio.get_running_loop().sock_recvfrom(port, 2048)
    assert source[0] == camera.host
    assert source[1] % 2 == 0
    assert data[0] == 0x80


async def test_a_viewer_that_vanishes_frees_its_place(films: SceneCache) -> None:
    camera = simulated(row(3))[0]
    async with start(row(3), films=films) as town:
        async with Rtsp(camera) as viewer:
            await viewer.play()
            assert town.condition(camera.code).viewers == 1
        async with asyncio.timeout(5):
            while town.condition(camera.code).viewers:
                await asyncio.sleep(0.01)


async def test_a_description_names_codec_size_and_sound(films: SceneCache) -> None:
    rows = [row(8, manufacturer="Dahua")]
    async with start(*rows, films=films), Rtsp(simulated(*rows)[0]) as viewer:
        text = (await viewer.signed("DESCRIBE")).body.decode()
    assert "a=rtpmap:96 H264/90000" in text
    assert "sprop-parameter-sets=" in text
    assert "m=audio 0 RTP/AVP 8" in text

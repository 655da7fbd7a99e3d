"""Every fault on cue, shown by raw sockets and by FFmpeg."""

import asyncio
from collections.abc import Callable
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from skywatch.clock import ManualClock
from skywatch.inventory import Light
from skywatch.simulator import FAULTS, SceneCache
from skywatch.simulator.faults import Layer
from tests.simulator.town import ONVIF, RTSP, Rtsp, connects, http, row, scenario, simulated, start, watch

TIME = "<Envelope><Body><GetSystemDateAndTime/></Body></Envelope>"
CAMERA = simulated(row(20))[0]


async def until_the_end(viewer: Rtsp, seconds: float, seen: list[bytes] | None = None) -> None:
    """Take packets until there is no connection any more, or nothing came for too long."""
    async with asyncio.timeout(seconds):
        while True:
            _, packet = await viewer.packet()
            if seen is not None:
                seen.append(packet)


async def doors(host: str) -> list[str]:
    """What becomes of connections to ONVIF and RTSP."""
    return [*await asyncio.gather(connects(host, ONVIF), connects(host, RTSP))]


@pytest.mark.parametrize(
    ("fault", "shared"),
    [("unplugged", False), ("power_cut", False), ("uplink_cut", False), ("black_holed", False), ("unplugged", True)],
)
async def test_a_silent_camera_lets_connections_hang_until_it_is_over(
    fault: str, shared: bool, films: SceneCache
) -> None:
    async with start(row(20), row(21), films=films, shared_ports=shared) as town:
        other = simulated(row(21))[0].host
        town.cue(CAMERA.code, fault)
        assert await doors(CAMERA.host) == ["silent", "silent"]
        assert await doors(other) == ["open", "open"]
        town.cue(CAMERA.code, fault, on=False)
        assert await doors(CAMERA.host) == ["open", "open"]


async def test_a_refusing_camera_has_closed_ports_until_it_is_over(films: SceneCache) -> None:
    async with start(row(20), films=films) as town:
        town.cue(CAMERA.code, "refused")
        assert await doors(CAMERA.host) == ["refused", "refused"]
        town.cue(CAMERA.code, "refused", on=False)
        assert await doors(CAMERA.host) == ["open", "open"]


async def test_behind_a_shared_port_refusing_is_a_reset(films: SceneCache) -> None:
    async with start(row(20), films=films, shared_ports=True) as town:
        town.cue(CAMERA.code, "refused", service="rtsp")
        reader, writer = await asyncio.open_connection(CAMERA.host, RTSP)
        with pytest.raises(ConnectionResetError):
            await reader.read(1)
        writer.close()
        assert await connects(CAMERA.host, ONVIF) == "open"


async def test_a_fault_of_one_service_leaves_the_other_alone(films: SceneCache) -> None:
    async with start(row(20), films=films) as town:
        town.cue(CAMERA.code, "refused", service="rtsp")
        assert await doors(CAMERA.host) == ["open", "refused"]
        town.cue(CAMERA.code, "black_holed", service="onvif")
        assert await doors(CAMERA.host) == ["silent", "refused"]


async def test_two_cuts_at_once_last_until_both_are_over(films: SceneCache) -> None:
    async with start(row(20), films=films) as town:
        town.cue("east", "power_cut")
        town.cue("line-1", "uplink_cut")
        town.cue("east", "power_cut", on=False)
        assert await connects(CAMERA.host, RTSP) == "silent"
        town.cue("line-1", "uplink_cut", on=False)
        assert await connects(CAMERA.host, RTSP) == "open"


async def test_an_open_connection_dies_silently_and_a_restart_resets_it(films: SceneCache) -> None:
    async with start(row(20), films=films) as town, Rtsp(CAMERA) as viewer:
        await viewer.play()
        town.cue(CAMERA.code, "unplugged")
        with pytest.raises(TimeoutError):
            await until_the_end(viewer, 0.4)
        town.cue(CAMERA.code, "unplugged", on=False)
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await until_the_end(viewer, 5)


async def test_after_an_uplink_is_back_open_streams_go_on(films: SceneCache) -> None:
    async with start(row(20), films=films) as town, Rtsp(CAMERA) as viewer:
        await viewer.play()
        town.cue("line-1", "uplink_cut")
        with pytest.raises(TimeoutError):
            await until_the_end(viewer, 0.4)
        town.cue("line-1", "uplink_cut", on=False)
        async with asyncio.timeout(5):
            assert await viewer.packet()


async def test_slow_is_late_on_both_services(films: SceneCache) -> None:
    async with start(row(20), films=films) as town, Rtsp(CAMERA) as viewer:
        town.cue(CAMERA.code, "slow", seconds=0.2)
        loop = asyncio.get_running_loop()
        began = loop.time()
        assert (await viewer.ask("OPTIONS")).status == 200
        assert loop.time() - began >= 0.2
        began = loop.time()
        assert (await http(CAMERA, TIME)).status == 200
        assert loop.time() - began >= 0.2


async def test_a_changed_password_is_refused_by_both_services_until_it_is_changed_back(films: SceneCache) -> None:
    async with start(row(20), films=films) as town, Rtsp(CAMERA) as viewer:
        town.cue(CAMERA.code, "wrong_password")
        assert (await viewer.signed("DESCRIBE")).status == 401
        assert town.attempts(CAMERA.code) == 1
        town.cue(CAMERA.code, "wrong_password", on=False)
        assert (await viewer.signed("DESCRIBE")).status == 200


async def test_five_wrong_passwords_lock_the_account_for_half_an_hour(films: SceneCache, clock: ManualClock) -> None:
    async with start(row(20), films=films, clock=clock) as town, Rtsp(CAMERA) as viewer:
        viewer.password = "wrong"
        for tried in range(5):
            assert town.condition(CAMERA.code).locks == 0, tried
            await viewer.signed("DESCRIBE")
        assert (town.attempts(CAMERA.code), town.condition(CAMERA.code).locks) == (5, 1)
        viewer.password = CAMERA.credentials.password if CAMERA.credentials else ""
        assert (await viewer.signed("DESCRIBE")).status == 401, "the right one does not help any more"
        await clock.advance(30 * 60 + 1)
        assert (await viewer.signed("DESCRIBE")).status == 200


async def test_wrong_passwords_long_apart_lock_nothing(films: SceneCache, clock: ManualClock) -> None:
    async with start(row(20), films=films, clock=clock) as town, Rtsp(CAMERA, "wrong") as viewer:
        for _ in range(8):
            await viewer.signed("DESCRIBE")
            await clock.advance(8 * 60)
        assert (town.attempts(CAMERA.code), town.condition(CAMERA.code).locks) == (8, 0)


@pytest.mark.parametrize(("maker", "status"), [("dahua", 453), ("hikvision", 503)])
async def test_busy_is_453_or_what_the_maker_says(maker: str, status: int, films: SceneCache) -> None:
    rows = [row(22, manufacturer=maker)]
    async with start(*rows, films=films) as town, Rtsp(simulated(*rows)[0]) as viewer:
        town.cue(viewer.camera.code, "busy")
        assert (await viewer.play()).status == status


async def test_not_found_is_404(films: SceneCache) -> None:
    async with start(row(20), films=films) as town, Rtsp(CAMERA) as viewer:
        town.cue(CAMERA.code, "not_found")
        assert (await viewer.signed("DESCRIBE")).status == 404


@pytest.mark.parametrize("fault", ["endless_header", "oversized"])
async def test_endless_answers_come_for_as_long_as_they_are_read(fault: str, films: SceneCache) -> None:
    async with start(row(20), films=films) as town:
        town.cue(CAMERA.code, fault)
        for port, question in ((RTSP, b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n"), (ONVIF, b"GET / HTTP/1.1\r\n\r\n")):
            reader, writer = await asyncio.open_connection(CAMERA.host, port)
            writer.write(question)
            data = await reader.readexactly(3 << 20)
            assert (b"\r\n\r\n" in data) is (fault == "oversized")
            writer.close()
            await writer.wait_closed()


async def test_garbage_is_neither_http_nor_rtsp_nor_a_packet(films: SceneCache) -> None:
    async with start(row(20), films=films) as town:
        town.cue(CAMERA.code, "garbage")
        for port, question in ((RTSP, b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n"), (ONVIF, b"GET / HTTP/1.1\r\n\r\n")):
            reader, writer = await asyncio.open_connection(CAMERA.host, port)
            writer.write(question)
            data = await reader.readexactly(1024)
            assert not data.startswith((b"HTTP", b"RTSP", b"$"))
            writer.close()
            await writer.wait_closed()


async def test_an_xml_bomb_is_small_on_the_wire(films: SceneCache) -> None:
    async with start(row(20), films=films) as town:
        town.cue(CAMERA.code, "xml_bomb")
        reply = await http(CAMERA, TIME)
        assert reply.status == 200
        assert b"<!ENTITY l9" in reply.body
        assert len(reply.body) < 4096


async def test_play_without_packets_stays_quiet_but_answers(films: SceneCache) -> None:
    async with start(row(20), films=films) as town, Rtsp(CAMERA) as viewer:
        town.cue(CAMERA.code, "no_packets")
        assert (await viewer.play()).status == 200
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.4):
                await viewer.reader.readexactly(1)
        assert (await viewer.signed("GET_PARAMETER", Session=viewer.session)).status == 200


async def _payloads(viewer: Rtsp, count: int) -> list[bytes]:
    seen: list[bytes] = []
    while len(seen) < count:
        channel, packet = await viewer.packet()
        if channel == 0:
            seen.append(packet)
    return seen


async def test_without_keyframes_no_slice_stands_on_its_own(films: SceneCache) -> None:
    async with start(row(20), films=films) as town, Rtsp(CAMERA) as viewer:
        town.cue(CAMERA.code, "no_keyframe")
        await viewer.play()
        for packet in await _payloads(viewer, 6):
            kind = packet[12] & 0x1F
            assert (packet[13] & 0x1F if kind == 28 else kind) == 1


async def test_lost_packets_leave_gaps_in_the_numbers(films: SceneCache) -> None:
    async with start(row(20), films=films) as town, Rtsp(CAMERA) as viewer:
        town.cue(CAMERA.code, "packet_loss", ratio=0.5)
        await viewer.play()
        numbers = [int.from_bytes(packet[2:4], "big") for packet in await _payloads(viewer, 25)]
        sent = ((numbers[-1] - numbers[0]) & 0xFFFF) + 1
        assert 0.25 < 1 - 25 / sent < 0.75


async def test_a_cut_comes_within_the_first_keyframe(films: SceneCache) -> None:
    async with start(row(20), films=films) as town, Rtsp(CAMERA) as viewer:
        town.cue(CAMERA.code, "cut_mid_frame")
        await viewer.play()
        seen: list[bytes] = []
        with pytest.raises(asyncio.IncompleteReadError):
            await until_the_end(viewer, 5, seen)
        assert len(seen) > 3
        assert not any(packet[1] >> 7 for packet in seen if packet[1] != 200), "no frame was complete"


@pytest.mark.parametrize("codec", ["h264", "h265", "mjpeg"])
async def test_no_decoder_makes_a_picture_of_corrupted_bytes(codec: str, films: SceneCache) -> None:
    rows = [row(23, model=codec)]
    camera = simulated(*rows)[0]

    def look() -> int:
        try:
            return len(watch(camera, frames=1))
        except av.FFmpegError:
            return 0

    async with start(*rows, films=films) as town:
        assert await asyncio.to_thread(look) == 1
        town.cue(camera.code, "corrupted")
        looking = asyncio.create_task(asyncio.to_thread(look))
        await asyncio.sleep(0.5)
        town.cue(camera.code, "refused")  # FFmpeg would wait for a good picture for ever
        assert await looking == 0


@pytest.mark.parametrize("codec", ["h264", "h265", "mjpeg"])
async def test_a_flood_is_one_keyframe_without_end(codec: str, films: SceneCache) -> None:
    rows = [row(24, model=codec)]
    async with start(*rows, films=films) as town, Rtsp(simulated(*rows)[0]) as viewer:
        town.cue(viewer.camera.code, "flood")
        await viewer.play()
        packets = await _payloads(viewer, 5000)
        assert len({packet[4:8] for packet in packets}) == 1, "one frame"
        assert not any(packet[1] >> 7 for packet in packets), "never complete"
        assert sum(map(len, packets)) > 6_000_000


def _sharpness(picture: NDArray[Any]) -> float:
    lower = picture[picture.shape[0] // 4 : picture.shape[0] * 7 // 8]  # without the on-screen texts
    return float(cv2.Laplacian(lower, cv2.CV_64F).var())


def _gray(camera: Any, frames: int = 1) -> list[NDArray[Any]]:
    return [frame.to_ndarray(format="gray") for frame in watch(camera, frames=frames)]


Judge = Callable[[NDArray[Any], NDArray[Any]], bool]
LOOKS: list[tuple[str, dict[str, Any], Judge]] = [
    ("blurred", {}, lambda good, bad: _sharpness(bad) < _sharpness(good) / 10),
    ("dark", {}, lambda good, bad: bad.mean() < 25 and good.mean() > 80),
    ("covered", {"by": "bag"}, lambda good, bad: _sharpness(bad[:, :300]) < _sharpness(good[:, :300]) / 10),
    ("covered", {"by": "hand"}, lambda good, bad: _sharpness(bad[:, :300]) < _sharpness(good[:, :300]) / 5),
    ("covered", {"by": "leaf"}, lambda good, bad: _sharpness(bad[:, :300]) < _sharpness(good[:, :300]) / 5),
    ("moved", {}, lambda good, bad: float(np.corrcoef(good.ravel(), bad.ravel())[0, 1]) < 0.6),
    ("foggy", {}, lambda good, bad: bad.std() < good.std() * 0.7),
    ("torn", {}, lambda _good, bad: float(np.abs(bad[-20].astype(int) - bad[-1]).mean()) < 2),
]


@pytest.mark.parametrize(("fault", "options", "judge"), LOOKS)
async def test_a_fault_of_the_picture_shows_in_what_is_decoded(
    fault: str, options: dict[str, Any], judge: Judge, films: SceneCache
) -> None:
    async with start(row(20), films=films) as town:
        good = (await asyncio.to_thread(_gray, CAMERA))[0]
        town.cue(CAMERA.code, fault, **options)
        bad = (await asyncio.to_thread(_gray, CAMERA))[0]
    assert judge(good, bad)
    assert bad[: bad.shape[0] // 8].max() > 200, "the on-screen clock stays bright"


@pytest.mark.parametrize(("light", "lit"), [(Light.INFRARED, True), (Light.WHITE, True), (Light.NONE, False)])
async def test_a_failed_light_is_dark_at_night(light: Light, lit: bool, films: SceneCache) -> None:
    rows = [row(25, light=light)]
    camera = simulated(*rows)[0]
    async with start(*rows, films=films, daylight="night") as town:
        assert bool((await asyncio.to_thread(_gray, camera))[0].mean() > 45) is lit
        town.cue(camera.code, "light_failed")
        assert (await asyncio.to_thread(_gray, camera))[0].mean() < 25


async def test_a_frozen_picture_differs_in_nothing_but_its_clock(films: SceneCache, clock: ManualClock) -> None:
    def apart(one: NDArray[Any], other: NDArray[Any]) -> float:
        street = slice(one.shape[0] // 8, one.shape[0])
        return float(np.abs(one[street].astype(int) - other[street].astype(int)).mean())

    async with start(row(20), films=films, clock=clock) as town:
        alive = [(await asyncio.to_thread(_gray, CAMERA))[0]]
        await clock.advance(900)
        alive += [(await asyncio.to_thread(_gray, CAMERA))[0]]
        town.cue(CAMERA.code, "frozen")
        still = [(await asyncio.to_thread(_gray, CAMERA))[0]]
        await clock.advance(900)
        still += [(await asyncio.to_thread(_gray, CAMERA))[0]]
    assert apart(*alive) > 1
    assert apart(*still) < 0.1
    assert np.abs(still[0][:45].astype(int) - still[1][:45].astype(int)).max() > 100, "the clock goes on"


async def test_a_running_stream_takes_a_fault_up_at_its_next_keyframe(films: SceneCache) -> None:
    def bright_then_dark() -> list[float]:
        return [float(frame.to_ndarray(format="gray").mean()) for frame in watch(CAMERA, frames=20)]

    async with start(row(20), films=films) as town:
        watching = asyncio.create_task(asyncio.to_thread(bright_then_dark))
        async with asyncio.timeout(5):
            while not town.condition(CAMERA.code).viewers:
                await asyncio.sleep(0.01)
        town.cue(CAMERA.code, "dark")
        levels = await watching
    assert levels[0] > 80
    assert levels[-1] < 25


async def test_a_scenario_begins_and_ends_by_the_clock(films: SceneCache, clock: ManualClock) -> None:
    play = scenario(
        "cues: [{fault: power_cut, village: east, from: 60, to: 180},"
        f" {{fault: blurred, camera: '{CAMERA.code}'}}, {{fault: uplink_cut, uplink: line-2, from: 100}}]"
    )
    rows = (row(20), row(26, village="mill"))
    async with start(*rows, films=films, clock=clock, scenario=play) as town:
        east, mill = (town.condition(camera.code) for camera in simulated(*rows))
        assert east.faults == {"blurred"}, "what begins at once is there before anybody connects"
        running = asyncio.create_task(town.run())
        await clock.advance(59)
        assert [*east.faults, *mill.faults] == ["blurred"]
        await clock.advance(2)
        assert [*sorted(east.faults), *mill.faults] == ["blurred", "power_cut"]
        assert await connects(CAMERA.host, RTSP) == "silent"
        await clock.advance(60)
        assert mill.faults == {"uplink_cut"}
        await clock.advance(60)
        assert [*east.faults, *mill.faults] == ["blurred", "uplink_cut"]
        assert await connects(CAMERA.host, RTSP) == "open"
        running.cancel()


async def test_a_cue_for_nobody_or_of_no_known_kind_is_an_error(films: SceneCache) -> None:
    async with start(row(20), films=films) as town:
        with pytest.raises(ValueError, match="nobody"):
            town.cue("nowhere", "dark")
        with pytest.raises(ValueError, match="no such fault"):
            town.cue("east", "drak")
        with pytest.raises(ValueError, match="no such fault"):
            town.cue("east", "dark", ratio=1)


def test_every_layer_of_the_issue_has_its_faults() -> None:
    assert {layer: sum(fault.layer is layer for fault in FAULTS.values()) for layer in Layer} == {
        Layer.NETWORK: 5,
        Layer.ANSWERS: 9,
        Layer.STREAM: 6,
        Layer.PICTURE: 18,
    }

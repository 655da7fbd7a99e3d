"""Starting and stopping, and the time of day."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from skywatch.clock import ManualClock
from skywatch.inventory import Light
from skywatch.simulator import NotListening, ScenarioError, SceneCache, Simulator, default_folder, serve
from skywatch.simulator.lens import Regime
from skywatch.simulator.site import Site, daylight_by
from tests.simulator.town import ONVIF, RTSP, Rtsp, connects, row, scenario, simulated, start


@pytest.mark.parametrize("shared", [False, True])
async def test_every_camera_answers_at_its_own_address_until_the_end(shared: bool, films: SceneCache) -> None:
    rows = [row(number) for number in range(60, 80)]
    cameras = simulated(*rows)
    async with start(*rows, films=films, shared_ports=shared):
        ends = await asyncio.gather(*(connects(c.host, port) for c in cameras for port in (ONVIF, RTSP)))
        assert set(ends) == {"open"}
    ends = await asyncio.gather(*(connects(c.host, port) for c in cameras for port in (ONVIF, RTSP)))
    assert set(ends) == {"refused"}


async def test_behind_a_shared_port_an_address_of_nobody_is_turned_away(films: SceneCache) -> None:
    async with start(row(60), films=films, shared_ports=True):
        reader, writer = await asyncio.open_connection("127.0.0.1", ONVIF)
        with pytest.raises(ConnectionResetError):
            await reader.read(1)
        writer.close()


async def test_a_camera_without_onvif_refuses_on_that_port(films: SceneCache) -> None:
    async with start(row(60, onvif_port=None), films=films):
        camera = simulated(row(60))[0]
        assert [await connects(camera.host, port) for port in (ONVIF, RTSP)] == ["refused", "open"]


async def test_an_address_that_is_taken_is_told_and_everything_closed_again(films: SceneCache) -> None:
    camera = simulated(row(61))[0]
    async with start(row(61), films=films):
        with pytest.raises(NotListening, match="in use"):
            await start(row(60), row(61), films=films).__aenter__()
        assert await connects(simulated(row(60))[0].host, RTSP) == "refused"
        assert await connects(camera.host, RTSP) == "open"


async def test_the_end_of_the_simulator_ends_running_streams(films: SceneCache) -> None:
    async with start(row(62), films=films):
        viewer = await Rtsp(simulated(row(62))[0]).__aenter__()
        assert (await viewer.play()).status == 200
    with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
        await viewer.reader.readexactly(1 << 24)
    await viewer.__aexit__()


async def test_serving_tells_when_it_is_ready_and_stops_when_cancelled(films: SceneCache) -> None:
    cameras = simulated(row(63))
    ready: asyncio.Future[Simulator] = asyncio.get_running_loop().create_future()
    play = scenario("cues: [{fault: unplugged, pick: {}}]")
    serving = asyncio.create_task(serve(cameras, play, ready=ready.set_result, scenes=films, daylight="day"))
    town = await ready
    assert town.condition(cameras[0].code).faults == {"unplugged"}
    assert await connects(cameras[0].host, RTSP) == "silent"
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    assert await connects(cameras[0].host, RTSP) == "refused"


def test_a_scenario_that_does_not_fit_is_refused_at_once() -> None:
    with pytest.raises(ScenarioError):
        Simulator(simulated(row(60)), scenario("cues: [{fault: dark, village: nowhere}]"))


def test_the_callers_seed_goes_before_the_files() -> None:
    cameras = simulated(*(row(number) for number in range(60, 90)))
    play = scenario("{seed: 1, cues: [{fault: dark, pick: {count: 5}}]}")
    assert Simulator(cameras, play).cast == Simulator(cameras, play, seed=1).cast
    assert Simulator(cameras, play).cast != Simulator(cameras, play, seed=2).cast


@pytest.mark.parametrize(
    ("light", "night"),
    [
        (Light.NONE, Regime.UNLIT),
        (Light.INFRARED, Regime.INFRARED),
        (Light.LASER, Regime.INFRARED),
        (Light.WHITE, Regime.WHITE),
    ],
)
def test_the_sun_decides_what_a_camera_shows(light: Light, night: Regime, films: SceneCache) -> None:
    noon = datetime(2025, 6, 1, 4, tzinfo=UTC).timestamp()  # 12 o'clock in Shandong
    shown = []
    for at in (noon, noon + 43_200):
        site = Site(simulated(row(64, light=light)), ManualClock(at), films, daylight_by("auto"))
        condition = next(iter(site.conditions.values()))
        shown.append(site.view(condition, condition.camera.main).regime)
    assert shown == [Regime.DAY, night]


def test_films_are_kept_where_the_desktop_keeps_such_things(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "skywatch" / "scenes"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert default_folder() == Path.home() / ".cache" / "skywatch" / "scenes"

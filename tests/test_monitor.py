"""The monitor under a clock that stands: what one observation after the other does to what is known."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from skywatch.clock import ManualClock
from skywatch.config import Config
from skywatch.health import Flip, FlipKind, Rules, State
from skywatch.inventory import Camera
from skywatch.monitor import Monitor
from skywatch.observation import Finding, Observation, Verdict
from skywatch.parts import Orders, Parts
from skywatch.picture import Regime, Workers
from skywatch.picture.weather import Look, Neighbours
from skywatch.probes import PROBES, Tools
from skywatch.protocols.onvif import Onvif
from skywatch.scheduler import PATIENCE
from tests.township import NOON, township, with_cameras

CODES = list(township().inventory.cameras)[:3]
FIRST = CODES[0]


class Scene:
    """A monitor of three cameras, its clock, and the flips that it told."""

    def __init__(self, config: Config, rules: Rules | None = None) -> None:
        self.config, self.clock = config, ManualClock(NOON)
        self.told: list[Flip] = []
        self.parts = Parts(self.clock, Onvif(self.clock), Workers(1))
        tools = self.parts.tools(Orders.of(config))
        self.monitor = Monitor(config.inventory, tools, rules or Rules(), self.tell, self.clock)
        self.monitor.enrol({})

    def tell(self, flips: Iterable[Flip]) -> None:
        self.told += flips

    async def see(self, verdict: Verdict, *codes: str, probe: str = "heartbeat", camera: str = FIRST) -> None:
        await self.clock.advance(60.0)
        findings = tuple(Finding(code) for code in codes)
        seen = Observation(probe, camera, self.clock.now(), 0.1, verdict, findings)
        self.monitor.learn(self.monitor.watches[camera], seen)

    def state(self, camera: str = FIRST) -> State:
        return self.monitor.watches[camera].state.state

    def reload(self, config: Config, unchanged: Iterable[str]) -> None:
        self.monitor.replace(config.inventory, self.parts.tools(Orders.of(config)), Rules(), unchanged)


@pytest.fixture
def scene() -> Scene:
    return Scene(township(CODES))


def test_every_camera_gets_the_probes_that_apply_to_it() -> None:
    scene = Scene(township())
    jobs = scene.monitor.jobs(PROBES.values())
    cameras = scene.config.inventory.cameras.values()
    assert len(jobs) == sum(4 if camera.onvif_port else 3 for camera in cameras)
    assert {job.lane for job in jobs} == {camera.code for camera in cameras}
    assert all(len(job.pools) == 1 and job.pools[0].startswith("uplink:") for job in jobs)


def test_a_disabled_camera_is_not_watched() -> None:
    config = township(CODES)
    cameras = {**config.inventory.cameras, FIRST: replace(config.inventory.cameras[FIRST], enabled=False)}
    scene = Scene(replace(config, inventory=with_cameras(config.inventory, cameras)))
    assert set(scene.monitor.watches) == set(CODES[1:])


async def test_the_store_hears_of_every_flip_once(scene: Scene) -> None:
    await scene.see(Verdict.PASS)
    for _ in range(3):
        await scene.see(Verdict.FAIL, "timeout")
    states = [(flip.old, flip.new) for flip in scene.told if flip.kind is FlipKind.STATE]
    assert states == [("unknown", "up"), ("up", "down")]


async def test_one_camera_down_for_long_is_one_warning(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "skywatch.monitor")
    for _ in range(50):
        await scene.see(Verdict.FAIL, "timeout")
    assert [record.levelno for record in caplog.records if "timeout" in record.message].count(logging.WARNING) == 1


async def test_a_camera_that_nobody_looks_at_becomes_unknown_and_maintenance_is_kept_apart(scene: Scene) -> None:
    await scene.see(Verdict.PASS)
    scene.monitor.sweep(lambda camera, at: camera.code == CODES[1])
    assert (scene.state(), scene.state(CODES[1])) == (State.UP, State.MAINTENANCE)
    await scene.clock.advance(3600.0)
    scene.monitor.sweep(lambda camera, at: False)
    assert (scene.state(), scene.state(CODES[1])) == (State.UNKNOWN, State.UNKNOWN)


async def test_what_a_reload_did_not_change_keeps_its_state(scene: Scene) -> None:
    for code in CODES:
        await scene.see(Verdict.PASS, camera=code)
    fewer = replace(scene.config, inventory=with_cameras(scene.config.inventory, _but(scene.config, CODES[2])))
    scene.reload(fewer, CODES[:2])
    assert set(scene.monitor.watches) == set(CODES[:2])
    assert {scene.state(code) for code in CODES[:2]} == {State.UP}


async def test_a_camera_that_comes_back_has_its_past(scene: Scene) -> None:
    await scene.see(Verdict.PASS)
    await scene.clock.advance(30.0)
    fewer = replace(scene.config, inventory=with_cameras(scene.config.inventory, _but(scene.config, FIRST)))
    scene.reload(fewer, CODES[1:])
    await scene.clock.advance(600.0)
    scene.reload(scene.config, CODES[1:])
    spans = [state for _, state in scene.monitor.watches[FIRST].past.state.spans]
    assert spans == [State.UNKNOWN, State.UP, State.UNKNOWN]


async def test_seconds_by_state_never_go_back(scene: Scene) -> None:
    before = 0.0
    for number in range(40):
        await scene.see(Verdict.FAIL if number % 7 in (3, 4, 5) else Verdict.PASS)
        seconds = sum(scene.monitor.watches[FIRST].seconds().values())
        assert seconds >= before
        before = seconds


def _but(config: Config, code: str) -> dict[str, Camera]:
    return {each: camera for each, camera in config.inventory.cameras.items() if each != code}


async def shows(scene: Scene, severity: int) -> float | None:
    """One look at the picture, ten minutes after the last: the pause until the next one."""
    await scene.clock.advance(600.0)
    findings = (Finding("blur", "picture", "", severity),) if severity else ()
    verdict = Verdict.FAIL if severity else Verdict.PASS
    seen = Observation("picture", FIRST, scene.clock.now(), 0.1, verdict, findings, judged=frozenset({"blur"}))
    watch = scene.monitor.watches[FIRST]
    scene.monitor.learn(watch, replace(seen, probe="heartbeat", verdict=Verdict.PASS, findings=(), judged=None))
    scene.monitor.learn(watch, seen)
    return scene.monitor.pause(watch, seen, PROBES["picture"])


@pytest.mark.parametrize(
    ("severities", "pauses"),
    [
        ([0, 0, 0], [None, None, None]),
        ([5, 5, 5, 5], [180, None, None, None]),
        ([4, 4, 4, 4], [180, 360, None, None]),
        ([1, 1, 1, 1, 1], [180, 360, 720, None, None]),
        ([5, 5, 0, 0, 0], [180, None, 180, None, None]),
        ([2, 0, 0, 0, 0, 0, 0, 5], [180, 360, 720, None, None, None, None, 180]),
    ],
)
async def test_what_a_picture_shows_is_looked_at_again_minutes_apart_until_it_is_believed_or_forgotten(
    severities: list[int], pauses: list[float | None]
) -> None:
    scene = Scene(township(CODES), rules=Rules(gap=3600.0))
    assert [await shows(scene, severity) for severity in severities] == pauses


async def test_at_a_dead_camera_only_the_heartbeat_hurries(scene: Scene) -> None:
    for _ in range(3):
        await scene.see(Verdict.FAIL, "timeout")
    watch = scene.monitor.watches[FIRST]
    dead = Observation("stream", FIRST, scene.clock.now(), 15.0, Verdict.FAIL, (Finding("timeout"),))
    assert scene.monitor.pause(watch, dead, PROBES["stream"]) is None
    knock = replace(dead, probe="heartbeat")
    assert scene.monitor.pause(watch, knock, PROBES["heartbeat"]) == 10.0


async def test_at_a_dead_camera_nobody_looks_for_a_picture(scene: Scene) -> None:
    for _ in range(3):
        await scene.see(Verdict.FAIL, "timeout")
    visits = scene.monitor.visits
    camera = scene.monitor.watches[FIRST].camera
    assert await scene.monitor.visit(PROBES["picture"], camera) == 60.0
    assert await scene.monitor.visit(PROBES["device"], camera) == 60.0
    assert scene.monitor.visits == visits


def test_a_heartbeat_goes_before_thorough_looks_that_have_waited_for_minutes(scene: Scene) -> None:
    by_probe = {job.key.split("/")[1]: job.priority for job in scene.monitor.jobs(PROBES.values())}
    assert by_probe["heartbeat"] == 0
    assert min(priority for probe, priority in by_probe.items() if probe != "heartbeat") * PATIENCE >= 300


# --- what the neighbours see


def visible(scene: Scene, camera: str, visibility: float, verdict: Verdict = Verdict.PASS) -> Neighbours:
    """A look at `camera` now, and what the others said of it."""
    at = scene.clock.now()
    said = scene.monitor.tools.neighbours(scene.monitor.watches[camera].camera, Look(at, Regime.DAY, visibility))
    facts = {"regime": "day_colour", "baseline": "trusted"}
    seen = Observation("picture", camera, at, 0.1, verdict, (), {"visibility": visibility}, facts)
    scene.monitor.learn(scene.monitor.watches[camera], seen)
    return said


def village(scene: Scene) -> list[str]:
    """The cameras of the largest village."""
    return [camera.code for camera in max(scene.config.inventory.by_village.values(), key=len)]


async def rounds(scene: Scene, visibilities: Mapping[str, float]) -> dict[str, Neighbours]:
    """Two rounds of looks, a quarter of an hour apart: what the others said the second time."""
    for _ in range(2):
        await scene.clock.advance(900.0)
        said = {camera: visible(scene, camera, each) for camera, each in visibilities.items()}
    return said


async def test_a_township_in_fog_blames_no_camera() -> None:
    scene = Scene(township())
    await rounds(scene, dict.fromkeys(scene.monitor.watches, 1.0))
    said = await rounds(scene, dict.fromkeys(scene.monitor.watches, 0.4))
    assert Neighbours.ALONE not in said.values()
    assert list(said.values()).count(Neighbours.WEATHER) > 250


async def test_one_fogged_dome_among_clear_neighbours_is_that_cameras() -> None:
    scene = Scene(township())
    codes = village(scene)
    said = await rounds(scene, {**dict.fromkeys(codes[1:], 0.98), codes[0]: 0.4})
    assert said[codes[0]] is Neighbours.ALONE


async def test_a_neighbour_with_a_fault_is_no_witness_and_one_that_left_the_ledger_neither() -> None:
    scene = Scene(township())
    codes = village(scene)[:4]
    await rounds(scene, {**dict.fromkeys(codes[1:], 0.98), codes[0]: 0.4})
    await scene.clock.advance(60.0)
    assert visible(scene, codes[0], 0.4) is Neighbours.ALONE
    visible(scene, codes[1], 0.2, Verdict.FAIL)
    assert visible(scene, codes[0], 0.4) is Neighbours.UNKNOWN
    visible(scene, codes[1], 0.98)
    fewer = replace(scene.config, inventory=with_cameras(scene.config.inventory, _but(scene.config, codes[2])))
    scene.reload(fewer, [code for code in scene.monitor.watches if code != codes[2]])
    assert visible(scene, codes[0], 0.4) is Neighbours.UNKNOWN


async def test_how_a_baseline_stands_is_kept_by_light_until_the_ledger_says_another_camera() -> None:
    scene = Scene(township(CODES))
    visible(scene, FIRST, 1.0)
    assert scene.monitor.watches[FIRST].baselines == {"day_colour": "trusted"}
    scene.reload(scene.config, CODES[1:])
    assert scene.monitor.watches[FIRST].baselines == {}


async def test_a_visit_is_told_what_stands_of_what_its_probe_found(scene: Scene) -> None:
    told: list[Mapping[str, frozenset[str]]] = []

    async def look(camera: Camera, tools: Tools, _deadline: float) -> Observation:
        told.append(dict(tools.recollect(camera).standing))
        return Observation("picture", camera.code, scene.clock.now(), 0.1, Verdict.UNKNOWN)

    probe, camera = replace(PROBES["picture"], run=look), scene.monitor.watches[FIRST].camera
    await scene.see(Verdict.PASS)
    await scene.monitor.visit(probe, camera)
    for _ in range(8):
        await scene.see(Verdict.FAIL, "covered", probe="picture")
    await scene.see(Verdict.FAIL, "no_video", probe="stream")
    await scene.see(Verdict.FAIL, "no_video", probe="stream")
    await scene.monitor.visit(probe, camera)
    assert told == [{"picture": frozenset()}, {"picture": frozenset({"covered"})}]

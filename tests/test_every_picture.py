"""Every fault of the picture that the simulator can play, by the real probe over real sockets: a person accepts how
each camera looks when all is well, and from then on each fault gets its finding, and nothing else does."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from skywatch.health import Flip, FlipKind, Rules
from skywatch.inventory import Camera, Light
from skywatch.monitor import Monitor
from skywatch.observation import Observation, Verdict
from skywatch.picture.baseline import accept
from skywatch.probes import PROBES
from skywatch.probes.visit import visit
from skywatch.simulator import FAULTS
from skywatch.simulator.faults import Layer
from tests.township import MIDNIGHT, NOON, Stage, played, stage, township

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
QUARTER = 900.0
PATIENT = {"picture": {"timeout": 60.0}}
"""Films are drawn while they are waited for."""


@dataclass(frozen=True, eq=False)
class Row:
    """What must be found at a camera with this fault, and what may be beside it."""

    fault: str
    codes: tuple[str, ...]
    beside: tuple[str, ...] = ()
    verdict: Verdict = FAIL
    options: Mapping[str, float | str] = field(default_factory=dict)
    at: float = NOON

    def __str__(self) -> str:
        how = "-".join(str(value) for value in self.options.values())
        return " ".join(filter(None, (self.fault, how, "by night" if self.at == MIDNIGHT else "")))


ROWS = [
    Row("blurred", ("blur",)),
    Row("blurred", ("blur",), at=MIDNIGHT),
    Row("shaken", (), ("motion_blur", "blur")),
    Row("dirty", ("dirty_lens",)),
    Row("foggy", ("low_contrast",), verdict=PASS),
    Row("dark", ("dark",)),
    Row("light_failed", (), verdict=PASS),
    Row("light_failed", ("light_failed",), at=MIDNIGHT),
    Row("overexposed", ("overexposed",)),
    Row("tinted", ("colour_cast",)),
    Row("colourless", ("mono_by_day",), verdict=PASS),
    Row("noisy", ("noise",)),
    Row("striped", ("stripes",)),
    Row("black", ("black",)),
    Row("black", ("black",), at=MIDNIGHT),
    Row("no_signal", ("no_signal",), options={"card": "blue"}),
    Row("no_signal", ("no_signal",), options={"card": "grey"}),
    Row("no_signal", ("no_signal",), options={"card": "bars"}),
    Row("torn", ("torn",)),
    Row("frozen", ("frozen",)),
    Row("moved", ("moved",), options={"shift": 0.06}),
    Row("moved", ("moved",), options={"shift": 0.06}, at=MIDNIGHT),
    Row("moved", (), ("moved", "scene_changed"), options={"shift": 0.5}),
    Row("covered", (), ("covered", "scene_changed", "low_contrast"), options={"by": "bag", "share": 0.9}),
    Row("covered", ("covered",), options={"by": "leaf", "share": 0.3}),
    Row("covered", ("covered",), options={"by": "hand", "share": 0.5}),
]


@dataclass(frozen=True)
class Seen:
    """One camera's looks: the first of all, one more while all was well, and those under the fault."""

    first: Observation
    well: Observation
    ill: Sequence[Observation]


def casting(rows: Iterable[Row]) -> dict[Row, str]:
    """A camera for each row, all of one sort."""
    config = township()
    free = [
        each.code
        for each in played(config)
        if each.light is Light.INFRARED and each.main.codec == "h264" and config.inventory.cameras[each.code].stream
    ]
    return dict(zip(rows, free, strict=False))


async def look(scene: Stage, codes: Iterable[str]) -> dict[str, Observation]:
    cameras = scene.config.inventory.cameras
    return {code: await visit(PROBES["picture"], cameras[code], scene.tools) for code in codes}


def accepted(scene: Stage, first: Mapping[str, Observation]) -> None:
    """A person accepts the first look at each camera."""
    for code, seen in first.items():
        scene.tools.baselines.change(
            code, seen.facts["regime"], lambda kept: kept and accept(kept, "test", scene.clock.now())
        )


async def play(rows: Sequence[Row], begin: float, folder: Path) -> dict[Row, Seen]:
    cast = casting(rows)
    async with stage(township(cast.values(), PATIENT), begin, baselines=folder) as scene:
        first = await look(scene, cast.values())
        accepted(scene, first)
        scene.clock.skip(QUARTER)
        well = await look(scene, cast.values())
        for row, code in cast.items():
            scene.simulator.cue(code, row.fault, True, **row.options)
        ill = []
        for _ in range(2):
            scene.clock.skip(QUARTER)
            ill.append(await look(scene, cast.values()))
    return {row: Seen(first[code], well[code], [each[code] for each in ill]) for row, code in cast.items()}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[Row, Seen]:
    folder = tmp_path_factory.mktemp("baselines")
    by_day, by_night = ([row for row in ROWS if row.at == at] for at in (NOON, MIDNIGHT))
    return asyncio.run(play(by_day, NOON, folder)) | asyncio.run(play(by_night, MIDNIGHT, folder))


def codes(observation: Observation) -> set[str]:
    return {finding.code for finding in observation.findings}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_fault_of_the_picture_gets_its_finding(seen: dict[Row, Seen], row: Row) -> None:
    last = seen[row].ill[-1]
    assert set(row.codes) <= codes(last) <= {*row.codes, *row.beside}, [each.detail for each in last.findings]
    assert codes(last) or not row.beside
    assert last.verdict is row.verdict


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_healthy_camera_has_none(seen: dict[Row, Seen], row: Row) -> None:
    for observation in (seen[row].first, seen[row].well):
        assert (observation.verdict, codes(observation)) == (PASS, set()), observation
    assert (seen[row].first.facts["baseline"], seen[row].well.facts["baseline"]) == ("none", "accepted")


def test_every_fault_of_the_picture_is_in_the_table() -> None:
    pictures = {fault.name for fault in FAULTS.values() if fault.layer is Layer.PICTURE}
    assert {row.fault for row in ROWS} | {"flickering"} == pictures


# --- a village in fog, and one fogged dome


def village(cameras: Mapping[str, Camera]) -> list[str]:
    """A village's new cameras with a stream of H.264, four of them."""
    shown = {each.code: each.main.codec for each in played(township())}
    places: dict[str, list[str]] = {}
    for camera in cameras.values():
        if shown[camera.code] == "h264" and camera.width == 1920:
            places.setdefault(camera.village, []).append(camera.code)
    return next(codes[:4] for codes in places.values() if len(codes) >= 4)


class Watching:
    """A monitor that looks at a village's cameras in turn, a round each quarter of an hour."""

    def __init__(self, scene: Stage) -> None:
        self.scene, self.flips = scene, list[Flip]()
        self.monitor = Monitor(scene.config.inventory, scene.tools, Rules(gap=1e9), self._tell, scene.clock)
        self.monitor.enrol({})

    def _tell(self, flips: Iterable[Flip]) -> None:
        self.flips += [flip for flip in flips if flip.kind is FlipKind.FINDING]

    async def rounds(self, count: int) -> None:
        for _ in range(count):
            self.scene.clock.skip(QUARTER)
            for watch in self.monitor.watches.values():
                await self.monitor.visit(PROBES["picture"], watch.camera)

    def told(self) -> set[tuple[str, str, str]]:
        """(camera, finding, standing or absent) of all that was told since this was asked last."""
        told = {(flip.camera, flip.what, str(flip.new)) for flip in self.flips}
        self.flips.clear()
        return told


async def test_a_village_in_fog_is_no_fault_and_one_fogged_dome_is_that_cameras(tmp_path: Path) -> None:
    codes = village(township().inventory.cameras)
    async with stage(township(codes, PATIENT), baselines=tmp_path) as scene:
        watching = Watching(scene)
        await watching.rounds(1)
        accepted(scene, {code: watching.monitor.watches[code].latest["picture"] for code in codes})
        await watching.rounds(1)
        assert watching.told() == set()
        for code in codes:
            scene.simulator.cue(code, "foggy", through=0.2)
        await watching.rounds(6)
        assert watching.told() == {(code, "picture.low_contrast", "standing") for code in codes}
        for code in codes[1:]:
            scene.simulator.cue(code, "foggy", on=False)
        await watching.rounds(7)
        told = watching.told()
        assert (codes[0], "picture.dirty_lens", "standing") in told
        assert {each for each in told if each[0] != codes[0]} == {
            (code, "picture.low_contrast", "absent") for code in codes[1:]
        }
        assert watching.monitor.watches[codes[0]].state.verdict("picture") is FAIL

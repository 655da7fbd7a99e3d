"""What a camera's past does for it, from the first look on: the real probe, the simulated township, real files."""

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio

from skywatch.inventory import Camera, Light
from skywatch.observation import Observation, Verdict
from skywatch.picture.baseline import HOUR, Baseline, NothingToAccept, accept
from skywatch.probes import PROBES, Baselines
from skywatch.probes.learning import CHANGES
from skywatch.probes.visit import visit
from skywatch.store import Baselines as Files
from tests.township import NOON, ShiftedClock, Stage, played, stage, township

DAY_LIGHT = "day_colour"
pytestmark = pytest.mark.asyncio(loop_scope="module")
TIMEOUT = {"picture": {"timeout": 20.0}}


@dataclass(frozen=True)
class Street:
    """One camera of the township, and where its past is kept."""

    scene: Stage
    files: Files
    camera: Camera

    async def look(self, hours: float = 0.0, standing: Iterable[str] = ()) -> Observation:
        """So many hours after the first look, with these findings standing."""
        tools = self.scene.tools
        assert isinstance(tools.clock, ShiftedClock)
        tools.clock.set(NOON + hours * HOUR)
        tools.recollect(self.camera).standing["picture"] = frozenset(standing)
        return await visit(PROBES["picture"], self.camera, tools)

    def cue(self, fault: str, on: bool = True, **options: float | str) -> None:
        self.scene.simulator.cue(self.camera.code, fault, on, **options)

    @property
    def known(self) -> Baseline:
        found = self.scene.tools.baselines.find(self.camera.code, DAY_LIGHT)
        assert found is not None
        return found

    def accept(self, hours: float = 0.0) -> None:
        baselines = self.scene.tools.baselines
        at = NOON + hours * HOUR
        baselines.change(self.camera.code, DAY_LIGHT, lambda known: known and accept(known, "Wang", at))


def codes(seen: Observation) -> set[str]:
    return {finding.code for finding in seen.findings}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def streets(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Iterator[Street]]:
    """Cameras that no test has had before."""
    config = township()
    ledger = config.inventory.cameras
    free = (each for each in played(config) if ledger[each.code].stream and each.light is Light.INFRARED)
    codes = [each.code for each in free if each.main.codec == "h264"][:8]
    async with stage(township(codes, TIMEOUT)) as scene:
        scene.tools.baselines.files = files = Files(tmp_path_factory.mktemp("state") / "baselines")
        yield iter([Street(scene, files, camera) for camera in scene.config.inventory.cameras.values()])


@pytest.fixture
def here(streets: Iterator[Street]) -> Street:
    return next(streets)


async def test_a_camera_that_is_blurred_when_it_is_enrolled_never_trusts_itself(here: Street) -> None:
    here.cue("blurred", radius=0.02)
    for hour in range(3):
        assert "blur" in codes(await here.look(hour))
    assert (here.known.candidate, here.known.frozen) == (None, ("blur",))
    with pytest.raises(NothingToAccept):
        here.accept()
    assert here.known.pictures == ()


async def test_from_acceptance_on_a_camera_that_is_turned_aside_is_found_moved(here: Street) -> None:
    before = await here.look()
    assert (before.verdict, before.facts["unjudged_moved"]) == (Verdict.PASS, "no_baseline")
    here.cue("moved")
    assert codes(await here.look(0.1)) == set()
    here.cue("moved", on=False)
    here.accept()
    assert (await here.look(0.2)).verdict is Verdict.PASS
    here.cue("moved")
    assert codes(await here.look(0.3)) & CHANGES


async def test_while_a_fault_stands_nothing_is_learned_from_looks_that_are_well(here: Street) -> None:
    await here.look()
    here.accept()
    await here.look(1.0)
    assert len(here.known.samples) == 2
    await here.look(2.0, standing=["covered"])
    assert (len(here.known.samples), here.known.frozen) == (2, ("covered",))
    await here.look(3.0)
    assert (len(here.known.samples), here.known.frozen) == (3, ())


async def test_a_changed_scene_that_a_person_accepts_is_the_new_way_things_are(here: Street) -> None:
    await here.look()
    here.accept()
    here.cue("moved")
    assert codes(await here.look(1.0)) & CHANGES
    assert here.known.candidate is not None
    here.accept(1.0)
    assert (here.known.version, len(here.known.samples), len(here.known.pictures)) == (2, 1, 1)
    seen = await here.look(1.05, standing=["moved"])  # nothing moves beside the simulator's streets
    assert (seen.verdict, codes(seen)) == (Verdict.PASS, set())
    here.cue("moved", on=False)
    assert codes(await here.look(4.0)) & CHANGES


async def test_a_second_picture_becomes_a_reference_after_a_day(here: Street) -> None:
    await here.look()
    here.accept()
    await here.look(1.0)
    assert len(here.known.pictures) == 1
    await here.look(25.0)
    assert len(here.known.pictures) == 2


async def test_a_picture_that_stands_still_for_minutes_is_found_and_one_that_was_just_seen_is_not(here: Street) -> None:
    here.cue("frozen")
    await here.look()
    assert codes(await here.look(0.05)) == set()
    assert codes(await here.look(0.1)) == {"frozen"}
    here.cue("frozen", on=False)
    assert codes(await here.look(0.2)) == set()


async def test_a_folder_that_cannot_be_written_costs_no_look(here: Street, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    tools = replace(here.scene.tools, baselines=Baselines(Files(tmp_path / "file" / "baselines")))
    seen = await visit(PROBES["picture"], here.camera, tools)
    assert (seen.verdict, seen.findings) == (Verdict.PASS, ())


async def test_of_a_camera_without_a_place_nothing_is_learned(here: Street) -> None:
    tools = replace(here.scene.tools, place=lambda _camera: None)
    assert (await visit(PROBES["picture"], here.camera, tools)).verdict is Verdict.PASS
    assert {light for code, light in here.files.all() if code == here.camera.code} == set()

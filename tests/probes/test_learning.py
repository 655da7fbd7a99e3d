"""What a camera's past does for it, from the first look on: the real probe, the simulated township, real files."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from skywatch.inventory import Camera, Light
from skywatch.observation import Observation, Verdict
from skywatch.picture.baseline import HOUR, Baseline, NothingToAccept, accept
from skywatch.probes import PROBES
from skywatch.probes.learning import CHANGES
from skywatch.probes.visit import visit
from skywatch.store import Baselines as Files
from tests.township import NOON, ShiftedClock, Stage, played, stage, township

DAY_LIGHT = "day_colour"
TIMEOUT = {"picture": {"timeout": 20.0}}


@dataclass(frozen=True)
class Street:
    """One camera of the township, and the folder that its past is kept in."""

    scene: Stage
    camera: Camera

    async def look(self, hours: float = 0.0, standing: Iterable[str] = ()) -> Observation:
        """So many hours after the first look, with these findings standing."""
        tools = replace(self.scene.tools, clock=ShiftedClock(NOON + hours * HOUR))
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


@asynccontextmanager
async def street(folder: Path) -> AsyncIterator[Street]:
    config = township()
    ledger = config.inventory.cameras
    free = (each for each in played(config) if ledger[each.code].stream and each.light is Light.INFRARED)
    code = next(each.code for each in free if each.main.codec == "h264")
    async with stage(township([code], TIMEOUT)) as scene:
        scene.tools.baselines.files = Files(folder / "baselines")
        yield Street(scene, scene.config.inventory.cameras[code])


async def test_a_camera_that_is_blurred_when_it_is_enrolled_never_trusts_itself(tmp_path: Path) -> None:
    async with street(tmp_path) as here:
        here.cue("blurred", radius=0.02)
        for hour in range(3):
            assert "blur" in codes(await here.look(hour))
        assert (here.known.candidate, here.known.frozen) == (None, ("blur",))
        with pytest.raises(NothingToAccept):
            here.accept()
        assert here.known.pictures == ()


async def test_from_acceptance_on_a_camera_that_is_turned_aside_is_found_moved(tmp_path: Path) -> None:
    async with street(tmp_path) as here:
        before = await here.look()
        assert (before.verdict, before.facts["unjudged_moved"]) == (Verdict.PASS, "no_baseline")
        here.cue("moved")
        assert codes(await here.look(0.1)) == set()
        here.cue("moved", on=False)
        here.accept()
        assert (await here.look(0.2)).verdict is Verdict.PASS
        here.cue("moved")
        assert codes(await here.look(0.3)) & CHANGES


async def test_while_a_fault_stands_nothing_is_learned_from_looks_that_are_well(tmp_path: Path) -> None:
    async with street(tmp_path) as here:
        await here.look()
        here.accept()
        await here.look(1.0)
        assert len(here.known.samples) == 2
        await here.look(2.0, standing=["covered"])
        assert (len(here.known.samples), here.known.frozen) == (2, ("covered",))
        await here.look(3.0)
        assert (len(here.known.samples), here.known.frozen) == (3, ())


async def test_a_changed_scene_that_a_person_accepts_is_the_new_way_things_are(tmp_path: Path) -> None:
    async with street(tmp_path) as here:
        await here.look()
        here.accept()
        here.cue("moved")
        assert codes(await here.look(1.0)) & CHANGES
        assert here.known.candidate is not None
        here.accept(2.0)
        assert (here.known.version, len(here.known.samples), len(here.known.pictures)) == (2, 1, 1)
        seen = await here.look(3.0, standing=["moved"])
        assert (seen.verdict, codes(seen)) == (Verdict.PASS, set())
        here.cue("moved", on=False)
        assert codes(await here.look(4.0)) & CHANGES


async def test_a_second_picture_becomes_a_reference_after_a_day(tmp_path: Path) -> None:
    async with street(tmp_path) as here:
        await here.look()
        here.accept()
        await here.look(1.0)
        assert len(here.known.pictures) == 1
        await here.look(25.0)
        assert len(here.known.pictures) == 2


async def test_a_folder_that_cannot_be_written_costs_no_look(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    async with street(tmp_path / "file") as here:
        assert (await here.look()).verdict is Verdict.PASS


async def test_a_camera_of_no_ledger_leaves_nothing_behind(tmp_path: Path) -> None:
    async with street(tmp_path) as here:
        tools = replace(here.scene.tools, place=lambda _camera: None)
        seen = await visit(PROBES["picture"], here.camera, tools)
        assert seen.verdict is Verdict.PASS
    assert not (tmp_path / "baselines").exists()

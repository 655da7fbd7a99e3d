"""What is learned from one look, judged: the rules, without cameras and workers."""

import asyncio
import fcntl
import math
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from skywatch.observation import Verdict
from skywatch.picture import Diagnosis, Features, WorkerTimedOut
from skywatch.picture.baseline import HOUR, Baseline, accept
from skywatch.picture.diagnose import Item
from skywatch.picture.examined import Examined
from skywatch.picture.reference import Reference
from skywatch.picture.sketch import Sketch
from skywatch.probes import Baselines
from skywatch.probes.learning import PATIENCE, Lesson, recall, study
from skywatch.store import Baselines as Files
from tests.picture.healthy import coloured, sharp, street

CODE, LIGHT, BEGIN = "37039915001320000001", "day_colour", 1_780_000_000.0
STREET = street()
PORTRAIT = replace(STREET, width=1080, height=1920)


@dataclass
class Eye:
    """A camera's past, and what a second look at the same picture shows."""

    baselines: Baselines
    light: str = LIGHT
    again: list[int] = field(default_factory=list)
    """Beside how many references it was looked at again, each time."""
    found_again: tuple[str, ...] = ()
    broken: bool = False

    async def look(
        self,
        hours: float,
        *found: str,
        features: Features = STREET,
        focused: bool = True,
        standing: tuple[str, ...] = (),
    ) -> None:
        async def second(references: tuple[Reference, ...]) -> Examined:
            self.again.append(len(references))
            if self.broken:
                raise WorkerTimedOut("not decoded by the deadline")
            picture = Reference(features.width, features.height, f"at {hours}".encode())
            return Examined(features, Sketch(1, 1, b""), picture)

        def judge(_features: Features) -> Diagnosis:
            items = tuple(Item(code, 1.0, severity=3) for code in self.found_again)
            return Diagnosis(Verdict.FAIL if items else Verdict.PASS, self.light, items)

        known = await recall(self.baselines, CODE, self.light)
        lesson = Lesson(known, BEGIN + hours * HOUR, features, focused, frozenset(found), frozenset(standing))
        await study(self.baselines, lesson, second, judge)

    @property
    def known(self) -> Baseline:
        found = self.baselines.find(CODE, self.light)
        assert found is not None
        return found

    def accept(self) -> None:
        self.baselines.change(CODE, self.light, lambda known: known and accept(known, "Wang", BEGIN))


@pytest.fixture
def eye(tmp_path: Path) -> Eye:
    return Eye(Baselines(Files(tmp_path / "baselines")))


async def accepted(eye: Eye) -> Eye:
    await eye.look(0)
    eye.accept()
    return eye


async def test_a_look_that_is_well_is_kept_for_a_person_and_then_sampled(eye: Eye) -> None:
    await accepted(eye)
    await eye.look(1)
    assert (len(eye.known.pictures), len(eye.known.samples)) == (1, 2)


@pytest.mark.parametrize("found", ["blur", "fog", "covered"])
async def test_a_camera_that_never_was_well_has_no_candidate(eye: Eye, found: str) -> None:
    await eye.look(0, found)
    assert (eye.known.candidate, eye.known.frozen, eye.again) == (None, (found,), [])


async def test_a_look_whose_focus_nobody_could_judge_teaches_nothing(eye: Eye) -> None:
    await eye.look(0, focused=False)
    assert eye.baselines.find(CODE, LIGHT) is None


async def test_fewer_pixels_than_the_ledger_says_are_no_reason_to_learn_nothing(eye: Eye) -> None:
    await eye.look(0, "low_resolution", standing=("low_resolution",))
    eye.accept()
    await eye.look(1, "low_resolution", standing=("low_resolution",))
    assert (eye.known.frozen, len(eye.known.samples)) == ((), 2)


async def test_what_was_found_elsewhere_and_stands_freezes_this_light_too(eye: Eye) -> None:
    await accepted(eye)
    await eye.look(1, standing=("covered",))
    assert (eye.known.frozen, len(eye.known.samples)) == (("covered",), 1)
    await eye.look(2)
    assert (eye.known.frozen, len(eye.known.samples)) == ((), 2)


async def test_a_picture_becomes_a_reference_only_if_it_is_well_beside_the_accepted_one_alone(eye: Eye) -> None:
    await accepted(eye)
    eye.found_again = ("moved",)
    await eye.look(25)
    assert (len(eye.known.pictures), len(eye.known.samples)) == (1, 2)
    eye.found_again = ("low_resolution",)
    await eye.look(26)
    assert (len(eye.known.pictures), len(eye.known.samples)) == (2, 3)
    await eye.look(51)
    assert eye.again == [0, 1, 1, 1]


async def test_a_second_look_that_fails_costs_nothing_else(eye: Eye) -> None:
    await accepted(eye)
    eye.broken = True
    await eye.look(25)
    assert len(eye.known.pictures) == 1


async def test_a_moved_camera_is_kept_for_a_person_measured_by_itself(eye: Eye) -> None:
    await accepted(eye)
    await eye.look(1, "moved")
    assert eye.known.candidate is not None
    assert eye.again[-1] == 0
    eye.accept()
    assert (eye.known.version, eye.known.pictures[0].luma) == (2, b"at 1")


@pytest.mark.parametrize(("found", "standing"), [(("moved", "covered"), ()), (("moved",), ("blur",)), (("fog",), ())])
async def test_a_moved_camera_with_another_fault_is_no_new_way_things_are(
    eye: Eye, found: tuple[str, ...], standing: tuple[str, ...]
) -> None:
    await accepted(eye)
    await eye.look(1, *found, standing=standing)
    assert eye.known.candidate is None


async def test_a_camera_that_was_turned_back_is_no_more_to_be_accepted(eye: Eye) -> None:
    await accepted(eye)
    await eye.look(1, "moved")
    await eye.look(1.5, standing=("moved",))
    assert eye.known.candidate is not None
    await eye.look(1.9)
    assert eye.known.candidate is None


async def test_a_picture_of_another_shape_waits_for_a_person(eye: Eye) -> None:
    await accepted(eye)
    await eye.look(1, features=PORTRAIT)
    assert (eye.known.candidate is not None, len(eye.known.samples)) == (True, 1)
    eye.accept()
    await eye.look(2, features=PORTRAIT)
    assert (eye.known.version, len(eye.known.samples)) == (2, 2)


async def test_a_camera_that_switched_to_infrared_at_dusk_teaches_nothing(eye: Eye) -> None:
    dusk = replace(eye, light="dusk")
    await accepted(dusk)
    await dusk.look(1, features=replace(STREET, colour=coloured(0.3)))
    await dusk.look(1, "moved", features=replace(STREET, colour=coloured(0.3)))
    assert (len(dusk.known.samples), dusk.known.candidate, dusk.known.frozen) == (1, None, ())


async def test_what_a_person_did_meanwhile_stands(eye: Eye) -> None:
    """The look was compared with what was there before."""
    await accepted(eye)
    known = await recall(eye.baselines, CODE, LIGHT)
    await eye.look(1, "moved")
    eye.accept()

    async def second(_references: tuple[Reference, ...]) -> Examined:
        raise WorkerTimedOut

    lesson = Lesson(known, BEGIN + 2 * HOUR, STREET, True, frozenset(), frozenset())
    await study(eye.baselines, lesson, second, lambda _features: Diagnosis(Verdict.PASS, LIGHT))
    assert (eye.known.version, len(eye.known.samples)) == (2, 1)


async def test_a_number_that_is_none_teaches_nothing_and_is_told(eye: Eye, caplog: pytest.LogCaptureFixture) -> None:
    await accepted(eye)
    await eye.look(1, features=sharp(STREET, math.nan))
    assert len(eye.known.samples) == 1
    assert "sharpness.steepness" in caplog.text


async def test_a_disk_that_hangs_holds_up_nobody() -> None:
    over = threading.Event()

    class Hanging(Files):
        def read(self, camera: str, light: str) -> bytes | None:
            over.wait(30)
            return None

    began = asyncio.get_running_loop().time()
    known = await recall(Baselines(Hanging(Path("nowhere"))), CODE, LIGHT)
    assert asyncio.get_running_loop().time() - began < PATIENCE + 1
    assert (known.regime, known.references) == ("", ())
    over.set()


async def test_whoever_keeps_the_lock_keeps_nobody_from_reading(eye: Eye, tmp_path: Path) -> None:
    await accepted(eye)
    with (tmp_path / "baselines" / ".lock").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        learning = [asyncio.create_task(eye.look(hour)) for hour in range(1, 7)]
        await asyncio.sleep(0.2)
        known = await recall(eye.baselines, CODE, LIGHT)
        assert len(known.references) == 1
        assert not any(each.done() for each in learning)
    await asyncio.gather(*learning)

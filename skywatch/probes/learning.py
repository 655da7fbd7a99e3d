"""What the picture probe knows of a camera's own past, and what it learns from a look. Judges nothing itself."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from skywatch.picture import Diagnosis, Features, PictureError
from skywatch.picture.baseline import (
    Baseline,
    Look,
    NotFinite,
    fits_light,
    fits_shape,
    freeze,
    learn,
    look_of,
    propose,
    wants_picture,
    wants_proposal,
    wants_sample,
)
from skywatch.picture.examined import Examined
from skywatch.picture.reference import Reference
from skywatch.picture.usual import Usual
from skywatch.probes.baselines import Baselines

log = logging.getLogger(__name__)

CHANGES = frozenset({"moved", "scene_changed"})
"""Findings that may be the new way things are: a person says so by accepting the look."""

HARMLESS = frozenset({"low_resolution"})
"""Findings that change nothing about how the picture looks, and may stand for years."""

PATIENCE = 2.0
"""Seconds that the disk may take; a look goes on without it."""

Again = Callable[[tuple[Reference, ...]], Awaitable[Examined]]
"""The same picture once more beside other references, and itself as one."""

Judge = Callable[[Features], Diagnosis]


@dataclass(frozen=True, slots=True)
class Known:
    """One camera's past by one light, and where it is kept. Without a baseline nothing is known, and nothing learned
    where `regime` is empty."""

    camera: str = ""
    regime: str = ""
    baseline: Baseline | None = None
    usual: Mapping[str, Usual] = field(default_factory=dict)

    @property
    def references(self) -> tuple[Reference, ...]:
        return self.baseline.pictures if self.baseline else ()

    @property
    def standing(self) -> str:
        """`none`, `waiting` for a person, `accepted`, or, where its numbers judge too, `trusted`."""
        if self.baseline is None:
            return "none"
        return "trusted" if self.usual else "accepted" if self.baseline.accepted else "waiting"

    def fits(self, features: Features) -> bool:
        return self.baseline is None or fits_light(self.baseline, features)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One look, judged: what there is to be learned from. `focused` is whether its focus could be judged, `found` the
    codes of all that was found, remarks too; `standing` those of what the camera is known to have."""

    known: Known
    at: float
    features: Features
    focused: bool
    found: frozenset[str]
    standing: frozenset[str]

    @property
    def wrong(self) -> frozenset[str]:
        """All that keeps this look from being one that the camera is to be measured by."""
        return (self.found | self.standing) - HARMLESS

    @property
    def well(self) -> bool:
        return self.focused and not self.wrong and not self._reshaped

    @property
    def changed(self) -> bool:
        """Whether all that is wrong is that something else is in view, or the same in a picture of another shape."""
        seen = bool(self.found - HARMLESS) or (self.focused and self._reshaped)
        return seen and self.wrong <= CHANGES

    @property
    def _reshaped(self) -> bool:
        return self.known.baseline is not None and not fits_shape(self.known.baseline, self.features)


async def recall(baselines: Baselines, camera: str, regime: str) -> Known:
    """What is known, read in a thread; nothing where the disk takes too long."""

    def read() -> Known:
        baseline = baselines.recall(camera, regime)
        return Known(camera, regime, baseline, baseline.usual() if baseline else {})

    try:
        async with asyncio.timeout(PATIENCE):
            return await asyncio.get_running_loop().run_in_executor(baselines.reading, read)
    except TimeoutError:
        log.debug("%s: the baseline was not read in time", camera)
        return Known()


async def study(baselines: Baselines, lesson: Lesson, again: Again, judge: Judge) -> None:
    """Learn what there is to be learned from one look; `again` looks at its picture once more where that is to be kept.
    Raises nothing that has to do with pictures or disks."""
    known, at = lesson.known, lesson.at
    if not known.regime or not (lesson.focused or lesson.found) or not known.fits(lesson.features):
        return
    begun = known.baseline or Baseline(known.camera, known.regime, at)
    wanted = freeze(begun, lesson.wrong)
    sampled = lesson.well and wants_sample(wanted, at)
    try:
        pictured = await _pictured(lesson, wanted, again, judge)
        look = pictured or look_of(lesson.features, at) if sampled or pictured else None
        if wanted != known.baseline or look is not None or (lesson.well and wanted.candidate and wanted.accepted):
            await _write(baselines, lesson, look)
    except NotFinite as error:
        log.warning("%s: nothing was learned from a look: %s", known.camera, error)
    except (PictureError, TimeoutError) as error:
        log.debug("%s: nothing was learned from a look: %s", known.camera, type(error).__name__)


async def _pictured(lesson: Lesson, baseline: Baseline, again: Again, judge: Judge) -> Look | None:
    """The look with its picture, if that is wanted now: measured by itself where it is to be a candidate, and judged
    beside the accepted reference alone where it is to be one more reference."""
    if lesson.changed and wants_proposal(baseline, lesson.at):
        seen = await again(())
        return look_of(seen.features, lesson.at, seen.reference)
    if not lesson.well or not wants_picture(baseline, lesson.at):
        return None
    seen = await again(baseline.pictures[:1])
    if {finding.code for finding in judge(seen.features).findings} - HARMLESS:
        return None
    return look_of(lesson.features, lesson.at, seen.reference)


async def _write(baselines: Baselines, lesson: Lesson, look: Look | None) -> None:
    known = lesson.known

    def change(now: Baseline | None) -> Baseline:
        """A person may have accepted or reset meanwhile: then this look was compared with something else."""
        current = now or Baseline(known.camera, known.regime, lesson.at)
        fresh = freeze(current, lesson.wrong)
        if _era(now) != _era(known.baseline):
            return fresh
        if lesson.changed:
            return propose(fresh, look) if look is not None else fresh
        return learn(fresh, look or look_of(lesson.features, lesson.at)) if lesson.well else fresh

    async with asyncio.timeout(PATIENCE):
        keeping = partial(baselines.keep, known.camera, known.regime, change)
        await asyncio.get_running_loop().run_in_executor(baselines.writing, keeping)


def _era(baseline: Baseline | None) -> tuple[int, float | None] | None:
    return None if baseline is None else (baseline.version, baseline.accepted_at)


def alone(features: Features) -> Features:
    """Without how its edges and colours compare with references: those of another light say nothing of them."""
    return replace(features, edges=None, cast=None)

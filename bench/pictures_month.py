"""A simulated month of each camera that has many days of real footage: looks drawn at random from what was said of its
healthy pictures, faults put in, and the daemon's own rules of what is believed and when a camera is looked at again.

Only daylight is played, twelve hours a day. The weather lasts: a picture stays for two hours' looks, so that a false
alarm is not diluted by the pictures beside it.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.pictures_cases import Case
from bench.pictures_table import CODES
from skywatch.health import CameraState, Flip, FlipKind, Rules, Standing, advance, unseen
from skywatch.observation import Finding, Observation, Verdict
from skywatch.picture.diagnose import Item
from skywatch.probes.picture import PictureOptions
from skywatch.scheduler.timing import next_pause

DAYS, DAYLIGHT, LASTS, HOUR = 30, 12 * 3600.0, 7200.0, 3600.0
LEAST = 5
"""Healthy pictures that a camera must have, to be played."""

_OPTIONS = PictureOptions()
_RULES = Rules(gap=1e9, apart=_OPTIONS.recheck / 2)


@dataclass(frozen=True, slots=True)
class Play:
    """Of one camera: `looks` at it while it was well and `false` findings that were believed (a day with the same one
    is one), and each fault that was put in: kind, severity, and after how many seconds of daylight it was believed."""

    camera: str
    pictures: int
    looks: int
    false: tuple[str, ...]
    faults: tuple[tuple[str, int, float | None, bool], ...]


@dataclass
class _Watch:
    """One camera as the daemon sees it, from daylight to daylight."""

    state: CameraState
    now: float = 0.0
    doubts: int = 0
    believed: list[Flip] = field(default_factory=list)

    def look(self, items: Mapping[str, Item]) -> list[str]:
        """One visit; the codes that are believed since. The next one is due at `now`."""
        self.state, flips = advance(self.state, _observed(self.state.camera, self.now, items), _RULES)
        self.doubts = self.doubts + 1 if self.state.in_doubt("picture") else 0
        pause = next_pause(self.doubts, _OPTIONS.recheck, _OPTIONS.period)
        self.now += pause or _OPTIONS.period
        news = [flip for flip in flips if flip.kind is FlipKind.FINDING and flip.new == Standing.STANDING]
        remarks = {mark.finding.code for mark in self.state.marks if mark.finding.remark}
        return [code for flip in news if (code := flip.what.removeprefix("picture.")) not in remarks]


def month(cases: Sequence[Case]) -> list[Play]:
    """Every camera with references of other days and enough healthy pictures by day."""
    cameras = dict.fromkeys(case.camera for case in cases)
    plays = (_play(camera, [case for case in cases if case.camera == camera and case.references]) for camera in cameras)
    return [play for play in plays if play is not None]


def _play(camera: str, cases: Sequence[Case]) -> Play | None:
    well = [case for case in cases if case.healthy and case.light in ("day", "weather")]
    if len({case.shot for case in well}) < LEAST:
        return None
    chance = random.Random(camera)
    looks, false = _healthy(camera, well, chance)
    faulty: dict[tuple[str, int], list[Case]] = {}
    for case in cases:
        if not case.healthy and case.light != "night" and severe(case):
            faulty.setdefault((case.fault.kind, case.fault.severity), []).append(case)
    faults = tuple((*key, *_fault(camera, well, some, chance)) for key, some in sorted(faulty.items()))
    return Play(camera, len({case.shot for case in well}), looks, false, faults)


def severe(case: Case) -> bool:
    """Severity 4 and up, and what has no lesser degree; fog is weather."""
    kind = case.fault.kind
    return kind in ("black", "blue", "nosignal", "cover") or (case.fault.severity >= 4 and kind != "fog")


def _healthy(camera: str, well: Sequence[Case], chance: random.Random) -> tuple[int, tuple[str, ...]]:
    watch, looks, false = _Watch(unseen(camera, 0.0)), 0, []
    shown, until = chance.choice(well), 0.0
    while watch.now < DAYS * DAYLIGHT:
        if watch.now >= until:
            shown, until = chance.choice(well), watch.now + LASTS
        false += watch.look(shown.by)
        looks += 1
    return looks, tuple(false)


def _fault(
    camera: str, well: Sequence[Case], faulty: Sequence[Case], chance: random.Random
) -> tuple[float | None, bool]:
    """(seconds until anything was believed, whether that or what came within the hour had the right name)."""
    watch = _Watch(unseen(camera, 0.0))
    while watch.now < LASTS:
        watch.look(chance.choice(well).by)
    began, first, named = watch.now - chance.uniform(0, _OPTIONS.period), None, False
    shown, until = chance.choice(faulty), watch.now + LASTS
    right = {*CODES[shown.fault.kind], *(("scene_changed",) if shown.fault.kind == "moved" else ())}
    while watch.now < began + HOUR:
        at = watch.now
        believed = watch.look(shown.by if at < until else chance.choice(faulty).by)
        if believed and first is None:
            first = at - began
        named = named or bool(right & set(believed))
    return first, named


def _observed(camera: str, at: float, items: Mapping[str, Item]) -> Observation:
    """As the picture probe would tell it."""
    found = tuple(
        Finding(item.code, "picture", item.detail, item.severity, item.remark) for item in items.values() if item.found
    )
    judged = frozenset(code for code, item in items.items() if item.score is not None)
    fails = any(not finding.remark for finding in found)
    verdict = Verdict.FAIL if fails else Verdict.UNKNOWN if "blur" not in judged else Verdict.PASS
    return Observation("picture", camera, at, 1.0, verdict, found, judged=judged)


def summary(plays: Sequence[Play]) -> dict[str, object]:
    """What the months come to, and what they can prove: with nothing found false in n independent looks, the true share
    is below 3/n at 95 % (the rule of three); looks at the same picture are not independent, so n is pictures."""
    looks, pictures = sum(play.looks for play in plays), sum(play.pictures for play in plays)
    false = sum(len(play.false) for play in plays)
    faults = [fault for play in plays for fault in play.faults]
    late = [f"{play.camera} {kind} {level}" for play in plays for kind, level, after, _ in play.faults if after is None]
    return {
        "cameras": len(plays),
        "looks": looks,
        "pictures": pictures,
        "false": false,
        "false_per_1000": 1000 * false / max(1, looks),
        "false_by_camera": {play.camera: list(play.false) for play in plays if play.false},
        "provable_per_1000": 3000 / max(1, pictures),
        "faults": len(faults),
        "within_the_hour": sum(after is not None for _, _, after, _ in faults) / max(1, len(faults)),
        "rightly_named": sum(named for *_, named in faults) / max(1, len(faults)),
        "late": late,
        "misnamed": [
            f"{play.camera} {k} {s}" for play in plays for k, s, after, named in play.faults if after and not named
        ],
    }

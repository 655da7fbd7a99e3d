"""What is judged: real shots of real cameras, as they are and with faults drawn on them, beside references of other
days.

Everything that takes a picture apart happens here, camera by camera, in processes of their own; what comes back is one
`Case` a picture, with what the diagnosis said and what the naive rules measure.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

import cv2

from bench.faults import Fault, planes
from bench.footage import Shot, by_camera, other_days, shots
from bench.pictures_rules import naive
from skywatch.picture.compare.choice import nearest
from skywatch.picture.decode import Planes
from skywatch.picture.diagnose import Item, diagnose
from skywatch.picture.examine import examine
from skywatch.picture.measure import Canvas
from skywatch.picture.score import LIGHTS
from skywatch.picture.sky import Regime, Sky
from skywatch.picture.vouched import (
    REFERENCES,
    Look,
    NothingInView,
    Vouched,
    beside_others,
    chosen,
    look_at,
)

LEVELS: dict[str, tuple[int, ...]] = {
    "defocus": (3, 4, 5),
    "motion": (3, 4, 5),
    "dirty": (3, 4),
    "under": (3, 4),
    "over": (3, 4),
    "cast": (3, 4),
    "snow": (2, 3),
    "stripes": (3, 4),
    "occlude_hand": (3, 4),
    "occlude_leaf": (3, 4),
    "occlude_paint": (3, 4),
    "occlude_web": (3, 4),
    "cover": (1, 3, 5),
    "moved": (2, 3, 4, 5),
    "black": (1,),
    "blue": (1,),
    "nosignal": (1,),
    "fog": (3, 4),
}
"""Faults drawn by `degrade.py`, and how badly; real fog is judged too, drawn fog beside it."""

NIGHTS = (Fault("ir_night", 1), Fault("ir_night", 4), Fault("rain_lamp", 1), Fault("rain_lamp", 4))
"""Drawn nights without a fault; their references are as dark as they are."""

NONE = Fault()

DAYS = 12
"""Other days of a camera that are measured, at most."""


@dataclass(frozen=True, slots=True)
class Case:
    """One picture. `light` is `day`, `weather`, `night` or `drawn_night`; `by` what was said of it beside `references`
    pictures of other days, `alone` without any; `rules` are what the naive rules measure."""

    camera: str
    shot: str
    light: str
    fault: Fault
    references: int
    by: Mapping[str, Item] = field(repr=False)
    alone: Mapping[str, Item] = field(repr=False)
    rules: Mapping[str, float] = field(default_factory=dict, repr=False)

    @property
    def healthy(self) -> bool:
        return not self.fault.kind or self.light == "drawn_night"

    def items(self, alone: bool) -> Mapping[str, Item]:
        return self.alone if alone else self.by


def cases(folder: Path, quick: bool, processes: int, only: Sequence[str] = ()) -> list[Case]:
    """Every case of the folder, camera by camera. `quick`: fewer shots and levels. `only`: kinds of faults."""
    cameras = sorted(by_camera(shots(folder)).values(), key=len, reverse=True)
    work = partial(_of_camera, folder=folder, quick=quick, only=tuple(only))
    with get_context("fork").Pool(processes) as pool:
        return list(chain.from_iterable(pool.imap(work, cameras, chunksize=1)))


def seed_of(shot: Shot) -> int:
    return zlib.crc32(shot.path.name.encode()) % 1000


def sky_of(shot: Shot, planes_of_it: Planes) -> Sky:
    """What an operator would know of it: day, or night with the light that the picture shows."""
    if not shot.night:
        return LIGHTS[Regime.DAY]
    flat = planes_of_it.cb is None or (int(planes_of_it.cb.max()) - int(planes_of_it.cb.min())) < 8
    return LIGHTS[Regime.INFRARED if flat else Regime.WHITE]


@dataclass
class Album:
    """What is known of one camera, measured once: looks by shot, drawn fault and crop, and what they are beside
    others."""

    folder: Path
    shots: Sequence[Shot]
    most: int
    looks: dict[tuple[Path, Fault, bool], Look | None] = field(default_factory=dict)
    usual: dict[tuple[Path, bool, tuple[Path, ...]], Look] = field(default_factory=dict)

    def beside(self, shot: Shot, fault: Fault, cropped: bool = False) -> Vouched:
        """Clear pictures by the same light on other days: what a person would vouch for."""
        days = chosen(other_days(shot, list(self.shots)), 2 if fault.kind else self.most)
        looks = [look for each in days if (look := self._look(each, fault, cropped))]
        if fault.kind:
            return Vouched(tuple(looks))
        return Vouched(tuple(self._usual(look, looks, cropped) for look in looks))

    def _look(self, shot: Shot, fault: Fault, cropped: bool) -> Look | None:
        key = (shot.path, fault, cropped)
        if key not in self.looks:
            try:
                self.looks[key] = look_at(shot.path, self._planes(shot, fault, cropped))
            except NothingInView:
                self.looks[key] = None
        return self.looks[key]

    def _usual(self, look: Look, looks: list[Look], cropped: bool) -> Look:
        key = (
            look.path,
            cropped,
            tuple(each.path for each in looks),
        )
        if key not in self.usual:
            shot = next(each for each in self.shots if each.path == look.path)
            self.usual[key] = beside_others(look, self._planes(shot, NONE, cropped), looks)
        return self.usual[key]

    def _planes(self, shot: Shot, fault: Fault, cropped: bool) -> Planes:
        return planes(shot, 0.5, fault, self.folder, seed=seed_of(shot), cropped=cropped)


def judged(seen: Planes, sky: Sky, known: Vouched) -> tuple[dict[str, Item], dict[str, Item], int]:
    """What is said of it beside what is known, what without, and beside how many pictures."""
    alone = examine(seen)
    what = known.known(alone, sky)
    features = examine(seen, nearest(Canvas(seen), what.references, REFERENCES)) if what.references else alone
    return (
        {item.code: item for item in diagnose(features, sky, usual=what.usual).items},
        {item.code: item for item in diagnose(alone, sky).items},
        len(what.used),
    )


def _bases(shots_of_it: Sequence[Shot], quick: bool) -> list[Shot]:
    """The clear shots of a camera that faults are drawn on: one a day and light, spread over the days, few of them."""
    found = []
    for night in (False, True):
        days = {shot.day: shot for shot in reversed(shots_of_it) if shot.clear and shot.night is night}
        most = 1 if quick else 2 if night or len(days) < 3 else 4
        found += chosen(list(reversed(days.values())), most)
    return found


def _of_camera(of_it: Sequence[Shot], folder: Path, quick: bool, only: Sequence[str]) -> list[Case]:
    cv2.setNumThreads(1)
    album = Album(folder, of_it, 6 if quick else DAYS)
    drawn_on = _bases(of_it, quick)
    healthy = [shot for shot in of_it if shot.healthy]
    found = [_case(album, shot, NONE) for shot in (chosen(healthy, 12) if quick else healthy)]
    for shot in drawn_on:
        found += [_case(album, shot, fault) for fault in _faults(quick, only)]
        if not shot.night:
            found += [_case(album, shot, fault, drawn_night=True) for fault in NIGHTS[:: 2 if quick else 1]]
    return found


def _faults(quick: bool, only: Sequence[str]) -> list[Fault]:
    kinds = {kind: levels for kind, levels in LEVELS.items() if not only or kind in only}
    return [Fault(kind, level) for kind, levels in kinds.items() for level in (levels[:2] if quick else levels)]


def _case(album: Album, shot: Shot, fault: Fault, drawn_night: bool = False) -> Case:
    seen = planes(shot, 0.5, fault, album.folder, seed=seed_of(shot))
    if drawn_night:
        light = "drawn_night"
        sky = LIGHTS[Regime.INFRARED if fault.kind == "ir_night" else Regime.WHITE]
        known = album.beside(shot, fault)
    else:
        light = "night" if shot.night else "day" if shot.clear else "weather"
        sky = sky_of(shot, planes(shot, 0.5, NONE, album.folder, seed=seed_of(shot)))
        known = album.beside(shot, NONE, fault.cropped)
    by, alone, count = judged(seen, sky, known)
    return Case(shot.camera, shot.path.name, light, fault, count, _bare(by), _bare(alone), naive(seen))


def _bare(items: Mapping[str, Item]) -> dict[str, Item]:
    return {code: replace(item, detail="") for code, item in items.items()}

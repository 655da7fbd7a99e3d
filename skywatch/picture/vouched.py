"""Reference pictures that a person vouches for, by naming them: what is usual at a camera, for `skywatch score`.

They are few and of any day and light, so each picture under test is compared with those of its own shape and light, and
what is left aside is told. The daemon learns its own baselines over days instead (`baseline.py`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import TypeVar

from skywatch.picture.baseline import COLOURED, GREY, Baseline, fits_light
from skywatch.picture.baseline_file import UnusableBaseline, from_bytes
from skywatch.picture.compare import taken
from skywatch.picture.compare.choice import nearest
from skywatch.picture.decode import Planes
from skywatch.picture.diagnose import diagnose
from skywatch.picture.errors import Undecodable
from skywatch.picture.examine import examine
from skywatch.picture.features import Features
from skywatch.picture.files import frames
from skywatch.picture.measure import Canvas
from skywatch.picture.reference import Reference, same_shape
from skywatch.picture.sky import Regime, Sky
from skywatch.picture.usual import Usual, usual

T = TypeVar("T")

BASELINE = ".baseline"
"""How the files of stored baselines end."""

REFERENCES = 3
"""So many pictures at most are compared with in detail; the numbers of all of them say what is usual."""

MOST = 24
"""Pictures that are looked at, spread over those that were named: more of them say no more."""

_LIT = 60.0
"""`tone.p90` from which the lack of colour says something about the light; a dark picture has none anyway."""


class NothingInView(ValueError):
    """The message is the finding's code."""


@dataclass(frozen=True, slots=True)
class Look:
    """One picture that somebody vouches for, or that a camera's baseline keeps."""

    path: Path
    features: Features
    reference: Reference
    numbers: Mapping[str, float]
    """Of the features, and against the other looks."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a camera's view for one picture: the `references` that fit it (`REFERENCES` of them, those that
    are most like it, are compared with), and what is `usual`. `missing` says why there is nothing, as a key of
    `diagnose.REASONS`; `aside` what was not used, and why, as keys too or in the decoder's words."""

    references: tuple[Reference, ...] = ()
    usual: Mapping[str, Usual] = field(default_factory=dict)
    used: tuple[Path, ...] = ()
    aside: Mapping[Path, str] = field(default_factory=dict)
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Vouched:
    """All that was named, measured once."""

    looks: tuple[Look, ...] = ()
    broken: Mapping[Path, str] = field(default_factory=dict)
    stored: Mapping[Path, Baseline] = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        return bool(self.looks or self.stored)

    def known(self, features: Features, sky: Sky, path: Path | None = None) -> Known:
        """What of it says something about a picture with these features, taken by this light. A picture that is among
        the references itself (`path`) is not compared with itself."""
        unfit = {look.path: _unfit(look, features, sky, path) for look in self.looks}
        unfit |= {path: _unlike(baseline, features, sky) for path, baseline in self.stored.items()}
        aside = {**self.broken, **{path: why for path, why in unfit.items() if why}}
        fit = [look for look in self.looks if not unfit[look.path]]
        kept = [baseline for path, baseline in self.stored.items() if not unfit[path]]
        if not fit and not kept:
            return Known(aside=aside, missing=_only(aside.values()) if self.usable else "no_baseline")
        references = (*chain.from_iterable(map(_pictures, kept)), *(look.reference for look in fit))
        learned = next((numbers for baseline in kept if (numbers := baseline.usual())), None)
        used = tuple(path for path, why in unfit.items() if not why)
        return Known(references, learned or _usual(fit), used, aside)


def vouched(paths: Sequence[Path]) -> Vouched:
    """Read and measure the pictures (of a clip, the middle one). Never raises for a file: what can't be read, and what
    shows no view at all, is kept as `broken` with the reason."""
    stored, broken = _stored(path for path in paths if path.suffix == BASELINE)
    named = [path for path in dict.fromkeys(paths) if path.suffix != BASELINE]
    shown = {}
    for path in chosen(named, MOST):
        try:
            shown[path] = frames(path, (0.5,))[0]
        except Undecodable as error:
            broken[path] = str(error)
    broken |= {path: "enough" for path in named if path not in shown and path not in broken}
    known = measured(shown)
    return replace(known, broken={**broken, **known.broken}, stored=stored)


def _stored(paths: Iterable[Path]) -> tuple[dict[Path, Baseline], dict[Path, str]]:
    """Baselines as the daemon keeps them, and why others can't be used."""
    stored: dict[Path, Baseline] = {}
    broken: dict[Path, str] = {}
    for path in dict.fromkeys(paths):
        try:
            baseline = from_bytes(path.read_bytes())
        except (OSError, UnusableBaseline) as error:
            broken[path] = getattr(error, "strerror", None) or str(error)
            continue
        if _pictures(baseline):
            stored[path] = baseline
        else:
            broken[path] = "no_baseline"
    return stored, broken


def _pictures(baseline: Baseline) -> tuple[Reference, ...]:
    """Its references; the look that waits for a person, where nobody has accepted one: naming the file vouches for
    it."""
    waiting = baseline.candidate.reference if baseline.candidate is not None else None
    return baseline.pictures or ((waiting,) if waiting is not None else ())


def _unlike(baseline: Baseline, features: Features, sky: Sky) -> str:
    """Why a stored baseline says nothing about this picture, or ""."""
    first = _pictures(baseline)[0]
    if not same_shape((first.width, first.height), _size(features)):
        return "other_shape"
    if sky.regime is not Regime.UNSTATED and baseline.regime != sky.regime.value:
        return "other_light"
    return "" if fits_light(baseline, features) else "other_light"


def measured(shown: Mapping[Path, Planes]) -> Vouched:
    """The same of pictures that are there already."""
    looks, broken = [], {}
    for path, planes in shown.items():
        try:
            looks.append(look_at(path, planes))
        except NothingInView as error:
            broken[path] = str(error)
    return Vouched(tuple(beside_others(look, shown[look.path], looks) for look in looks), broken)


def look_at(path: Path, shown: Planes) -> Look:
    """One picture by itself. Raises NothingInView where it is black, or a card that says there is no signal."""
    features = examine(shown)
    items = diagnose(features, Sky()).items
    if nothing := next((item.code for item in items if item.found and item.hides), ""):
        raise NothingInView(nothing)
    return Look(path, features, taken(Canvas(shown)), features.numbers())


def beside_others(look: Look, shown: Planes, looks: Sequence[Look]) -> Look:
    """`look` with the numbers against the others of its kind, where there are any: what is usual from day to day."""
    references = nearest(Canvas(shown), others(look, looks), REFERENCES)
    return replace(look, numbers=examine(shown, references).numbers()) if references else look


def others(look: Look, looks: Sequence[Look]) -> list[Reference]:
    """What a look may be compared with to learn what is usual: the others of its shape and light."""
    return [other.reference for other in looks if not _unfit(other, look.features, Sky(), look.path)]


def chosen(looks: Sequence[T], count: int) -> list[T]:
    """At most `count` of them, spread from the first to the last."""
    if len(looks) <= count:
        return list(looks)
    return [looks[round(place * (len(looks) - 1) / max(1, count - 1))] for place in range(count)]


def _unfit(look: Look, features: Features, sky: Sky, path: Path | None) -> str:
    """Why a look says nothing about this picture, or ""."""
    if path is not None and path == look.path:
        return "itself"
    if not same_shape(_size(look.features), _size(features)):
        return "other_shape"
    wanted = True if sky.regime is Regime.DAY else _coloured(features)  # a grey one by day is looked for
    return "other_light" if _differ(wanted, _coloured(look.features)) else ""


def _coloured(features: Features) -> bool | None:
    """Whether a picture was taken in colour; None where it doesn't show that."""
    if features.colour.strength >= COLOURED:
        return True
    return False if features.colour.strength < GREY and features.tone.p90 >= _LIT else None


def _differ(one: bool | None, other: bool | None) -> bool:
    return one is not None and other is not None and one != other


def _usual(looks: Sequence[Look]) -> dict[str, Usual]:
    names = dict.fromkeys(chain.from_iterable(look.numbers for look in looks))
    return {name: usual([look.numbers[name] for look in looks if name in look.numbers]) for name in names}


def _size(features: Features) -> tuple[int, int]:
    return features.width, features.height


def _only(reasons: Iterable[str]) -> str:
    """The reason that they share, else the plainest."""
    told = set(reasons)
    return next((reason for reason in ("other_shape", "other_light") if reason in told), "no_baseline")

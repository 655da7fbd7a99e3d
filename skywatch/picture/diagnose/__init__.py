"""Features and sky -> what is wrong with a picture. The only place where limits act; pure, so that it can be run again
on stored features with other limits.

A file for each kind of fault; each judge takes a `Case` and answers with one `Item` for everything that it minds, found
or not. They are asked in the order of `JUDGES`: where there is no picture of the world at all, nobody asks for focus.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from skywatch.observation import Finding, Verdict
from skywatch.picture.diagnose import lens, light, resolution, signal, tint, view
from skywatch.picture.diagnose.case import REASONS, Case, Item, say_why, unjudged
from skywatch.picture.features import Features
from skywatch.picture.limits import Limits
from skywatch.picture.sky import Sky
from skywatch.picture.usual import Usual
from skywatch.picture.weather import Neighbours

__all__ = ["JUDGES", "REASONS", "Case", "Diagnosis", "Item", "diagnose", "say_why"]

_FOCUS = ("blur", "motion_blur", "dirty_lens")
_WEATHER = ("low_contrast",)
_COLOURS = ("colour_cast", "mono_by_day")
_VIEW = ("moved", "scene_changed")

HIDES: Mapping[str, tuple[str, ...]] = {
    "light_failed": (*_FOCUS, *_WEATHER, *_COLOURS, *_VIEW, "noise", "stripes", "covered", "dark"),
    "covered": (*_FOCUS, *_WEATHER, *_COLOURS, "noise", "stripes", "scene_changed", "dark", "overexposed"),
    "overexposed": (*_FOCUS, *_WEATHER, *_COLOURS, "noise", "stripes", "scene_changed", "covered"),
    "dark": (*_FOCUS, *_WEATHER, *_COLOURS, "noise", "scene_changed"),
    "scene_changed": ("motion_blur", "dirty_lens", *_WEATHER, *_COLOURS, "noise", "moved"),
    "moved": ("dirty_lens",),
    "dirty_lens": ("covered",),
    "stripes": (*_FOCUS, *_WEATHER, "noise"),
    "noise": (*_FOCUS, *_WEATHER, "mono_by_day"),
    "blur": ("stripes", *_WEATHER, "noise"),
    "low_contrast": _COLOURS,
    "colour_cast": _WEATHER,
}
"""What a fault makes of other items, strongest first: while the first is found, the others are unjudged for that
reason. Where two hide each other, the more severe is told."""

JUDGES: tuple[Callable[[Case], Iterable[Item]], ...] = (
    signal.judge,
    light.judge,
    tint.judge,
    view.judge,
    lens.judge,
    resolution.judge,
)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One picture, judged: `items` are all that it was judged by. The verdict is `fail` with any finding but remarks,
    `unknown` where focus could not be judged, else `pass`."""

    verdict: Verdict
    regime: str
    items: tuple[Item, ...] = ()
    undecodable: Finding | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        found = tuple(
            Finding(item.code, "picture", item.detail, item.severity, item.remark) for item in self.items if item.found
        )
        return (self.undecodable, *found) if self.undecodable else found

    @property
    def scores(self) -> Mapping[str, float]:
        """By code, of everything that could be judged."""
        return {item.code: item.score for item in self.items if item.score is not None}

    @property
    def unjudged(self) -> Mapping[str, str]:
        """Code -> key of `REASONS`."""
        return {item.code: item.reason for item in self.items if item.reason}


def diagnose(
    features: Features,
    sky: Sky,
    limits: Limits | None = None,
    usual: Mapping[str, Usual] | None = None,
    neighbours: Neighbours = Neighbours.UNKNOWN,
    expected: tuple[int, int] | None = None,
) -> Diagnosis:
    """Judge one picture: by absolute limits, by what is usual at its camera where that is known, by what those around
    it see, and by the size (width, height) that the ledger expects of it."""
    items = _behind(tuple(_judged(Case(features, sky, limits or Limits(), usual or {}, neighbours, expected))))
    return Diagnosis(_verdict(items), sky.regime.value, items)


def _judged(case: Case) -> Iterator[Item]:
    """Every item once; those behind one that hides them are unknown, and all of them where a number is none."""
    why = "" if all(map(math.isfinite, case.features.numbers().values())) else "no_number"
    for judge in JUDGES:
        behind = why
        for item in judge(case):
            yield unjudged(item.code, behind) if behind else item
            why = why or ("no_picture" if item.hides else "")


def _behind(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """`items`, those unjudged that are behind one that is found."""
    found = {item.code: item.severity for item in items if item.found}
    hidden: dict[str, str] = {}
    for cause, others in HIDES.items():
        if cause in found and cause not in hidden:
            hidden |= {code: cause for code in others if code not in hidden and not _outdoes(code, cause, found)}
    return tuple(unjudged(item.code, hidden[item.code]) if item.code in hidden else item for item in items)


def _outdoes(code: str, cause: str, found: Mapping[str, int]) -> bool:
    """Whether both hide each other, and `code` is the more severe."""
    return cause in HIDES.get(code, ()) and found.get(code, 0) > found[cause]


def _verdict(items: Iterable[Item]) -> Verdict:
    by_code = {item.code: item for item in items}
    if any(item.found and not item.remark for item in by_code.values()):
        return Verdict.FAIL
    return Verdict.UNKNOWN if by_code["blur"].score is None else Verdict.PASS

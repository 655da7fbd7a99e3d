"""What every judge is given and what it answers: one table of items, a score and a severity each."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from skywatch.i18n import N_, _
from skywatch.picture.features import Features
from skywatch.picture.limits import Limits
from skywatch.picture.sky import Sky
from skywatch.picture.usual import Usual
from skywatch.picture.weather import Neighbours

REASONS: dict[str, str] = {
    "too_dark": N_("too dark to tell"),
    "too_flat": N_("nothing in view stands out (fog?)"),
    "too_small": N_("picture too small"),
    "dusk": N_("between day and night"),
    "unlit_night": N_("night, and no light installed"),
    "no_picture": N_("there is no picture to judge"),
    "daylight": N_("by daylight no lamp is needed"),
    "by_day_only": N_("judged by daylight only"),
    "unstated": N_("nobody knows when and where it was taken"),
    "light_failed": N_("its light has failed"),
    "no_colour": N_("a picture without colour"),
    "no_clip": N_("takes several pictures in a row"),
    "not_measured": N_("not measured on this picture"),
    "no_baseline": N_("nothing to compare with yet"),
    "other_shape": N_("the picture's shape is not that of the reference"),
    "other_light": N_("the reference was taken by another light"),
    "not_found": N_("nothing of the reference is in view"),
    "covered": N_("the lens is covered"),
    "moved": N_("the view is not where it was"),
    "scene_changed": N_("another scene is in view"),
    "dark": N_("the picture is too dark"),
    "overexposed": N_("the picture is overexposed"),
    "blur": N_("the picture is blurred"),
    "stripes": N_("stripes lie over the picture"),
    "dirty_lens": N_("the lens is dirty"),
    "low_contrast": N_("little stands out (fog, haze, rain)"),
    "colour_cast": N_("all colours are off"),
    "noise": N_("the picture is noisy"),
    "noisy": N_("too noisy to tell"),
    "hidden": N_("part of the view is hidden"),
    "no_number": N_("a number of it is none: a mistake of skywatch's own"),
    "no_ledger": N_("the ledger says nothing of it"),
}
"""Why an item could not be judged."""


def say_why(reason: str) -> str:
    """What a key of `REASONS` means, in the current language; an unknown one stands for itself."""
    return _(REASONS[reason]) if reason in REASONS else reason


@dataclass(frozen=True, slots=True)
class Case:
    """One picture to be judged. `usual` says what its camera's numbers are by this light, by their path (`tone.p50`);
    it is empty while there is no baseline that can be trusted. `neighbours` say whether lost contrast is the weather.
    `expected` is the size (width, height) that the ledger says the picture has, where it says so."""

    features: Features
    sky: Sky
    limits: Limits
    usual: Mapping[str, Usual] = field(default_factory=dict)
    neighbours: Neighbours = Neighbours.UNKNOWN
    expected: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that may be wrong with a picture.

    `code` is a key of `skywatch.findings.GLOSSARY`. `score` is how much is gone, 0 as it should be to 1 nothing left,
    or None where that could not be judged for `reason`. `severity` is 0 where nothing is found, else 1 (slight) to 5.
    `detail` is the evidence, in English. A `remark` is told and does not make the picture a faulty one: weather is
    nobody's fault. `hides`: while this is found, nothing can be said of the items that come after.
    """

    code: str
    score: float | None
    severity: int = 0
    detail: str = ""
    reason: str = ""
    remark: bool = False
    hides: bool = False

    @property
    def found(self) -> bool:
        return self.severity > 0


def judged(code: str, score: float, limit: float, detail: str, *, remark: bool = False, hides: bool = False) -> Item:
    """`code` is found where `score` is above `limit`; how far above makes the severity. What is no number judges
    nothing."""
    if math.isnan(score):
        return unjudged(code, "no_number")
    if score <= limit:
        return Item(code, score)
    severity = min(5, 1 + int(5 * (score - limit) / max(1e-9, 1 - limit)))
    return Item(code, score, severity, f"{code} {score:.2f}, limit {limit:.2f} ({detail})", remark=remark, hides=hides)


def unjudged(code: str, reason: str) -> Item:
    """`code` could not be judged."""
    return Item(code, None, reason=reason)


def between(value: float, *points: tuple[float, float]) -> float:
    """The broken line through `points` (ascending), level outside of them; of what is no number, none."""
    if math.isnan(value):
        return value
    if value <= points[0][0]:
        return points[0][1]
    for (left, low), (right, high) in pairwise(points):
        if value <= right:
            return low + (high - low) * (value - left) / (right - left)
    return points[-1][1]


def least(*values: float) -> float:
    """The smallest of them; no number if one of them is none."""
    return math.nan if any(map(math.isnan, values)) else min(values)


def most(*values: float) -> float:
    """The largest of them; no number if one of them is none."""
    return math.nan if any(map(math.isnan, values)) else max(values)

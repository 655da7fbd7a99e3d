"""Features and sky -> what is wrong with a picture. The only place where limits act; pure, so that it can be run again
on stored features with other limits.

A score says how much of a quality is gone, always by the same measure, whatever the limits are:

- `blur`: 0 edges as steep as a good lens draws them; 0.5 as soft as no healthy camera's are by daylight (a disc of
  defocus of about 0.6 % of the picture's width); 1 no edge left at all.
- `darkness`: 0 lit as by day; 0.5 darker than any healthy picture by daylight; 1 black.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from skywatch.i18n import N_, _
from skywatch.observation import Finding, Verdict
from skywatch.picture.features import Features
from skywatch.picture.limits import Limits
from skywatch.picture.sky import Regime, Sky

REASONS: dict[str, str] = {
    "too_dark": N_("too dark to tell"),
    "too_flat": N_("nothing in view stands out (fog?)"),
    "too_small": N_("picture too small"),
    "dusk": N_("between day and night"),
    "unlit_night": N_("night, and no light installed"),
}
"""Why an item could not be judged."""

_GREY = 3.0
"""`colour` of a picture without any: infrared light, or a camera in its night mode."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`scores` are 0..1 by item; an item that could not be judged has none for blur, and is in `unjudged` with one of
    `REASONS`. The verdict is `fail` with any finding, `unknown` where blur could not be judged, else `pass`."""

    verdict: Verdict
    regime: str
    findings: tuple[Finding, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    unjudged: Mapping[str, str] = field(default_factory=dict)


def say_why(reason: str) -> str:
    """What a reason in `Diagnosis.unjudged` means, in the current language."""
    return _(REASONS[reason]) if reason in REASONS else reason


def diagnose(features: Features, sky: Sky, limits: Limits | None = None) -> Diagnosis:
    """Judge one picture by absolute limits."""
    limits = limits or Limits()
    found: list[Finding] = []
    scores = {"darkness": darkness_score(features)}
    unjudged: dict[str, str] = {}
    _judge_darkness(scores["darkness"], features, sky.regime, limits, found, unjudged)
    if why := _blur_hidden(features, scores["darkness"], sky.regime, limits):
        unjudged["blur"] = why
    else:
        scores["blur"] = blur_score(features)
        limit = limits.blur if _is_daylight(features, scores["darkness"], sky.regime, limits) else limits.blur_by_night
        if scores["blur"] > limit:
            detail = f"blur {scores['blur']:.2f}, limit {limit:.2f} (sharpness {features.sharpness:.2f})"
            found.append(Finding("blur", "picture", detail))
    verdict = Verdict.FAIL if found else Verdict.UNKNOWN if "blur" in unjudged else Verdict.PASS
    return Diagnosis(verdict, sky.regime.value, tuple(found), scores, unjudged)


def blur_score(features: Features) -> float:
    """Sharpness 0.44 and more is 0, 0.333 is 0.5, 0.12 and less is 1; straight in between."""
    return _between(features.sharpness, ((0.12, 1.0), (0.333, 0.5), (0.44, 0.0)))


def darkness_score(features: Features) -> float:
    """The mean of the median and of the 90th percentile of luma: 130 and more is 0, 0 is 1; straight in between. The
    median alone would call a lit gate in a dark yard black, the brightest tenth a lamp in a black picture bright."""
    return _between((features.luma_p50 + features.luma_p90) / 2, ((0.0, 1.0), (130.0, 0.0)))


def _between(value: float, points: tuple[tuple[float, float], ...]) -> float:
    """The broken line through `points` (ascending), level outside of them."""
    if value <= points[0][0]:
        return points[0][1]
    for (left, low), (right, high) in pairwise(points):
        if value <= right:
            return low + (high - low) * (value - left) / (right - left)
    return points[-1][1]


def _judge_darkness(
    score: float, features: Features, regime: Regime, limits: Limits, found: list[Finding], unjudged: dict[str, str]
) -> None:
    """By day, dark is a fault of the camera; by night it is one of its light, if it has any."""
    judged_by = {
        Regime.DAY: ("dark", limits.dark),
        Regime.UNSTATED: ("dark", limits.dark_unstated),
        Regime.INFRARED: ("light_failed", limits.light_failed),
        Regime.WHITE: ("light_failed", limits.light_failed),
    }
    if regime not in judged_by:
        unjudged["darkness"] = "dusk" if regime is Regime.DUSK else "unlit_night"
        return
    code, limit = judged_by[regime]
    if score > limit:
        luma = f"median luma {features.luma_p50:.0f}, brightest tenth {features.luma_p90:.0f} of 255"
        found.append(Finding(code, "picture", f"darkness {score:.2f}, limit {limit:.2f} ({luma})"))


def _blur_hidden(features: Features, darkness: float, regime: Regime, limits: Limits) -> str:
    """Why blur cannot be judged on this picture, or ""."""
    if darkness > limits.too_dark_for_blur:
        return "unlit_night" if regime is Regime.UNLIT else "too_dark"
    if features.width * features.height < limits.too_small_for_blur:
        return "too_small"
    if features.sharp_cells < limits.too_flat_for_blur:
        return "too_flat"
    return ""


def _is_daylight(features: Features, darkness: float, regime: Regime, limits: Limits) -> bool:
    """Whether the picture was taken by light enough for the strict limit; a dark one has grain on its edges."""
    if darkness > limits.dark:
        return False
    return regime is Regime.DAY or (regime is Regime.UNSTATED and features.colour >= _GREY)

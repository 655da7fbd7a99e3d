"""Focus, movement, dirt, haze."""

from collections.abc import Iterator

from skywatch.picture.diagnose.case import Case, Item, between, judged, unjudged
from skywatch.picture.diagnose.light import darkness_score
from skywatch.picture.features import Features
from skywatch.picture.limits import Limits
from skywatch.picture.sky import Regime

_GREY = 3.0
"""`colour.strength` of a picture without any: infrared light, or a camera in its night mode."""


def judge(case: Case) -> Iterator[Item]:
    """blur."""
    yield _blur(case)


def blur_score(features: Features) -> float:
    """Steepness 0.44 and more is 0, 0.333 is 0.5, 0.12 and less is 1; straight in between."""
    return between(features.sharpness.steepness, (0.12, 1.0), (0.333, 0.5), (0.44, 0.0))


def _blur(case: Case) -> Item:
    features, limits, regime = case.features, case.limits, case.sky.regime
    darkness = darkness_score(features)
    if why := _hidden(features, darkness, regime, limits):
        return unjudged("blur", why)
    limit = limits.blur if _is_daylight(features, darkness, regime, limits) else limits.blur_by_night
    return judged("blur", blur_score(features), limit, f"steepness {features.sharpness.steepness:.2f}")


def _hidden(features: Features, darkness: float, regime: Regime, limits: Limits) -> str:
    """Why blur cannot be judged on this picture, or ""."""
    if darkness > limits.too_dark_for_blur:
        return "unlit_night" if regime is Regime.UNLIT else "too_dark"
    if features.width * features.height < limits.too_small_for_blur:
        return "too_small"
    if features.sharpness.cells < limits.too_flat_for_blur:
        return "too_flat"
    return ""


def _is_daylight(features: Features, darkness: float, regime: Regime, limits: Limits) -> bool:
    """Whether the picture was taken by light enough for the strict limit; a dark one has grain on its edges."""
    if darkness > limits.dark:
        return False
    return regime is Regime.DAY or (regime is Regime.UNSTATED and features.colour.strength >= _GREY)

"""Light, colour, grain and interference."""

from collections.abc import Iterator

from skywatch.picture.diagnose.case import Case, Item, between, judged, unjudged
from skywatch.picture.features import Features
from skywatch.picture.sky import Regime


def judge(case: Case) -> Iterator[Item]:
    """dark, light_failed."""
    yield _darkness(case)


def darkness_score(features: Features) -> float:
    """The mean of the median and of the 90th percentile of luma: 130 and more is 0, 0 is 1; straight in between. The
    median alone would call a lit gate in a dark yard black, the brightest tenth a lamp in a black picture bright."""
    return between((features.tone.p50 + features.tone.p90) / 2, (0.0, 1.0), (130.0, 0.0))


def _darkness(case: Case) -> Item:
    """By day, dark is a fault of the camera; by night it is one of its light, if it has any."""
    limits = case.limits
    judged_by = {
        Regime.DAY: ("dark", limits.dark),
        Regime.UNSTATED: ("dark", limits.dark_unstated),
        Regime.INFRARED: ("light_failed", limits.light_failed),
        Regime.WHITE: ("light_failed", limits.light_failed),
    }
    if case.sky.regime not in judged_by:
        return unjudged("dark", "dusk" if case.sky.regime is Regime.DUSK else "unlit_night")
    code, limit = judged_by[case.sky.regime]
    tone = case.features.tone
    detail = f"median luma {tone.p50:.0f}, brightest tenth {tone.p90:.0f} of 255"
    return judged(code, darkness_score(case.features), limit, detail)

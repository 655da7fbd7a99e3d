"""Exposure and supplementary light. Dark is what has nothing bright in it: a fault of the exposure scales everything
down, lamps included, and a night without its light still has lamps in it or is the ledger's night without light."""

import math
from collections.abc import Iterator

from skywatch.picture.diagnose.case import Case, Item, between, judged, least, most, unjudged
from skywatch.picture.features import Features, Tone
from skywatch.picture.sky import Regime
from skywatch.picture.usual import Usual

_GAMMA = 2.2
_GREY = 0.3
"""`colour.strength` of a picture by infrared light is less: a camera's night mode sends no colour at all. What is too
dark has little, but some."""

_LIT = (Regime.INFRARED, Regime.WHITE)

_LEAST_FALL = 1.0
"""Stops below the usual that a picture called dark has fallen at least: cloud and exposure control do not do that."""


def judge(case: Case) -> Iterator[Item]:
    """light_failed, dark, overexposed."""
    failed = _light_failed(case)
    yield failed
    yield unjudged("dark", "light_failed") if failed.found else _dark(case)
    yield _overexposed(case)


def darkness_score(features: Features) -> float:
    """The mean of the median and of the 90th percentile of luma: 130 and more is 0, 0 is 1; straight in between. The
    median alone would call a lit gate in a dark yard black, the brightest tenth a lamp in a black picture bright."""
    return between(_body(features.tone), (0.0, 1.0), (130.0, 0.0))


def dark_score(features: Features) -> float:
    """By the brightest thing in the picture (`tone.top` or `tone.glow`), in stops under white: 0 is 0, 2.5 stops (level
    116) are 0.5, 6 stops and more are 1; straight in between."""
    return between(stops(_brightest(features.tone)), (-6.0, 1.0), (-2.5, 0.5), (0.0, 0.0))


def glare_score(features: Features) -> float:
    """By `tone.p50` as a share of white times `tone.white` to the power of 0.3: 0 is 0, 0.27 is 0.5, 0.95 and more is
    1; straight in between. Fog is bright and has no white in it; headlights are white and leave the rest dark."""
    tone = features.tone
    return between(tone.p50 / 255 * tone.white**0.3, (0.0, 0.0), (0.27, 0.5), (0.95, 1.0))


def stops(level: float) -> float:
    """How far `level` (0..255) is under white, as light: 0 or less, in powers of two. Black counts as one level."""
    return _GAMMA * math.log2(most(1.0, level) / 255)


def _body(tone: Tone) -> float:
    return (tone.p50 + tone.p90) / 2


def _brightest(tone: Tone) -> float:
    return most(tone.top, tone.glow)


def _light_failed(case: Case) -> Item:
    """By night, where the ledger names a light: nearly black, or two stops under what is usual by that light."""
    regime, tone = case.sky.regime, case.features.tone
    if regime not in _LIT:
        return unjudged("light_failed", _NO_LIGHT_ASKED[regime])
    absolute = between(darkness_score(case.features), (0.0, 0.0), (0.8, 0.5), (1.0, 1.0))
    fall = least(_fall(case, "tone.p50", tone.p50), _fall(case, "tone.p90", tone.p90))
    score = most(absolute, between(fall, (0.0, 0.0), (2.0, 0.5), (6.0, 1.0)))
    return judged("light_failed", score, case.limits.light_failed, _says(tone, fall))


_NO_LIGHT_ASKED = {
    Regime.DAY: "daylight",
    Regime.DUSK: "dusk",
    Regime.UNLIT: "unlit_night",
    Regime.UNSTATED: "unstated",
}


def _dark(case: Case) -> Item:
    """By day by what is bright; by night likewise, but where no light is installed only against what is usual there."""
    regime, tone = case.sky.regime, case.features.tone
    known = "tone.top" in case.usual
    if regime in (Regime.DUSK, Regime.UNLIT) and not known:
        return unjudged("dark", "dusk" if regime is Regime.DUSK else "unlit_night")
    limit = _dark_limit(case)
    score, fall = dark_score(case.features), _fall(case, "tone.top", _brightest(tone))
    if known:
        score = least(score, between(fall, (0.0, 0.0), (_LEAST_FALL, limit), (6.0, 1.0)))
    return judged("dark", score, limit, _says(tone, fall))


def _dark_limit(case: Case) -> float:
    if case.sky.regime is Regime.DAY:
        return case.limits.dark
    return case.limits.dark_by_infrared if case.features.colour.strength < _GREY else case.limits.dark_unstated


def _fall(case: Case, name: str, level: float) -> float:
    """Stops that `level` is under what is usual for the number of that name, less what it usually varies by (two
    spreads); 0 where nothing is usual."""
    usual = case.usual.get(name)
    return 0.0 if usual is None else stops(_lowest(usual)) - stops(level)


def _lowest(usual: Usual) -> float:
    return max(0.0, usual.centre - 2 * usual.spread)


def _says(tone: Tone, fall: float) -> str:
    said = f"median luma {tone.p50:.0f}, brightest tenth {tone.p90:.0f}, brightest {_brightest(tone):.0f} of 255"
    return f"{said}, {fall:.1f} stops under the usual" if fall else said


def _overexposed(case: Case) -> Item:
    """By itself only where most of it is bright and much is white. Against a reference, by both of what too much light
    does: what had room is brighter, and what was not white is."""
    features, cast = case.features, case.features.cast
    tone = features.tone
    detail = f"median luma {tone.p50:.0f} of 255, {tone.white:.0%} of the lower half white"
    if cast is None:
        return judged("overexposed", glare_score(features), case.limits.overexposed, detail)
    brighter = between(cast.exposure, (0.0, 0.0), (0.75, 0.5), (2.5, 1.0))
    whiter = between(cast.bleached, (0.0, 0.0), (0.04, 0.5), (0.6, 1.0))
    detail += f", {cast.exposure:+.1f} stops and {cast.bleached:.0%} more white than in the reference"
    return judged("overexposed", least(brighter, whiter), case.limits.overexposed, detail)

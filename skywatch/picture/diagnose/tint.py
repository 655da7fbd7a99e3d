"""Colours, grain and interference: what a sensor, a filter or a link does to the picture as a whole."""

import math
from collections.abc import Iterator

from skywatch.picture.diagnose.case import Case, Item, between, judged, least, most, unjudged
from skywatch.picture.diagnose.light import dark_score, stops
from skywatch.picture.sky import Regime
from skywatch.picture.usual import Usual

_GREY = 3.0
"""`colour.strength` of a picture without any: infrared light, or a camera in its night mode."""

_BRIGHT = (95.0, 115.0)
"""`tone.p50` of a picture that no street lamps have lit; of one without colour, that no infrared lamp has."""

_NIGHT_MODE = 2.2
"""Times as much grain as by day that a camera may add by night."""

_NO_COLOUR = 1.3
"""Likewise, of one that no daylight has any colour in; real days in the fog have more."""

_LONG, _LYING, _EAVES = 0.075, 75.0, 2.4
"""Period as a share of the width, and degrees, of waves that horizons, eaves and the bars of a letterbox make, too:
those are taken for so many times less."""

_COLOURFUL = 2.5
"""`colour.strength` that a camera's days have at least, to miss the colour when it is gone."""


def judge(case: Case) -> Iterator[Item]:
    """colour_cast, mono_by_day, noise, stripes."""
    yield _colour_cast(case)
    yield _mono_by_day(case)
    yield _noise(case)
    yield _stripes(case)


def hue(red: float, blue: float) -> str:
    """What a picture leans to that has so many stops more red and more blue than green."""
    gains = {"red": red, "green": 0.0, "blue": blue}
    low, middle, high = sorted(gains, key=lambda colour: gains[colour])
    if gains[high] - gains[middle] >= gains[middle] - gains[low]:
        return high
    return {"red": "cyan", "green": "magenta", "blue": "yellow"}[low]


def span(red: float, blue: float) -> float:
    """Stops between the channel that gained most and the one that gained least, green having gained nothing."""
    return most(red, blue, 0.0) - least(red, blue, 0.0)


def _colour_cast(case: Case) -> Item:
    """Against a reference only: a wall of yellow wood is as far from grey as a picture with a gross cast."""
    cast = case.features.cast
    if case.features.colour.strength < _NO_COLOUR:
        return unjudged("colour_cast", "no_colour")
    if cast is None or cast.red is None or cast.blue is None or cast.carried is None:
        return unjudged("colour_cast", "no_baseline")
    carried, middle = most(0.0, cast.carried - _above(case, "cast.carried")), span(cast.red, cast.blue)
    detail = f"{middle:.1f} stops towards {hue(cast.red, cast.blue)} against the reference"
    return judged("colour_cast", _cast_score(middle, carried), case.limits.colour_cast, detail)


def _cast_score(middle: float, carried: float) -> float:
    """`middle` is what the middle of all cells has changed by, `carried` what three quarters of them have. Both are to
    be much, and not far from each other: after a sunset in view, of whatever day, the middle is far, the rest not."""
    much = between(middle, (0.0, 0.0), (0.42, 0.5), (2.0, 1.0))
    by_most = between(carried, (0.0, 0.0), (0.2, 0.5), (1.8, 1.0))
    by_all = between(carried / most(middle, 1e-6), (0.0, 0.0), (0.35, 0.5), (0.9, 1.0))
    return least(much, by_most, by_all)


def _mono_by_day(case: Case) -> Item:
    """Where days have colour, one without is a filter that sticks. Where nobody knows, some cameras are grey for life:
    that is told, and is no fault."""
    regime, strength = case.sky.regime, case.features.colour.strength
    if regime not in (Regime.DAY, Regime.UNSTATED):
        return unjudged("mono_by_day", "by_day_only")
    usual = case.usual.get("colour.strength")
    detail = f"colour {strength:.1f}"
    if regime is Regime.UNSTATED and not _as_bright_as_usual(case, 0.4):
        return unjudged("mono_by_day", "no_baseline" if usual is None else "other_light")
    if usual is None:
        score = between(strength, (0.0, 1.0), (0.4, 0.5), (2.0, 0.0))
        return judged("mono_by_day", score, case.limits.mono_by_day, detail, remark=True)
    if usual.centre - 2 * usual.spread < _COLOURFUL:
        return unjudged("mono_by_day", "no_colour")
    score = between(strength / usual.centre, (0.0, 1.0), (0.3, 0.5), (1.0, 0.0))
    if strength > _NO_COLOUR:
        score = min(score, case.limits.mono_by_day)
    return judged("mono_by_day", score, case.limits.mono_by_day, f"{detail}, usually {usual.centre:.1f}")


def _as_bright_as_usual(case: Case, within: float) -> bool:
    """Whether a picture may be by the light that the usual numbers are of, by its middle: so many stops under them at
    most. Infrared light does not fill a view as daylight does, and with less light there is more gain."""
    usual = case.usual.get("tone.p50")
    return usual is not None and stops(case.features.tone.p50) > stops(usual.centre) - within


def _noise(case: Case) -> Item:
    """Grain that is not usual by this light. Where nobody knows what is, by day only: there is no telling the grain of
    a camera that sees in the dark from snow."""
    limits, quiet = case.limits, case.features.grain.quiet
    if dark_score(case.features) > limits.dark:
        return unjudged("noise", "too_dark")
    usual = case.usual.get("grain.quiet")
    if usual is None:
        if not _by_day(case):
            return unjudged("noise", "no_baseline")
        score = between(quiet, (0.0, 0.0), (2.1, 0.5), (12.0, 1.0))
        return judged("noise", score, limits.noise, f"grain {quiet:.1f} levels")
    if not _as_bright_as_usual(case, 1.0) and case.sky.regime is Regime.UNSTATED:
        return unjudged("noise", "other_light")
    expected = _highest(usual, 0.05)
    more = math.sqrt(most(0.0, quiet**2 - expected**2)) / (_NIGHT_MODE if _may_be_night_mode(case) else 1.0)
    score = between(more, (0.0, 0.0), (1.15, 0.5), (12.0, 1.0))
    return judged("noise", score, limits.noise, f"grain {quiet:.1f} levels, usually {usual.centre:.1f}")


def _may_be_night_mode(case: Case) -> bool:
    """Whether the usual numbers may be those of colour by day and the picture a grey one by night. Where the regime is
    known, they are of the same."""
    usual, strength = case.usual.get("colour.strength"), case.features.colour.strength
    grey = usual is not None and strength < min(_NO_COLOUR, 0.3 * usual.centre)
    return case.sky.regime is Regime.UNSTATED and grey


def _by_day(case: Case) -> bool:
    """Whether there is light enough for a sensor without gain."""
    regime, features = case.sky.regime, case.features
    needed = _BRIGHT[features.colour.strength < _GREY]
    return regime is Regime.DAY or (regime is Regime.UNSTATED and features.tone.p50 >= needed)


def stripes_score(case: Case) -> float:
    """By `stripes.height`, less what is usual, and less of long waves that lie: 0 levels is 0, 1.3 is 0.5, 8 and
    more is 1; straight in between."""
    stripes = case.features.stripes
    height = most(0.0, stripes.height - _above(case, "stripes.height"))
    if stripes.period > _LONG and abs(stripes.slant) > _LYING:
        height /= _EAVES
    return between(height, (0.0, 0.0), (1.3, 0.5), (8.0, 1.0))


def _stripes(case: Case) -> Item:
    stripes = case.features.stripes
    detail = f"{stripes.height:.1f} levels, one each {stripes.period:.1%} of the width, slanted by {stripes.slant:.0f}°"
    return judged("stripes", stripes_score(case), case.limits.stripes, detail)


def _above(case: Case, name: str) -> float:
    """What is usual at most for the number of that name; 0 where nobody knows."""
    usual = case.usual.get(name)
    return 0.0 if usual is None else max(0.0, _highest(usual, 0.0))


def _highest(usual: Usual, least: float) -> float:
    return usual.centre + 2 * max(usual.spread, least)

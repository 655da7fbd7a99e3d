"""Focus, movement, dirt: three reasons for soft edges, of which one is told.

By itself a picture is only called blurred where hardly any healthy camera's is as soft. Against a reference of the same
camera softness has a shape: all over and alike in all directions it is focus, along one direction it is movement, here
and there it is dirt on the lens. Fog takes contrast and leaves edges steep: it is none of them.
"""

from collections.abc import Iterator
from dataclasses import replace

from skywatch.picture.diagnose.case import Case, Item, between, judged, unjudged
from skywatch.picture.diagnose.haze import haze_score, low_contrast
from skywatch.picture.diagnose.light import darkness_score
from skywatch.picture.features import Edges, Features
from skywatch.picture.limits import Limits
from skywatch.picture.sky import Regime
from skywatch.picture.weather import Neighbours

_GREY = 3.0
"""`colour.strength` of a picture without any: infrared light, or a camera in its night mode."""

_BRIGHT = (65.0, 95.0)
"""`tone.p50` of a picture that no street lamps have lit, mostly; of one without colour, that no infrared lamp has."""

_ROUND = 0.52
"""Across a streak, edges are widened less than this share of what they are along it; by defocus, by more."""

_PATCHY = 1.32
"""`edges.uneven` of dirt; of defocus and movement it is less."""

_STREAK_OF_DIRT = 0.12
"""Patches of dirt may soften edges of some directions more than others, by that and twice the jitter at most; by more
where they are more uneven."""

_CHANCE = 9.0
"""Pixels of the longer side times `edges.lacking`, which is 0.026 from day to day at CIF behind a clean lens."""

_NOISY = 2.0
"""`grain.quiet` of a picture so noisy that encoders smooth its edges away."""

_COLOURLESS, _COLOURED = 0.5, 1.5
"""`colour.strength` of a picture without colour, by infrared light, and of a reference with; a grey sky has some."""

_JITTER = 37.0
"""Per cent of the picture's width, for each pixel of it, by which edges of one direction differ from day to day in any
case: 0.1 at CIF. The most of eight directions is too large by that, as squares add up."""

_FINE = 1012
"""Pixels of the longer side (16:9) beyond which no picture is measured."""

_DIMMER, _BRIGHTER = 0.5, 2.5
"""Luma over the reference's: clouds and the sun stay well between."""

_SLACK = 0.018
"""Of the picture's width: a view that has moved farther is moved, and dirt can't be told."""

_SOFT = 0.7
"""Of the reference's steepness: a place with less is called soft, in words."""

_LOOKS = 8
"""From fewer healthy looks nothing is learned here."""

_STEADY, _FAR = 0.02, 1.5
"""What is usual at a camera is steady to that (in its unit) at best, and left by what is so many spreads away. No more:
roots of differences scatter to both sides of 0 by what is almost a fault already at CIF."""


def judge(case: Case) -> Iterator[Item]:
    """blur, motion_blur, dirty_lens; low_contrast, which they explain where they are found."""
    items = tuple(_softness(case))
    yield from items
    yield low_contrast(case, soft=any(item.found for item in items))


def _softness(case: Case) -> Iterator[Item]:
    darkness, edges = darkness_score(case.features), case.features.edges
    by_day = _is_daylight(case.features, darkness, case.sky.regime, case.limits)
    if why := _hidden(case.features, darkness, case.sky.regime, case.limits):
        yield from (unjudged(code, why) for code in ("blur", "motion_blur", "dirty_lens"))
    elif edges is None or (why := _incomparable(case.features)):
        yield _by_itself(case, by_day)
        yield from (unjudged(code, why or "no_baseline") for code in ("motion_blur", "dirty_lens"))
    else:
        yield from _against(case, edges, by_day)


def _incomparable(features: Features) -> str:
    """Why softness can't be told from the reference, or "". Encoders smooth grain away, and detail with it, and by far
    less light there is more of it."""
    if features.edges is None or features.edges.blur is None:
        return "too_flat"
    if features.grain.quiet > _NOISY:
        return "noisy"
    view = features.view
    if view is None:
        return ""
    grey = features.colour.strength < _COLOURLESS and (view.colour or 0.0) > _COLOURED
    return "other_light" if grey or not _DIMMER < (view.light or 1.0) < _BRIGHTER else ""


def blur_score(features: Features) -> float:
    """By itself: steepness 0.44 and more is 0, 0.333 is 0.5, 0.12 and less is 1; straight in between."""
    return between(features.sharpness.steepness, (0.12, 1.0), (0.333, 0.5), (0.44, 0.0))


def wider_score(added: float) -> float:
    """Against a reference: edges wider by 0.04 % of the picture and less are 0, 0.13 % is 0.5, 0.24 % 0.8, 0.6 % 1."""
    return between(added, (0.04, 0.0), (0.13, 0.5), (0.24, 0.8), (0.6, 1.0))


def streak_score(added: float) -> float:
    """The same in the direction of most blur: 0.06 % and less is 0, 0.155 % is 0.5, 0.26 % 0.8, 0.6 % 1."""
    return between(added, (0.06, 0.0), (0.155, 0.5), (0.26, 0.8), (0.6, 1.0))


def dirt_score(lacking: float) -> float:
    """`edges.lacking`, less chance, of 0.005 and less is 0, 0.024 is 0.5, 0.24 and more is 1: edges gone from half
    of the picture."""
    return between(lacking, (0.005, 0.0), (0.024, 0.5), (0.24, 1.0))


def _by_itself(case: Case, by_day: bool) -> Item:
    if case.features.sharpness.cells < case.limits.too_flat_for_blur:
        return unjudged("blur", "too_flat")
    limit = case.limits.blur if by_day else case.limits.blur_by_night
    return judged("blur", blur_score(case.features), limit, f"steepness {case.features.sharpness.steepness:.2f}")


def _against(case: Case, edges: Edges, by_day: bool) -> Iterator[Item]:
    """One softness has one reason: the scores of the others stop at their limits."""
    limits = case.limits
    more, most = (
        (0.0, 0.0) if by_day else (limits.blur_by_night - limits.blur, limits.motion_by_night - limits.motion_blur)
    )
    wider, streak = wider_score(_unusual(case, "edges.blur", edges.blur or 0.0)), streak_score(_streak(case, edges))
    dirt = _dirt(case, edges, is_blurred=wider > limits.blur)
    moving = streak > limits.motion_blur + most and _is_along_one_direction(case, edges, dirt)
    dirt = _quiet(dirt, limits.dirty_lens) if moving else dirt
    softer = min(wider, limits.blur) if moving or dirt.found else max(wider, streak - most)
    yield judged("blur", softer, limits.blur + more, f"edges {edges.blur or 0.0:.2f} % of the picture wider")
    detail = f"edges {edges.streak or 0.0:.2f} % of the picture wider, along {edges.direction or 0.0:.0f} degrees"
    yield judged(
        "motion_blur", streak if moving else min(streak, limits.motion_blur), limits.motion_blur + more, detail
    )
    yield dirt


def _is_along_one_direction(case: Case, edges: Edges, dirt: Item) -> bool:
    streak, across = edges.streak or 0.0, edges.across or 0.0
    uneven = (edges.uneven or 0.0) - _PATCHY
    by_chance = streak < (_STREAK_OF_DIRT + 2 * _JITTER / _side(case)) * (1 + 1.5 * uneven)
    patchy = dirt.found and uneven > 0 and by_chance
    return across < _ROUND * streak and not patchy


def _dirt(case: Case, edges: Edges, is_blurred: bool) -> Item:
    """Softness here and there, or a veil that no camera around this one sees."""
    view, limit = case.features.view, case.limits.dirty_lens
    if edges.lacking is None:
        return unjudged("dirty_lens", "too_flat")
    if view is not None and (view.distance or 0.0) > _SLACK:
        return unjudged("dirty_lens", "moved")
    veil = haze_score(edges) if case.neighbours is Neighbours.ALONE else 0.0
    if veil > limit:
        return judged("dirty_lens", veil, limit, "contrast lost that the cameras around still have")
    dirt = dirt_score(_unusual(case, "edges.lacking", edges.lacking) - _CHANCE / _side(case))
    soft = sum(0 < place < _SOFT for place in edges.places) / max(1, sum(place > 0 for place in edges.places))
    patchy = not is_blurred or (edges.uneven or 0.0) > _PATCHY
    return judged("dirty_lens", dirt if patchy else min(dirt, limit), limit, f"{soft:.0%} of the picture soft, not all")


def _quiet(item: Item, limit: float) -> Item:
    """`item`, not found."""
    return replace(item, score=min(item.score or 0.0, limit), severity=0, detail="") if item.found else item


def _streak(case: Case, edges: Edges) -> float:
    """The blur along the direction of most of it, less what chance makes of it."""
    added = _unusual(case, "edges.streak", edges.streak or 0.0)
    return float(max(0.0, added * abs(added) - (_JITTER / _side(case)) ** 2) ** 0.5)


def _side(case: Case) -> int:
    """Pixels of the longer side, as far as they are measured."""
    return min(_FINE, max(case.features.width, case.features.height))


def _unusual(case: Case, path: str, value: float) -> float:
    """`value` less what is usual of it at this camera, as blurs add up; 0 where it is within what is usual."""
    known = case.usual.get(path)
    if known is None or known.looks < _LOOKS:
        return value
    if known.distance(value, _STEADY) <= _FAR:
        return 0.0
    return float(max(0.0, value * value - max(0.0, known.centre) ** 2) ** 0.5)


def _hidden(features: Features, darkness: float, regime: Regime, limits: Limits) -> str:
    """Why softness cannot be judged on this picture at all, or ""."""
    if darkness > limits.too_dark_for_blur:
        return "unlit_night" if regime is Regime.UNLIT else "too_dark"
    return "too_small" if features.width * features.height < limits.too_small_for_blur else ""


def _is_daylight(features: Features, darkness: float, regime: Regime, limits: Limits) -> bool:
    """Whether the picture was taken by light enough for the strict limit; a dark one has grain on its edges."""
    if darkness > limits.dark:
        return False
    bright = features.tone.p50 >= _BRIGHT[features.colour.strength < _GREY]
    return regime is Regime.DAY or (regime is Regime.UNSTATED and bright)

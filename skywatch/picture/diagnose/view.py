"""What is in view: moved, another scene, covered."""

from collections.abc import Iterator

from skywatch.picture.diagnose.case import Case, Item, between, judged, unjudged
from skywatch.picture.diagnose.light import dark_score
from skywatch.picture.features import Features, Scene, View
from skywatch.picture.features.view import COLUMNS

_GREY, _COLOURED = 0.25, 1.0
"""A picture with less than this share of the other's colour, if that has this much: infrared against daylight."""

_DARKER, _DIMMED, _BRIGHTER = 0.7, 0.85, 1.7
"""Luma over the reference's: by dusk or lamps, in lamplight, in glare. Clouds and the sun stay well between."""

_NIGHT, _DAY = 50.0, 80.0
"""Median luma: more than a night has outside of a lamp's cone, and less than a day has."""

_MOST = 0.6

_BAG, _BARE = 0.2, 0.3
"""Share of the picture that is proved to be hidden, and of the reference's structure that is left as anything at all,
where nearly all of the view is covered."""

_SHAPE_IN_THE_DARK = 0.0265
"""`scene.relief` of a picture that is dark for want of light, at least: encoders flatten it."""


def judge(case: Case) -> Iterator[Item]:
    """moved, scene_changed, covered. Behind a covered lens nobody knows where the camera looks, and before another
    scene nobody knows what is covered."""
    view = case.features.view
    why = _incomparable(view)
    if view is None or why:
        yield from (unjudged("moved", why), unjudged("scene_changed", why))
        covered = _shapeless(case)
        yield covered if covered.score is not None else unjudged("covered", why)
        return
    covered = _covered(case, view)
    yield unjudged("moved", "covered") if covered.found and _is_gone(view) else _moved(case, view)
    yield unjudged("scene_changed", "covered") if covered.found else _scene_changed(case, view)
    yield covered


def moved_score(distance: float) -> float:
    """Shifted and turned by 0.5 % of the picture's width and less is 0, 1.8 % is 0.5, 15 % is 1; straight between."""
    return between(distance, (0.005, 0.0), (0.018, 0.5), (0.15, 1.0))


def changed_score(lost: float) -> float:
    """Of the reference's structure 60 % gone is 0, 85 % is 0.5, all is 1; of two scenes with nothing in common, nine
    tenths of it are gone, the rest agrees by chance."""
    return between(lost, (0.6, 0.0), (0.85, 0.5), (1.0, 1.0))


def covered_score(odds: float, share: float) -> float:
    """The less of two: logarithm of the odds that something close to the lens hides a piece of the picture, -4 and less
    is 0, 0 is 0.5, 4 is 1; and the share of that piece, nothing is 0, 3 % is 0.5, 60 % and more is 1."""
    return min(between(odds, (-4.0, 0.0), (0.0, 0.5), (4.0, 1.0)), between(share, (0.0, 0.0), (0.03, 0.5), (0.6, 1.0)))


def shapeless_score(scene: Scene) -> float:
    """A covered lens without any reference: relief 0.06 and more is 0, 0.033 is 0.5, 0.015 and less is 1; and no more
    than dimness says: median luma 120 and more is 0, 105 is 0.5, 90 and less is 1. Dense fog by day is bright."""
    shape = between(scene.relief, (0.015, 1.0), (0.033, 0.5), (0.06, 0.0))
    return min(shape, between(scene.luma, (90.0, 1.0), (105.0, 0.5), (120.0, 0.0)))


def _incomparable(view: View | None) -> str:
    if view is None:
        return "no_baseline"
    return "" if view.comparable else "other_shape"


def _moved(case: Case, view: View) -> Item:
    if view.distance is None:
        return unjudged("moved", _why_not_found(case.features, view, case.limits.too_flat_for_view))
    turned = f"turned by {view.turn or 0.0:.1f} degrees clockwise"
    detail = f"shifted by {_percent(view.shift_x)} to the right and {_percent(view.shift_y)} down, {turned}"
    return judged("moved", moved_score(view.distance), case.limits.moved, detail)


def _scene_changed(case: Case, view: View) -> Item:
    if view.distance is not None:
        return judged("scene_changed", 0.0, case.limits.scene_changed, "")
    why = _why_not_found(case.features, view, case.limits.too_flat_for_view)
    if why != "not_found":
        return unjudged("scene_changed", why)
    detail = f"{_percent(view.lost)} of what the reference shows is gone, and something else is there"
    return judged("scene_changed", changed_score(view.lost or 0.0), case.limits.scene_changed, detail)


def _covered(case: Case, view: View) -> Item:
    """By what is lost of the reference in one piece while the rest is there, and by whether there is any shape."""
    whole = _shapeless(case)
    if whole.found and _is_gone(view):
        return whole
    if _other_colours(view) or _other_exposure(case.features, view):
        return unjudged("covered", "other_light")
    if _is_another_scene(case, view):
        return unjudged("covered", _why_not_found(case.features, view, case.limits.too_flat_for_view))
    detail = f"{_percent(view.covered)} of the picture hidden, {_where(view)}"
    return judged("covered", covered_score(_odds(view), view.covered or 0.0), case.limits.covered, detail)


def _odds(view: View) -> float:
    """Of features stored before there were odds: by the share alone."""
    return (4.0 if view.covered else -4.0) if view.odds is None else view.odds


def _is_another_scene(case: Case, view: View) -> bool:
    """Whether nothing is where it was, and something else is there: before a bag hardly anything is."""
    gone = view.distance is None and changed_score(view.lost or 0.0) > case.limits.scene_changed
    return gone and not ((view.covered or 0.0) > _BAG and (view.own or 0.0) < _BARE * (view.structure or 0.0))


def _is_gone(view: View) -> bool:
    """Whether most of the reference's structure is nowhere: an empty yard at dusk is dim and shapeless, yet there."""
    return view.distance is None or (view.lost or 0.0) > _MOST or (view.covered or 0.0) > _MOST


def _shapeless(case: Case) -> Item:
    scene = case.features.scene
    if scene is None or scene.luma < case.limits.too_dark_for_covered:
        return unjudged("covered", "too_dark")
    detail = f"dim and without any shape: relief {scene.relief:.3f}, median luma {scene.luma:.0f} of 255"
    score = shapeless_score(scene)
    if dark_score(case.features) > case.limits.dark and scene.relief > _SHAPE_IN_THE_DARK:
        score = min(score, case.limits.covered)
    return judged("covered", score, case.limits.covered, detail)


def _why_not_found(features: Features, view: View, least: float) -> str:
    """Why the reference's view is nowhere in the picture."""
    if (view.own or 0.0) < least or (view.structure or 0.0) < least:
        return "too_flat"
    return "other_light" if _other_light(features, view) else "not_found"


def _other_light(features: Features, view: View) -> bool:
    """Colour against infrared, or night against day: by another light, other things are seen."""
    return _other_colours(view) or (_has_colour(view) and _night_and_day(features.tone.p50, view.luma or 0.0))


def _other_colours(view: View) -> bool:
    """Whether one of them has colour and the other none."""
    few, many = sorted((view.tinted or 0.0, view.colour or 0.0))
    return many > _COLOURED and few < _GREY * many and few < _COLOURED


def _has_colour(view: View) -> bool:
    return (view.colour or 0.0) > _COLOURED


def _night_and_day(*lumas: float) -> bool:
    return min(lumas) < _NIGHT and max(lumas) > _DAY


def _other_exposure(features: Features, view: View) -> bool:
    """Whether what is not hidden is so much darker or brighter that shadows and glare may hide things; or the cone of a
    lamp is all that is left of a day."""
    light = view.light or 1.0
    in_the_dark = light < _DIMMED and _has_colour(view) and _night_and_day(features.tone.p50, view.luma or 0.0)
    return in_the_dark or not _DARKER < light < _BRIGHTER


def _where(view: View) -> str:
    """The middle of what is hidden, in words."""
    marked = [divmod(number, COLUMNS) for number, value in enumerate(view.hidden) if value]
    if not marked:
        return "nowhere"
    rows, columns = (sum(each) / len(marked) for each in zip(*marked, strict=True))
    vertical = "upper" if rows < 2.5 else "lower" if rows > 4.5 else "middle"
    horizontal = "left" if columns < 4 else "right" if columns > 7 else "centre"
    return f"{vertical} {horizontal}"


def _percent(share: float | None) -> str:
    return f"{100 * (share or 0.0):.1f} %"

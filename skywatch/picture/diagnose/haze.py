"""Lost contrast: fog, haze, rain. The weather is a remark and never a fault."""

from skywatch.picture.diagnose.case import Case, Item, between, judged, least, unjudged
from skywatch.picture.diagnose.light import darkness_score
from skywatch.picture.features import Edges

_SLACK = 0.02
"""Of the picture's width: a view that has moved farther can't be compared edge by edge."""

_WHITE = 245.0
"""90th percentile of luma beyond which a picture without anything dark is an overexposed one."""

_LIFTED = 15.0
"""Levels that the darkest tenth is above the usual, at least: what looks at the sky and a pale wall is always so."""

_HIDDEN = 0.03
"""Of the picture: what is covered takes contrast too."""


def low_contrast(case: Case, soft: bool) -> Item:
    """`soft`: whether blur, movement or dirt were found, which take contrast too."""
    if darkness_score(case.features) > case.limits.dark:
        return unjudged("low_contrast", "too_dark")
    edges, view = case.features.edges, case.features.view
    if edges is None or edges.visibility is None:
        return _by_itself(case)
    if view is not None and ((view.distance or 0.0) > _SLACK or (view.covered or 0.0) > _HIDDEN):
        return _by_itself(case)
    score, limit = haze_score(edges), case.limits.low_contrast
    detail = f"{edges.visibility:.0%} of the usual contrast left"
    return judged("low_contrast", min(score, limit) if soft else score, limit, detail, remark=True)


def _by_itself(case: Case) -> Item:
    tone, scene = case.features.tone, case.features.scene
    if tone.p90 > _WHITE:
        return unjudged("low_contrast", "no_baseline")
    detail = f"nothing dark in view: the darkest tenth has {tone.p10:.0f} of 255"
    score = veil_score(tone.p10, scene.relief if scene else 0.0)
    usual = case.usual.get("tone.p10")
    if usual is not None and tone.p10 < usual.centre + 2 * usual.spread + _LIFTED:
        score = min(score, case.limits.low_contrast)
    return judged("low_contrast", score, case.limits.low_contrast, detail, remark=True)


def veil_score(darkest: float, relief: float) -> float:
    """Without a reference only dense fog is told, by what should be dark in any picture and is not (the dark channel of
    He, Sun and Tang 2009, of luma): 10th percentile 70 and less is 0, 112 is 0.5, 170 and more is 1. Where much stands
    out all the same, a yard or a wall is bright: no more than `scene.relief` says, 0.045 and less is 1, 0.06 is 0.5,
    0.075 and more is 0."""
    by_shape = between(relief, (0.045, 1.0), (0.06, 0.5), (0.075, 0.0))
    return least(by_shape, between(darkest, (70.0, 0.0), (112.0, 0.5), (170.0, 1.0)))


def haze_score(edges: Edges) -> float:
    """Of the contrast of the reference's edges, 80 % and more left is 0, 40 % is 0.5, 10 % and less is 1. Where nobody
    knows, 0."""
    return between(1.0 if edges.visibility is None else edges.visibility, (0.1, 1.0), (0.4, 0.5), (0.8, 0.0))

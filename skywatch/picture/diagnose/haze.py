"""Lost contrast: fog, haze, rain. The weather is a remark and never a fault."""

from skywatch.picture.diagnose.case import Case, Item, between, judged, unjudged
from skywatch.picture.diagnose.light import darkness_score
from skywatch.picture.features import Edges

_SLACK = 0.02
"""Of the picture's width: a view that has moved farther can't be compared edge by edge."""


def low_contrast(case: Case, soft: bool) -> Item:
    """`soft`: whether blur, movement or dirt were found, which take contrast too."""
    if darkness_score(case.features) > case.limits.dark:
        return unjudged("low_contrast", "too_dark")
    edges, view = case.features.edges, case.features.view
    if edges is None or edges.visibility is None:
        return unjudged("low_contrast", "no_baseline")
    if view is not None and (view.distance or 0.0) > _SLACK:
        return unjudged("low_contrast", "moved")
    score, limit = haze_score(edges), case.limits.low_contrast
    detail = f"{edges.visibility:.0%} of the usual contrast left"
    return judged("low_contrast", min(score, limit) if soft else score, limit, detail, remark=True)


def haze_score(edges: Edges) -> float:
    """Of the contrast of the reference's edges, 80 % and more left is 0, 40 % is 0.5, 10 % and less is 1. Where nobody
    knows, 0."""
    return between(1.0 if edges.visibility is None else edges.visibility, (0.1, 1.0), (0.4, 0.5), (0.8, 0.0))

"""By how much the edges of a picture are wider than those of a reference, all over and by direction.

Blurs add up by their squares: of what a defocused lens draws, the squared width is that of the sharp picture and that
of the blur together. So what was added is told in per cent of the picture, and is the same at a camera of any sharpness
and resolution: defocus by a disc whose radius is 0.31 % of the width adds 0.15 to 0.2.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skywatch.picture.measure.canvas import Real, middle
from skywatch.picture.measure.profile import DIRECTIONS, Profile

_ONE_STEP = 0.6  # pixels: of a step edge, its width times its steepness
_LEAST_PLACES = 5  # with edges in both, for a median of them to count
_LEAST_OF_DIRECTION = 2  # the same of one direction, in the coarser places
_LEAST_DIRECTIONS = 4  # for an ellipse to be laid through them


@dataclass(frozen=True, slots=True)
class Widths:
    """Per cent of the picture's longer side, negative where edges are narrower; None where there were too few.
    `direction` is in degrees, 0 to 180."""

    blur: float | None = None
    streak: float | None = None
    across: float | None = None
    direction: float | None = None


def widths(picture: Profile, reference: Profile) -> Widths:
    """How much wider the edges of `picture` are."""
    added = _added(picture.blur, reference.blur, picture.width, reference.width)
    known = added[~np.isnan(added)]
    blur = _root(middle(known)) if known.size >= _LEAST_PLACES else None
    towards = _added(picture.towards, reference.towards, picture.width, reference.width)
    return Widths(blur, *_ellipse(towards.reshape(-1, DIRECTIONS)))


def _added(steep: Real, usual: Real, width: int, usual_width: int) -> Real:
    """What has been added to the squared width of edges, per cent squared; NaN where there are none."""
    mine, its = (_ONE_STEP * 100 / (steepness * side) for steepness, side in ((steep, width), (usual, usual_width)))
    return np.asarray(mine**2 - its**2, np.float32)


def _ellipse(added: Real) -> tuple[float | None, float | None, float | None]:
    """(most, least, direction of the most) of the widths (places, 8) by direction. A streak adds most to the edges
    across it and nothing to those along it; in between it goes with the cosine of twice the angle."""
    places = (~np.isnan(added)).sum(0)
    use = np.flatnonzero(places >= _LEAST_OF_DIRECTION)
    if use.size < _LEAST_DIRECTIONS:
        return None, None, None
    angle = 2 * np.pi * use / DIRECTIONS
    terms = np.stack([np.ones(use.size), np.cos(angle), np.sin(angle)], 1)
    weight = np.sqrt(places[use])  # as many places, as sure their median
    medians = _medians(added[:, use], places[use])
    mean, cosine, sine = np.linalg.lstsq(terms * weight[:, None], medians * weight, rcond=None)[0]
    swing = float(np.hypot(cosine, sine))
    return _root(mean + swing), _root(mean - swing), float(np.degrees(np.arctan2(sine, cosine)) / 2 % 180)


def _medians(values: Real, known: NDArray[np.intp]) -> Real:
    """Of each column, whose first `known` in order are numbers, the others NaN."""
    ranked, column = np.sort(values, 0), np.arange(values.shape[1])
    return np.asarray((ranked[(known - 1) // 2, column] + ranked[known // 2, column]) / 2, np.float32)


def _root(square: float) -> float:
    """Its root, with its sign."""
    return float(np.sign(square) * np.sqrt(abs(square)))

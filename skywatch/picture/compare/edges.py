"""How sharp the edges of a picture are against those of a reference.

Two comparisons, for two kinds of fault. Blur is all over: `widths` takes the edges of each place together, needs none
of them to be the same one, and does not mind shadows and cars. Dirt is here and there: for it the very same edges are
looked at, pixel by pixel, at the common size. That is also how it is seen what fog leaves of them.
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from skywatch.picture.compare.model import Model
from skywatch.picture.compare.widths import Widths, widths
from skywatch.picture.decode import Plane
from skywatch.picture.features import Edges
from skywatch.picture.features.lens import COLUMNS, ROWS
from skywatch.picture.measure.canvas import Canvas, Real, middle, steepness
from skywatch.picture.measure.profile import local_contrast, noise

_SAME_SIZE = 0.9  # of the reference's sides: a smaller picture is softer by nature

_LEAST_CONTRAST = 16.0  # levels
_ABOVE_NOISE = 10.0  # times the grain's standard deviation
_RANGE_OF_GRAIN = 5.0  # the same: of 81 pixels
_EDGE = 0.2  # steepness of an edge in the reference that is worth looking for
_APART = 64.0  # more than any ratio, and a power of two
_SLACK = (5, 5)  # pixels: a mast in the wind moves by two
_LEAST_EDGES = 25  # pixels of crest in a place, for it to be judged
_LEAST_PLACES = 5
_AS_EVER, _SOFTEST = 0.8, 0.4  # steepness over the reference's: less is lacking, and at most so much of it
_SOFTER, _SHARPER = 20, 85  # percentiles of the places
_DIM = 20.0  # levels added to brightness, so that black has no endless contrast


def edges(canvas: Canvas, model: Model) -> Edges:
    """`canvas` against a reference of its shape."""
    alike = canvas.width >= _SAME_SIZE * model.width
    wider = widths(canvas.profile, model.profile) if alike and model.profile else Widths()
    mine, its = (
        _Look.at(canvas.luma, canvas.slope, canvas.contrast, canvas.seen, canvas.steep),
        _reference(model, canvas.seen),
    )
    marked = cv2.bitwise_and(cv2.bitwise_and(its.crests(), its.strong), canvas.seen)
    kept = np.flatnonzero(np.asarray(marked).view(np.bool_) & (its.steepest > _EDGE))
    places = _places(mine, its, kept) if alike else np.zeros(ROWS * COLUMNS, np.float32)
    known = places[places > 0]
    enough = known.size >= _LEAST_PLACES
    return Edges(
        blur=wider.blur,
        streak=wider.streak,
        across=wider.across,
        direction=wider.direction,
        steepness=middle(known) if enough else None,
        lacking=float(np.clip(_AS_EVER - known, 0, _SOFTEST).mean()) if enough else None,
        uneven=_uneven(known) if enough else None,
        visibility=_visibility(mine, its, kept) if kept.size >= _LEAST_PLACES * _LEAST_EDGES else None,
        places=tuple(places.astype(np.float64).round(3).tolist()),
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """The edges of one picture at the common size, each plane (height, width)."""

    luma: Plane
    grain: float
    """Standard deviation, levels."""
    contrast: Plane
    """Range of luma over 9 x 9 pixels."""
    slope: Real
    steepest: Real
    """Of the edges within two pixels, 1/pixel; 0 where there is no contrast."""
    strong: Plane
    """1 where there is, and a picture."""

    @classmethod
    def at(cls, luma: Plane, slope: Real, contrast: Plane, seen: Plane, steep: Real) -> "_Look":
        grain = noise(luma)
        least = min(254.0, max(_LEAST_CONTRAST, _ABOVE_NOISE * grain))
        strong = cv2.bitwise_and(cv2.threshold(contrast, least, 1, cv2.THRESH_BINARY)[1], seen)
        steepest = np.asarray(cv2.dilate(steep * np.asarray(strong, np.uint8), np.ones(_SLACK, np.uint8)), np.float32)
        return cls(luma, grain, contrast, slope, steepest, np.asarray(strong, np.uint8))

    def crests(self) -> Plane:
        """255 where the slope is the largest around."""
        around = np.ones((3, 3), np.uint8)
        return np.asarray(cv2.compare(self.slope, cv2.dilate(self.slope, around), cv2.CMP_GE), np.uint8)


def _reference(model: Model, seen: Plane) -> _Look:
    """The reference's edges, where the picture is `seen`: what is written is written in both, and to look for it once
    more takes a tenth of all the time. Another resolution may round to another common size."""
    luma, slope = model.luma, model.slope
    if luma.shape != seen.shape:
        luma, slope = np.asarray(cv2.resize(luma, seen.shape[::-1]), np.uint8), _resized(slope, seen.shape)
    contrast = local_contrast(luma)
    return _Look.at(luma, slope, contrast, seen, steepness(slope, contrast))


def _resized(plane: Real, shape: tuple[int, ...]) -> Real:
    return np.asarray(cv2.resize(plane, shape[::-1]), np.float32)


def _places(mine: _Look, its: _Look, kept: NDArray[np.intp]) -> Real:
    """Of each place, row by row, the median over the reference's edges that have contrast here too of their steepness
    over that in the reference; 0 where there are too few."""
    kept = kept[mine.strong.ravel()[kept] > 0]
    ratio = mine.steepest.ravel()[kept] / its.steepest.ravel()[kept]
    place = _place(mine.luma.shape)[kept]
    ratio = np.sort(ratio + place * _APART) % _APART  # by place, and in each by size
    many = np.bincount(place, minlength=ROWS * COLUMNS)
    first = np.cumsum(many) - many
    known = np.flatnonzero(many >= _LEAST_EDGES)
    medians = np.zeros(ROWS * COLUMNS, np.float32)
    medians[known] = (ratio[first[known] + (many[known] - 1) // 2] + ratio[first[known] + many[known] // 2]) / 2
    return medians


def _uneven(known: Real) -> float:
    softer, sharper = np.percentile(known, (_SOFTER, _SHARPER))
    return float(sharper / softer)


@lru_cache(16)
def _place(shape: tuple[int, int]) -> NDArray[np.int64]:
    """Of each pixel, flattened."""
    down, across = (np.arange(side) * parts // side for side, parts in zip(shape, (ROWS, COLUMNS), strict=True))
    return np.add.outer(down * COLUMNS, across).ravel()


def _visibility(mine: _Look, its: _Look, kept: NDArray[np.intp]) -> float:
    """The mean over the reference's edges of the contrast that they have left, none counted for more than all."""
    now, then = (_against_brightness(each, kept) for each in (mine, its))
    return float(np.minimum(np.maximum(now, 0) / np.maximum(then, 1e-3), 1).mean())


def _against_brightness(look: _Look, kept: NDArray[np.intp]) -> Real:
    around = cv2.blur(look.luma, (9, 9)).ravel()[kept]
    contrast = look.contrast.ravel()[kept] - np.float32(_RANGE_OF_GRAIN * look.grain)
    return np.asarray(contrast / (around + np.float32(_DIM)), np.float32)

"""How much of a picture is drawn rather than seen: a recorder's blue screen, a vendor's "camera offline", test bars.

The world is never even. Sky, fog, a wall or a bag over the lens change by a level or more from one end to the other,
and grain hides nothing of that: the means of blocks of 8 x 8 pixels know their level to a quarter. A card has the same
two or three levels from end to end, or one smooth ramp, and crisp strokes on it. Flatness within a small neighbourhood,
the usual sign, is none: a codec makes skies exactly flat.
"""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from skywatch.picture.features import Card
from skywatch.picture.measure.canvas import Canvas, Real, middle

_STEP = 0.25  # levels, of the histogram of block means
_WINDOW = 7  # steps: what one level and its grain take
_FLANK = 10  # steps either side of a drawn level that hold next to nothing
_LEAST_LEVEL = 0.03  # share of the blocks, for a level to be one of a card
_MOST_IN_FLANKS = 0.12  # of what the level itself holds
_MOST_LEVELS = 8  # bars have as many
_MIDDLE = 0.2  # of each side that is margin: clocks and names are written there
_ON_SURFACE = 1.0  # level
_SOFT = (8, 40)  # levels within 9 x 9: more than codec noise, less than a drawn edge

Numbers = NDArray[np.float64]


def card(canvas: Canvas) -> Card:
    """Of the picture without on-screen text, but for `written`."""
    means, used = canvas.blocks, canvas.seen_blocks
    levels = means[used] if used.any() else means.ravel()
    counts = np.bincount(np.round(levels / _STEP).astype(int), minlength=round(256 / _STEP)).astype(np.float64)
    ground, where = _ground(counts)
    written = _written(canvas)
    return Card(
        ground=ground,
        levels=_levels(counts),
        smooth=_smooth(means, used) if written else None,
        level=where,
        tint=_tint(canvas),
        written=written,
        highest=_highest(canvas),
        soft=_soft(canvas),
    )


def _windows(counts: Numbers) -> Numbers:
    """How many blocks lie in the window that begins at each step."""
    summed = np.concatenate(([0.0], np.cumsum(counts)))
    return np.asarray(summed[_WINDOW:] - summed[:-_WINDOW], np.float64)


def _ground(counts: Numbers) -> tuple[float, float]:
    """Share of the blocks in the two most common windows, and the level of the first."""
    rest, held, first = counts.copy(), 0.0, 0.0
    for number in range(2):
        windows = _windows(rest)
        start = int(windows.argmax())
        held += float(windows[start])
        if number == 0:
            inside = np.arange(start, start + _WINDOW)
            first = float(np.average(inside, weights=rest[inside])) * _STEP
        rest[start : start + _WINDOW] = 0
    return held / float(counts.sum()), first


def _levels(counts: Numbers) -> float:
    """Share of the blocks at levels that stand alone: many blocks in one window, next to none beside it."""
    total, held = float(counts.sum()), 0.0
    beyond = np.zeros(_FLANK + _WINDOW)
    counts = np.concatenate((beyond, counts, beyond))
    rest = counts.copy()
    for _ in range(_MOST_LEVELS):
        windows = _windows(rest)
        start = int(windows.argmax())
        here, after = float(windows[start]), start + _WINDOW
        if here < _LEAST_LEVEL * total:
            break
        beside = counts[max(0, start - _FLANK) : start].sum() + counts[after : after + _FLANK].sum()
        held += here if beside < _MOST_IN_FLANKS * here else 0.0
        rest[max(0, start - _FLANK) : after + _FLANK] = 0
    return held / total


def _smooth(means: Real, used: NDArray[np.bool_]) -> float:
    """Share of the blocks within a level of one smooth surface, fitted a second time without what lies off it."""
    means, used = means[::2, ::2], used[::2, ::2]
    terms, levels = _terms(means.shape)[used.ravel()], means.ravel()[used.ravel()].astype(np.float64)
    near = np.ones(levels.size, np.bool_)
    off = np.zeros_like(levels)
    for _ in range(2):
        if np.count_nonzero(near) <= 4 * terms.shape[1]:
            return 0.0
        wanted, square = terms[near].T @ levels[near], terms[near].T @ terms[near]
        off = np.abs(terms @ np.linalg.lstsq(square, wanted, rcond=None)[0] - levels)
        near = off <= max(_ON_SURFACE, 3 * middle(off))
    return float(np.mean(off < _ON_SURFACE))


@lru_cache(maxsize=8)
def _terms(shape: tuple[int, int]) -> Numbers:
    """Polynomials of place, one row a block, up to the fourth degree."""
    down, across = (np.linspace(-1, 1, side) for side in shape)
    y, x = np.meshgrid(down, across, indexing="ij")
    powers = [(i, j) for i in range(5) for j in range(5) if i + j <= 4 and (i, j) not in ((1, 3), (3, 1))]
    return np.stack([(x**i * y**j).ravel() for i, j in powers], axis=1)


def _tint(canvas: Canvas) -> float:
    """Median distance of the chroma from grey."""
    if canvas.chroma is None:
        return 0.0
    blue, red = (plane[::2, ::2].astype(np.float32) - 128 for plane in canvas.chroma)
    return middle(cv2.magnitude(blue, red))


def _written(canvas: Canvas) -> float:
    height, width = canvas.text.shape
    rows, columns = round(_MIDDLE * height), round(_MIDDLE * width)
    middle = canvas.text[rows : max(rows + 1, height - rows), columns : max(columns + 1, width - columns)]
    return float(np.count_nonzero(middle)) / middle.size


def _highest(canvas: Canvas) -> float:
    """The brightest of what is seen, but for one pixel in 200."""
    luma, seen = (np.ascontiguousarray(plane[::2, ::2]) for plane in (canvas.luma, canvas.seen))
    counts = cv2.calcHist([luma], [0], seen, [256], [0, 256]).ravel()
    if not counts.sum():
        return float(canvas.luma.max())
    return float(np.searchsorted(np.cumsum(counts), 0.995 * counts.sum()))


def _soft(canvas: Canvas) -> float:
    between = cv2.bitwise_and(cv2.inRange(canvas.contrast, np.array(_SOFT[0]), np.array(_SOFT[1])), canvas.seen)
    return cv2.countNonZero(between) / max(1, cv2.countNonZero(canvas.seen))

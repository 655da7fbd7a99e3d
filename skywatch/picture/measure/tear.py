"""Pictures of which a part was never received: decoders repeat the last line, fill up with grey, or put blocks and
bands where they don't belong.

**Smears.** Where one line is repeated, nothing changes along the other direction, to a fraction of a level, over the
whole width: the gradient's energy is all on one axis (structure tensor; Bigun & Granlund 1987) in every part that has
any. Façades and fences have that in places, never from side to side and never so exactly.

**Bands.** A band of one level from side to side, which is neither black nor white.

**Seams.** A row at which most columns jump at once, some up and some down. Nothing in the world ends in one straight
row of pixels all over the picture; horizons and walls that nearly do are brighter on one side.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from skywatch.picture.decode import Plane
from skywatch.picture.features import Tear
from skywatch.picture.measure.canvas import Canvas, Real

_PARTS = 20  # of each side
_TALL = 2  # parts: a smear is at least so long
_MOST = 24.0  # levels a pixel: a single strong edge is not to decide for its part
_LEAST_ENERGY = 0.1  # (levels a pixel)²; parts with less say nothing
_ALONG = 0.25  # (levels a pixel)² along a smear, at most
_ONE_AXIS, _BOTH_AXES = 0.04, 0.15  # of a part's energy
_AGAINST = 4  # parts that are smeared, to make up for one that is not
_BLOCK = 8  # pixels of the common size
_SAME = 1.5  # levels within a band
_LAG = 3  # rows: a jump may fall between two of the common size
_JUMP = 8  # levels, at least; and twice what lies above and below

Flags = NDArray[np.bool_]


def tear(canvas: Canvas) -> Tear:
    """Of the picture without on-screen text."""
    across, down = _energy(canvas)
    smeared_down, smeared_right = _signs(across, down), _signs(down, across)
    band, level = _band(canvas)
    return Tear(
        repeated_rows=_run(across, down),
        repeated_columns=_run(down.T, across.T),
        smeared=max(_patch(smeared_down), _patch(smeared_right[:, _PARTS // 2 :])),
        band=band,
        band_level=level,
        seam=_seam(canvas.luma, canvas.seen),
    )


def _energy(canvas: Canvas) -> tuple[Real, Real]:
    """Mean square of the gradient of each part, across and down."""
    height, width = (max(_PARTS, side // _PARTS * _PARTS) for side in canvas.luma.shape)
    seen = (canvas.seen[:height, :width] > 0).astype(np.float32)
    across, down = (_of_parts(plane[:height, :width], seen) for plane in canvas.gradient)
    return across, down


def _of_parts(gradient: Real, seen: Real) -> Real:
    square = cv2.min(cv2.multiply(gradient, gradient), np.array(_MOST**2))
    return np.asarray(
        cv2.resize(cv2.multiply(square, seen), (_PARTS, _PARTS), interpolation=cv2.INTER_AREA), np.float32
    )


def _signs(other: Real, along: Real) -> NDArray[np.int64]:
    """1 where nothing changes along the one axis and something along the other, -`_AGAINST` where much does, else 0."""
    energy = other + along
    some = energy > _LEAST_ENERGY
    smeared = some & (along < _ONE_AXIS * energy) & (along < _ALONG)
    return smeared.astype(np.int64) - _AGAINST * (some & (along > _BOTH_AXES * energy))


def _run(other: Real, along: Real) -> float:
    """How much of the picture's width is smeared downwards at one height, at least `_TALL` parts tall; 0..1."""
    tall = [
        np.mean([plane[start : plane.shape[0] - _TALL + 1 + start] for start in range(_TALL)], axis=0)
        for plane in (other, along)
    ]
    return max(0.0, float(_signs(tall[0], tall[1]).sum(axis=1).max()) / _PARTS)


def _patch(signs: NDArray[np.int64]) -> float:
    """The largest smeared rectangle, as a share of the picture: Kadane's sum over every pair of rows."""
    sums = np.pad(signs.cumsum(axis=0), ((1, 0), (0, 0)))
    first, last = np.triu_indices(len(sums), 1)
    lines = np.pad((sums[last] - sums[first]).cumsum(axis=1), ((0, 0), (1, 0)))
    return float((lines - np.minimum.accumulate(lines, axis=1)).max()) / _PARTS**2


def _band(canvas: Canvas) -> tuple[float, float]:
    """(share of the height, level) of the tallest band of one level from side to side."""
    lowest, highest = _extremes(canvas)
    best, level = 0, 0.0
    for start in range(len(lowest)):
        low = np.minimum.accumulate(lowest[start:])
        high = np.maximum.accumulate(highest[start:])
        length = int(np.count_nonzero(high - low <= _SAME))
        if length > best:
            best, level = length, float(low[length - 1] + high[length - 1]) / 2
    return best / len(lowest), level


def _extremes(canvas: Canvas) -> tuple[Real, Real]:
    """The lowest and the highest mean of the blocks of each row of blocks; a row that is all text has neither."""
    height, width = canvas.luma.shape
    size = (max(1, width // _BLOCK), max(1, height // _BLOCK))
    means = cv2.resize(canvas.luma.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    seen = cv2.resize(canvas.seen, size, interpolation=cv2.INTER_AREA) > 200
    return np.where(seen, means, np.float32(512)).min(axis=1), np.where(seen, means, np.float32(-512)).max(axis=1)


def _seam(luma: Plane, seen: Plane) -> float:
    """Of any row, the largest share of columns that jump there: twice the lesser of those that jump up and down."""
    if luma.shape[0] <= 3 * _LAG:
        return 0.0
    step = cv2.absdiff(luma[_LAG:], luma[:-_LAG])
    beside = cv2.max(step[: -2 * _LAG], step[2 * _LAG :])
    middle = slice(_LAG, -_LAG)
    jumps = (
        (step[middle] > _JUMP)
        & (step[middle] // 2 > beside)
        & (seen[2 * _LAG : -_LAG] > 0)
        & (seen[_LAG : -2 * _LAG] > 0)
    )
    rises = luma[2 * _LAG : -_LAG] > luma[_LAG : -2 * _LAG]
    up, down = (np.count_nonzero(jumps & way, axis=1) for way in (rises, ~rises))
    return 2 * float(np.minimum(up, down).max()) / float(luma.shape[1])

"""Pictures of which a part was never received: decoders repeat the last line, fill up with grey, or put blocks and
bands where they don't belong.

**Smears.** Where one line is repeated, nothing changes along the other direction, to a fraction of a level, over the
whole width: the gradient's energy is all on one axis (structure tensor; Bigun & Granlund 1987) in every part that has
any. Façades and fences have that in places, never from side to side and never so exactly.

**Bands.** A band of one level from side to side, which is neither black nor white.

**Seams.** A row at which most columns jump at once, some up and some down. Nothing in the world ends in one straight
row of pixels all over the picture; horizons and walls that nearly do are brighter on one side. Where a band was
shifted sideways, the rows on both sides of its seam go together again when one is shifted.
"""

from functools import lru_cache

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
_SOME_ENERGY, _STRONG_ENERGY = 1.0, 2.0  # (levels a pixel)²: more than any fog has
_ALONG = 0.25  # (levels a pixel)² along a smear, at most
_ONE_AXIS, _BOTH_AXES = 0.04, 0.15  # of a part's energy
_AGAINST = 4  # parts that are smeared, to make up for one that is not
_SAME = 1.5  # levels within a band
_OTHER, _OFTEN = 4.0, 0.4  # levels, and share of the blocks, by which a band ends
_LAG = 3  # rows: a jump may fall between two of the common size
_JUMP = 8  # levels, at least; and twice what lies above and below
_SEAMS, _APART = 3, 4  # how many are looked for, and rows between them
_LEAST_SEAM = 0.12  # share of the columns: natural edges are shorter
_STRONG = 40.0  # levels: a single edge is not to decide for its row
_LEEWAY = 0.2
_LEAST_SHIFT = 6  # pixels: slanted edges move by less from row to row
_NOTHING = 1000.0  # levels²: the energy of a row without edges

Numbers = NDArray[np.float64]


def tear(canvas: Canvas) -> Tear:
    """Of the picture without on-screen text."""
    across, down = _energy(canvas)
    smeared_down, smeared_right = (_signs(*axes, _SOME_ENERGY) for axes in ((across, down), (down, across)))
    band, level = _band(canvas)
    seam, match, third = _seams(canvas.luma, canvas.seen)
    return Tear(
        repeated_rows=_run(across, down),
        repeated_columns=_run(down.T, across.T),
        smeared=max(_patch(smeared_down), _patch(smeared_right[:, _PARTS // 2 :])),
        band=band,
        band_level=level,
        seam=seam,
        seam_match=match,
        seams=third,
    )


def _energy(canvas: Canvas) -> tuple[Real, Real]:
    """Mean square of the gradient of each part, across and down."""
    seen = (canvas.seen[::2, ::2] > 0).astype(np.float32)  # every other pixel each way is enough for a mean
    height, width = (max(1, side // _PARTS) * _PARTS for side in seen.shape)
    across, down = (
        _of_parts(np.ascontiguousarray(plane[::2, ::2])[:height, :width], seen[:height, :width])
        for plane in canvas.gradient
    )
    return across, down


def _of_parts(gradient: Real, seen: Real) -> Real:
    square = cv2.min(cv2.multiply(gradient, gradient), np.array(_MOST**2))
    return np.asarray(
        cv2.resize(cv2.multiply(square, seen), (_PARTS, _PARTS), interpolation=cv2.INTER_AREA), np.float32
    )


def _signs(other: Real, along: Real, least: float) -> NDArray[np.int64]:
    """1 where nothing changes along the one axis and something along the other, -`_AGAINST` where much does, else 0."""
    energy = other + along
    some = energy > least
    smeared = some & (along < _ONE_AXIS * energy) & (along < _ALONG)
    return smeared.astype(np.int64) - _AGAINST * (some & (along > _BOTH_AXES * energy))


def _run(other: Real, along: Real) -> float:
    """How much of the picture's width is smeared downwards at one height, at least `_TALL` parts tall; 0..1. Some part
    of it must be strong: a foggy sky changes from top to bottom only, and slowly."""
    other, along = _tall(other), _tall(along)
    signs = _signs(other, along, _LEAST_ENERGY)
    strong = np.where(signs > 0, other, np.float32(0)).max(axis=1) > _STRONG_ENERGY
    return max(0.0, float((signs.sum(axis=1) * strong).max()) / _PARTS)


def _tall(plane: Real) -> Real:
    """The mean of each part and the next ones below, `_TALL` together."""
    count = len(plane) - _TALL + 1
    return np.asarray(np.mean([plane[start : start + count] for start in range(_TALL)], axis=0), np.float32)


@lru_cache(4)
def _pairs(count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    first, last = np.triu_indices(count, 1)
    return first, last


def _patch(signs: NDArray[np.int64]) -> float:
    """The largest smeared rectangle, as a share of the picture: Kadane's sum over every pair of rows."""
    sums = np.zeros((len(signs) + 1, signs.shape[1]), np.int64)
    signs.cumsum(axis=0, out=sums[1:])
    first, last = _pairs(len(sums))
    lines = np.zeros((len(first), sums.shape[1] + 1), np.int64)
    (sums[last] - sums[first]).cumsum(axis=1, out=lines[:, 1:])
    return float((lines - np.minimum.accumulate(lines, axis=1)).max()) / _PARTS**2


def _band(canvas: Canvas) -> tuple[float, float]:
    """(share of the height, level) of the tallest band of one level from side to side."""
    lowest, highest = _extremes(canvas)
    best, level = 0, 0.0
    for start in np.flatnonzero(highest - lowest <= _SAME):
        low = np.minimum.accumulate(lowest[start:])
        high = np.maximum.accumulate(highest[start:])
        length = int(np.count_nonzero(high - low <= _SAME))
        middle = float(low[length - 1] + high[length - 1]) / 2
        if length > best and _ends(canvas.blocks, int(start), int(start) + length, middle):
            best, level = length, middle
    return best / len(lowest), level


def _ends(blocks: Real, start: int, stop: int, level: float) -> bool:
    """Whether the rows of blocks from `start` to `stop` end with a jump from their `level`, at one side at least: the
    haze of a foggy sky is one level, too, and fades into the next."""
    beyond = [blocks[row] for row in (start - 4, start - 2, stop + 1, stop + 3) if 0 <= row < len(blocks)]
    return any(np.mean(np.abs(row - level) > _OTHER) > _OFTEN for row in beyond)


def _extremes(canvas: Canvas) -> tuple[Real, Real]:
    """The lowest and the highest mean of the blocks of each row of blocks; a row that is all text has neither."""
    lowest, highest = (np.where(canvas.seen_blocks, canvas.blocks, np.float32(none)) for none in (512, -512))
    return lowest.min(axis=1), highest.max(axis=1)


def _jumps(luma: Plane, seen: Plane) -> Real:
    """Of each row, the share of columns that jump there: twice the lesser of those that jump up and those that jump
    down. The row meant is `_LAG` further down than the place in the answer, and the next `_LAG` rows are the jump."""
    step = cv2.absdiff(luma[_LAG:], luma[:-_LAG])
    beside = cv2.max(step[: -2 * _LAG], step[2 * _LAG :])
    least = cv2.max(cv2.add(beside, beside), np.array(_JUMP))
    both = cv2.bitwise_and(seen[_LAG : -2 * _LAG], seen[2 * _LAG : -_LAG])
    counts = []
    for higher, lower in (
        (luma[2 * _LAG : -_LAG], luma[_LAG : -2 * _LAG]),
        (luma[_LAG : -2 * _LAG], luma[2 * _LAG : -_LAG]),
    ):
        jumps = cv2.bitwise_and(cv2.compare(cv2.subtract(higher, lower), least, cv2.CMP_GT), both)
        counts.append(cv2.reduce(jumps, 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel() / 255)
    return np.asarray(2 * np.minimum(*counts), np.float32)


def _seams(luma: Plane, seen: Plane) -> tuple[float, float, float]:
    """(share of columns, how well a shift explains it) of the worst seam, and the share of the third worst."""
    if luma.shape[0] <= 4 * _LAG:
        return 0.0, 0.0, 0.0
    jumps, found = _jumps(luma, seen), []
    for _ in range(_SEAMS):
        row = int(jumps.argmax())
        share = float(jumps[row])
        found.append((share, _explained(luma, seen, row + _LAG) if share > _LEAST_SEAM else 0.0))
        jumps[max(0, row - _APART) : row + _APART + 1] = 0
    share, match = max(found, key=lambda seam: seam[0] + seam[1] / 2)
    return share, match, found[-1][0]


def _explained(luma: Plane, seen: Plane, row: int) -> float:
    """How much better the rows at both sides of a seam go together when one is shifted: the rise in correlation of
    their edges, 0..1. Where rows do not even go together on one side of it, nothing can be told, and it is 0."""
    rows = [row - _LAG, row, row + _LAG, min(row + 2 * _LAG, luma.shape[0] - 1)]
    edges = np.zeros((len(rows), luma.shape[1]))
    edges[:, 1:-1] = luma[rows, 2:].astype(np.float64) - luma[rows, :-2]
    edges = np.clip(edges * (seen[rows] > 0), -_STRONG, _STRONG)
    before, above, below, after = edges
    usual = min(_alike(before, above), _alike(below, after))
    better = _shifted(above, below) - max(0.0, _alike(above, below))
    return max(0.0, min(better, usual + _LEEWAY))


def _alike(one: Numbers, other: Numbers) -> float:
    return float(one @ other / np.sqrt((one @ one) * (other @ other) + _NOTHING))


def _shifted(one: Numbers, other: Numbers) -> float:
    """The best correlation of two rows over all shifts by up to half of their length."""
    width = one.size
    shifts = np.arange(_LEAST_SHIFT, width // 2)
    length = 2 * width
    crossed = np.fft.irfft(np.fft.rfft(other, length) * np.conj(np.fft.rfft(one, length)), length)
    best = 0.0
    for left, right, way in ((one, other, 1), (other, one, -1)):
        start, end = np.cumsum(left**2)[width - shifts - 1], (right**2).sum() - np.cumsum(right**2)[shifts - 1]
        enough = (start > (left @ left) / 4) & (end > (right @ right) / 4)
        values = np.where(enough, crossed[way * shifts] / np.sqrt(start * end + _NOTHING), 0.0)
        best = max(best, float(values.max(initial=0.0)))
    return best

"""How steep the edges of a picture are, by place and by direction: what its sharpness is compared by, from day to day.

As in `sharpness.py`, steepness is the gradient over the range of luma around it, so that light, fog and gain leave it
alone; but at the fine plane, at the crests of the edges only, and sorted by where they are and which way they face. A
hundred numbers say it all, so a reference keeps these and not more pixels. Places are compared and not single edges:
shadows, leaves and cars come and go, and the steepest edges of a place stay as steep as the lens draws them.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]
Real = NDArray[np.float32]
Counts = NDArray[np.int64]

ROWS, COLUMNS = 6, 8
DIRECTIONS = 8
"""Of the gradient, 22.5 degrees each; the first is centred on 0, an upright edge."""

_REACH = 4  # pixels each way, over which an edge's contrast is taken
_AROUND = np.ones((2 * _REACH + 1, 2 * _REACH + 1), np.uint8)
_LEAST_CONTRAST = 16.0  # levels
_ABOVE_NOISE = 10.0  # times the grain's standard deviation
_FLAT = 0.1  # of the contrast: less steep than that is a slope, not an edge
_SHARE = 0.9  # of the edges of a place are less steep than what stands for it
_LEAST_OF_PLACE, _LEAST_OF_DIRECTION = 40, 12  # pixels of crest, to be measured
_BINS = 64
_STEEPEST = 0.625  # the end of the last bin; nothing is steeper than half its contrast, but for rounding

_VERSION = 1
_PLACES, _TOWARDS = ROWS * COLUMNS, ROWS * COLUMNS // 4 * DIRECTIONS
BYTES = 1 + 2 + _PLACES + _TOWARDS
"""Of a packed profile."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Steepness in 1/pixel of the fine plane: the 90th percentile at crests, NaN where there are too few."""

    width: int
    """Of the fine plane's longer side, pixels."""
    blur: Real
    """(6, 8): of each place, of edges of all directions."""
    towards: Real
    """(3, 4, 8): of each larger place, of the edges whose gradient has that direction."""

    def packed(self) -> bytes:
        """To be kept with a reference: `BYTES` bytes. 0 stands for NaN."""
        both = np.concatenate((self.blur.ravel(), self.towards.ravel())) * (255 / _STEEPEST)
        levels = np.nan_to_num(both, nan=0.0).round().clip(0, 255).astype(np.uint8)
        return bytes([_VERSION]) + self.width.to_bytes(2, "big") + bytes(levels)


def unpacked(data: bytes) -> Profile:
    """What `packed` gave. Raises ValueError for anything else."""
    width = int.from_bytes(data[1:3], "big")
    if len(data) != BYTES or data[0] != _VERSION or width == 0:
        raise ValueError("no profile of edges")
    levels = np.frombuffer(data[3:], np.uint8)
    steep = np.where(levels == 0, np.nan, levels * (_STEEPEST / 255)).astype(np.float32)
    blur, towards = steep[:_PLACES].reshape(ROWS, COLUMNS), steep[_PLACES:].reshape(ROWS // 2, COLUMNS // 2, DIRECTIONS)
    return Profile(width, blur, towards)


def profile(luma: Plane, seen: Plane) -> Profile:
    """Of the fine plane `luma`; `seen` is 0 where not to look, at any size."""
    counts = _counts(luma, np.asarray(cv2.resize(seen, luma.shape[::-1], interpolation=cv2.INTER_NEAREST), np.uint8))
    larger = counts.reshape(ROWS // 2, 2, COLUMNS // 2, 2, DIRECTIONS, _BINS).sum((1, 3))
    return Profile(max(luma.shape), _steepness(counts.sum(2), _LEAST_OF_PLACE), _steepness(larger, _LEAST_OF_DIRECTION))


def noise(luma: Plane) -> float:
    """Standard deviation of the grain, levels: Immerkaer (1996) on three lines of every sixteen, by the median."""
    rows = luma[: luma.shape[0] // 16 * 16].reshape(-1, 16, luma.shape[1])[:, 6:9].astype(np.int16)
    if rows.size == 0 or rows.shape[2] < 3:
        return 0.0
    down = rows[:, 0] + rows[:, 2] - 2 * rows[:, 1]
    response = np.abs(down[:, :-2] + down[:, 2:] - 2 * down[:, 1:-1])
    below = np.cumsum(np.bincount(response.ravel()))
    return float(np.searchsorted(below, below[-1] / 2)) / 0.6745 / 6


def _counts(luma: Plane, seen: Plane) -> Counts:
    """(6, 8, 8, 64): how many crests there are in each place, of each direction and steepness. Strip by strip: planes
    of a whole picture are given back to the system and asked for again at each look, at twice the cost of all else."""
    least = max(_LEAST_CONTRAST, _ABOVE_NOISE * noise(luma))
    ends = [-(-row * luma.shape[0] // ROWS) for row in range(ROWS + 1)]
    counts = np.zeros((ROWS, COLUMNS * DIRECTIONS * _BINS), np.int64)
    for row, (top, bottom) in enumerate(pairwise(ends)):
        if top < bottom:
            above, below = max(0, top - _REACH - 1), bottom + _REACH + 1
            strip = luma[above:below]
            inside = np.zeros_like(strip)
            inside[top - above : bottom - above] = seen[top:bottom]
            counts[row] = _counts_of_strip(strip, inside, least)
    return counts.reshape(ROWS, COLUMNS, DIRECTIONS, _BINS)


def _counts_of_strip(luma: Plane, inside: Plane, least: float) -> Counts:
    """Of one row of places, flattened; what surrounds it is in `luma`, and 0 in `inside`."""
    across, down = (cv2.Scharr(luma, cv2.CV_32F, *axis, scale=1 / 32) for axis in ((1, 0), (0, 1)))
    slope, contrast = np.asarray(cv2.magnitude(across, down), np.float32), local_contrast(luma)
    crests = _crests(slope, contrast, inside, least)
    steep = slope.ravel()[crests] / contrast.ravel()[crests]
    crests, steep = crests[steep > _FLAT], steep[steep > _FLAT]
    if not crests.size:
        return np.zeros(COLUMNS * DIRECTIONS * _BINS, np.int64)
    level = np.minimum((steep * (_BINS / _STEEPEST)).astype(np.int32), _BINS - 1)
    direction = _directions(*(np.asarray(axis, np.float32).ravel()[crests] for axis in (across, down)))
    place = _columns(luma.shape).ravel()[crests]
    return np.bincount((place * DIRECTIONS + direction) * _BINS + level, minlength=COLUMNS * DIRECTIONS * _BINS)


def _directions(across: Real, down: Real) -> NDArray[np.int32]:
    angle = cv2.phase(across, down).ravel()  # to a third of a degree, in a tenth of arctan2's time
    return np.asarray((angle * np.float32(DIRECTIONS / np.pi) + np.float32(0.5)).astype(np.int32) % DIRECTIONS)


@lru_cache(16)
def _columns(shape: tuple[int, int]) -> NDArray[np.int32]:
    """Which of the columns of places each pixel of a strip is in."""
    places = np.arange(shape[1], dtype=np.int32) * COLUMNS // shape[1]
    return np.broadcast_to(places, shape).copy()


def local_contrast(luma: Plane) -> Plane:
    """Largest minus smallest luma of each pixel's 9 x 9 neighbourhood, levels."""
    return np.asarray(cv2.subtract(cv2.dilate(luma, _AROUND), cv2.erode(luma, _AROUND)), np.uint8)


def _crests(slope: Real, contrast: Plane, seen: Plane, least: float) -> NDArray[np.intp]:
    """Where, in the flattened plane, the slope is the largest around and the contrast at least `least`."""
    _, strong = cv2.threshold(contrast, min(254.0, least), 1, cv2.THRESH_BINARY)
    crest = cv2.compare(slope, cv2.dilate(slope, np.ones((3, 3), np.uint8)), cv2.CMP_GE)
    return np.flatnonzero(cv2.bitwise_and(cv2.bitwise_and(crest, strong), seen).view(np.bool_))


def _steepness(counts: Counts, least: int) -> Real:
    """The steepness that `_SHARE` of what is counted along the last axis stays under, interpolated within a bin; NaN
    where less than `least` is counted."""
    below = np.cumsum(counts, -1)
    wanted = _SHARE * below[..., -1:]
    reached = (below < wanted).sum(-1, keepdims=True)
    inside = np.take_along_axis(counts, reached, -1)
    before = np.take_along_axis(below, reached, -1) - inside
    found = (reached + (wanted - before) / np.maximum(inside, 1)) * (_STEEPEST / _BINS)
    return np.asarray(np.where(below[..., -1] >= least, found[..., 0], np.nan), np.float32)

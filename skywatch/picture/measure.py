"""Planes -> features: everything that is measured on one picture. Pure, without any threshold that says good or bad.

**Sharpness** is how steep the steepest edges are against their own contrast: the gradient over the range (largest minus
smallest luma) of its 9 x 9 neighbourhood. An edge that a good lens draws jumps its whole contrast from one pixel to the
next; a defocused one climbs slowly. That ratio knows nothing of contrast, so fog and dim light do not change it as long
as anything at all stands out; this is what variance of Laplacian, Tenengrad and gradient energies get wrong. Kin of the
edge-width measures of Marziliano et al. (2002) and JNB/CPBD (Ferzli & Karam 2009, Narvekar & Karam 2011), without the
search along each edge. Sharp edges need not be everywhere: a picture is as sharp as its best cells, less the two very
best, where writing may have been missed.

Everything is measured at one size of about 144,000 pixels, so that a figure means the same at CIF and at 4K, and the
cost stays the same. Why this measure and no other: docs/design/pictures.md.
"""

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from skywatch.picture.decode import Plane, Planes
from skywatch.picture.features import Features
from skywatch.picture.text import text_mask

COMMON_PIXELS = 144_000
"""480 x 300: the smallest picture in use (CIF) still fills most of it, and a defocus that anybody complains about is
still three pixels wide."""

_RIM = 0.02  # of each side: scalers and codecs draw false edges there
_REACH = 4  # pixels each way, over which an edge's contrast is taken
_LEAST_CONTRAST = 16.0  # levels; less than that, codecs and grain draw the edges
_ABOVE_NOISE = 10.0  # times the grain's standard deviation: the range of pure grain in 81 pixels is five
_CELLS = (4, 6)  # rows, columns
_BEST = slice(2, 8)  # of the cells, the sharpest first
_LEAST_PIXELS = 100  # with contrast, for a cell to be measured
_STEEPEST = 98.0  # percentile within a cell

_Real = NDArray[np.float32]
_GRAIN = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)


def measure(planes: Planes) -> Features:
    """All features of one picture. `planes.luma` may have any size from 1 x 1."""
    height, width = planes.luma.shape
    luma = _common_size(planes.luma)
    text = text_mask(luma)
    text_share = cv2.countNonZero(text) / text.size
    seen = _inside(np.bitwise_not(text))
    noise = _noise(luma, seen)
    sharpness, cells, share = _sharpness(luma, seen, noise)
    p10, p50, p90 = _percentiles(luma, seen, (10, 50, 90))
    return Features(width, height, sharpness, cells, share, noise, p10, p50, p90, _colour(planes), text_share)


def _common_size(luma: Plane) -> Plane:
    """`luma` at the common number of pixels, its shape kept as far as whole pixels allow."""
    while luma.size >= 4 * COMMON_PIXELS and min(luma.shape) >= 4:  # exact halves are what SIMD is good at
        rows, columns = luma.shape[0] // 2, luma.shape[1] // 2
        halved = cv2.resize(luma[: 2 * rows, : 2 * columns], (columns, rows), interpolation=cv2.INTER_AREA)
        luma = np.asarray(halved, dtype=np.uint8)
    height, width = luma.shape
    scale = (COMMON_PIXELS / (width * height)) ** 0.5
    size = (min(COMMON_PIXELS, max(1, round(width * scale))), min(COMMON_PIXELS, max(1, round(height * scale))))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(luma, size, interpolation=how), dtype=np.uint8)


def _inside(mask: Plane) -> Plane:
    """`mask` without the rim of the picture."""
    rows, columns = (max(1, round(_RIM * side)) for side in mask.shape)
    mask[:rows], mask[-rows:], mask[:, :columns], mask[:, -columns:] = 0, 0, 0, 0
    return mask


def _noise(luma: Plane, seen: Plane) -> float:
    """Standard deviation of the grain (Immerkaer 1996), by the median, so that edges do not count."""
    response = np.asarray(cv2.convertScaleAbs(cv2.filter2D(luma, cv2.CV_16S, _GRAIN)), np.uint8)
    return _percentiles(response, seen, (50,))[0] / 0.6745 / 6


def _percentiles(plane: Plane, seen: Plane, wanted: tuple[int, ...]) -> list[float]:
    """Percentiles of `plane` where `seen`, interpolated within a level; of all of it where nothing is seen."""
    counts = cv2.calcHist([plane], [0], seen if cv2.countNonZero(seen) else None, [256], [0, 256]).ravel()
    below = np.concatenate(([0.0], np.cumsum(counts, dtype=np.float64)))
    edges = np.arange(257) - 0.5
    return [float(np.interp(share / 100 * below[-1], below, edges).clip(0, 255)) for share in wanted]


def _sharpness(luma: Plane, seen: Plane, noise: float) -> tuple[float, int, float]:
    """(sharpness, cells measured, share of the picture with contrast)."""
    steep, contrast = _edges(luma)
    strong = (contrast > max(_LEAST_CONTRAST, _ABOVE_NOISE * noise)) & (seen > 0)
    ratio = np.divide(steep, np.maximum(contrast, 1), dtype=np.float32)
    cells = sorted(_cells(ratio, strong), reverse=True)
    share = int(np.count_nonzero(strong)) / max(1, cv2.countNonZero(seen))
    best = cells[_BEST]
    return (float(np.mean(best)) if best else 0.0), len(cells), share


def _edges(luma: Plane) -> tuple[_Real, _Real]:
    """(gradient in levels per pixel, range of the neighbourhood in levels), both the size of `luma`."""
    across, down = (cv2.Scharr(luma, cv2.CV_32F, *axis, scale=1 / 32) for axis in ((1, 0), (0, 1)))
    around = cv2.getStructuringElement(cv2.MORPH_RECT, (2 * _REACH + 1, 2 * _REACH + 1))
    contrast = cv2.subtract(cv2.dilate(luma, around), cv2.erode(luma, around))
    return np.asarray(cv2.magnitude(across, down), np.float32), contrast.astype(np.float32)


def _cells(ratio: _Real, strong: NDArray[np.bool_]) -> list[float]:
    """The ratio at the steepest edges of each cell that has enough of them."""
    rows, columns = (
        np.linspace(0, side, parts + 1).astype(int) for side, parts in zip(ratio.shape, _CELLS, strict=True)
    )
    found = []
    for top, bottom in pairwise(rows):
        for left, right in pairwise(columns):
            values = ratio[top:bottom, left:right][strong[top:bottom, left:right]]
            if values.size >= _LEAST_PIXELS:
                place = int(_STEEPEST / 100 * (values.size - 1))
                found.append(float(np.partition(values, place)[place]))
    return found


def _colour(planes: Planes) -> float:
    """Mean distance of the chroma from grey, on a grid of at most about 240 x 135 points."""
    if planes.cb is None or planes.cr is None:
        return 0.0
    step = max(1, planes.cb.shape[1] // 240)
    blue, red = (plane[::step, ::step].astype(np.float32) - 128 for plane in (planes.cb, planes.cr))
    return float(cv2.magnitude(blue, red).mean())

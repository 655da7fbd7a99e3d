"""How sharp a picture is by itself.

**Sharpness** is how steep the steepest edges are against their own contrast: the gradient over the range (largest minus
smallest luma) of its 9 x 9 neighbourhood. An edge that a good lens draws jumps its whole contrast from one pixel to the
next; a defocused one climbs slowly. That ratio knows nothing of contrast, so fog and dim light do not change it as long
as anything at all stands out; this is what variance of Laplacian, Tenengrad and gradient energies get wrong. Kin of the
edge-width measures of Marziliano et al. (2002) and JNB/CPBD (Ferzli & Karam 2009, Narvekar & Karam 2011), without the
search along each edge. Sharp edges need not be everywhere: a picture is as sharp as its best cells, less the two very
best, where writing may have been missed. Why this measure and no other: docs/design/pictures.md.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from skywatch.picture.features import Sharpness
from skywatch.picture.measure.canvas import Canvas, Real, tiles

_LEAST_CONTRAST = 16.0  # levels; less than that, codecs and grain draw the edges
_ABOVE_NOISE = 10.0  # times the grain's standard deviation: the range of pure grain in 81 pixels is five
_CELLS = (4, 6)  # rows, columns
_BEST = slice(2, 8)  # of the cells, the sharpest first
_LEAST_PIXELS = 100  # with contrast, for a cell to be measured
_STEEPEST = 98.0  # percentile within a cell


def sharpness(canvas: Canvas, noise: float) -> Sharpness:
    """Of the picture on `canvas`, whose grain has a standard deviation of `noise` levels."""
    strong = (canvas.contrast > max(_LEAST_CONTRAST, _ABOVE_NOISE * noise)) & (canvas.seen > 0)
    cells = sorted(_cells(canvas.steep, strong), reverse=True)
    share = int(np.count_nonzero(strong)) / max(1, cv2.countNonZero(canvas.seen))
    best = cells[_BEST]
    return Sharpness(float(np.mean(best)) if best else 0.0, len(cells), share)


def _cells(ratio: Real, strong: NDArray[np.bool_]) -> list[float]:
    """The ratio at the steepest edges of each cell that has enough of them."""
    found = []
    for part in tiles(ratio.shape, *_CELLS):
        values = ratio[part][strong[part]]
        if values.size >= _LEAST_PIXELS:
            place = int(_STEEPEST / 100 * (values.size - 1))
            found.append(float(np.partition(values, place)[place]))
    return found

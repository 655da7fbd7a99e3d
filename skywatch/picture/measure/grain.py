"""How grainy a picture is."""

import cv2
import numpy as np

from skywatch.picture.decode import Plane
from skywatch.picture.features import Grain
from skywatch.picture.measure.canvas import Canvas, percentiles, small

_ROW = np.array([1, -2, 1], np.float32)
_GAIN = 6.0  # of the kernel, rows by columns: standard deviation of its response to grain of one
_BLOCK = 16  # pixels of the fine size
_QUIET = 10.0  # percentile of the blocks
_LEVELS = (12.0, 243.0)  # of a block's mean: grain is cut off at black and at white
_LEAST = 20  # blocks


def grain(canvas: Canvas) -> Grain:
    """Standard deviation of the grain (Immerkaer 1996), by the median, so that edges do not count; and in the quietest
    tenth of the blocks, where even a codec that smooths what is between the edges leaves snow standing."""
    response = np.asarray(cv2.convertScaleAbs(cv2.sepFilter2D(canvas.luma, cv2.CV_16S, _ROW, _ROW)), np.uint8)
    (median,) = percentiles(response[::2], canvas.seen[::2], (50,))
    return Grain(median / 0.6745 / _GAIN, _quiet(canvas.fine, canvas.seen))


def _quiet(fine: Plane, seen: Plane) -> float:
    """Effective grain of the quietest tenth of the blocks of `fine`."""
    grid = (max(1, fine.shape[1] // _BLOCK), max(1, fine.shape[0] // _BLOCK))
    whole = fine[: grid[1] * _BLOCK, : grid[0] * _BLOCK]
    response = cv2.sepFilter2D(whole, cv2.CV_16S, _ROW, _ROW).astype(np.float32)
    power = cv2.resize(cv2.multiply(response, response), grid, interpolation=cv2.INTER_AREA)
    level = small(whole, grid)
    fair = (cv2.resize(seen, grid, interpolation=cv2.INTER_NEAREST) > 0) & (level > _LEVELS[0]) & (level < _LEVELS[1])
    blocks = power[fair] if np.count_nonzero(fair) >= _LEAST else power.ravel()
    return float(np.sqrt(np.percentile(blocks, _QUIET))) / _GAIN

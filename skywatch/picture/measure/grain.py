"""How grainy a picture is."""

import cv2
import numpy as np

from skywatch.picture.decode import Plane
from skywatch.picture.features import Grain
from skywatch.picture.measure.canvas import Canvas, Real, percentiles

_ROW = np.array([1, -2, 1], np.float32)
_GAIN = 6.0  # of the kernel, rows by columns: standard deviation of its response to grain of one
_BLOCK = 16  # pixels of the fine size
_QUIET = 0.1  # of the blocks
_LEVELS = (12.0, 243.0)  # of a block's mean: grain is cut off at black and at white
_LEAST = 20  # blocks


def grain(canvas: Canvas) -> Grain:
    """Standard deviation of the grain (Immerkaer 1996), by the median, so that edges do not count; and in the quietest
    tenth of the blocks, where even a codec that smooths what is between the edges leaves snow standing."""
    response = np.asarray(cv2.convertScaleAbs(cv2.sepFilter2D(canvas.luma, cv2.CV_16S, _ROW, _ROW)), np.uint8)
    (median,) = percentiles(response[::2], canvas.seen[::2], (50,))
    return Grain(median / 0.6745 / _GAIN, _quiet(canvas))


def _quiet(canvas: Canvas) -> float:
    """Effective grain of the quietest tenth of the blocks of the fine plane."""
    fine = canvas.fine
    rows, columns = (max(1, side // _BLOCK) for side in fine.shape)
    blocks = fine[: rows * _BLOCK, : columns * _BLOCK]
    power = _power(blocks, rows, columns)
    level = cv2.resize(canvas.blocks, (columns, rows), interpolation=cv2.INTER_NEAREST)[::2]
    seen = cv2.resize(canvas.seen, (columns, rows), interpolation=cv2.INTER_NEAREST)[::2]
    fair = (seen > 0) & (level > _LEVELS[0]) & (level < _LEVELS[1])
    quiet = np.sort(power[fair] if np.count_nonzero(fair) >= _LEAST else power, axis=None)
    place = _QUIET * (quiet.size - 1)
    return float(np.sqrt(np.interp(place, np.arange(quiet.size), quiet))) / _GAIN


def _power(fine: Plane, rows: int, columns: int) -> Real:
    """Mean square of the response in every other row of blocks: those have as many quiet ones."""
    every = [
        cv2.sepFilter2D(fine[_BLOCK * row : _BLOCK * (row + 1)], cv2.CV_32F, _ROW, _ROW) for row in range(0, rows, 2)
    ]
    square = [cv2.resize(cv2.multiply(each, each), (columns, 1), interpolation=cv2.INTER_AREA) for each in every]
    return np.concatenate(square)

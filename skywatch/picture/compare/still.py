"""Whether a picture stands still: a look against the one before it, minutes ago, or a frame and another of its clip."""

import zlib

import cv2
import numpy as np

from skywatch.picture.features import Still
from skywatch.picture.measure.canvas import Canvas, Real
from skywatch.picture.sketch import Sketch

BLOCKS = (96, 54)
"""Width and height of a sketch, in blocks."""


def sketch(canvas: Canvas) -> Sketch:
    """What is kept of the picture on `canvas`, at most `sketch.MAX_BYTES`."""
    return Sketch(canvas.width, canvas.height, zlib.compress(_fixed(_means(canvas)), 6))


def still(canvas: Canvas, earlier: Sketch) -> Still | None:
    """The picture on `canvas` against an earlier look of the same camera; None where that was of another size, or where
    it can't be read."""
    before = _read(earlier)
    if before is None or (earlier.width, earlier.height) != (canvas.width, canvas.height):
        return None
    return _compared(_means(canvas), before)


def still_between(canvas: Canvas, earlier: Canvas) -> Still | None:
    """As `still`, for two frames of one clip, in full detail."""
    if (earlier.width, earlier.height) != (canvas.width, canvas.height):
        return None
    return _compared(_means(canvas), _means(earlier))


def _compared(now: Real, before: Real) -> Still:
    difference = np.abs(now - before)
    return Still(float((difference > 2).mean()), float(np.median(difference)))


def _means(canvas: Canvas) -> Real:
    return np.asarray(cv2.resize(canvas.luma.astype(np.float32), BLOCKS, interpolation=cv2.INTER_AREA), np.float32)


def _fixed(means: Real) -> bytes:
    return (means * 256).round().clip(0, 65535).astype("<u2").tobytes()


def _read(earlier: Sketch) -> Real | None:
    try:
        data = zlib.decompress(earlier.data)
        return np.frombuffer(data, "<u2").reshape(BLOCKS[1], BLOCKS[0]).astype(np.float32) / np.float32(256)
    except (zlib.error, ValueError):
        return None

"""How bright a picture is."""

import cv2
import numpy as np

from skywatch.picture.decode import Plane
from skywatch.picture.features import Tone
from skywatch.picture.measure.canvas import Canvas, percentiles

_WHITE = 250
_BLOB = np.ones((5, 5), np.uint8)
"""Wider than a pen stroke (`text.py`), narrower than the glare of a street lamp."""


def tone(canvas: Canvas) -> Tone:
    """Percentiles of luma where the picture is seen."""
    low, middle, high, top = percentiles(canvas.luma[::2], canvas.seen[::2], (10, 50, 90, 99.5))
    eroded = np.asarray(cv2.erode(canvas.luma, _BLOB), np.uint8)
    (glow,) = percentiles(eroded[::2], canvas.seen[::2], (99.9,))
    half = canvas.luma.shape[0] // 2
    return Tone(low, middle, high, top, glow, _white(canvas.luma[half:], canvas.seen[half:]))


def _white(luma: Plane, seen: Plane) -> float:
    white = np.asarray(cv2.threshold(luma, _WHITE - 1, 255, cv2.THRESH_BINARY)[1], np.uint8)
    inside = cv2.countNonZero(seen)
    if not inside:
        return cv2.countNonZero(white) / white.size
    return cv2.countNonZero(cv2.bitwise_and(white, seen)) / inside

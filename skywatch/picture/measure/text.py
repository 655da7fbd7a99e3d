"""Where a camera has written on its picture: clock, name, logo. Text is drawn behind the lens and stays sharp and
bright whatever the lens does, so every other measure leaves it out.

Finds too much rather than too little: a lane marking or a lit window that is left out costs nothing, a clock that is
left in hides a fault.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]

_STROKE = 5
"""Pixels of the common size: a pen stroke is thinner, so that what is wider does not stand out in a top-hat."""
_STANDS_OUT = 40
"""Levels by which a stroke is brighter (or darker) than what it is written on, to be read by anybody."""
_REACH = 13
"""Pixels between one letter and the next, at most."""
_LOW, _HIGH = 4, 40
"""Heights of a line of text, in pixels of the common size (about 300 lines)."""
_MOST = 0.35
"""A picture that is 'text' all over is a sharp picture full of fine detail; nothing is left out of it."""
_MARGIN = 3


def text_mask(luma: Mask) -> Mask:
    """255 where `luma` (height, width; at the common size) is under text or text-like marks, 0 elsewhere."""
    mask = np.zeros_like(luma)
    for left, top, width, height in _lines(_ink(luma)):
        mask[max(0, top - _MARGIN) : top + height + _MARGIN, max(0, left - _MARGIN) : left + width + _MARGIN] = 255
    if cv2.countNonZero(mask) > _MOST * mask.size:
        mask[:] = 0
    return mask


def _ink(luma: Mask) -> Mask:
    """255 at thin strokes, brighter or darker than what is around them."""
    pen = cv2.getStructuringElement(cv2.MORPH_RECT, (_STROKE, _STROKE))
    wide, narrow = cv2.dilate(luma, pen), cv2.erode(luma, pen)
    bright = cv2.subtract(luma, cv2.dilate(narrow, pen))
    dark = cv2.subtract(cv2.erode(wide, pen), luma)
    _, ink = cv2.threshold(cv2.max(bright, dark), _STANDS_OUT, 255, cv2.THRESH_BINARY)
    return np.asarray(ink, np.uint8)


def _lines(ink: Mask) -> list[tuple[int, int, int, int]]:
    """Boxes (left, top, width, height) of rows of strokes: longer than high, and well filled."""
    gap = cv2.getStructuringElement(cv2.MORPH_RECT, (_REACH, 1))
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, gap)
    _, _, boxes, _ = cv2.connectedComponentsWithStats(closed, connectivity=8, ltype=cv2.CV_16U)  # a third of 32 bits
    wide, high, filled = boxes[:, cv2.CC_STAT_WIDTH], boxes[:, cv2.CC_STAT_HEIGHT], boxes[:, cv2.CC_STAT_AREA]
    likely = (high >= _LOW) & (high <= _HIGH) & (wide >= 2 * high) & (filled >= 0.35 * wide * high)
    likely[0] = False  # what is left over
    return [(int(box[0]), int(box[1]), int(box[2]), int(box[3])) for box in boxes[likely]]

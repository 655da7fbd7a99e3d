"""What is laid over a picture: privacy masks, and menus that somebody left open.

Both are rectangles that lie straight, of one level to the last pixel, with an edge that jumps on every side. Signs,
walls, windows and skies have one or two of these, and light or perspective in the way of the rest. A menu has lines of
text on it, a mask has none. Title bars are lower than anything that is looked for.
"""

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from skywatch.picture.decode import Plane
from skywatch.picture.features import Masks
from skywatch.picture.measure.canvas import Canvas, percentiles

_STEP = 2  # pixels: every other one, each way, is looked at
_FLAT = 3  # levels within 3 x 3 of those
_LEVELS = 6.0  # from the darkest to the brightest pixel of a mask, but for one in a hundred
_LEAST_SIDE = 0.07  # of the picture's side
_LEAST_AREA = 0.012  # of the picture
_FILLED = 0.93  # of the rectangle
_MOST = 12  # rectangles that are looked at
_RIM = 2  # of those, from what is flat to what lies outside
_JUMP = 6  # levels
_ALONG = 0.65  # of a side
_LEAST_OWN = 0.3  # of the rectangle that is not written on
_WRITTEN = 0.05  # of a rectangle, for it to be a menu
_DOT = 0.05  # of its width, for a row to be written on
_LINES = 3

Flags = NDArray[np.bool_]


class Box(NamedTuple):
    """In pixels that are looked at."""

    left: int
    top: int
    width: int
    height: int


def masks(canvas: Canvas) -> Masks:
    """Of all rectangles that are laid over the picture."""
    found = list(_boxes(canvas))
    plain = [box for box, lines in found if lines == 0]
    menus = [box for box, lines in found if lines >= _LINES]
    largest = max(plain, key=_area, default=Box(0, 0, 0, 0))
    height, width = (side / _STEP for side in canvas.luma.shape)
    size = height * width
    return Masks(
        masked=sum(map(_area, plain)) / size,
        place=(largest.left / width, largest.top / height, largest.width / width, largest.height / height),
        menu=max(map(_area, menus), default=0) / size,
    )


def _area(box: Box) -> int:
    return box.width * box.height


def _boxes(canvas: Canvas) -> Iterator[tuple[Box, int]]:
    """Rectangles of one level that jump at every side which is not the picture's own; and the lines written on each."""
    luma, around = np.ascontiguousarray(canvas.luma[::_STEP, ::_STEP]), np.ones((3, 3), np.uint8)
    spread = cv2.subtract(cv2.dilate(luma, around), cv2.erode(luma, around))
    flat = cv2.compare(spread, np.array(_FLAT), cv2.CMP_LE)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(flat, connectivity=4, ltype=cv2.CV_16U)
    height, width = luma.shape
    wide = (stats[:, cv2.CC_STAT_WIDTH] >= _LEAST_SIDE * width) & (stats[:, cv2.CC_STAT_HEIGHT] >= _LEAST_SIDE * height)
    large = stats[:, cv2.CC_STAT_WIDTH] * stats[:, cv2.CC_STAT_HEIGHT] >= _LEAST_AREA * luma.size
    likely = [number for number in np.flatnonzero(wide & large) if number > 0]
    for number in sorted(likely, key=lambda each: -int(stats[each, cv2.CC_STAT_AREA]))[:_MOST]:
        box = Box(*(int(value) for value in stats[number, :4]))
        own = np.asarray(labels[_inside(box)] == number)
        if _is_even(luma[_inside(box)], own) and _is_framed(luma, box):
            yield box, _lines(own)


def _inside(box: Box) -> tuple[slice, slice]:
    return slice(box.top, box.top + box.height), slice(box.left, box.left + box.width)


def _is_even(luma: Plane, own: Flags) -> bool:
    """Whether what is `own` has one level and goes around the whole rectangle; there may be holes in it."""
    if np.count_nonzero(own) < _LEAST_OWN * own.size:
        return False
    low, high = percentiles(luma, own.view(np.uint8), (1, 99))
    contours, _ = cv2.findContours(own.view(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    enclosed = max(cv2.contourArea(contour) for contour in contours)
    return bool(high - low <= _LEVELS and enclosed >= _FILLED * (own.shape[0] - 1) * (own.shape[1] - 1))


def _is_framed(luma: Plane, box: Box) -> bool:
    """Whether the picture jumps along every side of the rectangle that is not the picture's own, two at the least."""
    (level,) = percentiles(luma[_inside(box)], None, (50,))
    rows, columns = _inside(box)
    bottom, right = rows.stop - 1 + _RIM, columns.stop - 1 + _RIM
    sides = [
        *([luma[box.top - _RIM, columns]] if box.top >= _RIM else []),
        *([luma[bottom, columns]] if bottom < luma.shape[0] else []),
        *([luma[rows, box.left - _RIM]] if box.left >= _RIM else []),
        *([luma[rows, right]] if right < luma.shape[1] else []),
    ]
    jumps = [float(np.mean(np.abs(side.astype(np.float32) - level) >= _JUMP)) for side in sides]
    return len(jumps) >= 2 and min(jumps) >= _ALONG


def _lines(own: Flags) -> int:
    """How many lines are written on the rectangle: bands of holes one below the other; 0 with hardly any."""
    holes = np.count_nonzero(~own, axis=1)
    if holes.sum() < _WRITTEN * own.size:
        return 0
    rows = np.concatenate(([0], (holes > _DOT * own.shape[1]).astype(np.int8)))
    return int(np.count_nonzero(np.diff(rows) == 1))

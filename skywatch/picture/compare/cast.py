"""Light and colours against the reference's, cell by cell.

A fault of the exposure or of the colours acts on every cell alike, be it sky, road or wall. Sun, snow, autumn, wet
roads and sunsets act on some. So it is the middle and the quarter of the cells that count, never the mean.
"""

import math

import numpy as np
from numpy.typing import NDArray

from skywatch.picture.compare.model import Model
from skywatch.picture.decode import Plane
from skywatch.picture.features import Cast
from skywatch.picture.measure.canvas import Canvas, middle
from skywatch.picture.measure.colour import GAMMA, Lean, Lights, enough, in_cells, lights

_ROOM = (16, 150)
"""Levels of a reference's cell that two stops more leave below white, and that is not all noise."""
_SOFTLY = 4.0  # levels added before logarithms are taken, so that black does not outweigh all
_WHITE, _NOT_YET = 248, 235
_LEAST = 60  # cells with room, of 2304


def cast(canvas: Canvas, model: Model) -> Cast:
    """Of the picture on `canvas` against `model`, both seen on 64 x 36 cells; text is left out."""
    now, was = in_cells(canvas.luma), in_cells(model.luma)
    seen = in_cells(canvas.seen) > 128  # what is written on one is written on the other
    if not enough(seen):
        seen = np.ones_like(seen)
    lean = _lean(lights(now, canvas.chroma), lights(was, model.chroma), seen)
    exposure = _exposure(now, was, seen)
    bleached = float(np.mean((now >= _WHITE)[seen] & (was < _NOT_YET)[seen]))
    if lean is None:
        return Cast(exposure, bleached, None, None, None)
    return Cast(exposure, bleached, lean.red, lean.blue, lean.carried)


def _exposure(now: Plane, was: Plane, seen: NDArray[np.bool_]) -> float:
    room = seen & (was >= _ROOM[0]) & (was <= _ROOM[1])
    if np.count_nonzero(room) < _LEAST:
        room = seen
    ratio = (now[room] + _SOFTLY) / (was[room] + _SOFTLY)
    return GAMMA * math.log2(middle(ratio))


def _lean(now: Lights | None, was: Lights | None, seen: NDArray[np.bool_]) -> Lean | None:
    if now is None or was is None:
        return None
    known = now.known & was.known & seen
    return Lean.of(now.light_over(was)[:, known]) if enough(known) else None

"""How colourful a picture is, and what a comparison of colours is made of."""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from skywatch.picture.decode import Plane
from skywatch.picture.features import Colour
from skywatch.picture.measure.canvas import Canvas, Real, small

GAMMA = 2.2
"""Of the cameras' tone curve, roughly: light is level to the power of it."""

CELLS = (64, 36)
"""Width and height of the grid on which colours are compared: that of a reference's chroma."""

_DEEP, _BURNT = 20.0, 246.0
"""Levels; darker, chroma is mostly rounding, brighter, a channel is cut off."""

_LEAST = 100
"""Cells with a colour that can be told, of 2304, for anything to be said of them."""


@dataclass(frozen=True, slots=True)
class Lean:
    """How the colours of cells are shifted: `red` and `blue` against green, the middle of all cells; `carried` by three
    quarters of them in that direction. In stops."""

    red: float
    blue: float
    carried: float

    @classmethod
    def of(cls, shifts: Real) -> Self:
        """`shifts`: (3, cells) logarithms to base two of red, green and blue light against what they should be."""
        shifts = shifts - shifts.mean(axis=0)
        ranked = np.sort(shifts, axis=1)
        middle = ranked[:, ranked.shape[1] // 2]
        middle = middle - middle.mean()
        length = float(np.linalg.norm(middle))
        if length < 1e-6:
            return cls(0.0, 0.0, 0.0)
        along = (middle / length) @ shifts
        quarter = along.size // 4
        carried = float(np.partition(along, quarter)[quarter]) / length * float(np.ptp(middle))
        red, green, blue = (float(value) for value in middle)
        return cls(red - green, blue - green, max(0.0, carried))


def colour(canvas: Canvas) -> Colour:
    """Mean distance of the chroma from grey."""
    if canvas.chroma is None:
        return Colour(0.0)
    blue, red = (plane.astype(np.float32) - 128 for plane in canvas.chroma)
    return Colour(float(cv2.magnitude(blue, red).mean()))


@dataclass(frozen=True, slots=True)
class Lights:
    """Red, green and blue of each cell, (3, 36, 64) levels, and which of the cells are neither too dark nor too bright
    to tell."""

    rgb: Real
    known: NDArray[np.bool_]

    def light_over(self, other: Self) -> Real:
        """Light over that of `other`, as logarithms to base two; where both are known."""
        return np.asarray(GAMMA * np.log2(np.maximum(self.rgb, 1) / np.maximum(other.rgb, 1)), np.float32)


def lights(luma: Plane, chroma: tuple[Plane, Plane] | None) -> Lights | None:
    """Of `luma` on the grid of `CELLS` and chroma at any size (ITU-R BT.601, full range); None without colour."""
    if chroma is None:
        return None
    y = luma.astype(np.float32)
    cb, cr = (small(plane, CELLS).astype(np.float32) - 128 for plane in chroma)
    rgb = np.stack([y + 1.402 * cr, y - 0.344 * cb - 0.714 * cr, y + 1.772 * cb])
    return Lights(rgb, (rgb.min(axis=0) > _DEEP) & (rgb.max(axis=0) < _BURNT))


def in_cells(plane: Plane) -> Plane:
    """`plane` on the grid of `CELLS`. By way of four times its sides: SIMD is good at reducing by whole numbers."""
    return small(np.asarray(cv2.resize(plane, (4 * CELLS[0], 4 * CELLS[1])), np.uint8), CELLS)


def enough(known: NDArray[np.bool_]) -> bool:
    """Whether colours can be compared on these cells."""
    return int(np.count_nonzero(known)) >= _LEAST

"""Where the reference's view is in the picture: shifted and turned by how much, and how sure that is."""

from dataclasses import dataclass

import cv2
import numpy as np

from skywatch.picture.compare.field import Field, field
from skywatch.picture.decode import Plane
from skywatch.picture.measure.canvas import Real

STEP = 1.5
"""Degrees between two turns that are tried: half of it moves the middle of each side by about a pixel of slack."""

WIDEST = 9.0
"""Degrees to each side that are tried."""

_NEAR = 2  # pixels of half the common size: a peak so near to another one is the same


@dataclass(frozen=True, slots=True)
class Place:
    """The picture shows what the reference shows, shifted by (`x`, `y`) pixels of half the common size (right and down
    are positive) after a turn of `turn` degrees (clockwise is positive). `peak` is the agreement there, -1..1, over the
    whole reference; `clear` is the peak over the root mean square of all the places that were tried: of pictures that
    have nothing in common, the best place has 4 to 6."""

    x: float
    y: float
    turn: float
    peak: float
    clear: float

    def back(self, shape: tuple[int, int]) -> Real:
        """The affine matrix (2 x 3) that lays the picture upon the reference."""
        height, width = shape
        matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), self.turn, 1.0), np.float32)
        matrix[:, 2] -= (self.x, self.y)
        return matrix

    def distance(self, shape: tuple[int, int]) -> float:
        """How far a point of the view has moved, root mean square over the picture, as a share of its width."""
        height, width = shape
        xs, ys = np.meshgrid(np.linspace(0, width, 5), np.linspace(0, height, 5))
        points = np.stack([xs.ravel(), ys.ravel(), np.ones(xs.size)])
        gone = self.back(shape) @ points - points[:2]
        return float(np.sqrt((gone**2).sum(axis=0).mean())) / width


def place(luma: Plane, seen: Plane, reference: Field) -> Place:
    """The best place of `reference` in the picture, both of half the common size.

    Correlation of the fields in the frequency domain, for a handful of turns (Kuglin, Hines 1975; Fitch et al. 2002).
    First upright and to both sides of it; all turns only where none of these stands out.
    """
    search = _Search(luma, seen, reference)
    best = max((search.at(turn) for turn in (0.0, STEP, -STEP)), key=lambda each: each.peak)
    if best.clear < 7 or best.turn:
        turns = np.arange(-WIDEST, WIDEST + STEP / 2, STEP)
        best = max((search.at(float(turn)) for turn in turns), key=lambda each: each.peak)
    return max((best, search.at(best.turn - STEP / 2), search.at(best.turn + STEP / 2)), key=lambda each: each.peak)


def laid(plane: Plane, matrix: Real) -> Plane:
    """`plane` moved by `matrix`; what comes in from outside is 0."""
    return np.asarray(cv2.warpAffine(plane, matrix, plane.shape[::-1]), np.uint8)


class _Search:
    def __init__(self, luma: Plane, seen: Plane, reference: Field) -> None:
        self._luma, self._seen = luma, seen
        self._size = tuple(cv2.getOptimalDFTSize(side) for side in reference.shape)
        self._power = float(reference.power().sum())
        self._spectrum = self._transformed(reference)
        self._tried: dict[float, Place] = {}

    def at(self, turn: float) -> Place:
        """The best place at that turn."""
        if turn not in self._tried:
            self._tried[turn] = self._best(turn)
        return self._tried[turn]

    def _best(self, turn: float) -> Place:
        turned = self._turned(turn)
        power = self._power * float(turned.power().sum())
        if power < 1:
            return Place(0, 0, turn, 0, 0)
        both = cv2.mulSpectrums(self._transformed(turned), self._spectrum, 0, conjB=True)
        surface = cv2.dft(both, flags=cv2.DFT_INVERSE | cv2.DFT_SCALE)[..., 0]
        row, column = (int(at) for at in np.unravel_index(int(surface.argmax()), surface.shape))
        peak, spread = float(surface[row, column]), float(np.sqrt((surface * surface).mean()))
        y, x = _signed(row, surface.shape[0]), _signed(column, surface.shape[1])
        return Place(x, y, turn, peak / power**0.5, peak / max(spread, 1e-9))

    def _turned(self, turn: float) -> Field:
        if not turn:
            return field(self._luma, self._seen)
        height, width = self._luma.shape
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1.0)
        return field(*(laid(plane, np.asarray(matrix, np.float32)) for plane in (self._luma, self._seen)))

    def _transformed(self, arrows: Field) -> Real:
        both = np.zeros((*self._size, 2), np.float32)
        both[: arrows.shape[0], : arrows.shape[1], 0] = arrows.across
        both[: arrows.shape[0], : arrows.shape[1], 1] = arrows.down
        return np.asarray(cv2.dft(both), np.float32)


def _signed(at: int, size: int) -> int:
    """A circular position as a shift to either side."""
    return at if at <= size // 2 else at - size

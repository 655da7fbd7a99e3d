"""The structure of a picture as a field of arrows: where luma changes, which way, and hardly how much. It is what stays
the same from day to day, and what the comparisons of the view are made of."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from skywatch.picture.decode import Plane
from skywatch.picture.measure.canvas import Real

AROUND = 15
"""Pixels of half the common size: an arrow is measured against those in a window of this side."""

FLOOR = 3.0
"""Levels a pixel: a surrounding without structure does not make its grain into some."""

_FLOOR = np.array(FLOOR)

_SLACK = 1.0  # pixels of half the common size: what wind on the mast and the rounding of sizes may shift


@dataclass(frozen=True)
class Field:
    """`across` and `down`: float32 planes of half the common size. The length of an arrow is the steepness there over
    the root mean square of those around it (0 under text, on the rim and outside of the picture)."""

    across: Real
    down: Real

    @property
    def shape(self) -> tuple[int, int]:
        return self.across.shape[0], self.across.shape[1]

    def power(self) -> Real:
        """Square of the length of every arrow."""
        return self._power

    @cached_property
    def _power(self) -> Real:
        return self.across * self.across + self.down * self.down

    def times(self, other: "Field") -> Real:
        """Inner product, arrow by arrow: large where both point the same way."""
        return self.across * other.across + self.down * other.down

    def times_all(self, other: "Field") -> float:
        """The sum of all of these."""
        pairs = (self.across, other.across), (self.down, other.down)
        return sum(float(mine.ravel() @ its.ravel()) for mine, its in pairs)


def field(luma: Plane, seen: Plane) -> Field:
    """The field of `luma` where `seen` is 255; both of half the common size.

    Gradients over their own neighbourhood are what fog, exposure and the time of day leave alone: orientation
    correlation (Fitch, Kadyrov, Christmas, Kittler: BMVC 2002), with a floor instead of a bare sign.
    """
    across = cv2.Scharr(luma, cv2.CV_32F, 1, 0, scale=1 / 32)
    down = cv2.Scharr(luma, cv2.CV_32F, 0, 1, scale=1 / 32)
    power = cv2.blur(across * across + down * down, (AROUND, AROUND))
    weight = cv2.divide(_certain(seen), cv2.add(cv2.sqrt(power), _FLOOR))
    weighed = (cv2.multiply(each, weight) for each in (across, down))
    return Field(*(np.asarray(cv2.GaussianBlur(each, (5, 5), _SLACK), np.float32) for each in weighed))


def agreement(one: Field, other: Field) -> float:
    """-1..1: how much the two point the same way at the same place; 0 is chance, and what two have of which one has no
    structure; two days of one view have 0.3 and more."""
    powers = one.times_all(one) * other.times_all(other)
    return one.times_all(other) / powers**0.5 if powers > 1 else 0.0


def _certain(seen: Plane) -> Real:
    """1 where nothing unseen is next to a pixel, else 0."""
    whole = cv2.erode(seen, np.ones((3, 3), np.uint8))
    return np.asarray(whole == 255, np.float32)

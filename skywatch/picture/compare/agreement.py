"""Part by part: what is left of the reference's structure in the picture, and how light and colour changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from skywatch.picture.compare.field import Field
from skywatch.picture.decode import Plane
from skywatch.picture.features.view import COLUMNS, ROWS
from skywatch.picture.measure.canvas import Real, middle

Marks = NDArray[np.bool_]

STRUCTURE = 0.1
"""Mean power of the arrows in a part that has something to lose; clouds and grain have less."""

KEPT = 0.4
"""Of the reference's structure, where a part is the same for certain."""

LOST = 0.2
"""Of the reference's structure, where it is gone."""

_FLAT = 0.5  # of the reference's power: where the picture has less, nothing has come in the place of what is gone
WHOLE = 0.3
"""Of a part that must be inside of both pictures, to count."""
_DARKER = 12.0  # levels, and a tenth of what was to be expected: more than a cloud's shadow on grain
_DARK_SHARE = 0.2  # of the part's pixels
_AIRLIGHT, _BRIGHTEST, _GREYEST = 150.0, 0.8, 8.0
"""Luma, share of the brightest parts' luma, and strength of chroma, of a part that fog has taken."""
OTHER_COLOUR = 8.0
"""Of chroma: more than the colour of a part changes against that of all from day to day."""


@dataclass(frozen=True)
class Seen:
    """One picture, laid upon a reference: all of half the common size, but for `chroma`: (cb, cr) of (ROWS, COLUMNS)
    each, or None."""

    luma: Plane
    mask: Plane
    arrows: Field
    chroma: Real | None


@dataclass(frozen=True)
class Parts:
    """A picture against one reference; every plane is (ROWS, COLUMNS)."""

    kept: Real
    """Projection of the picture's structure on the reference's: 1 all there, 0 nothing."""
    power: Real
    """Of the reference's structure, 0..about 0.5."""
    own: Real
    """Of the picture's structure."""
    whole: Real
    """Share of the part that is inside of both and not under text."""
    luma: Real
    """Mean of the picture."""
    expected: Real
    """Mean of the reference, in the picture's light."""
    darker: Real
    """Share of pixels that are darker than was to be expected."""
    tint: Real
    """(cb, cr) less what was to be expected; 0 where one has no colour."""
    chroma: Real
    """(cb, cr) of the picture, around 128."""
    before: Real
    """Mean of the reference."""

    @cached_property
    def stained(self) -> Real:
        """Distance of chroma from what was to be expected."""
        return np.asarray(np.hypot(*self.tint), np.float32)

    @cached_property
    def has(self) -> Marks:
        """Where the reference has structure to lose."""
        return np.asarray((self.power > STRUCTURE) & (self.whole > WHOLE))

    @property
    def gone(self) -> Marks:
        """Where nothing of the reference's structure is left."""
        return np.asarray(self.kept < LOST)

    @property
    def blank(self) -> Marks:
        """Where nothing has come in its place."""
        return np.asarray(self.own < _FLAT * np.maximum(self.power, STRUCTURE))

    @property
    def other(self) -> Marks:
        """Where it is not fog: fog makes nothing darker, and is grey."""
        return np.asarray(((self.darker > _DARK_SHARE) | (self.stained > OTHER_COLOUR)) & ~self.veiled)

    @property
    def veiled(self) -> Marks:
        """Where it may be fog in any case: what is far turns into the airlight, which is bright, grey, and about the
        brightest there is; a blue sky and a red roof lose their colour in it, and white clouds some of their light."""
        bright = self.luma > max(_AIRLIGHT, _BRIGHTEST * float(np.percentile(self.luma, 95)))
        return np.asarray(bright & (np.hypot(*(self.chroma - 128)) < _GREYEST) & (self.luma > 0.8 * self.before))


def compared(picture: Seen, reference: Seen) -> Parts:
    """`picture` against `reference`, part by part."""
    both = np.asarray(np.minimum(picture.mask, reference.mask) == 255, np.float32)
    whole = parts(both)
    inside = whole + 1e-6
    power = np.asarray(parts(reference.arrows.power() * both) / inside, np.float32)
    kept = np.asarray(parts(reference.arrows.times(picture.arrows) * both) / inside / (power + 1e-3), np.float32)
    mine, its = (np.asarray(each.luma, np.float32) for each in (picture, reference))
    luma, before = parts(mine * both) / inside, parts(its * both) / inside
    same = np.asarray((kept > KEPT) & (power > STRUCTURE / 3) & (whole > WHOLE))
    gain, lift = _light(before, luma, same)
    darker = parts(np.asarray((0.9 * (its * gain + lift) - _DARKER > mine) * both, np.float32)) / inside
    own = parts(picture.arrows.power() * both) / inside
    tint, chroma = _tint(picture.chroma, reference.chroma, same)
    expected = np.asarray(before * gain + lift, np.float32)
    return Parts(kept, power, own, whole, luma, expected, darker, tint, chroma, before)


def structured(all_parts: Sequence[Parts]) -> Marks:
    """Where every one of the references has structure: what comes and goes has it on some days only."""
    return np.asarray(np.all([each.has for each in all_parts], axis=0))


def lost(all_parts: Sequence[Parts]) -> Marks:
    """Where that structure is not kept for certain, whichever reference is asked. Two scenes with nothing in common
    agree by chance in a tenth of their parts."""
    return np.asarray(structured(all_parts) & np.all([each.kept < KEPT for each in all_parts], axis=0))


def light(part: Parts, hidden: Marks) -> float:
    """Luma over that of the reference where nothing is hidden, the middle one of the parts."""
    return middle((part.luma / (part.before + 1))[_open(part, hidden)])


def tinted(part: Parts, hidden: Marks) -> float:
    """Mean distance of chroma from grey where nothing is hidden."""
    return float(np.hypot(*(part.chroma - 128))[_open(part, hidden)].mean())


def _open(part: Parts, hidden: Marks) -> Marks:
    """What is not hidden; everything, where hardly any of it is left."""
    left = ~hidden & (part.whole > WHOLE)
    return left if left.sum() >= ROWS * COLUMNS // 8 else np.ones_like(hidden)


def parts(plane: Real) -> Real:
    """Means over the parts of `plane`; of one large enough, what is over by whole steps is left out at its edges."""
    height, width = plane.shape
    over_y, over_x = (height % ROWS, width % COLUMNS) if height >= 4 * ROWS and width >= 4 * COLUMNS else (0, 0)
    inner = plane[over_y // 2 : height - (over_y + 1) // 2, over_x // 2 : width - (over_x + 1) // 2]
    return np.asarray(cv2.resize(inner, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA), np.float32)


def _light(before: Real, now: Real, same: Marks) -> tuple[float, float]:
    """(gain, lift) that turn the reference's luma into the picture's, by the parts that are the same for certain. Fog
    lifts and flattens; a plain gain would take a white wall in it for something dark."""
    if same.sum() < 4:
        return middle(now / (before + 1)), 0.0
    gain = middle(now[same] / (before[same] + 1))
    spread = float(before[same].std())
    if spread < 10 or same.sum() < 8:
        return gain, 0.0
    slope = float(np.mean((before[same] - before[same].mean()) * now[same])) / spread**2
    lift = float(now[same].mean()) - slope * float(before[same].mean())
    return (slope, lift) if 0.05 < slope < gain else (gain, 0.0)


def _tint(picture: Real | None, reference: Real | None, same: Marks) -> tuple[Real, Real]:
    """(change of chroma beside the common one, chroma of the picture). White balance is what all sure parts share."""
    if picture is None or reference is None:
        return np.zeros((2, ROWS, COLUMNS), np.float32), np.full((2, ROWS, COLUMNS), 128, np.float32)
    change = picture - reference
    sure = same if same.sum() >= 4 else np.ones_like(same)
    common = np.median(change[:, sure], axis=1)
    return np.asarray(change - common[:, None, None], np.float32), picture

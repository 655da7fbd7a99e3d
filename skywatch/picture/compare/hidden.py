"""Which parts of a picture something hides that is close to the lens: a hand, a bag, a leaf, paint."""

from collections.abc import Sequence

import cv2
import numpy as np

from skywatch.picture.compare.agreement import OTHER_COLOUR, STRUCTURE, WHOLE, Marks, Parts, structured
from skywatch.picture.features.view import COLUMNS, ROWS
from skywatch.picture.measure.canvas import Real

EDGE = 1.1
"""How much an area without structure to lose must stand off from what is around it, within two parts: a hand close to
the lens has a soft edge, a sunset has none at all. Measured as `_edge` does."""

SOFT_EDGE = 0.4
"""The same for what continues parts whose structure is gone."""

_ALIKE_LUMA, _ALIKE_COLOUR = 25.0, 10.0  # two neighbouring parts of one smooth thing
_TINT_STEP, _LUMA_STEP = 10.0, 0.4  # of chroma, and of the logarithm of luma: one step
_ALIEN_LUMA, _ALIEN_COLOUR = 0.65, 9.0  # clouds are darker than the sky was, but rarely by that much, and grey
_NEXT = ((0, 2), (2, 0), (0, -2), (-2, 0))


def hidden(looks: Sequence[Parts]) -> Marks:
    """The largest piece of the picture that something hides, whichever reference is asked: parts whose structure is
    gone for nothing, not by fog; what is smooth and of the same luma and colour around them; and areas that never had
    any structure, but have now a luma or colour that is not theirs, with an edge."""
    lost = structured(looks) & _all([each.gone & each.blank & each.other for each in looks])
    alien = largest(_all([_alien(each) for each in looks]))
    if not (lost | alien).any():
        return lost
    grown = _grown(lost, _all([_changed(each) for each in looks]), looks[0])
    proved = grown if _edge(grown, looks) >= SOFT_EDGE else lost
    return largest(proved | alien if _edge(alien, looks, smooth=True) >= EDGE else proved)


def largest(marks: Marks) -> Marks:
    """The largest piece in one."""
    count, labels, numbers, _ = cv2.connectedComponentsWithStats(np.asarray(marks, np.uint8), connectivity=8)
    if count < 2:
        return marks
    return np.asarray(labels == 1 + int(numbers[1:, cv2.CC_STAT_AREA].argmax()))


def _all(marks: Sequence[Marks]) -> Marks:
    return np.asarray(np.all(marks, axis=0))


def _changed(part: Parts) -> Marks:
    """Smooth, and not as bright or not of the colour as was to be expected."""
    changed = (part.luma < 0.85 * part.expected - 10) | (part.stained > OTHER_COLOUR)
    return np.asarray((part.own < STRUCTURE) & changed & ~part.veiled)


def _alien(part: Parts) -> Marks:
    """The same, so much that it is no cloud."""
    changed = (part.luma < _ALIEN_LUMA * part.expected - 10) | (part.stained > _ALIEN_COLOUR)
    return np.asarray((part.own < STRUCTURE) & changed & (part.whole > WHOLE) & ~part.veiled)


def _edge(area: Marks, looks: Sequence[Parts], smooth: bool = False) -> float:
    """By how much the step out of the area is larger than one that way within; by the reference that has the least.
    `smooth`: only to parts that have no structure either, for where a red sky ends at the roofs there is no edge in
    the sky."""
    return min(_steps(area, each, smooth) for each in looks)


def _steps(area: Marks, part: Parts, smooth: bool) -> float:
    """Steps are of what changed since the reference, from each part to the next but one; the middle one. 1 is 10 of
    chroma, or half as bright again."""
    light = np.log((part.luma + 5) / (part.before + 5))
    outside = ~area & (part.whole > WHOLE) & ((part.power < STRUCTURE) if smooth else True)
    larger: list[Real] = []
    for down, across in _NEXT:
        here, there = _beside(down, across)
        tint = np.hypot(*(part.tint[(slice(None), *here)] - part.tint[(slice(None), *there)])) / _TINT_STEP
        step = np.asarray(np.maximum(tint, abs(light[here] - light[there]) / _LUMA_STEP), np.float32)
        larger.append(step[area[here] & outside[there]] - _middle(step[area[here] & area[there]]))
    return _middle(np.concatenate(larger))


def _middle(steps: Real) -> float:
    return float(np.median(steps)) if steps.size else 0.0


def _beside(down: int, across: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Two views of the parts, the second so many rows and columns on."""
    here = slice(max(0, -down), ROWS - max(0, down)), slice(max(0, -across), COLUMNS - max(0, across))
    there = slice(max(0, down), ROWS - max(0, -down)), slice(max(0, across), COLUMNS - max(0, -across))
    return here, there


def _grown(seed: Marks, allowed: Marks, part: Parts) -> Marks:
    """`seed` and what of `allowed` continues it."""
    area = seed.copy()
    if not area.any():
        return area
    planes = (part.luma, *part.chroma)
    for _ in range(max(ROWS, COLUMNS)):
        weight = _around(np.asarray(area, np.float32))
        luma, cb, cr = (_around(plane * area) / (weight + 1e-6) - plane for plane in planes)
        more = allowed & ~area & (weight > 0) & (abs(luma) < _ALIKE_LUMA) & (np.hypot(cb, cr) < _ALIKE_COLOUR)
        if not more.any():
            break
        area |= more
    return area


def _around(plane: Real) -> Real:
    return np.asarray(cv2.blur(plane, (3, 3), borderType=cv2.BORDER_CONSTANT), np.float32)

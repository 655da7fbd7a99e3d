"""Which piece of a picture something hides that is close to the lens, and how likely: a hand, a bag, a leaf, paint."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from skywatch.picture.compare.agreement import KEPT, STRUCTURE, Marks, Parts, structured
from skywatch.picture.features.view import COLUMNS, ROWS
from skywatch.picture.measure.canvas import Real, middle

NOTHING = -10.0
"""Odds where there is no piece to ask about."""

LEVELS = (0.6, 0.9, 1.3)
"""Steps of light or colour from which a smooth part is not as it was; a hand before a grey sky is found at the low one,
the hand beside a red cloud at the high one."""

LEAST = 3
"""Parts of a piece."""

_MOST = 4  # pieces of a level that are asked about, the largest first
_SEEN = 0.15  # of a part, to be compared
_SKY = 6  # parts without structure, at least, that make a sky
_LUMA_STEP, _TINT_STEP = 0.4, 10.0  # of the logarithm of luma, and of chroma: one step
_CB, _CR = 0.6, 0.8  # of chroma: square to the line from a blue sky to a red one, which falls by 3 of cr in 4 of cb
_NEXT = ((0, 2), (2, 0), (0, -2), (-2, 0))


class Evidence(NamedTuple):
    """What speaks for and against a piece; each by the reference that says least."""

    size: float
    """Logarithm of its number of parts."""
    gone: float
    """Share of it where structure is gone, nothing has come in its place, and it is not fog."""
    empty: float
    """The same, fog or not."""
    edge: float
    """Where it ends before parts without structure: the middle step outwards, two parts on, less the middle one within,
    -0.5..1.5. What is out of focus has one, a sunset has none in the sky, and where the roofs begin none counts.
    """
    change: float
    """Middle change of light or colour, in steps up to 2.5."""
    darker: float
    """Middle loss of light, -1..2 steps: fog makes nothing darker."""
    stained: float
    """Middle change of colour, up to 2.5 steps: clouds and fog are grey."""
    rim: float
    """Share of it on the picture's rim: hands, leaves and paint come in from one side."""
    kept: float
    """Share of the structure outside of it that is the same for certain."""
    bare: float
    """Share of it where no reference has any structure."""
    filled: float
    """Share of all parts without structure that it takes, times `bare`: a sunset takes the whole sky, a hand some."""
    odd: float
    """Middle change of colour across the line of daylight, up to 2.5 steps: skies go from blue to orange, the way of
    the sun's light through air; leaves and most paints are off that line."""


class Weights(NamedTuple):
    """Of a logistic regression: of every evidence, and what is added. Learned as `bench/hidden.py` does,
    then moved by 0.5 and 0.3 against false alarms."""

    added: float
    of: Evidence


ONE = Weights(-14.7, Evidence(2.61, 6.63, 1.98, 0.39, -1.61, 0.58, 1.77, 1.97, -0.28, 2.66, -3.6, 2.4))
"""Against one reference: only large pieces are believed, for what stood there that day is unknown."""

SEVERAL = Weights(-11.1, Evidence(1.41, 7.28, 1.78, 1.08, -0.91, 0.49, 0.93, 1.48, 2.37, 1.83, -3.69, 2.46))
"""Against two or three, of which every one must say so."""


@dataclass(frozen=True)
class Piece:
    """A connected piece of the picture, and the logarithm of the odds that something hides it. No marks where there is
    none."""

    marks: Marks
    odds: float


def hidden(looks: Sequence[Parts]) -> Piece:
    """The piece of the picture that most likely something hides: parts whose structure is gone for nothing, and smooth
    ones of a luma or colour that is not theirs, whichever reference is asked."""
    weights = ONE if len(looks) == 1 else SEVERAL
    best = Piece(np.zeros((ROWS, COLUMNS), bool), NOTHING)
    for marks, found in candidates(looks):
        odds = weights.added + float(np.dot(weights.of, found))
        if odds > best.odds:
            best = Piece(marks, odds)
    return best


def candidates(looks: Sequence[Parts]) -> list[tuple[Marks, Evidence]]:
    """Every piece there is to ask about, and what speaks for it."""
    steps = [_changes(each) for each in looks]
    return [(marks, _evidence(marks, looks, steps)) for marks in _pieces(looks, steps)]


def _evidence(marks: Marks, looks: Sequence[Parts], steps: Sequence[Real]) -> Evidence:
    size = int(marks.sum())
    gone, other = _gone(looks), _all([each.other for each in looks])
    bare = _all([each.power < STRUCTURE for each in looks]) & (looks[0].whole > _SEEN)
    smooth = int((marks & bare).sum())
    edge = min(_edge(marks, *each) for each in zip(looks, steps, strict=True))
    light = max(middle(each[0][marks]) for each in steps)
    return Evidence(
        size=float(np.log(size)),
        gone=int((marks & gone & other).sum()) / size,
        empty=int((marks & gone).sum()) / size,
        edge=float(np.clip(edge, -0.5, 1.5)),
        change=min(2.5, middle(_least(steps)[marks])),
        darker=float(np.clip(-light, -1, 2)),
        stained=min(2.5, *(middle(np.hypot(each[1], each[2])[marks]) for each in steps)),
        rim=int((marks & _rim()).sum()) / size,
        kept=float(np.mean([_kept(each, marks) for each in looks])),
        bare=smooth / size,
        filled=smooth / max(_SKY, int(bare.sum())) * smooth / size,
        odd=min(2.5, *(middle(abs(_CB * each[1] + _CR * each[2])[marks]) for each in steps)),
    )


def _pieces(looks: Sequence[Parts], steps: Sequence[Real]) -> list[Marks]:
    """At each level the largest ones."""
    smooth = _all([each.own < STRUCTURE for each in looks]) & (looks[0].whole > _SEEN)
    gone, other, change = _gone(looks), _all([each.other for each in looks]), _least(steps)
    found: dict[bytes, Marks] = {}
    for level in LEVELS:
        marks = smooth & ((change > level) | (gone & ((change > level / 2) | other))) | (gone & other)
        found |= {piece.tobytes(): piece for piece in _connected(marks)}
    return list(found.values())


def _connected(marks: Marks) -> list[Marks]:
    _, labels, numbers, _ = cv2.connectedComponentsWithStats(np.asarray(marks, np.uint8), connectivity=4)
    sizes = numbers[1:, cv2.CC_STAT_AREA]
    largest = [int(label) for label in np.argsort(-sizes)[:_MOST] if sizes[label] >= LEAST]
    return [np.asarray(labels == 1 + label) for label in largest]


def _gone(looks: Sequence[Parts]) -> Marks:
    return structured(looks) & _all([each.gone & each.blank for each in looks])


def _all(marks: Sequence[Marks]) -> Marks:
    return np.asarray(np.all(marks, axis=0))


def _changes(part: Parts) -> Real:
    """(light, cb, cr) less what was to be expected, in steps."""
    light = np.log((part.luma + 8) / (np.clip(part.expected, 0, 255) + 8)) / _LUMA_STEP
    return np.stack([light, *(part.tint / _TINT_STEP)])


def _least(steps: Sequence[Real]) -> Real:
    """Size of the change, by the reference that has the least."""
    return np.asarray(np.min([_size(each) for each in steps], axis=0), np.float32)


def _size(step: Real) -> Real:
    """Of light or of colour, whichever is more."""
    return np.asarray(np.maximum(abs(step[0]), np.hypot(step[1], step[2])), np.float32)


def _edge(marks: Marks, part: Parts, steps: Real) -> float:
    """Middle step from each part to the next but one, outwards less within; 0 where there is none."""
    out: list[Real] = []
    within: list[Real] = []
    outside = ~marks & (part.whole > _SEEN) & (part.power < STRUCTURE)
    for down, across in _NEXT:
        here, there = _beside(down, across)
        size = _size(steps[(slice(None), *here)] - steps[(slice(None), *there)])
        out.append(size[marks[here] & outside[there]])
        within.append(size[marks[here] & marks[there]])
    return _middle(out) - _middle(within)


def _middle(steps: Sequence[Real]) -> float:
    together = np.concatenate(steps)
    return middle(together) if together.size else 0.0


def _beside(down: int, across: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Two views of the parts, the second so many rows and columns on."""
    here = slice(max(0, -down), ROWS - max(0, down)), slice(max(0, -across), COLUMNS - max(0, across))
    there = slice(max(0, down), ROWS - max(0, -down)), slice(max(0, across), COLUMNS - max(0, -across))
    return here, there


def _rim() -> Marks:
    rim = np.ones((ROWS, COLUMNS), bool)
    rim[1:-1, 1:-1] = False
    return rim


def _kept(part: Parts, marks: Marks) -> float:
    has = part.has & ~marks
    return int((has & (part.kept > KEPT)).sum()) / max(1, int(has.sum()))

"""Numbers about focus, movement, dirt and haze."""

from dataclasses import dataclass

ROWS, COLUMNS = 6, 9
"""How `Edges.places` run: row by row, from the upper left."""


@dataclass(frozen=True, slots=True)
class Sharpness:
    """Of one picture by itself."""

    steepness: float
    """Of the steepest edges against their own contrast, per pixel of the common size: 0.5 is a jump from one pixel to
    the next, 0.12 a ramp without an edge in it. 0 where nothing was measured."""
    cells: int
    """How many of the 24 cells of the picture have contrast enough to be measured, 0..24."""
    contrast_share: float
    """Share of the picture with enough contrast around it to tell sharp from soft, 0..1."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Against a reference: how wide edges are, and how much stands out, place by place. None where too few places could
    be compared, or where the picture is smaller than the reference and so softer by nature."""

    blur: float | None
    """By how much the edges have become wider, in per cent of the picture's longer side, as blurs add up: the root of
    the difference of squares, negative where they have become narrower. The median of 6 x 8 places."""
    streak: float | None
    """The same of edges that face the direction in which blur is greatest."""
    across: float | None
    """The same of edges that face the direction in which it is least."""
    direction: float | None
    """Degrees, 0 to 180: the direction in which it is greatest, and of the movement, if it is one. 0 is along the rows
    of the picture, 90 up and down, 45 from the upper left to the lower right."""
    steepness: float | None
    """Steepness over that in the reference of the edges that are in both: 1 is as ever, less is softer. The median of
    6 x 9 places."""
    lacking: float | None
    """How much steepness is lacking here and there: of each place what it has less than 0.8 of the reference's, at most
    0.4, on average over the places."""
    uneven: float | None
    """Steepness (over the reference's) at one of the sharper places over that at one of the softer ones: their 85th
    over their 20th percentile."""
    visibility: float | None
    """How much of the contrast of the reference's edges is left, 0..1, no edge counted for more than all of its own;
    1 as ever. Contrast is against brightness, so that dim light does not change it."""
    places: tuple[float, ...] = ()
    """`steepness` of each of 6 x 9 places, 0 where there is nothing to compare."""

"""Numbers about what is in view, against the reference: moved, turned, covered, another scene."""

from dataclasses import dataclass

ROWS, COLUMNS = 8, 12
"""How the rows of numbers for parts of the picture run: row by row, from the upper left."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Of one picture by itself: whether there is any shape in it."""

    relief: float
    """85th percentile of how steep luma is against the luma around, per pixel of a quarter of the common size's sides:
    0.05 and more in pictures of the world by day and night, under 0.03 of a covered lens and of dense fog."""
    luma: float
    """Median luma of the same small picture, 0..255."""


@dataclass(frozen=True, slots=True)
class View:
    """Where the reference's structure is in the picture, and how much of it. All but `comparable` are None where no
    reference has the picture's shape."""

    comparable: float
    """1 where a reference has the picture's shape, else 0."""
    still: float | None = None
    """Agreement of the two structures where they are, -1..1: 0 is chance, two days of one view have 0.3 and more."""
    found: float | None = None
    """The same at the best place for the reference; `still` where nobody had to search."""
    clear: float | None = None
    """How far that place stands out of all that were tried, in their root mean square; None where nobody had to search.
    Of pictures that have nothing in common, the best place has 4 to 6."""
    shift_x: float | None = None
    """What the picture shows is that much farther to the right than in the reference, as a share of the width."""
    shift_y: float | None = None
    """The same downwards, as a share of the width too."""
    turn: float | None = None
    """Degrees by which what the picture shows is turned clockwise."""
    distance: float | None = None
    """Root mean square of how far the points of the view have moved, as a share of the width."""
    structure: float | None = None
    """Share of the view in which the references have structure, 0..1."""
    own: float | None = None
    """Share of the picture that has structure of any kind, 0..1."""
    lost: float | None = None
    """Share of the references' structure that is not in the picture for certain, outside of what is covered, 0..1."""
    covered: float | None = None
    """Share of the picture, in one piece, that something close to the lens may hide; 0 where the odds are under -2."""
    odds: float | None = None
    """Logarithm of the odds that something does hide that piece, from twelve kinds of evidence; -10 where there is none
    to ask about, 0 where the limit is at its default."""
    light: float | None = None
    """Luma of what is not hidden over that of the reference, the middle of the parts."""
    tinted: float | None = None
    """Strength of colour of what is not hidden, as `colour.strength`; 0 where the picture has no colour."""
    luma: float | None = None
    """Median luma of the reference, 0..255."""
    colour: float | None = None
    """`colour.strength` of the reference; 0 where it has no colour."""
    kept: tuple[float, ...] = ()
    """For each part of the picture, what is left of the reference's structure: 1 all, 0 nothing; -1 where the reference
    has none to lose."""
    hidden: tuple[float, ...] = ()
    """For each part of the picture, 1 where it is counted as covered, else 0."""

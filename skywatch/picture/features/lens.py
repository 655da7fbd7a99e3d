"""Numbers about focus, movement, dirt and haze."""

from dataclasses import dataclass


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
    """Of the edges that are in the picture and in the reference at the same place."""

    steepness: float | None
    """Median over the edges of their steepness over that in the reference; 1 is as ever, less is softer."""

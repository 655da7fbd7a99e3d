"""Numbers about light, colour, grain and interference."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tone:
    """Of luma, 0..255."""

    p10: float
    p50: float
    p90: float
    top: float
    """99.5th percentile."""
    glow: float
    """99.9th percentile of the darkest pixel of each 5 x 5 neighbourhood: what shines in the picture and is no stroke
    of a pen. A lamp in the dark has one, missed text has not."""
    white: float
    """Share of the lower half of the picture at 250 and more, 0..1: the sky may be white."""


@dataclass(frozen=True, slots=True)
class Colour:
    """Of chroma."""

    strength: float
    """Mean distance of chroma from grey, 0..181; a picture by infrared light has less than 3."""


@dataclass(frozen=True, slots=True)
class Grain:
    """Of what changes from pixel to pixel."""

    noise: float
    """Standard deviation of the grain, in levels of luma (0..255), at the common size."""
    quiet: float
    """Effective grain of the quietest tenth of the picture at the fine size, levels: snow is everywhere, detail not."""


@dataclass(frozen=True, slots=True)
class Stripes:
    """Of regular bands all over the picture."""

    height: float
    """Levels of a wave that three quarters of the picture have, all in the same phase; 0 where there is none.
    Strong detail is cut down first, so that it is less than the stripes' true height."""
    period: float
    """Of that wave, as a share of the picture's width."""
    slant: float
    """Degrees from upright stripes (0) over 45 to lying ones (90 or -90)."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Light and colours against those of the reference, cell by cell. In stops (powers of two of linear light)."""

    exposure: float
    """Median of how much brighter than in the reference those cells are that had room for it."""
    bleached: float
    """Share of cells that are white now and were not, 0..1."""
    red: float | None
    """By how much the middle of all cells has gained red against green; None where too few can be told."""
    blue: float | None
    """The same of blue."""
    carried: float | None
    """By how much three quarters of all cells have changed towards that colour: a cast is on every cell, a sunset is
    not."""

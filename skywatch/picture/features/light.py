"""Numbers about light, colour, grain and interference."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tone:
    """Of luma, 0..255."""

    p10: float
    p50: float
    p90: float


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


@dataclass(frozen=True, slots=True)
class Stripes:
    """Of regular bands all over the picture."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Of the colours against those of the reference."""

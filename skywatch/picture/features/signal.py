"""Numbers about whether there is a picture of the world at all: cards, half pictures, pictures that stand still."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Card:
    """Of flat areas and drawn shapes."""


@dataclass(frozen=True, slots=True)
class Tear:
    """Of lines that repeat or do not fit together."""


@dataclass(frozen=True, slots=True)
class Still:
    """Of the difference to an earlier look, the on-screen clock left out."""

    changed: float
    """Share of the parts of the picture that changed by more than a codec does, 0..1."""
    drift: float
    """How much the light of large areas changed, levels of luma: what no codec does and every lens sees."""


@dataclass(frozen=True, slots=True)
class Flicker:
    """Of the light between the frames of one look, a fraction of a second apart."""

    pumping: float
    """Standard deviation of the whole picture's light, steps and slow changes taken off, levels of luma."""
    rolling: float
    """The same of bands across the picture, which light up and darken in turn."""

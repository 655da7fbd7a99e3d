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

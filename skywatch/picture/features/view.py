"""Numbers about what is in view, against the reference: moved, turned, covered, another scene."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class View:
    """Where the reference's structure is in the picture, and how much of it."""

"""What a worker is asked beside a picture, and what comes back: plain values, which the daemon reads without any
library of pictures."""

from dataclasses import dataclass

from skywatch.picture.features import Features
from skywatch.picture.reference import Reference
from skywatch.picture.sketch import Sketch


@dataclass(frozen=True, slots=True)
class Asked:
    """What a picture is to be compared with, and whether it is wanted back: to be a reference later, or small, for a
    person to see."""

    references: tuple[Reference, ...] = ()
    earlier: Sketch | None = None
    want_reference: bool = False
    want_thumbnail: bool = False


@dataclass(frozen=True, slots=True)
class Examined:
    """One picture: what was measured, the sketch to compare the next look with, and the picture itself as a reference
    where one was wanted; `thumbnail` is a small JPEG of it, likewise."""

    features: Features
    sketch: Sketch
    reference: Reference | None = None
    thumbnail: bytes | None = None

"""A reference picture: how a camera's view looks when all is well, small enough to be kept. Bytes only; `compare` reads
them, in a worker."""

from dataclasses import dataclass

MAX_BYTES = 17_000
"""Of one reference, all its bytes together: three of them and the numbers of a baseline stay under 64 kB."""

SHAPES_AGREE = 0.03
"""Relative difference of two aspect ratios that still counts as rounding."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One accepted look. `luma` is a JPEG of the common-size luma, `chroma` a PNG of (cb, cr), 64 x 36 each, side by
    side, or empty where the picture had no colour; `profile` is how steep its edges were (`measure.profile`), or empty
    where nobody knows; `width` and `height` are of the picture as decoded. Whoever reads the bytes raises
    `compare.Unreadable` where they are none of ours."""

    width: int
    height: int
    luma: bytes
    chroma: bytes = b""
    profile: bytes = b""


def same_shape(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two pictures, (width, height) each, can be compared; the resolution may be another."""
    return abs(one[0] / one[1] / (other[0] / other[1]) - 1) <= SHAPES_AGREE

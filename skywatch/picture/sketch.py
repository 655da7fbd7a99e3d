"""What is kept of a look so that the next one can be told from it: does the picture stand still? Bytes only, small
enough that thousands of cameras can keep one each in memory; `compare.still` reads them, in a worker."""

from dataclasses import dataclass

MAX_BYTES = 10_000
"""Of one sketch, at most."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """One look, whatever was wrong with it. `width` and `height` are of the picture as decoded; `data` is compressed
    and read by `compare.still` alone, which takes what it can't read for no look at all."""

    width: int
    height: int
    data: bytes

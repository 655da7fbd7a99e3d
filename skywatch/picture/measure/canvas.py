"""One decoded picture as every measure wants it: at common sizes, with the on-screen text found. Made once a picture.

Nothing is measured here, and nothing is judged. What a measure needs and others may need too is made here, lazily, so
that no two of them halve, blur or differentiate the same picture twice.
"""

from functools import cached_property, lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from skywatch.picture.decode import Plane, Planes
from skywatch.picture.measure.profile import Profile, local_contrast, profile
from skywatch.picture.measure.text import text_mask

COMMON_PIXELS = 144_000
"""480 x 300: the smallest picture in use (CIF) still fills most of it, and a defocus that anybody complains about is
still three pixels wide."""

FINE_PIXELS = 4 * COMMON_PIXELS
"""960 x 600: where grain and fine detail are looked for. A smaller picture is not enlarged to it."""

_NEARLY = 0.85  # of what is asked for: 1080p and 4K are halved to 960 x 540 and no more, in a thirtieth of the time

_RIM = 0.02  # of each side: scalers and codecs draw false edges there

_EDGES = np.arange(257) - 0.5  # of the levels

BLOCK = 8
"""Pixels of the common size: the side of a block of `Canvas.blocks`."""

_ONE = np.ones(1, np.uint8)

Real = NDArray[np.float32]
Flags = NDArray[np.bool_]


class Canvas:
    """Views of one picture. All planes are uint8, full range; none of them is to be written to."""

    def __init__(self, planes: Planes) -> None:
        self.planes = planes
        self.height, self.width = planes.luma.shape
        self.fine = reduced(planes.luma, FINE_PIXELS)
        """Luma of at most `FINE_PIXELS`, as decoded where the picture has fewer."""
        self.luma = common_size(self.fine)
        """Luma at the common size, its shape kept as far as whole pixels allow."""

    @cached_property
    def text(self) -> Plane:
        """255 where there is on-screen text or what looks like it, 0 elsewhere; the size of `luma`."""
        return text_mask(self.luma)

    @cached_property
    def text_share(self) -> float:
        """Share of the picture under text, 0..1."""
        return cv2.countNonZero(self.text) / self.text.size

    @cached_property
    def seen(self) -> Plane:
        """255 where measures look: not under text, not on the rim; the size of `luma`."""
        return inside(np.bitwise_not(self.text))

    @cached_property
    def blocks(self) -> Real:
        """Means of blocks of `BLOCK` x `BLOCK` pixels of `luma`; what is left over at the right and the bottom is not
        in them."""
        height, width = self.luma.shape
        columns, rows = max(1, width // BLOCK), max(1, height // BLOCK)
        whole = self.luma[: min(height, BLOCK * rows), : min(width, BLOCK * columns)].astype(np.float32)
        return np.asarray(cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)

    @cached_property
    def seen_blocks(self) -> Flags:
        """Which of the `blocks` are seen, by four fifths and more."""
        rows, columns = self.blocks.shape
        whole = self.seen[: min(self.luma.shape[0], BLOCK * rows), : min(self.luma.shape[1], BLOCK * columns)]
        return np.asarray(cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA) > 200, np.bool_)

    @cached_property
    def gradient(self) -> tuple[Real, Real]:
        """(across, down), levels a pixel of the common size."""
        return gradient(self.luma)

    @cached_property
    def slope(self) -> Real:
        """Length of the gradient, levels a pixel of the common size."""
        return length(self.gradient)

    @cached_property
    def contrast(self) -> Plane:
        """Largest minus smallest luma of each pixel's 9 x 9 neighbourhood, levels."""
        return local_contrast(self.luma)

    @cached_property
    def steep(self) -> Real:
        """`slope` over `contrast`, 1/pixel."""
        return steepness(self.slope, self.contrast)

    @cached_property
    def halves(self) -> tuple[Plane, Plane]:
        """`luma` and `seen` at half their sides."""
        return half(self.luma), half(self.seen)

    @cached_property
    def profile(self) -> Profile:
        """How steep the edges of `fine` are, by place and direction."""
        return profile(self.fine, self.seen)

    @cached_property
    def chroma(self) -> tuple[Plane, Plane] | None:
        """(cb, cr) at a quarter of the common size's sides (about 120 x 75), or None for a picture without colour."""
        if self.planes.cb is None or self.planes.cr is None:
            return None
        size = (max(1, self.luma.shape[1] // 4), max(1, self.luma.shape[0] // 4))
        cb, cr = (small(halved(plane, size[0] * size[1]), size) for plane in (self.planes.cb, self.planes.cr))
        return cb, cr


def reduced(luma: Plane, most: int) -> Plane:
    """`luma` with at most `most` pixels: exact halves first, then once by area. Returned as it is where it has no more
    than that."""
    luma = halved(luma, round(_NEARLY * most))
    return luma if luma.size <= most else small(luma, _size(luma, most))


def halved(plane: Plane, least: int) -> Plane:
    """`plane` halved, which is what SIMD is good at, for as long as `least` pixels are left."""
    while plane.size >= 4 * least and min(plane.shape) >= 4:
        rows, columns = plane.shape[0] // 2, plane.shape[1] // 2
        plane = small(plane[: 2 * rows, : 2 * columns], (columns, rows))
    return plane


def common_size(luma: Plane) -> Plane:
    """`luma` with `COMMON_PIXELS`, or nearly so many by halves; enlarged where it has fewer."""
    halves = halved(luma, round(_NEARLY * COMMON_PIXELS))
    if halves.size <= COMMON_PIXELS and halves.size < luma.size:
        return halves
    size = _size(luma, COMMON_PIXELS)
    how = cv2.INTER_AREA if luma.size >= COMMON_PIXELS else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(luma, size, interpolation=how), np.uint8)


def small(plane: Plane, size: tuple[int, int]) -> Plane:
    """`plane` reduced by area to `size` (width, height)."""
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)


def gradient(luma: Plane) -> tuple[Real, Real]:
    """(across, down): Scharr, levels a pixel."""
    across, down = (cv2.Scharr(luma, cv2.CV_32F, *axis, scale=1 / 32) for axis in ((1, 0), (0, 1)))
    return np.asarray(across, np.float32), np.asarray(down, np.float32)


def length(steps: tuple[Real, Real]) -> Real:
    """Of each pixel's gradient."""
    return np.asarray(cv2.magnitude(*steps), np.float32)


def steepness(slope: Real, contrast: Plane) -> Real:
    """The gradient's length over the range of what is around, 1/pixel."""
    return np.divide(slope, cv2.max(contrast, _ONE), dtype=np.float32)


def half(plane: Plane) -> Plane:
    """`plane` at half its sides; an odd last line is dropped, since whole steps are twenty times as fast."""
    height, width = max(1, plane.shape[0] // 2), max(1, plane.shape[1] // 2)
    return small(plane[: 2 * height, : 2 * width], (width, height))


def inside(mask: Plane) -> Plane:
    """`mask` without the rim of the picture; changes `mask`."""
    rows, columns = (max(1, round(_RIM * side)) for side in mask.shape)
    mask[:rows], mask[-rows:], mask[:, :columns], mask[:, -columns:] = 0, 0, 0, 0
    return mask


def percentiles(plane: Plane, seen: Plane | None, wanted: tuple[float, ...]) -> list[float]:
    """Percentiles of `plane` where `seen`, interpolated within a level; of all of it where nothing is seen."""
    counts = cv2.calcHist([plane], [0], seen if seen is not None and cv2.countNonZero(seen) else None, [256], [0, 256])
    below = np.zeros(257)
    np.cumsum(counts, out=below[1:])
    levels = np.interp(np.array(wanted) / 100 * below[-1], below, _EDGES)
    return [min(255.0, max(0.0, float(level))) for level in levels]


def middle(values: NDArray[Any]) -> float:
    """The median of at least one number; of the few that there mostly are, in a tenth of `numpy.median`'s time."""
    ranked = np.sort(values, axis=None)
    return (float(ranked[(ranked.size - 1) // 2]) + float(ranked[ranked.size // 2])) / 2


@lru_cache(16)
def tiles(shape: tuple[int, ...], rows: int, columns: int) -> list[tuple[slice, slice]]:
    """A picture of `shape` cut into `rows` x `columns` parts, row by row."""
    ys, xs = (np.linspace(0, side, parts + 1).astype(int) for side, parts in zip(shape, (rows, columns), strict=False))
    return [
        (slice(ys[row], ys[row + 1]), slice(xs[column], xs[column + 1]))
        for row in range(rows)
        for column in range(columns)
    ]


def _size(luma: Plane, pixels: int) -> tuple[int, int]:
    """(width, height) of that many pixels, in the shape of `luma`."""
    height, width = luma.shape
    scale = (pixels / (width * height)) ** 0.5
    return min(pixels, max(1, round(width * scale))), min(pixels, max(1, round(height * scale)))

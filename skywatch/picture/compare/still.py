"""Whether a picture stands still: a look against the one before it, minutes or seconds ago.

A stream that stands still is encoded anew all the same, and what its codec changes is noise: it sits at edges, and over
a few blocks of the codec it averages out. What a living picture changes is light, weather, grain and things that move,
and that doesn't: the change of large parts is a larger share of the change of single pixels. That ratio needs no idea
of how much either may be, which depends on bit rate, light and scene far more than on the fault. Blocks of a codec are
smaller parts of larger pictures, hence the root of the scale. Clocks and names are left out, and so are the strips of
the picture in which they are written, since not every clock is recognised as one.
"""

import zlib
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from skywatch.picture.decode import Plane
from skywatch.picture.features import Still
from skywatch.picture.measure.canvas import BLOCK, COMMON_PIXELS, Canvas, Real
from skywatch.picture.sketch import Sketch

_STRIP = 0.13  # of the height, top and bottom
_STEPS = 256  # of a level, in what is kept of a block
_SAMPLES = 3600  # pixels that are kept as they are
_MARGIN = (15, 9)  # pixels around text, across and down
_LARGE = 2  # blocks: a large part is as high and as wide
_MOSTLY = 0.6  # of a part must be seen
_WORST = 3  # large parts
_OWN = 0.05  # levels: what rounding makes of nothing

Flags = NDArray[np.bool_]


def sketch(canvas: Canvas) -> Sketch:
    """What is kept of the picture on `canvas`, less than `sketch.MAX_BYTES`."""
    blocks = (canvas.blocks[_rows(canvas.blocks)] * _STEPS).round().clip(0, 65535).astype("<u2")
    return Sketch(canvas.width, canvas.height, zlib.compress(blocks.tobytes() + _samples(canvas.luma).tobytes(), 6))


def still(canvas: Canvas, earlier: Sketch) -> Still | None:
    """The picture on `canvas` against an earlier look of the same camera; None where that was of another size, where it
    can't be read, or where next to nothing of the picture is free of text."""
    before = _read(canvas, earlier)
    if before is None:
        return None
    blocks, samples = before
    hidden = np.asarray(cv2.dilate(canvas.text, np.ones(_MARGIN[::-1], np.uint8)), np.uint8)
    seen = _samples(hidden) == 0
    parts, free = _parts(canvas.blocks[_rows(canvas.blocks)] - blocks, _free(canvas, hidden))
    if not free.any() or not seen.any():
        return None
    pixels = (_samples(canvas.luma).astype(np.float64) - samples)[seen]
    large = np.abs(parts[free])
    grain, drift = (float(np.sqrt(np.mean(change**2))) for change in (pixels, large))
    root = float((canvas.width * canvas.height / COMMON_PIXELS) ** 0.25)
    return Still(drift / (grain + _OWN) * root, drift, grain, float(np.sort(large)[-_WORST:].mean()))


def still_between(canvas: Canvas, earlier: Canvas) -> Still | None:
    """As `still`, for two frames of one clip."""
    return still(canvas, sketch(earlier))


def _read(canvas: Canvas, earlier: Sketch) -> tuple[Real, Plane] | None:
    """(blocks, samples) of an earlier look, if it goes with the picture."""
    if (earlier.width, earlier.height) != (canvas.width, canvas.height):
        return None
    here = canvas.blocks[_rows(canvas.blocks)]
    try:
        data = zlib.decompress(earlier.data)
        blocks = np.frombuffer(data, "<u2", here.size).reshape(here.shape).astype(np.float32) / np.float32(_STEPS)
        samples = np.frombuffer(data, np.uint8, offset=2 * here.size)
    except (zlib.error, ValueError):
        return None
    return (blocks, samples) if samples.size == _samples(canvas.luma).size else None


def _rows(plane: NDArray[Any]) -> slice:
    """Those between the strips."""
    strip = round(_STRIP * plane.shape[0])
    return slice(strip, max(strip + 1, plane.shape[0] - strip))


def _samples(plane: Plane) -> Plane:
    """Plane spread evenly between the strips; not in columns, which would see nothing of posts."""
    inside = plane[_rows(plane)].ravel()
    return inside[:: max(1, inside.size // _SAMPLES)][:_SAMPLES]


def _free(canvas: Canvas, hidden: Plane) -> Real:
    """Share of each block between the strips that is free of text."""
    rows, columns = canvas.blocks.shape
    whole = hidden[: min(hidden.shape[0], BLOCK * rows), : min(hidden.shape[1], BLOCK * columns)]
    covered = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA)
    return (1 - covered[_rows(canvas.blocks)] / np.float32(255)).astype(np.float32)


def _parts(difference: Real, free: Real) -> tuple[Real, Flags]:
    """The mean difference of large parts, and which of them are mostly free of text."""
    rows, columns = (max(1, side // _LARGE) for side in difference.shape)
    cut = (slice(0, rows * _LARGE), slice(0, columns * _LARGE))
    weighed = cv2.resize(difference[cut] * free[cut], (columns, rows), interpolation=cv2.INTER_AREA)
    weight = cv2.resize(free[cut], (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(weighed / np.maximum(weight, 1e-3), np.float32), np.asarray(weight > _MOSTLY, np.bool_)

"""Whether the light pumps or rolls through the picture: several frames of one look or clip against each other.

What moves is in a part of the picture, and the median over all parts doesn't see it; a lamp that goes on, a cloud and
an exposure that adapts go one way, and flicker goes to and fro.
"""

from collections.abc import Sequence

import numpy as np

from skywatch.picture.features import Flicker
from skywatch.picture.measure.canvas import Canvas, Real

LEAST_FRAMES = 4

_NOTHING = 0.2  # levels: what codecs do to a whole picture
_TURNS = 2  # an exposure that overshoots comes back once


def flicker(canvases: Sequence[Canvas]) -> Flicker | None:
    """Of the frames of one clip, in order; None with fewer than `LEAST_FRAMES`, or where they have not one size."""
    if len(canvases) < LEAST_FRAMES or len({(canvas.width, canvas.height) for canvas in canvases}) > 1:
        return None
    changes = np.diff(np.stack([canvas.blocks for canvas in canvases]), axis=0)
    whole = np.median(changes, axis=(1, 2))
    bands = np.median(changes, axis=2) - whole[:, None]
    return Flicker(_to_and_fro(whole), float(np.median(np.sqrt(np.mean(bands**2, axis=1)))))


def _to_and_fro(changes: Real) -> float:
    """The way that the light goes beyond where it ends, a frame; 0 where it turns around less than `_TURNS` times."""
    real = changes[np.abs(changes) > _NOTHING]
    if np.count_nonzero(real[:-1] * real[1:] < 0) < _TURNS:
        return 0.0
    return float((np.abs(changes).sum() - abs(changes.sum())) / changes.size)

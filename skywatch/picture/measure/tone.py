"""How bright a picture is."""

from skywatch.picture.features import Tone
from skywatch.picture.measure.canvas import Canvas, percentiles


def tone(canvas: Canvas) -> Tone:
    """Percentiles of luma where the picture is seen."""
    return Tone(*percentiles(canvas.luma, canvas.seen, (10, 50, 90)))

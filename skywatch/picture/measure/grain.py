"""How grainy a picture is."""

import cv2
import numpy as np

from skywatch.picture.features import Grain
from skywatch.picture.measure.canvas import Canvas, percentiles

_KERNEL = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)


def grain(canvas: Canvas) -> Grain:
    """Standard deviation of the grain (Immerkaer 1996), by the median, so that edges do not count."""
    response = np.asarray(cv2.convertScaleAbs(cv2.filter2D(canvas.luma, cv2.CV_16S, _KERNEL)), np.uint8)
    return Grain(percentiles(response, canvas.seen, (50,))[0] / 0.6745 / 6)

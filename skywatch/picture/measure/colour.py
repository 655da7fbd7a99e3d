"""How colourful a picture is."""

import cv2
import numpy as np

from skywatch.picture.features import Colour
from skywatch.picture.measure.canvas import Canvas


def colour(canvas: Canvas) -> Colour:
    """Mean distance of the chroma from grey."""
    if canvas.chroma is None:
        return Colour(0.0)
    blue, red = (plane.astype(np.float32) - 128 for plane in canvas.chroma)
    return Colour(float(cv2.magnitude(blue, red).mean()))

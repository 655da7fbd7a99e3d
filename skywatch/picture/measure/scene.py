"""Whether there is any shape in a picture at all."""

import cv2
import numpy as np

from skywatch.picture.features import Scene
from skywatch.picture.measure.canvas import Canvas, half, percentiles

_SHARE = 0.85  # of the picture is less steep: a skyline under an empty sky has shape in the rest
_BLACK = 8.0  # levels: steepness is against luma, as light falls on things, but not in the black, which is all grain


def scene(canvas: Canvas) -> Scene:
    """At a quarter of the common size's sides, so that grain is nothing and dirt on the lens is little."""
    luma, seen = (half(plane) for plane in canvas.halves)
    inside = np.asarray(seen == 255, np.uint8)
    soft = np.asarray(cv2.GaussianBlur(luma, (5, 5), 1.0), np.float32)
    across, down = (cv2.Sobel(soft, cv2.CV_32F, *axis, scale=1 / 8) for axis in ((1, 0), (0, 1)))
    relief = cv2.magnitude(across, down) / (cv2.blur(soft, (9, 9)) + _BLACK)
    steep = relief[inside > 0] if inside.any() else relief.ravel()
    place = int(_SHARE * (steep.size - 1))
    return Scene(relief=float(np.partition(steep, place)[place]), luma=percentiles(luma, inside, (50,))[0])

"""A picture small enough to be mailed and printed by the dozen: for reports and pages, for people's eyes only."""

import cv2
import numpy as np

from skywatch.picture.decode import Planes
from skywatch.picture.portrait import jpeg

WIDTH = 320
QUALITY = 70


def thumbnail(planes: Planes) -> bytes:
    """A JPEG, 320 pixels wide at most, in colour where the picture has any; some 8 kB."""
    height, width = planes.luma.shape
    size = (min(WIDTH, width), max(1, round(height * min(WIDTH, width) / width)))
    luma = cv2.resize(planes.luma, size, interpolation=cv2.INTER_AREA)
    chroma = None if planes.cb is None or planes.cr is None else (planes.cb, planes.cr)
    return jpeg(np.asarray(luma, np.uint8), chroma, QUALITY)

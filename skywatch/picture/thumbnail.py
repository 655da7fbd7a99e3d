"""A picture small enough to be mailed and printed by the dozen: for reports and pages, for people's eyes only."""

import cv2
import numpy as np

from skywatch.picture.decode import Planes

WIDTH = 320
QUALITY = 70


def thumbnail(planes: Planes) -> bytes:
    """A JPEG, 320 pixels wide at most, in colour where the picture has any; some 8 kB."""
    height, width = planes.luma.shape
    size = (min(WIDTH, width), max(1, round(height * min(WIDTH, width) / width)))
    luma = cv2.resize(planes.luma, size, interpolation=cv2.INTER_AREA)
    if planes.cb is None or planes.cr is None:
        return cv2.imencode(".jpg", luma, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()
    red, blue = (cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in (planes.cr, planes.cb))
    coloured = cv2.cvtColor(np.dstack([luma, red, blue]), cv2.COLOR_YCrCb2BGR)
    return cv2.imencode(".jpg", coloured, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()

"""Planes as a picture for people's eyes: a JPEG, in colour where there is any."""

import cv2
import numpy as np

from skywatch.picture.compare.model import Unreadable, model
from skywatch.picture.decode import Plane
from skywatch.picture.reference import Reference

QUALITY = 92


def portrait(reference: Reference) -> bytes:
    """A kept reference as a JPEG file; the luma alone where the colour can't be read."""
    try:
        kept = model(reference)
    except Unreadable:
        return reference.luma
    return jpeg(kept.luma, kept.chroma, QUALITY) if kept.chroma else reference.luma


def jpeg(luma: Plane, chroma: tuple[Plane, Plane] | None, quality: int) -> bytes:
    """`luma`, h x w, with `chroma` (cb, cr) of any size laid over it."""
    picture = luma
    if chroma is not None:
        cb, cr = (_fitted(plane, (luma.shape[1], luma.shape[0])) for plane in chroma)
        picture = np.asarray(cv2.cvtColor(np.dstack([luma, cr, cb]), cv2.COLOR_YCrCb2BGR), np.uint8)
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def _fitted(plane: Plane, size: tuple[int, int]) -> Plane:
    way = cv2.INTER_AREA if plane.shape[1] > size[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(plane, size, interpolation=way), np.uint8)

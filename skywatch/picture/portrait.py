"""A kept reference as a picture for people: small, in colour where it had some."""

import cv2
import numpy as np

from skywatch.picture.compare.model import Unreadable, model
from skywatch.picture.reference import Reference


def jpeg(reference: Reference) -> bytes:
    """The reference as a JPEG file; the luma alone where the colour can't be read."""
    try:
        kept = model(reference)
    except Unreadable:
        return reference.luma
    if kept.chroma is None:
        return reference.luma
    size = kept.luma.shape[1], kept.luma.shape[0]
    cb, cr = (cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) for plane in kept.chroma)
    picture = cv2.cvtColor(np.dstack([kept.luma, cr, cb]), cv2.COLOR_YCrCb2BGR)
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()

"""Reference pictures, written and read: canvas -> Reference -> Model."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from skywatch.picture.decode import Plane
from skywatch.picture.measure.canvas import Canvas, Real, gradient, half, length, small
from skywatch.picture.measure.profile import Profile, unpacked
from skywatch.picture.reference import MAX_BYTES, Reference, same_shape

CHROMA = (64, 36)
"""Width and height of a kept plane of colour."""

QUALITIES = (1, *range(10, 95, 5))
"""Of the JPEG of a kept luma: the best one that fits is taken."""


class Unreadable(ValueError):
    """The bytes of a reference are no picture."""


@dataclass(frozen=True)
class Model:
    """A reference, taken apart: `luma` at its common size, `chroma` (cb, cr) 64 x 36 each, or None, and how steep its
    edges were, or None where that was not kept."""

    width: int
    height: int
    luma: Plane
    chroma: tuple[Plane, Plane] | None
    profile: Profile | None = None

    @cached_property
    def gradient(self) -> tuple[Real, Real]:
        """(across, down) as `Canvas.gradient`."""
        return gradient(self.luma)

    @cached_property
    def slope(self) -> Real:
        """As `Canvas.slope`."""
        return length(self.gradient)

    @cached_property
    def half(self) -> Plane:
        """`luma` at half its sides."""
        return half(self.luma)

    def fits(self, canvas: Canvas) -> bool:
        """Whether a picture has this reference's shape; its resolution may be another."""
        return same_shape((self.width, self.height), (canvas.width, canvas.height))


def taken(canvas: Canvas) -> Reference:
    """The picture on `canvas`, to be kept as a reference of at most `MAX_BYTES`; pure noise needs more."""
    chroma = b""
    if canvas.chroma is not None:
        side_by_side = np.hstack([small(plane, CHROMA) for plane in canvas.chroma])
        chroma = cv2.imencode(".png", side_by_side)[1].tobytes()
    profile = canvas.profile.packed()
    room = MAX_BYTES - len(chroma) - len(profile)
    fitting = bisect_right(QUALITIES, room, key=lambda quality: len(_jpeg(canvas.luma, quality)))
    luma = _jpeg(canvas.luma, QUALITIES[max(0, fitting - 1)])
    return Reference(canvas.width, canvas.height, luma, chroma, profile)


def _jpeg(luma: Plane, quality: int) -> bytes:
    return cv2.imencode(".jpg", luma, [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1])[1].tobytes()


def model(reference: Reference) -> Model:
    """Raises Unreadable."""
    luma, chroma = _read(reference.luma), None
    if reference.chroma:
        both = _read(reference.chroma)
        half = both.shape[1] // 2
        chroma = both[:, :half], both[:, half:]
    try:
        profile = unpacked(reference.profile) if reference.profile else None
    except ValueError as error:
        raise Unreadable(str(error)) from None
    return Model(reference.width, reference.height, luma, chroma, profile)


def _read(data: bytes) -> Plane:
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error as error:
        raise Unreadable(error.err) from None
    if picture is None:
        raise Unreadable("no picture")
    return np.asarray(picture, np.uint8)

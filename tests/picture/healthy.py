"""Features of pictures that are not there, for whoever judges numbers alone: those of a drawn street by day, with what
a test is about put in their place. Groups of numbers grow; tests that name three of them should not have to."""

from dataclasses import replace
from functools import cache

import cv2
import numpy as np

from skywatch.picture import Features
from skywatch.picture.decode import Planes
from skywatch.picture.features import Colour, Sharpness, Tone
from skywatch.picture.measure import measure
from tests.picture.drawn import Picture, town


def planes_of(picture: Picture) -> Planes:
    """A picture in BGR as planes of full range; a grey one has no chroma."""
    if picture.ndim == 2:
        return Planes(picture)
    luma, cr, cb = cv2.split(cv2.cvtColor(picture, cv2.COLOR_BGR2YCrCb))
    return Planes(*(np.asarray(plane, np.uint8) for plane in (luma, cb, cr)))


@cache
def street() -> Features:
    """A sharp, well lit, colourful picture of 1920 x 1080."""
    measured = measure(planes_of(town(1)))
    return replace(measured, sharpness=Sharpness(0.43, 24, 0.7), tone=toned(60, 120, 190), colour=coloured(15))


def sharp(features: Features, steepness: float, cells: int | None = None) -> Features:
    """`features`, but as sharp as that."""
    before = features.sharpness
    return replace(
        features,
        sharpness=replace(before, steepness=steepness, cells=before.cells if cells is None else cells),
    )


def lit(features: Features, p10: float, p50: float, p90: float) -> Features:
    """`features`, but as bright as that."""
    return replace(features, tone=replace(features.tone, p10=p10, p50=p50, p90=p90))


def toned(p10: float, p50: float, p90: float) -> Tone:
    return replace(measure(planes_of(town(1))).tone, p10=p10, p50=p50, p90=p90)


def coloured(strength: float) -> Colour:
    return replace(measure(planes_of(town(1))).colour, strength=strength)

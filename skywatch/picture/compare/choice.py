"""Which of a camera's references is most like a picture: it is the one that all comparisons begin with."""

from collections.abc import Sequence

import cv2
import numpy as np

from skywatch.picture.compare.model import Model, Unreadable, model
from skywatch.picture.decode import Plane
from skywatch.picture.measure.canvas import Canvas, Real, half
from skywatch.picture.reference import Reference


def alike(canvas: Canvas, models: Sequence[Model]) -> list[Model]:
    """`models`, the most like first: by the correlation of the gradients of thumbnails, which tells apart framings
    first, and then the shadows of morning and evening. A single one is not looked at."""
    if len(models) < 2:
        return list(models)
    mine = _slopes(canvas.halves[0])
    return sorted(models, key=lambda each: _correlation(mine, _slopes(each.half)), reverse=True)


def nearest(canvas: Canvas, references: Sequence[Reference], count: int) -> tuple[Reference, ...]:
    """At most `count` of `references`, those that are most like the picture first; what can't be read is left out. Of
    many days, those with the same aim and the same light say most."""
    if len(references) <= count:
        return tuple(references)
    found = [(model_, reference) for reference in references for model_ in _read(reference)]
    kept = alike(canvas, [model_ for model_, _ in found])[:count]
    return tuple(reference for model_ in kept for known, reference in found if known is model_)


def _read(reference: Reference) -> list[Model]:
    try:
        return [model(reference)]
    except Unreadable:
        return []


def _slopes(luma: Plane) -> Real:
    """(across, down) of a quarter of the common size's sides; `luma` has half of them."""
    thumbnail = half(luma)
    return np.stack([np.asarray(cv2.Sobel(thumbnail, cv2.CV_32F, *axis), np.float32) for axis in ((1, 0), (0, 1))])


def _correlation(one: Real, other: Real) -> float:
    """Of what both have, where their common sizes are rounded differently."""
    rows, columns = (min(sides) for sides in zip(one.shape[1:], other.shape[1:], strict=True))
    one, other = one[:, :rows, :columns], other[:, :rows, :columns]
    one, other = one.ravel(), other.ravel()
    powers = float(one @ one) * float(other @ other)
    return float(one @ other) / max(1.0, float(powers**0.5))

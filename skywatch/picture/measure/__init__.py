"""Planes -> numbers about one picture by itself. Pure, without any threshold that says good or bad.

Everything is measured at common sizes (`canvas.py`), so that a figure means the same at CIF and at 4K, and the cost
stays the same.
"""

from skywatch.picture.decode import Planes
from skywatch.picture.features import Features
from skywatch.picture.measure.canvas import Canvas
from skywatch.picture.measure.card import card
from skywatch.picture.measure.colour import colour
from skywatch.picture.measure.grain import grain
from skywatch.picture.measure.mask import masks
from skywatch.picture.measure.scene import scene
from skywatch.picture.measure.sharpness import sharpness
from skywatch.picture.measure.stripes import stripes
from skywatch.picture.measure.tear import tear
from skywatch.picture.measure.tone import tone

__all__ = ["Canvas", "measure", "measured"]


def measure(planes: Planes) -> Features:
    """All features of one picture by itself. `planes.luma` may have any size from 1 x 1."""
    return measured(Canvas(planes))


def measured(canvas: Canvas) -> Features:
    """All features of the picture on `canvas` by itself."""
    grains = grain(canvas)
    return Features(
        width=canvas.width,
        height=canvas.height,
        text_share=canvas.text_share,
        sharpness=sharpness(canvas, grains.noise),
        tone=tone(canvas),
        colour=colour(canvas),
        grain=grains,
        stripes=stripes(canvas),
        card=card(canvas),
        tear=tear(canvas),
        scene=scene(canvas),
        masks=masks(canvas),
    )

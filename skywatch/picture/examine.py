"""One picture, measured by itself and against what is known of its camera: the whole of what a worker does after
decoding. Numbers only."""

from collections.abc import Sequence
from dataclasses import replace

from skywatch.picture.compare import Model, Unreadable, model
from skywatch.picture.compare.cast import cast
from skywatch.picture.compare.edges import edges
from skywatch.picture.compare.view import view
from skywatch.picture.decode import Planes
from skywatch.picture.features import Features
from skywatch.picture.measure import Canvas, measured
from skywatch.picture.reference import Reference


def examine(planes: Planes, references: Sequence[Reference] = ()) -> Features:
    """All features of a picture; those against a reference where there is one of its shape."""
    canvas = Canvas(planes)
    features = measured(canvas)
    models = _models(canvas, references)
    return against(canvas, features, models) if models else features


def against(canvas: Canvas, features: Features, models: Sequence[Model]) -> Features:
    """`features` with those against the reference that is most like the picture."""
    best = models[0]
    return replace(features, view=view(canvas, best), edges=edges(canvas, best), cast=cast(canvas, best))


def _models(canvas: Canvas, references: Sequence[Reference]) -> list[Model]:
    """The references that can be read and have the picture's shape."""
    found = []
    for reference in references:
        try:
            read = model(reference)
        except Unreadable:
            continue
        if read.fits(canvas):
            found.append(read)
    return found

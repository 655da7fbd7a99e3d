"""One picture, measured by itself and against what is known of its camera: the whole of what a worker does after
decoding. Numbers only."""

from collections.abc import Sequence
from dataclasses import replace

from skywatch.picture.compare import Model, Unreadable, model, taken
from skywatch.picture.compare.cast import cast
from skywatch.picture.compare.choice import alike
from skywatch.picture.compare.edges import edges
from skywatch.picture.compare.still import sketch, still
from skywatch.picture.compare.view import view
from skywatch.picture.decode import Planes
from skywatch.picture.examined import Examined
from skywatch.picture.features import Features
from skywatch.picture.measure import Canvas, measured
from skywatch.picture.reference import Reference
from skywatch.picture.sketch import Sketch


def examine(planes: Planes, references: Sequence[Reference] = ()) -> Features:
    """All features of a picture; those against a reference where there is one of its shape."""
    return _features(Canvas(planes), references)


def examined(
    planes: Planes, references: Sequence[Reference] = (), earlier: Sketch | None = None, want_reference: bool = False
) -> Examined:
    """The same with the sketch of the picture, compared with an `earlier` one, and as a reference if wanted."""
    canvas = Canvas(planes)
    features = _features(canvas, references)
    if earlier is not None:
        features = replace(features, still=still(canvas, earlier))
    return Examined(features, sketch(canvas), taken(canvas) if want_reference else None)


def _features(canvas: Canvas, references: Sequence[Reference]) -> Features:
    features = measured(canvas)
    models = _models(references)
    return against(canvas, features, models) if models else features


def against(canvas: Canvas, features: Features, models: Sequence[Model]) -> Features:
    """`features` with those against the references of the picture's shape, the most like one first; without any such,
    `view` says only that there was none."""
    fitting = alike(canvas, [each for each in models if each.fits(canvas)])
    compared = replace(features, view=view(canvas, fitting))
    if not fitting:
        return compared
    return replace(compared, edges=edges(canvas, fitting[0]), cast=cast(canvas, fitting[0]))


def _models(references: Sequence[Reference]) -> list[Model]:
    """The references that can be read."""
    found = []
    for reference in references:
        try:
            found.append(model(reference))
        except Unreadable:
            continue
    return found

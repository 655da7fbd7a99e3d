"""cast"""

from skywatch.picture.compare.model import Model
from skywatch.picture.features import Cast
from skywatch.picture.measure.canvas import Canvas


def cast(_canvas: Canvas, _model: Model) -> Cast:
    return Cast()

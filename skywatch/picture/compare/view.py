"""view"""

from skywatch.picture.compare.model import Model
from skywatch.picture.features import View
from skywatch.picture.measure.canvas import Canvas


def view(_canvas: Canvas, _model: Model) -> View:
    return View()

"""tear"""

from skywatch.picture.features import Tear
from skywatch.picture.measure.canvas import Canvas


def tear(_canvas: Canvas) -> Tear:
    return Tear()

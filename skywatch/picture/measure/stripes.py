"""stripes"""

from skywatch.picture.features import Stripes
from skywatch.picture.measure.canvas import Canvas


def stripes(_canvas: Canvas) -> Stripes:
    return Stripes()

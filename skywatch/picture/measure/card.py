"""card"""

from skywatch.picture.features import Card
from skywatch.picture.measure.canvas import Canvas


def card(_canvas: Canvas) -> Card:
    return Card()

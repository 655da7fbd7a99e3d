"""What is usual for one number of one camera by one light: its robust centre and spread over healthy looks. Pure."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_MAD = 1.4826  # times the median absolute deviation is the standard deviation of a normal distribution


@dataclass(frozen=True, slots=True)
class Usual:
    """`centre` is the median and `spread` a robust standard deviation, in the number's own unit, of `looks` looks."""

    centre: float
    spread: float
    looks: int

    def distance(self, value: float, least: float) -> float:
        """How many spreads `value` is above (below: negative) the centre; a spread under `least` counts as `least`,
        since a few alike looks prove no steadiness."""
        return (value - self.centre) / max(self.spread, least)


UsualNumbers = Mapping[str, Usual]
"""By the path of the number (`tone.p50`)."""


def usual(values: Sequence[float]) -> Usual:
    """Of at least one value."""
    centre = statistics.median(values)
    return Usual(centre, _MAD * statistics.median(abs(value - centre) for value in values), len(values))

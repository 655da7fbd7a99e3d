"""Counts by size, as Prometheus wants histograms. Knows nothing of what is counted."""

from bisect import bisect_left
from collections.abc import Sequence


class Histogram:
    """How many values fell at or below each bound, and their sum. `bounds` ascend; +Inf is understood."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    @property
    def count(self) -> int:
        return sum(self.counts)

    def buckets(self) -> list[tuple[str, float]]:
        """(upper bound, how many up to it), cumulative, the last one `+Inf`."""
        rows, reached = [], 0
        for bound, count in zip((*map(str, self.bounds), "+Inf"), self.counts, strict=True):
            reached += count
            rows.append((bound, float(reached)))
        return rows

    def quantile(self, share: float) -> float:
        """An upper bound of the `share` quantile: the bound of the bucket it falls into; infinity in the last one."""
        wanted, reached = share * self.count, 0
        for bound, count in zip((*self.bounds, float("inf")), self.counts, strict=True):
            reached += count
            if reached >= wanted:
                return bound
        return float("inf")

"""When a job runs: phases that crowd no second, the next time on its grid, and the pauses after failures. Pure; times
are steady seconds."""

import heapq
import math

_GOLDEN = (math.sqrt(5) - 1) / 2

SHORTEST_PAUSE = 0.5
"""A job that wants to run again sooner waits so many seconds: a mistake of its own must not spin."""


def phase(index: int, period: float) -> float:
    """Where in its `period` the job numbered `index` (from 0) runs: 0 <= phase < period, in seconds.

    Multiples of the golden ratio: any run of consecutive numbers is spread as evenly as it can be (the three-distance
    theorem), so that adding jobs at the end never crowds a second, and neighbours in the ledger are far apart.
    """
    return min(index * _GOLDEN % 1.0 * period, math.nextafter(period, 0.0))


def next_due(grid: float, now: float, period: float, wanted: float | None = None) -> float:
    """When a job that ended `now` runs next: at the first point after `now` of its grid (`grid` is any point of it, one
    every `period`), or `wanted` seconds from now where that is sooner. Points that were missed are skipped, never
    caught up. A `wanted` that is no number counts as None.
    """
    point = grid + (math.floor((now - grid) / period) + 1) * period
    if point <= now:  # rounding: now - grid may be a hair short of a whole number of periods
        point += period
    if wanted is None or not math.isfinite(wanted):
        return point
    return min(point, now + max(wanted, SHORTEST_PAUSE))


def next_pause(fails: int, first: float, period: float) -> float | None:
    """Seconds until a camera that failed `fails` times in a row is looked at again: `first`, then twice as long each
    time, None (its usual time) from where that reaches the `period`."""
    if fails < 1:
        return None
    pause = first * 2.0 ** min(fails - 1, 60)
    return pause if pause < period else None


_STRIDE = 7919  # any number will do whose multiples are far from those of the golden ratio's denominators


class Phases:
    """Hands out numbers for `phase`, the smallest free one first, so that the phases of what is left stay spread when
    jobs come and go. Each period is counted for itself, from a start of its own: the jobs of one lane, which have
    several periods but come in the same order, would otherwise all begin at the same moment."""

    def __init__(self) -> None:
        self._next: dict[float, int] = {}
        self._free: dict[float, list[int]] = {}

    def take(self, period: float) -> int:
        free = self._free.get(period)
        if free:
            return heapq.heappop(free)
        index = self._next.get(period, _STRIDE * len(self._next))
        self._next[period] = index + 1
        return index

    def give_back(self, period: float, index: int) -> None:
        heapq.heappush(self._free.setdefault(period, []), index)

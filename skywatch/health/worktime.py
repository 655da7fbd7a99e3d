"""Working hours in China: which days people work, make-up days (调休) included, and what hour so much work ends. Pure.

The days are those of the library `holidays`, which has the State Council's notices, every moved day included, up to a
certain year. Beyond that year it still knows the holidays by law, but no moved days: see `foreseen`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays

MOST_DAYS = 3660
"""No deadline is further away, whatever the hours are."""

_CHINA = holidays.country_holidays("CN")
KNOWN_UNTIL: int = max(_CHINA.special_public_holidays)
"""The last year whose moved days are known. The notice for the next one comes out in November."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When people work, on a working day, by the clock of `zone`. `spans` are (from, to), ascending, on one day."""

    spans: tuple[tuple[time, time], ...] = ((time(8, 30), time(12, 0)), (time(13, 30), time(17, 30)))
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))

    def __post_init__(self) -> None:
        edges = [edge for span in self.spans for edge in span]
        if not edges or any(later <= earlier for earlier, later in pairwise(edges)):
            raise ValueError("working hours: wanted spans that begin, end, and follow one another")


@lru_cache(maxsize=4096)
def is_working_day(day: date) -> bool:
    """Whether offices work on that day: moved working weekends do, moved holidays don't."""
    return bool(_CHINA.is_working_day(day))


def foreseen(at: float, hours: Hours) -> bool:
    """Whether the moved days around `at`, in Unix seconds, are known. Where not, the days are those by law, and a
    deadline may be off by the days that will be moved; whoever shows it should say so."""
    return datetime.fromtimestamp(at, hours.zone).year <= KNOWN_UNTIL


def after_work(start: float, seconds: float, hours: Hours) -> float:
    """When `seconds` of working time have passed since `start`; both it and the result are Unix seconds. Never earlier
    than `start`; at most ten years later."""
    left, latest = seconds, start
    for opens, end in _shifts(start, hours):
        begin = max(opens, start)
        if end <= begin:
            continue
        if left <= end - begin:
            return begin + left
        left, latest = left - (end - begin), end
    return latest


def worked(start: float, end: float, hours: Hours) -> float:
    """Seconds of working time from `start` to `end`."""
    total = 0.0
    for begin, until in _shifts(start, hours):
        if begin >= end:
            break
        total += max(0.0, min(until, end) - max(begin, start))
    return total


def _shifts(start: float, hours: Hours) -> Iterator[tuple[float, float]]:
    """Every span of work from the day of `start` on, in Unix seconds."""
    day = datetime.fromtimestamp(start, hours.zone).date()
    for _ in range(MOST_DAYS):
        if is_working_day(day):
            for begin, end in hours.spans:
                yield _unix(day, begin, hours.zone), _unix(day, end, hours.zone)
        day += timedelta(days=1)


def _unix(day: date, at: time, zone: ZoneInfo) -> float:
    return datetime.combine(day, at, zone).timestamp()

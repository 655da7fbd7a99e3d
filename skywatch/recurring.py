"""Spans of time that come back: daily, weekly, monthly. Pure; asks no clock."""

from datetime import datetime, timedelta
from enum import StrEnum


class Repeat(StrEnum):
    """How often a span comes back."""

    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


LONGEST = {Repeat.DAILY: timedelta(days=1), Repeat.WEEKLY: timedelta(days=7), Repeat.MONTHLY: timedelta(days=28)}
"""A span that comes back must be over by then."""


def within(start: datetime, end: datetime, repeat: Repeat, at: datetime, last: datetime | None = None) -> bool:
    """Whether `at` is in the span from `start` to `end` (not included), or in one of its repetitions that begin before
    `last`. The hours are those of the clock in `start`'s zone; a month without that day has no repetition."""
    began = _latest_start(start, repeat, at.astimezone(start.tzinfo))
    if began is None or (last is not None and began >= last):
        return False
    return began <= at < began + (end - start)


def _latest_start(start: datetime, repeat: Repeat, at: datetime) -> datetime | None:
    """When the latest repetition began that had begun by `at`."""
    if at < start:
        return None
    if repeat is Repeat.ONCE:
        return start
    if repeat is Repeat.MONTHLY:
        return _this_month(start, at) or _this_month(start, at.replace(day=1) - timedelta(days=1), at)
    period = LONGEST[repeat]
    return start + period * ((at - start) // period)


def _this_month(start: datetime, month: datetime, at: datetime | None = None) -> datetime | None:
    """`start` in the month of `month`, where there is that day and it is not after `at`."""
    try:
        found = start.replace(year=month.year, month=month.month)
    except ValueError:
        return None
    return found if start <= found <= (at or month) else None

"""When inspections are due: times of the clock and of the sun, day by day. Pure; asks no clock."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from astral import Observer
from astral.sun import elevation, sunrise, sunset

from skywatch.config.daytime import Daytime

Place = tuple[float, float]
"""(longitude, latitude) in degrees, WGS-84."""

_SUN = {"sunrise": sunrise, "sunset": sunset}


def at_on(time: Daytime, day: date, zone: ZoneInfo, place: Place) -> float | None:
    """Unix seconds of `time` on that day; None where the sun does not rise or set then."""
    if not time.event:
        return (datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(seconds=time.seconds)).timestamp()
    try:
        event = _SUN[time.event](Observer(place[1], place[0]), day, zone)
    except ValueError:
        return None
    return event.timestamp() + time.seconds


def due_between(times: Iterable[Daytime], start: float, end: float, zone: ZoneInfo, place: Place) -> list[float]:
    """Every time that falls after `start` and not after `end`, ascending."""
    every = list(times)
    days = _days(start, end, zone)
    found = (at_on(time, day, zone, place) for day in days for time in every)
    return sorted({at for at in found if at is not None and start < at <= end})


def is_night(at: float, place: Place) -> bool:
    """Whether the sun is down at that place."""
    return float(elevation(Observer(place[1], place[0]), datetime.fromtimestamp(at, UTC))) < 0


def _days(start: float, end: float, zone: ZoneInfo) -> Iterator[date]:
    """Days that may have something in the span; an offset of the sun may reach into the neighbouring day."""
    day = datetime.fromtimestamp(start, zone).date() - timedelta(days=1)
    last = datetime.fromtimestamp(end, zone).date() + timedelta(days=1)
    while day <= last:
        yield day
        day += timedelta(days=1)

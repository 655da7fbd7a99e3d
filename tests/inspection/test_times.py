"""When inspections are due, by the clock and by the sun."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from skywatch.config.daytime import Daytime, parse_daytime
from skywatch.inspection.times import at_on, due_between, is_night

ZONE = ZoneInfo("Asia/Shanghai")
PLACE = (118.2, 36.2)


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("10:00", Daytime("", 36000.0)),
        ("0:05", Daytime("", 300.0)),
        ("sunset", Daytime("sunset", 0.0)),
        ("sunset+90 min", Daytime("sunset", 5400.0)),
        ("sunrise - 1 h", Daytime("sunrise", -3600.0)),
    ],
)
def test_times_of_day_are_read_as_people_write_them(text: str, read: Daytime) -> None:
    assert parse_daytime(text) == read


@pytest.mark.parametrize("text", ["", "24:00", "noon", "sunset+", "sunset+soon", "10", "10:60"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_daytime(text)


def test_every_time_is_due_once_a_day() -> None:
    times = [parse_daytime("10:00"), parse_daytime("22:30")]
    due = due_between(times, at("2026-05-29T09:59"), at("2026-05-30T10:00"), ZONE, PLACE)
    assert due == [at("2026-05-29T10:00"), at("2026-05-29T22:30"), at("2026-05-30T10:00")]
    assert due_between(times, at("2026-05-29T10:00"), at("2026-05-29T22:29"), ZONE, PLACE) == []


def test_the_sun_sets_between_seven_and_eight_in_may_in_shandong() -> None:
    (due,) = due_between([parse_daytime("sunset")], at("2026-05-29T12:00"), at("2026-05-29T23:59"), ZONE, PLACE)
    assert at("2026-05-29T19:00") < due < at("2026-05-29T19:30")
    assert is_night(due + 3600, PLACE)
    assert not is_night(at("2026-05-29T12:00"), PLACE)


def test_where_the_sun_does_not_set_nothing_is_due_by_it() -> None:
    assert at_on(parse_daytime("sunset"), datetime(2026, 6, 21, tzinfo=UTC).date(), ZONE, (25.0, 80.0)) is None

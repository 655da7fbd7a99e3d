"""Working time in China: holidays, moved days, and deadlines in it."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.health.deadlines import TERMS, Deadlines, Term
from skywatch.health.fault import Cause
from skywatch.health.worktime import KNOWN_UNTIL, Hours, after_work, foreseen, is_working_day, worked

HOURS = Hours()
SHANDONG = ZoneInfo("Asia/Shanghai")


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=SHANDONG).timestamp()


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-02-14", True),  # a Saturday that makes up for the Spring Festival
        ("2026-02-16", False),  # New Year's Eve, a Monday
        ("2026-02-23", False),  # a Monday, the last day off
        ("2026-02-24", True),
        ("2026-02-28", True),  # a Saturday
        ("2026-05-09", True),  # a Saturday after Labour Day
        ("2026-09-20", True),  # a Sunday before National Day
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-11-25", True),
        ("2026-11-28", False),
        ("2031-10-01", False),  # by law, in a year whose notice nobody has seen
        ("2031-01-22", False),  # New Year's Eve of a year far ahead
    ],
)
def test_days_of_work_are_those_of_the_state_council(day: str, works: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-25T09:00", 1, "2026-11-25T10:00"),
        ("2026-11-25T11:30", 1, "2026-11-25T14:00"),  # over noon
        ("2026-11-25T17:00", 1, "2026-11-26T09:00"),  # over night
        ("2026-11-25T03:00", 3.5, "2026-11-25T12:00"),  # found by night, counted from the morning
        ("2026-11-27T17:30", 7.5, "2026-11-30T17:30"),  # over a weekend
        ("2026-09-30T17:00", 1, "2026-10-08T09:00"),  # over National Day
        ("2026-02-13T17:00", 1, "2026-02-14T09:00"),  # into a Saturday of work
        ("2026-02-14T17:30", 0.5, "2026-02-24T09:00"),  # over the Spring Festival
        ("2026-11-25T12:00", 0, "2026-11-25T13:30"),
    ],
)
def test_so_much_work_ends_at_that_hour(start: str, hours: float, end: str) -> None:
    assert after_work(at(start), hours * 3600, HOURS) == at(end)


@given(st.floats(1.5e9, 1.79e9), st.floats(0, 2e6))
def test_what_was_counted_on_is_what_was_worked(start: float, seconds: float) -> None:
    end = after_work(start, seconds, HOURS)
    assert end >= start
    assert worked(start, end, HOURS) == pytest.approx(seconds, abs=1e-3)


def test_a_year_without_a_notice_is_said_to_be_unforeseen() -> None:
    assert foreseen(at("2026-06-01T00:00"), HOURS)
    assert not foreseen(at(f"{KNOWN_UNTIL + 1}-06-01T00:00"), HOURS)


def test_hours_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="working hours"):
        Hours(())
    with pytest.raises(ValueError, match="working hours"):
        Hours(((time(12), time(8)),))
    with pytest.raises(ValueError, match="more than 0"):
        Term(0)


def test_every_cause_has_a_term_for_every_severity() -> None:
    for cause in Cause:
        terms = [Deadlines().term(cause, severity).seconds for severity in range(6)]
        assert terms == sorted(terms, reverse=True)
    assert TERMS.keys() == set(Cause)


def test_a_row_of_the_configuration_goes_before_ours() -> None:
    table = Deadlines({Cause.OUTAGE: {1: Term(3600, working=False), 5: Term(60, working=False)}})
    assert table.of(Cause.OUTAGE, 3, 100.0) == 3700.0
    assert table.of(Cause.OUTAGE, 5, 100.0) == 160.0
    assert table.of(Cause.FEED, 5, 0.0) == 24 * 3600


def test_a_power_cut_is_counted_around_the_clock_and_a_blurred_picture_in_working_time() -> None:
    friday = at("2026-11-27T17:30")
    assert Deadlines().of(Cause.FEED, 5, friday) == friday + 24 * 3600
    assert Deadlines().of(Cause.PICTURE, 1, friday) > friday + 7 * 24 * 3600

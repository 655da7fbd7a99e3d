"""Spans of time that come back."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.recurring import LONGEST, Repeat, within

CST = timezone(timedelta(hours=8))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text + "+08:00")


START, END = at("2026-01-31T22:00"), at("2026-02-01T02:00")


@pytest.mark.parametrize(
    ("repeat", "moment", "inside"),
    [
        ("once", "2026-01-31T21:59", False),
        ("once", "2026-01-31T22:00", True),
        ("once", "2026-02-01T02:00", False),
        ("once", "2026-02-01T22:00", False),
        ("daily", "2026-01-30T23:00", False),  # not before it begins for the first time
        ("daily", "2026-03-10T23:00", True),
        ("daily", "2026-03-11T01:59", True),
        ("daily", "2026-03-11T02:00", False),
        ("weekly", "2026-02-07T23:00", True),
        ("weekly", "2026-02-08T01:00", True),
        ("weekly", "2026-02-08T23:00", False),
        ("monthly", "2026-02-28T23:00", False),  # February has no 31st
        ("monthly", "2026-03-31T23:00", True),
        ("monthly", "2026-04-01T01:00", True),
        ("monthly", "2026-05-01T01:00", False),
    ],
)
def test_when_it_is_inside(repeat: str, moment: str, inside: bool) -> None:
    assert within(START, END, Repeat(repeat), at(moment)) is inside


def test_no_repetition_begins_after_the_last_moment() -> None:
    last = at("2026-02-03T22:00")
    assert within(START, END, Repeat.DAILY, at("2026-02-03T01:00"), last)
    assert not within(START, END, Repeat.DAILY, at("2026-02-03T23:00"), last)


@given(
    repeat=st.sampled_from([Repeat.DAILY, Repeat.WEEKLY]),
    hours=st.integers(1, 23),
    later=st.integers(0, 100),
    into=st.floats(0, 0.999),
)
def test_what_comes_back_is_inside_every_time(repeat: Repeat, hours: int, later: int, into: float) -> None:
    length = timedelta(hours=hours)
    moment = START + LONGEST[repeat] * later + length * into
    assert within(START, START + length, repeat, moment)
    assert (
        not within(START, START + length, repeat, START + LONGEST[repeat] * later - timedelta(seconds=1)) or hours == 24
    )

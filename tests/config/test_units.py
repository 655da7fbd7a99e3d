"""Quantities as people write them."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from skywatch.config.units import Seconds, SecondsOrZero, parse_seconds, say_seconds


class Options(BaseModel):
    period: Seconds
    pause: SecondsOrZero = 0.0


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (60, 60.0),
        (0.5, 0.5),
        ("60", 60.0),
        ("60s", 60.0),
        ("60 s", 60.0),
        (" 5 min ", 300.0),
        ("5m", 300.0),
        ("1.5 h", 5400.0),
        ("24 H", 86400.0),
        ("1 d", 86400.0),
        ("2 weeks", 1209600.0),
        ("250 ms", 0.25),
        ("5分钟", 300.0),
        ("24小时", 86400.0),
    ],
)
def test_a_span_of_time_is_read_as_people_write_it(written: object, seconds: float) -> None:
    assert Options.model_validate({"period": written}).period == seconds


@pytest.mark.parametrize(
    "written", [0, -1, "0 s", "-5 min", "soon", "5 parsecs", "", None, True, math.inf, math.nan, [60], "1:30", "1e3"]
)
def test_what_is_no_span_of_time_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        Options.model_validate({"period": written})


def test_a_pause_may_be_nothing() -> None:
    assert Options.model_validate({"period": 1, "pause": "0 s"}).pause == 0.0


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(60, "1 min"), (300, "5 min"), (86400, "24 h"), (172800, "2 d"), (90, "90 s"), (0.25, "0.25 s")],
)
def test_a_span_of_time_is_said_in_its_largest_whole_unit(seconds: float, said: str) -> None:
    assert say_seconds(seconds) == said


@settings(deadline=None)
@given(st.integers(0, 10**7) | st.integers(0, 10**6).map(lambda ms: ms / 1000))
def test_what_was_said_is_read_again_as_the_same(seconds: float) -> None:
    assert parse_seconds(say_seconds(seconds)) == pytest.approx(seconds, abs=1e-9)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_a_span_of_time_or_a_plain_refusal(text: str) -> None:
    try:
        seconds = parse_seconds(text)
    except ValueError:
        seconds = 0.0
    assert 0 <= seconds < math.inf

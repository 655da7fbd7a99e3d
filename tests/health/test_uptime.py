"""Sums over timelines, against counting second by second."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.health import DAY, HOUR, Past, State, Timeline, Uptime, recent, uptime
from skywatch.health.uptime import MOST_SPANS, ratios
from skywatch.observation import Verdict
from tests.health.eyes import row, seen, watch

CHANGES = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(list(State))), max_size=40)


def timeline_of(changes: list[tuple[int, State]]) -> tuple[Timeline, list[State]]:
    """A timeline from second 100 on, and the same as one state for each second from 0 to 2000."""
    timeline, at = Timeline(100.0), 100
    seconds = [State.UNKNOWN] * 2000
    for step, state in changes:
        at += step
        timeline.append(float(at), state)
        seconds[at:] = [state] * (2000 - at)
    return timeline, seconds


def counted(seconds: list[State]) -> Uptime:
    count = Counter(seconds)
    return Uptime(*(float(count[state]) for state in (State.UP, State.DOWN, State.UNKNOWN, State.MAINTENANCE)))


@given(CHANGES, st.integers(0, 1999), st.integers(0, 1999))
def test_any_window_is_what_counting_gives(changes: list[tuple[int, State]], start: int, end: int) -> None:
    timeline, seconds = timeline_of(changes)
    assert uptime(timeline, start, end) == counted(seconds[start:end])


@given(CHANGES, st.integers(0, 1999))
def test_several_windows_in_one_pass_are_what_each_is_alone(changes: list[tuple[int, State]], now: int) -> None:
    timeline, _ = timeline_of(changes)
    lengths = (10.0, 100.0, 500.0, 5000.0)
    each = tuple(uptime(timeline, now - length, now) for length in lengths)
    assert recent(timeline, now, lengths) == each
    assert ratios(timeline, now, lengths) == [window.ratio for window in each]


@given(CHANGES, st.floats(-1e5, 1e9), st.floats(0, 1e8))
def test_the_states_of_a_window_fill_it(changes: list[tuple[int, State]], start: float, length: float) -> None:
    sums = uptime(timeline_of(changes)[0], start, start + length)
    total = sums.up + sums.down + sums.unknown + sums.maintenance
    assert total == pytest.approx(start + length - start, abs=1e-3)


@given(CHANGES, st.integers(0, 2000))
def test_pruning_takes_nothing_from_what_is_kept_nor_from_the_counters(
    changes: list[tuple[int, State]], before: int
) -> None:
    timeline, seconds = timeline_of(changes)
    ever = timeline.ever(2000.0)
    timeline.prune(before)
    assert timeline.ever(2000.0) == ever
    assert uptime(timeline, max(before, 100), 2000) == counted(seconds[max(before, 100) :])
    assert len(timeline) == 1 or list(timeline.spans)[1][0] > before


@given(CHANGES)
def test_seconds_since_ever_are_what_counting_gives(changes: list[tuple[int, State]]) -> None:
    timeline, seconds = timeline_of(changes)
    assert timeline.ever(2000.0) == counted(seconds[100:])


def test_an_empty_window_holds_nothing() -> None:
    assert uptime(Timeline(0.0, State.UP), 50, 50) == Uptime()
    assert uptime(Timeline(0.0, State.UP), 50, 40).ratio is None


def test_unwatched_time_and_maintenance_are_neither_up_nor_down() -> None:
    timeline = Timeline(0.0)
    for at, state in ((100, State.UP), (200, State.MAINTENANCE), (300, State.DOWN), (400, State.UNKNOWN)):
        timeline.append(at, state)
    sums = uptime(timeline, 0, 500)
    assert sums == Uptime(up=100, down=100, unknown=200, maintenance=100)
    assert (sums.watched, sums.ratio) == (200, 0.5)


def test_before_a_camera_was_known_nobody_watched() -> None:
    assert uptime(Timeline(1000.0, State.UP), 0, 2000) == Uptime(up=1000, unknown=1000)


def test_what_is_dated_too_early_counts_as_at_the_last_change() -> None:
    timeline = Timeline(0.0, State.UP)
    timeline.append(100, State.DOWN)
    timeline.append(50, State.UP)
    timeline.append(60, State.DOWN)
    assert uptime(timeline, 0, 200) == Uptime(up=100, down=100)


def test_a_camera_that_flaps_for_ever_stays_bounded() -> None:
    timeline = Timeline(0.0)
    for second in range(3 * MOST_SPANS):
        timeline.append(float(second), State.UP if second % 2 else State.DOWN)
    assert len(timeline) <= MOST_SPANS
    assert timeline.ever(3 * MOST_SPANS).watched == 3 * MOST_SPANS
    assert uptime(timeline, 2 * MOST_SPANS + 10_000, 3 * MOST_SPANS).ratio == 0.5


@pytest.mark.parametrize(
    ("state", "expected"), [(State.UP, 100.0), (State.DOWN, 100.0), (State.UNKNOWN, 50.0), (State.MAINTENANCE, None)]
)
def test_when_a_camera_was_last_what(state: State, expected: float | None) -> None:
    timeline = Timeline(0.0)
    timeline.append(50, State.UP)
    timeline.append(100, State.DOWN)
    assert timeline.last(state) == expected


def test_what_it_was_before_pruning_is_not_forgotten() -> None:
    assert Timeline(500.0, State.DOWN, ever=(10.0, 0.0, 0.0, 0.0)).last(State.UP) == 500


def test_the_windows_of_a_month_in_one_pass() -> None:
    timeline = Timeline(0.0, State.UP)
    timeline.append(30 * DAY - HOUR / 2, State.DOWN)
    hour, day, month = recent(timeline, 30 * DAY)
    assert (hour.down, day.down, month.down) == (HOUR / 2,) * 3
    assert month.up == 30 * DAY - HOUR / 2


def test_flips_make_both_timelines() -> None:
    visits = [seen(0, "P"), seen(10, "P", "stream"), *row("FFPP", 100, 50), *row("FF", 260, 10, "stream")]
    _, flips = watch(visits)
    past = Past.since(0.0)
    for flip in flips:
        past.take(flip)
    assert list(past.state.spans) == [(0, State.UP), (100, State.DOWN), (200, State.UP)]
    assert uptime(past.intact, 0, 300) == Uptime(up=90 + 60, down=100 + 40, unknown=10)


@given(st.lists(st.tuples(st.sampled_from("PPPFFU"), st.floats(1, 300)), max_size=60))
def test_counters_only_grow_whatever_is_noticed_late(visits: list[tuple[str, float]]) -> None:
    state, _ = watch([])
    past, now, before = Past.since(0.0), 0.0, Uptime()
    for letter, step in visits:
        now += step
        state, flips = watch([seen(now, letter)], state=state)
        for flip in flips:
            past.take(flip)
        ever = past.state.ever(state.settled)
        assert ever.up >= before.up
        assert ever.down >= before.down
        assert ever.unknown >= before.unknown
        before = ever
    assert before.up + before.down + before.unknown == pytest.approx(state.settled, abs=0.002)


def test_intact_timelines_know_the_same_words_as_flips() -> None:
    past = Past.since(0.0)
    for at, verdict in ((1.0, Verdict.PASS), (3.0, Verdict.FAIL), (6.0, Verdict.UNKNOWN)):
        past.put("intact", at, verdict)
    assert uptime(past.intact, 0, 10) == Uptime(up=2, down=3, unknown=5)


def test_who_reads_in_another_thread_sees_it_as_it_was_before_or_after_a_change() -> None:
    timeline = Timeline(0.0, State.UP)
    timeline.append(10, State.DOWN)
    reading = timeline.spans
    timeline.append(20, State.UP)
    timeline.prune(15)
    assert list(reading) == [(0, State.UP), (10, State.DOWN)]
    assert list(timeline.spans) == [(10, State.DOWN), (20, State.UP)]

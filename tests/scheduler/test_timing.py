"""When a job runs: by table, and by the promise that no second is crowded."""

import itertools
import math
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.scheduler.timing import SHORTEST_PAUSE, Phases, next_due, next_pause, phase

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("grid", "now", "period", "wanted", "expected"),
    [
        # on the grid
        (0.0, 0.0, 60.0, None, 60.0),
        (0.0, 0.1, 60.0, None, 60.0),
        (0.0, 59.9, 60.0, None, 60.0),
        (7.0, 7.0, 60.0, None, 67.0),
        (7.0, 8.5, 60.0, None, 67.0),
        # exactly on a point: that one is over
        (0.0, 60.0, 60.0, None, 120.0),
        (7.0, 67.0, 60.0, None, 127.0),
        # any point of the grid will do, earlier or later
        (607.0, 8.5, 60.0, None, 67.0),
        (-53.0, 8.5, 60.0, None, 67.0),
        (30.0, 2.0, 60.0, None, 30.0),
        (90.0, 2.0, 60.0, None, 30.0),
        # missed points are skipped, not caught up
        (0.0, 61.0, 60.0, None, 120.0),
        (0.0, 3601.0, 60.0, None, 3660.0),
        (0.0, 86_400.0 * 365, 60.0, None, 86_400.0 * 365 + 60),
        # a visit that lasted longer than its period
        (0.0, 125.0, 60.0, None, 180.0),
        # sooner, after a failure
        (0.0, 1.0, 60.0, 10.0, 11.0),
        (0.0, 1.0, 60.0, 20.0, 21.0),
        (0.0, 1.0, 60.0, 58.9, 59.9),
        # the grid comes first
        (0.0, 1.0, 60.0, 59.0, 60.0),
        (0.0, 55.0, 60.0, 10.0, 60.0),
        (0.0, 1.0, 60.0, 3600.0, 60.0),
        # a retry does not shift the grid
        (7.0, 17.0, 60.0, None, 67.0),
        (7.0, 37.0, 60.0, 20.0, 57.0),
        # at once, or what makes no sense
        (0.0, 1.0, 60.0, 0.0, 1.0 + SHORTEST_PAUSE),
        (0.0, 1.0, 60.0, -5.0, 1.0 + SHORTEST_PAUSE),
        (0.0, 1.0, 60.0, NAN, 60.0),
        (0.0, 1.0, 60.0, INF, 60.0),
        (0.0, 1.0, 60.0, -INF, 60.0),
        # other periods
        (0.0, 1.0, 0.25, None, 1.25),
        (0.3, 0.3, 0.1, None, 0.4),
        (1000.0, 1000.5, 86_400.0, None, 87_400.0),
        (1000.0, 1000.5, 86_400.0, 60.0, 1060.5),
    ],
)
def test_the_next_time(grid: float, now: float, period: float, wanted: float | None, expected: float) -> None:
    assert next_due(grid, now, period, wanted) == pytest.approx(expected, abs=1e-9)


@given(st.floats(-1e6, 1e6), st.floats(0, 1e8), st.floats(0.1, 1e5), st.one_of(st.none(), st.floats(allow_nan=True)))
def test_the_next_time_is_after_now_and_within_a_period(
    grid: float, now: float, period: float, wanted: float | None
) -> None:
    assert now < next_due(grid, now, period, wanted) <= now + period * (1 + 1e-6) + 1e-6


@pytest.mark.parametrize(
    ("fails", "pause"),
    [(0, None), (1, 10.0), (2, 20.0), (3, 40.0), (4, None), (5, None), (1000, None)],
)
def test_a_broken_camera_is_looked_at_sooner_with_growing_pauses(fails: int, pause: float | None) -> None:
    assert next_pause(fails, 10.0, 60.0) == pause


def test_a_first_pause_as_long_as_the_period_is_no_pause() -> None:
    assert next_pause(1, 60.0, 60.0) is None


def busiest(indexes: list[int], period: float) -> float:
    """How many times the mean the busiest second has."""
    seconds = Counter(int(phase(index, period)) for index in indexes)
    return max(seconds.values()) / (len(indexes) / period)


def test_ten_thousand_jobs_crowd_no_second() -> None:
    assert busiest(list(range(10_000)), 60.0) < 1.05


@given(st.integers(600, 20_000), st.integers(0, 10**6))
def test_whatever_their_number_and_first_one_no_second_has_a_tenth_more(count: int, first: int) -> None:
    mean = count / 60.0
    assert busiest(list(range(first, first + count)), 60.0) <= 1.0 + max(0.1, 4 / mean)


def test_when_jobs_go_and_others_come_no_second_is_crowded() -> None:
    phases, chance = Phases(), random.Random(1)
    held = [phases.take(60.0) for _ in range(10_000)]
    for _ in range(20):
        chance.shuffle(held)
        for index in held[:3000]:
            phases.give_back(60.0, index)
        held = held[3000:] + [phases.take(60.0) for _ in range(3000)]
    assert busiest(held, 60.0) < 1.1


def test_when_every_other_village_leaves_no_second_is_crowded() -> None:
    kept = [index for index in range(10_000) if index // 12 % 2]
    assert busiest(kept, 60.0) < 1.2


def test_the_cameras_of_a_village_are_looked_at_apart() -> None:
    moments = sorted(phase(index, 60.0) for index in range(100, 112))
    assert min(b - a for a, b in itertools.pairwise(moments)) > 60 / 12 / 3


@given(st.integers(0, 10**9), st.floats(1e-3, 1e7))
def test_a_phase_lies_within_the_period(index: int, period: float) -> None:
    assert 0 <= phase(index, period) < period


def test_the_jobs_of_one_lane_do_not_begin_together() -> None:
    phases = Phases()
    first = sorted(phase(phases.take(period), 30.0) for period in (60.0, 300.0, 900.0, 86_400.0))
    assert min(b - a for a, b in itertools.pairwise(first)) > 1.0

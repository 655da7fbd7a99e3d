"""Counting by size."""

from hypothesis import given
from hypothesis import strategies as st

from skywatch.histogram import Histogram

BOUNDS = (0.1, 1.0, 10.0)


def test_a_value_on_a_bound_belongs_to_it() -> None:
    histogram = Histogram(BOUNDS)
    for value in (0.1, 0.5, 1.0, 11.0):
        histogram.add(value)
    assert histogram.buckets() == [("0.1", 1.0), ("1.0", 3.0), ("10.0", 3.0), ("+Inf", 4.0)]
    assert (histogram.count, histogram.total) == (4, 12.6)


def test_a_quantile_is_the_bound_that_holds_it() -> None:
    histogram = Histogram(BOUNDS)
    for value in [0.05] * 98 + [5.0, 50.0]:
        histogram.add(value)
    assert [histogram.quantile(share) for share in (0.5, 0.99, 1.0)] == [0.1, 10.0, float("inf")]


@given(st.lists(st.floats(min_value=0, max_value=100)))
def test_buckets_only_grow_and_end_with_everything(values: list[float]) -> None:
    histogram = Histogram(BOUNDS)
    for value in values:
        histogram.add(value)
    counts = [count for _, count in histogram.buckets()]
    assert counts == sorted(counts)
    assert counts == [*(sum(value <= bound for value in values) for bound in BOUNDS), len(values)]

"""n of m, against counting by hand."""

from hypothesis import given
from hypothesis import strategies as st

from skywatch.health.evidence import NONE


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 20), st.data())
def test_it_counts_like_a_list_of_the_last_visits(visits: list[bool], last: int, data: st.DataObject) -> None:
    needed = data.draw(st.integers(1, last))
    evidence = NONE
    for index, contrary in enumerate(visits):
        evidence = evidence.seen(contrary, float(index), last)
    times = [index for index in range(max(0, len(visits) - last), len(visits)) if visits[index]]
    assert evidence.times == tuple(times)
    assert evidence.since(needed) == (times[0] if len(times) >= needed else None)


@given(st.lists(st.booleans(), max_size=40), st.floats(-1, 41))
def test_what_is_taken_back_counts_no_more(visits: list[bool], until: float) -> None:
    evidence = NONE
    for index, contrary in enumerate(visits):
        evidence = evidence.seen(contrary, float(index), 20)
    kept = evidence.until(until)
    assert kept.times == tuple(at for at in evidence.times if at <= until)
    assert kept.bits.bit_count() == len(kept.times)


def test_nothing_against_it_is_one_value_shared_by_all() -> None:
    assert NONE.seen(False, 1.0, 3) is NONE
    assert NONE.seen(True, 1.0, 2).seen(False, 2.0, 2).seen(False, 3.0, 2) is NONE

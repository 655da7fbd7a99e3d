"""States of ten thousand cameras are small, and whatever is seen they stay in order."""

import sys

from hypothesis import given
from hypothesis import strategies as st

from skywatch.health import Flip, FlipKind, Rules, advance, lapse, retire, unseen, with_maintenance
from tests.health.eyes import CODE, RULES, row, seen, watch


def test_a_healthy_camera_keeps_its_records_untouched() -> None:
    state, _ = watch([*row("PP"), seen(70, "P", "stream")])
    later, flips = advance(state, seen(120, "P"), RULES)
    assert flips == ()
    assert later.heartbeat is state.heartbeat
    assert later.others is state.others


def size(thing: object, known: set[int]) -> int:
    if id(thing) in known or isinstance(thing, str | bool | type(None)):
        return 0
    known.add(id(thing))
    fields = getattr(type(thing), "__slots__", ())
    parts = thing if isinstance(thing, tuple) else [getattr(thing, name) for name in fields] if fields else ()
    return sys.getsizeof(thing) + sum(size(part, known) for part in parts)


def test_a_state_is_small() -> None:
    visits = [
        seen(
            10.0 * i, "F" if i > 36 else "P", ("heartbeat", "device", "stream", "picture")[i % 4], "clock_wrong", "blur"
        )
        for i in range(40)
    ]
    assert size(watch(visits)[0], set()) < 4096
    assert size(watch([seen(visit.at, "P", visit.probe) for visit in visits])[0], set()) < 1536


# --- whatever comes

PROBES = st.sampled_from(["heartbeat", "heartbeat", "stream", "picture", "device"])
VISITS = st.lists(
    st.tuples(
        PROBES,
        st.sampled_from("PPFFU"),
        st.one_of(st.floats(0, 100), st.floats(-4000, 4000)),
        st.lists(st.sampled_from(["timeout", "blur", "clock_wrong"]), max_size=2),
        st.sampled_from(["", "", "", "lapse", "on", "off", "retire"]),
    ),
    max_size=40,
)


@given(
    VISITS,
    st.builds(
        Rules,
        fails=st.integers(1, 3),
        fails_of=st.integers(3, 5),
        passes=st.integers(1, 3),
        passes_of=st.integers(3, 4),
    ),
)
def test_whatever_is_seen_the_flips_are_a_chain_and_time_runs_forward(
    visits: list[tuple[str, str, float, list[str], str]], rules: Rules
) -> None:
    state, now, flips = unseen(CODE, 0.0), 0.0, list[Flip]()
    for probe, letter, step, codes, what in visits:
        now += step
        settled = state.settled
        state, more = advance(state, seen(now, letter, probe, *codes), rules)
        if what == "lapse":
            state, extra = lapse(state, now, rules)
            more += extra
        elif what == "retire":
            state, extra = retire(state, now)
            more += extra
        elif what:
            state, extra = with_maintenance(state, what == "on", now, rules)
            more += extra
        assert all(flip.at >= settled for flip in more if flip.kind is FlipKind.STATE), "what is settled is settled"
        assert state.settled >= settled
        flips += more
    last: dict[tuple[str, str], Flip] = {}
    for flip in flips:
        before = last.get((flip.kind, flip.what))
        expected = {"state": "unknown", "intact": "unknown", "finding": "absent"}[flip.kind]
        assert flip.old == (before.new if before else expected)
        assert flip.old != flip.new
        assert before is None or flip.at >= before.at
        assert flip.noticed >= flip.at
        last[flip.kind, flip.what] = flip
    standing = {what for (kind, what), flip in last.items() if kind == "finding" and flip.new == "standing"}
    assert {mark.what for mark in state.findings} == standing
    shown = last.get(("state", ""))
    assert state.state == (shown.new if shown else "unknown")

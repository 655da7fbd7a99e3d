"""Up and down, intact and not: what a row of visits means."""

import math
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.health import Flip, FlipKind, Rules, State, advance, lapse, only, retire, revive, unseen, with_maintenance
from skywatch.health.camera import CameraState
from skywatch.observation import Verdict
from tests.health.eyes import CODE, RULES, brief, row, seen, watch


@pytest.mark.parametrize(
    ("letters", "flips"),
    [
        # the first pass is believed at once, a first failure is not
        ("P", [(0, "up")]),
        ("F", []),
        ("FF", [(0, "down")]),
        ("FP", [(60, "up")]),
        ("U", []),
        ("UUUU", []),
        ("UP", [(60, "up")]),
        # down after two of three, dated at the first of them
        ("PF", [(0, "up")]),
        ("PFF", [(0, "up"), (60, "down")]),
        ("PFPF", [(0, "up"), (60, "down")]),
        ("PFPPF", [(0, "up")]),
        ("PPPPFF", [(0, "up"), (240, "down")]),
        # up again after two of three, dated at the first of them
        ("PFFP", [(0, "up"), (60, "down")]),
        ("PFFPP", [(0, "up"), (60, "down"), (180, "up")]),
        ("PFFPFP", [(0, "up"), (60, "down"), (180, "up")]),
        ("PFFPFFP", [(0, "up"), (60, "down")]),
        # what was counted for one change is not counted for the next
        ("PFPFP", [(0, "up"), (60, "down")]),
        ("PFPFPP", [(0, "up"), (60, "down"), (240, "up")]),
        # unknown visits count for neither side
        ("PFUF", [(0, "up"), (60, "down")]),
        ("PFUUF", [(0, "up"), (60, "down")]),
        ("PUPUPU", [(0, "up")]),
        # but three in a row and nobody knows any more, from the first of them on
        ("PUUU", [(0, "up"), (60, "unknown")]),
        ("PUUUP", [(0, "up"), (60, "unknown"), (240, "up")]),
        ("PUUUF", [(0, "up"), (60, "unknown")]),
        ("PUUUFF", [(0, "up"), (60, "unknown"), (240, "down")]),
        ("FFUUUF", [(0, "down"), (120, "unknown")]),
    ],
)
def test_two_of_three_both_ways(letters: str, flips: list[tuple[float, str]]) -> None:
    assert brief(watch(row(letters))[1]) == flips


@pytest.mark.parametrize(
    ("rules", "letters", "flips"),
    [
        (
            Rules(fails=1, fails_of=1, passes=1, passes_of=1),
            "PFPF",
            [(0, "up"), (60, "down"), (120, "up"), (180, "down")],
        ),
        (Rules(fails=3, fails_of=5), "PFPFPF", [(0, "up"), (60, "down")]),
        (Rules(fails=3, fails_of=3), "PFFPFF", [(0, "up")]),
        (Rules(passes=1, passes_of=1), "PFFP", [(0, "up"), (60, "down"), (180, "up")]),
        (Rules(blind=1), "PU", [(0, "up"), (60, "unknown")]),
    ],
)
def test_other_rules(rules: Rules, letters: str, flips: list[tuple[float, str]]) -> None:
    assert brief(watch(row(letters), rules)[1]) == flips


@pytest.mark.parametrize(
    "wrong", [{"fails": 0}, {"fails": 4}, {"passes": 4}, {"blind": 0}, {"fails_of": 21}, {"gap": 0}]
)
def test_rules_that_can_never_be_met_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="wanted"):
        Rules(**wrong)  # type: ignore[arg-type]


def test_a_change_is_noticed_when_the_visit_that_decided_it_was_over() -> None:
    _, flips = watch([seen(0, "P"), seen(60, "F", seconds=5.0), seen(75, "F", seconds=5.0)])
    assert (flips[-1].at, flips[-1].noticed) == (60, 80)


def test_the_changes_of_a_state_follow_each_other() -> None:
    _, flips = watch(row("PFFPPUUUFF"))
    states = [flip for flip in flips if flip.kind is FlipKind.STATE]
    assert [flip.old for flip in states[1:]] == [flip.new for flip in states[:-1]]


# --- life


def test_a_stream_that_runs_proves_life() -> None:
    state, flips = watch([seen(0, "P", "stream")])
    assert brief(flips) == [(0, "up")]
    assert state.alive == 0


def test_a_stream_that_runs_brings_a_camera_back() -> None:
    down, _ = watch(row("PFF"))
    _, flips = watch([seen(130, "P", "stream"), seen(180, "P")], state=down)
    assert brief(flips) == [(130, "up")]


def test_a_picture_that_is_at_fault_is_a_picture_that_came() -> None:
    down, _ = watch(row("PFF"))
    _, flips = watch([seen(130, "F", "picture", "blur"), seen(140, "F", "picture", "blur")], state=down)
    assert brief(flips) == [(130, "up")]


def test_a_stream_that_fails_says_nothing_about_life() -> None:
    state, flips = watch([seen(0, "P"), *row("FFF", 10, 10, "stream"), seen(60, "P")])
    assert brief(flips) == [(0, "up")]
    assert state.verdict("stream") is Verdict.FAIL


def test_the_last_sign_of_life_is_remembered_over_an_outage() -> None:
    state, _ = watch(row("PPFFFF"))
    assert state.alive == 60


# --- intact


def test_a_camera_that_was_never_seen_working_is_neither_intact_nor_not() -> None:
    state, _ = watch(row("PPP"))
    assert (state.state, state.intact) == (State.UP, Verdict.UNKNOWN)


def test_a_camera_whose_stream_runs_is_intact() -> None:
    _, flips = watch([seen(0, "P"), seen(5, "P", "stream")])
    assert brief(flips, "intact") == [(5, "pass")]


def test_a_night_without_light_leaves_a_camera_intact() -> None:
    state, _ = watch([seen(0, "P"), seen(5, "P", "stream"), *row("UUUU", 10, 10, "picture")])
    assert state.intact is Verdict.PASS


def test_a_confirmed_fault_of_the_picture_ends_it_at_its_first_sight() -> None:
    _, flips = watch([seen(0, "P"), seen(5, "P", "stream"), *row("FF", 10, 20, "picture")])
    assert brief(flips, "intact") == [(5, "pass"), (10, "fail")]


def test_a_wrong_clock_is_a_remark_and_no_fault() -> None:
    state, flips = watch([seen(0, "P", "stream"), *(seen(at, "P", "heartbeat", "clock_wrong") for at in (10, 70))])
    assert state.intact is Verdict.PASS
    assert brief(flips, "finding") == [(10, "heartbeat.clock_wrong standing")]


def test_a_dead_camera_is_not_intact() -> None:
    _, flips = watch([seen(0, "P", "stream"), *row("FF", 60, 10)])
    assert brief(flips, "intact") == [(0, "pass"), (60, "fail")]


def test_with_a_device_that_says_nothing_the_pictures_are_intact_still() -> None:
    state, _ = watch([seen(0, "P", "stream"), *row("FFF", 10, 10, "device")])
    assert state.intact is Verdict.PASS


# --- an outage hides nothing and explains everything


def blurred() -> CameraState:
    state, _ = watch([seen(0, "P"), seen(1, "P", "stream"), *(seen(at, "F", "picture", "blur") for at in (10, 30))])
    return state


def test_a_fault_of_the_picture_from_before_the_outage_stands_through_it() -> None:
    state, flips = watch(
        [*row("FF", 60, 10), seen(80, "F", "stream", "timeout"), seen(90, "U", "picture", "timeout")], state=blurred()
    )
    assert state.state is State.DOWN
    assert [mark.what for mark in state.findings] == ["picture.blur"]
    assert state.verdict("picture") is Verdict.UNKNOWN, "no frame is not a blurred frame"
    assert brief(flips, "finding") == []


def test_it_stands_again_as_soon_as_the_camera_is_back() -> None:
    state, flips = watch([*row("FF", 60, 10), *row("PP", 200, 10)], state=blurred())
    assert (state.state, state.intact) == (State.UP, Verdict.FAIL)
    assert brief(flips, "intact") == []


def test_failures_during_an_outage_are_no_faults_of_the_stream() -> None:
    down, _ = watch([seen(0, "P"), seen(1, "P", "stream"), *row("FF", 60, 10)])
    state, flips = watch([seen(at, "F", "stream", "timeout") for at in (80, 90, 100, 110)], state=down)
    assert state.findings == ()
    assert flips == []
    track = state.track("stream")
    assert track is not None
    assert track.verdict is Verdict.PASS


def test_a_stream_found_dead_just_before_the_camera_was_is_part_of_the_outage() -> None:
    visits = [seen(0, "P", "stream"), seen(60, "P"), *(seen(at, "F", "stream", "timeout") for at in (100, 110))]
    state, before = watch(visits)
    assert brief(before, "finding") == [(100, "stream.timeout standing")]
    state, flips = watch([seen(120, "F", "heartbeat", "timeout"), seen(130, "F", "heartbeat", "timeout")], state=state)
    assert brief(flips, "finding") == [(120, "heartbeat.timeout standing"), (100, "stream.timeout absent")]
    state, flips = watch([*row("PP", 200, 10), seen(220, "P", "stream")], state=state)
    assert brief(flips, "intact") == [(200, "unknown"), (220, "pass")], "its stream was never proven broken"


# --- findings


@pytest.mark.parametrize(
    ("present", "flips"),
    [
        ("1", []),
        ("11", [(0, "standing")]),
        ("101", [(0, "standing")]),
        ("1001", []),
        ("110", [(0, "standing")]),
        ("1100", [(0, "standing"), (120, "absent")]),
        ("11010", [(0, "standing"), (120, "absent")]),
        ("110011", [(0, "standing"), (120, "absent"), (240, "standing")]),
    ],
)
def test_a_finding_comes_and_goes_by_two_of_three(present: str, flips: list[tuple[float, str]]) -> None:
    visits = [seen(60.0 * i, "P", "heartbeat", *(["clock_wrong"] if c == "1" else [])) for i, c in enumerate(present)]
    assert [(at, text.split()[1]) for at, text in brief(watch(visits)[1], "finding")] == flips


def test_the_latest_evidence_is_kept() -> None:
    state, _ = watch([seen(at, "P", "heartbeat", "clock_wrong") for at in (0, 60, 120, 180)])
    (mark,) = state.findings
    assert (mark.since, mark.finding.detail) == (0, "180")


def test_a_visit_that_could_not_judge_says_nothing_of_findings() -> None:
    state, flips = watch([*(seen(at, "F", "picture", "blur") for at in (0, 60)), *row("UUUUUU", 120, 10, "picture")])
    assert [mark.what for mark in state.findings] == ["picture.blur"]
    assert len(brief(flips, "finding")) == 1


def test_the_reason_for_not_knowing_is_kept() -> None:
    state, _ = watch([seen(0, "P"), seen(10, "U", "picture", "undecodable")])
    track = state.track("picture")
    assert track is not None
    assert track.why is not None
    assert track.why.code == "undecodable"
    state, _ = watch([seen(20, "P", "picture")], state=state)
    track = state.track("picture")
    assert track is not None
    assert track.why is None


def test_the_same_code_twice_in_a_visit_is_one_finding() -> None:
    state, _ = watch([seen(at, "F", "picture", "blur", "blur") for at in (0, 60)])
    assert len(state.findings) == 1


# --- nobody watched


def test_after_a_gap_nobody_knows_what_was_in_it() -> None:
    _, flips = watch([seen(0, "P"), seen(60, "P"), seen(1000, "P")])
    assert brief(flips) == [(0, "up"), (60, "unknown"), (1000, "up")]


def test_a_gap_is_nobodys_downtime_even_if_the_camera_is_dead_after_it() -> None:
    _, flips = watch([seen(0, "P"), *row("FF", 1000, 10)])
    assert brief(flips) == [(0, "up"), (0, "unknown"), (1000, "down")]


def test_findings_outlive_a_gap() -> None:
    state, _ = lapse(blurred(), 10_000, RULES)
    assert state.state is State.UNKNOWN
    assert [mark.what for mark in state.findings] == ["picture.blur"]


@pytest.mark.parametrize(("now", "expected"), [(60 + 180, []), (60 + 181, [(60, "unknown")])])
def test_a_state_outlives_its_last_visit_by_the_gap_and_no_longer(
    now: float, expected: list[tuple[float, str]]
) -> None:
    state, _ = watch(row("PP"))
    lapsed, flips = lapse(state, now, RULES)
    assert brief(flips) == expected
    assert lapse(lapsed, now, RULES)[1] == ()


def test_failing_streams_do_not_keep_a_state_alive() -> None:
    _, flips = watch([seen(0, "P"), *row("FFFF", 60, 60, "stream")])
    assert brief(flips) == [(0, "up"), (0, "unknown")]


def test_a_camera_that_left_the_ledger_is_watched_no_longer() -> None:
    state, flips = retire(watch(row("PFF"))[0], 200)
    assert state.state is State.UNKNOWN
    assert brief(flips) == [(200, "unknown")]


def test_after_a_restart_the_state_is_unknown_and_findings_stand() -> None:
    state = revive(CODE, 500, blurred().findings, alive=30)
    assert (state.state, state.intact, state.alive) == (State.UNKNOWN, Verdict.UNKNOWN, 30)
    state, flips = watch([seen(510, "P"), seen(520, "P", "picture"), seen(530, "P", "picture")], state=state)
    assert brief(flips, "finding") == [(520, "picture.blur absent")]


def test_a_probe_that_is_switched_off_takes_its_findings_with_it() -> None:
    state, flips = only(blurred(), ["heartbeat", "stream"], 100)
    assert brief(flips, "finding") == [(100, "picture.blur absent")]
    assert brief(flips, "intact") == [(100, "pass")]
    assert only(state, ["heartbeat", "stream"], 100)[1] == ()


# --- maintenance


def test_maintenance_lies_over_the_state_and_leaves_what_is_below() -> None:
    state, _ = watch(row("PP"))
    state, flips = with_maintenance(state, True, 70, RULES)
    assert brief(flips) == [(70, "maintenance")]
    state, silent = watch(row("FFF", 80, 10), state=state)
    assert silent == []
    state, flips = with_maintenance(state, False, 200, RULES)
    assert brief(flips) == [(200, "down")]


def test_entering_twice_is_entering_once() -> None:
    state, _ = with_maintenance(watch(row("PP"))[0], True, 70, RULES)
    assert with_maintenance(state, True, 80, RULES) == (state, ())


def test_a_failure_during_maintenance_is_dated_after_it() -> None:
    state, _ = with_maintenance(watch(row("PP"))[0], True, 70, RULES)
    state, _ = watch([seen(110, "F")], state=state)
    state, flips = with_maintenance(state, False, 120, RULES)
    assert brief(flips) == [(120, "up")]
    _, later = watch([seen(130, "F")], state=state)
    assert brief(later) == [(120, "down")]


# --- the clock


def test_a_clock_set_back_keeps_the_order_of_things() -> None:
    _, flips = watch([seen(4000, "P"), *row("FFPP", 460, 10)])
    assert brief(flips) == [(4000, "up"), (4000, "down"), (4000, "up")]


@pytest.mark.parametrize("at", [math.nan, math.inf, -math.inf])
def test_a_time_that_is_none_counts_as_the_last_one(at: float) -> None:
    state, _ = watch([seen(60, "P"), seen(at, "P")])
    assert state.seen == 60


# --- for ten thousand of them


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

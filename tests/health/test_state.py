"""Up and down, intact and not: what a row of visits means."""

import math

import pytest

from skywatch.health import FlipKind, Rules, State, lapse, only, retire, revive, with_maintenance
from skywatch.observation import Verdict
from tests.health.eyes import CODE, RULES, blurred, brief, row, seen, watch


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

"""What the world does to faults: maintenance, deadlines, another ledger, a clock that jumps, restarts."""

import pytest

from skywatch.health.board import Board, Policy
from skywatch.health.causes import GONE
from skywatch.health.deadlines import Deadlines, Term
from skywatch.health.fault import Cause, EventKind
from skywatch.health.faults import step
from skywatch.health.plain import from_plain, to_plain
from tests.health.night import NOON, TOWN, Night, out

HOUR = 3600.0
QUICK = Policy(deadlines=Deadlines({cause: {1: Term(HOUR, working=False)} for cause in Cause}))


# --- maintenance


def test_maintenance_suppresses_creation_and_telling_and_never_the_end() -> None:
    night = out()
    night.maintain("a1")
    night.wait(60)
    assert night.one.suppressed
    night.find("a1", "picture.moved", 4)
    night.wait(60)
    assert len(night.open) == 1
    night.live("a1")
    night.wait(600)
    assert night.causes == []
    assert night.board.closed[1].proven
    assert night.told() == ["told", "closed"]
    night.resume("a1")
    night.wait(60)
    assert night.causes == ["picture a1"]


def test_a_fault_that_outlasts_maintenance_goes_on_as_it_was() -> None:
    night = out()
    night.maintain("a1")
    night.wait(600)
    night.resume("a1")
    night.wait(600)
    assert night.one.id == 1
    assert not night.one.suppressed
    assert night.told() == ["told", "resumed"]


def test_what_dies_in_maintenance_is_told_after_it() -> None:
    night = Night()
    night.maintain("a1")
    night.die("a1")
    night.wait(HOUR)
    assert night.events == []
    night.resume("a1")
    night.wait(600)
    assert night.causes == ["outage a1"]


def test_what_ended_in_maintenance_and_comes_back_after_it_is_told() -> None:
    night = out()
    night.maintain("a1")
    night.wait(60)
    night.live("a1")
    night.wait(600)
    night.resume("a1")
    night.wait(600)
    night.die("a1")
    night.wait(600)
    assert night.told() == ["told", "closed", "reopened"]
    assert not night.one.suppressed


# --- deadlines


def test_overdue_is_told_once() -> None:
    night = out(policy=QUICK)
    assert night.one.deadline == night.one.opened + HOUR
    night.wait(3 * HOUR, every=60)
    assert night.told() == ["told", "overdue"]
    late = next(event for event in night.events if event.kind is EventKind.OVERDUE)
    assert late.at == night.one.deadline
    assert night.one.overdue(night.now)
    night.live("a1")
    night.wait(600)
    assert night.board.closed[1].overdue(night.now)


def test_nothing_is_overdue_in_maintenance_until_it_is_over() -> None:
    night = out(policy=QUICK)
    night.maintain("a1")
    night.wait(3 * HOUR, every=60)
    assert "overdue" not in night.told()
    night.resume("a1")
    night.wait(60)
    assert night.told() == ["told", "resumed", "overdue"]


def test_an_idle_board_costs_nothing_and_stays_the_same_object() -> None:
    night = out()
    night.wait(60)
    assert night.board.due == night.one.deadline
    done = step(night.board, night.now + 100, [], night.places)
    assert done.board is night.board
    assert done.events == ()
    assert done.changed == ()


# --- the ledger, the clock, the process


def test_a_camera_that_left_the_ledger_takes_its_fault_along_unproven() -> None:
    night = out()
    night.reload({**TOWN, "a": ("f1", "u1", 1)})
    night.wait(10)
    closed = night.board.closed[1]
    assert night.open == []
    assert not closed.proven
    assert night.events[-1].text == GONE
    night.live("a1")
    night.wait(HOUR, every=60)
    assert night.open == []


def test_a_ledger_that_changed_without_a_word_breaks_nothing() -> None:
    night = out()
    night.reload({**TOWN, "a": ("f1", "u1", 1)})
    night._news.clear()
    night.die("b0")
    night.wait(600)
    assert night.causes == ["outage b0"]


def test_a_village_that_left_the_ledger_shrinks_its_line_s_fault() -> None:
    night = Night()
    night.die(*night.village("b", "c"))
    night.wait(600)
    night.truly_dead -= set(night.village("c"))
    night.reload({code: row for code, row in TOWN.items() if code != "c"})
    night.wait(60)
    assert night.causes == ["feed f2"]
    assert night.one.cameras == set(night.village("b"))


def test_a_clock_that_jumps_an_hour_back_neither_tells_twice_nor_waits_an_hour() -> None:
    night = Night()
    night.die(*night.village("a"))
    night.wait(60)
    night.now -= HOUR
    night.wait(240)
    assert night.causes == ["feed f1"]
    night.now -= HOUR
    night.live(*night.village("a"))
    night.wait(400)
    assert night.open == []
    assert night.told() == ["told", "closed"]
    closed = night.board.closed[1]
    assert (closed.closed or 0) >= closed.since


def test_a_clock_that_jumps_a_day_ahead_tells_nothing_twice() -> None:
    night = out()
    night.now += 24 * HOUR
    night.wait(300)
    assert night.told() == ["told"]
    assert night.one.cause is Cause.OUTAGE


@pytest.mark.parametrize("after", [0, 20, 60, 150, 175, 200, 260, 600])
def test_a_restart_at_any_moment_of_a_power_cut_tells_it_once(after: float) -> None:
    night = Night()
    night.die(*night.village("b", "c"))
    night.wait(after)
    night.restart()
    night.wait(900)
    assert night.causes == ["feed f2"]
    assert night.told() == ["told"]
    assert night.one.cameras == night.truly_dead
    night.live(*night.village("b", "c"))
    night.restart()
    night.wait(900)
    assert night.told() == ["told", "closed"]


def test_a_suspicion_from_before_a_restart_whose_camera_is_back_is_dropped() -> None:
    night = Night()
    night.die("a1")
    night.wait(120)
    night.live("a1")
    night.restart()
    night.wait(900)
    assert night.events == []


def test_the_board_survives_as_plain_values() -> None:
    night = out()
    night.find("b1", "picture.blur", 3)
    night.maintain("b2")
    night.die("c1")
    night.wait(30)
    night.said(night.board.open[1], EventKind.ACKNOWLEDGED, "王")
    assert from_plain(Board, to_plain(night.board)) == night.board
    assert from_plain(Board, {}) == Board()
    assert night.now > NOON

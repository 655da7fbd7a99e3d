"""A fault's life: told once, acknowledged, said to be repaired, proven, back again; findings
that share a cause."""

import pytest

from skywatch.health.board import Board, Unwatched
from skywatch.health.causes import UNWATCHED
from skywatch.health.fault import OWN_OUTAGE, Cause, EventKind, Life
from skywatch.health.faults import step
from skywatch.health.sayings import Unheard
from tests.health.night import Night, out

HOUR = 3600.0


def test_a_fault_ends_when_visits_prove_it_and_is_dated_when_they_did() -> None:
    night = out()
    night.live("a1")
    back = night.now
    night.wait(60)
    assert night.one.life is Life.OPEN  # not before it has stayed so
    night.wait(300)
    (closed,) = night.board.closed.values()
    assert closed.proven
    assert back < (closed.closed or 0) <= back + 60
    assert night.told() == ["told", "closed"]


def test_two_people_acknowledge_and_both_are_kept() -> None:
    night = out()
    for who in ("王", "李", "王"):
        night.said(night.one, EventKind.ACKNOWLEDGED, who, "on my way")
    assert [who for who, _ in night.one.acknowledged] == ["王", "李"]
    assert night.lives(1) == ["opened", "told", "acknowledged", "acknowledged"]
    night.live("a1")
    night.wait(300)
    assert [who for who, _ in night.board.closed[1].acknowledged] == ["王", "李"]


def test_a_repair_that_is_only_said_ends_nothing() -> None:
    night = out()
    night.said(night.one, EventKind.REPAIRED, "lu", "plug")
    night.wait(2 * HOUR)
    assert night.one.repaired[0][0] == "lu"
    assert night.one.closed is None


def test_a_note_is_kept_with_its_author() -> None:
    night = out()
    night.said(night.one, EventKind.NOTE, "lu", "pole is locked")
    assert night.one.notes == ("lu: pole is locked",)


def test_a_person_closes_with_a_reason_and_the_dead_camera_opens_nothing_new() -> None:
    night = out()
    night.said(night.one, EventKind.CLOSED, "王", "pole was taken down")
    night.wait(3 * HOUR)
    assert night.open == []
    assert not night.board.closed[1].proven
    assert night.events[-1].text == "pole was taken down"
    night.live("a1")
    night.wait(300)
    night.die("a1")
    night.wait(600)
    assert night.one.id == 1  # it had been well in between


def test_a_finding_that_a_person_closed_opens_nothing_until_it_has_been_gone() -> None:
    night = Night()
    night.find("a1", "picture.blur", 3)
    night.wait(10)
    night.said(night.one, EventKind.CLOSED, "王", "fog on the lens, dries")
    night.wait(10)
    night.maintain("a1")
    night.wait(10)
    night.resume("a1")
    night.wait(HOUR)
    assert night.open == []
    night.lose("a1", "picture.blur")
    night.wait(10)
    night.find("a1", "picture.blur", 3)
    night.wait(10)
    assert night.one.id == 1
    assert night.one.returns == 1


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        (EventKind.CLOSED, "  ", "say why fault 1"),
        (EventKind.ACKNOWLEDGED, "", "fault 1 is closed already"),
    ],
)
def test_what_can_not_be_taken_down_is_refused(kind: EventKind, text: str, says: str) -> None:
    night = out()
    fault = night.one
    if kind is not EventKind.CLOSED:
        night.live("a1")
        night.wait(300)
        night.said(fault, EventKind.NOTE, "lu", "was the fuse")  # a note still is
    with pytest.raises(Unheard, match=says):
        night.said(fault, kind, "lu", text)


def test_a_fault_that_nobody_knows_is_refused() -> None:
    night = out()
    fault = night.one
    night.board = Board(now=night.now)
    with pytest.raises(Unheard, match="no fault 1"):
        night.said(fault, EventKind.NOTE, "lu", "?")
    with pytest.raises(ValueError, match="nobody says"):
        night.said(fault, EventKind.GREW, "lu")


# --- coming back


def test_what_comes_back_within_a_day_is_the_same_fault() -> None:
    night = out()
    night.live("a1")
    night.wait(300)
    night.wait(20 * HOUR, every=60)
    night.die("a1")
    night.wait(600)
    assert night.one.id == 1
    assert night.one.returns == 1
    assert night.told() == ["told", "closed", "reopened"]


def test_what_comes_back_after_more_than_a_day_is_another_fault() -> None:
    night = out()
    night.live("a1")
    night.wait(300)
    night.wait(25 * HOUR, every=60)
    night.die("a1")
    night.wait(600)
    assert night.one.id == 2


def test_a_camera_that_comes_and_goes_is_one_fault_named_so_and_held_open_until_it_is_quiet() -> None:
    night = out()
    for _ in range(8):
        night.live("a1")
        night.wait(420)
        night.die("a1")
        night.wait(420)
    night.live("a1")
    assert night.one.cause is Cause.FLAPPING
    assert night.one.flapping
    assert night.one.id == 1
    assert night.told().count("told") == 1
    assert night.told().count("flapping") == 1
    assert len(night.told()) <= 2 + 2 * 3
    night.wait(1.5 * HOUR)
    assert night.open
    night.wait(HOUR)
    assert night.open == []
    assert night.board.closed[1].proven


def test_a_return_before_the_end_was_told_is_no_news() -> None:
    night = out()
    night.live("a1")
    while "a1" in night.board.dead:
        night.wait(5)
    night.die("a1")
    night.wait(600)
    assert night.told() == ["told"]
    assert night.one.returns == 1


def test_a_picture_that_blurs_every_night_is_one_flapping_fault() -> None:
    night = Night()
    for _ in range(5):
        night.find("a1", "picture.blur", 3)
        night.wait(8 * HOUR, every=300)
        night.lose("a1", "picture.blur")
        night.wait(16 * HOUR, every=300)
    assert night.one.flapping
    assert night.one.cause is Cause.PICTURE
    night.wait(30 * HOUR, every=300)
    assert night.open == []


# --- findings


def test_several_findings_of_one_cause_are_one_fault_with_the_strongest_named() -> None:
    night = Night()
    night.find("a1", "picture.moved", 3)
    night.wait(10)
    night.find("a1", "picture.covered", 5)
    night.find("a1", "picture.blur", 2)
    night.wait(10)
    assert night.one.finding == "covered"
    assert night.one.severity == 5
    assert set(night.one.others) == {"moved", "blur"}
    assert night.told() == ["told"]
    night.lose("a1", "picture.covered")
    night.wait(300)
    assert night.one.finding == "moved"
    night.lose("a1", "picture.moved")
    night.lose("a1", "picture.blur")
    night.wait(300)
    assert night.open == []
    assert night.told() == ["told", "closed"]


@pytest.mark.parametrize(
    ("what", "cause"),
    [
        ("heartbeat.clock_wrong", "clock"),
        ("heartbeat.not_onvif", None),  # a remark
        ("heartbeat.timeout", None),  # why it is down
        ("device.clock_wrong", "clock"),
        ("device.device_changed", "device"),
        ("device.auth_failed", "account"),
        ("device.onvif_fault", None),
        ("stream.auth_failed", "account"),
        ("stream.resolution_low", "resolution"),
        ("stream.stream_changed", "settings"),
        ("stream.no_video", "stream"),
        ("stream.packet_loss", "stream"),
        ("stream.not_found", "stream"),
        ("stream.unsupported", None),  # our limit, not the camera's
        ("stream.internal", None),
        ("picture.light_failed", "light"),
        ("picture.covered", "picture"),
        ("picture.low_contrast", None),  # the weather
    ],
)
def test_each_finding_speaks_for_its_cause(what: str, cause: str | None) -> None:
    night = Night()
    night.find("a1", what)
    night.wait(300)
    assert [str(fault.cause) for fault in night.open] == ([] if cause is None else [cause])


def test_a_remark_is_no_fault() -> None:
    night = Night()
    night.find("a1", "picture.rain", 2, remark=True)
    night.wait(60)
    assert night.open == []


def test_two_causes_at_one_camera_are_two_faults() -> None:
    night = Night()
    night.find("a1", "picture.blur", 3)
    night.find("a1", "heartbeat.clock_wrong")
    night.wait(60)
    assert night.causes == ["picture a1", "clock a1"]


def test_what_is_not_looked_at_any_more_ends_without_proof() -> None:
    night = Night()
    night.find("a1", "picture.blur", 3)
    night.wait(10)
    done = step(night.board, night.now, [Unwatched("a1", "picture.blur")], night.places)
    (closed,) = done.board.closed.values()
    assert not closed.proven
    assert done.events[-1].text == UNWATCHED


def test_a_stream_that_ended_when_the_camera_died_is_part_of_the_outage() -> None:
    night = Night()
    seen = night.now
    night.find("a1", "stream.timeout")
    night.wait(300)
    assert night.causes == ["stream a1"]
    night.die("a1")
    night.lose("a1", "stream.timeout", at=seen)
    night._confirm("a1", night.now)  # the death comes in the same step
    night.wait(300)
    assert night.causes == ["outage a1"]
    assert night.board.closed[1].part_of == OWN_OUTAGE

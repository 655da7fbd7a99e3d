"""Which messages a fault makes, for whom, in which words, and when they may go."""

from dataclasses import replace
from typing import Any

import pytest

from skywatch.config.messages import Route
from skywatch.health.fault import Cause, EventKind, Fault, Party
from skywatch.notify import Outbox
from skywatch.notify.outbox import digested, due_at
from skywatch.notify.routing import channels_for
from tests.notify.desk import INVENTORY, NIGHT, NOON, OUTAGE, POWER, ZONE, channel, event, messages, outbox

HOUR = 3600.0


@pytest.mark.parametrize(
    ("route", "fault", "told"),
    [
        ({}, OUTAGE, True),
        ({"parties": [Party.POWER]}, OUTAGE, False),
        ({"parties": [Party.POWER]}, POWER, True),
        ({"owners": ["luan"]}, OUTAGE, True),
        ({"owners": ["yihe"]}, OUTAGE, False),
        ({"causes": [Cause.FEED, Cause.UPLINK]}, POWER, True),
        ({"causes": [Cause.PICTURE]}, POWER, False),
        ({"severity": 5}, OUTAGE, False),
        ({"severity": 5}, POWER, True),
        ({"villages": ["liu"]}, POWER, True),
        ({"villages": ["dong"]}, POWER, False),
        ({"villages": ["liu"], "parties": [Party.CARRIER]}, POWER, False),
    ],
)
def test_a_route_fits_by_all_that_it_names(route: dict[str, Any], fault: Fault, told: bool) -> None:
    table = messages(Route.model_validate({**route, "channels": ["duty"]}))
    assert channels_for(fault, table, INVENTORY) == (("duty",) if told else ())


def test_a_channel_that_two_routes_name_is_told_once() -> None:
    table = messages(Route(channels=("duty", "power")), Route(parties=(Party.POWER,), channels=("power",)))
    assert [each.channel for each in outbox(table).take(event(POWER, EventKind.TOLD), POWER, NOON)] == [
        "duty",
        "power",
    ]


def test_a_message_says_what_where_since_when_whose_and_what_to_try() -> None:
    (told,) = outbox().take(event(OUTAGE, EventKind.TOLD), OUTAGE, NOON)
    assert told.subject.startswith("[#12]")
    for words in (
        "村委会门口",
        "柳泉村委会",
        "36.16355, 118.16270",
        "2026-05-29 11:50",
        "鲁安智能 0533-5550101",
        "2026-05-30 12:00",
    ):
        assert words in told.subject + told.body
    assert (told.fault, told.kind, told.waits) == (12, "told", True)


def test_every_recipient_reads_his_own_language() -> None:
    table = messages(Route(channels=("duty", "power")))
    chinese, english = outbox(table).take(event(POWER, EventKind.TOLD), POWER, NOON)
    assert "power cut" in english.subject
    assert "power cut" not in chinese.subject
    assert "Since: 2026-05-29 11:50" in english.body


def test_the_end_is_told_to_whoever_was_told_of_the_beginning_and_to_nobody_else() -> None:
    box = outbox(messages(Route(parties=(Party.POWER,), channels=("power",))))
    closed = replace(POWER, closed=NOON + HOUR, proven=True, cameras=frozenset())
    assert box.take(event(POWER, EventKind.CLOSED), closed, NOON) == []
    box.take(event(POWER, EventKind.TOLD), POWER, NOON)
    (told,) = box.take(event(POWER, EventKind.CLOSED, NOON + HOUR), closed, NOON + HOUR)
    assert (told.channel, told.kind) == ("power", "closed")
    assert "Visits prove" in told.body
    assert box.take(event(POWER, EventKind.CLOSED), closed, NOON + HOUR) == []


def test_nobody_is_called_twice_because_a_fault_grows() -> None:
    box = outbox()
    box.take(event(POWER, EventKind.TOLD), POWER, NOON)
    assert box.take(event(POWER, EventKind.GREW), POWER, NOON + 60) == []
    assert box.take(replace(event(POWER, EventKind.NOTE), tell=False), POWER, NOON + 60) == []


def test_after_a_restart_it_is_known_who_was_told() -> None:
    before = outbox()
    told = before.take(event(OUTAGE, EventKind.TOLD), OUTAGE, NOON)
    after = Outbox.restored(before.post, before.last, told)
    closed = replace(OUTAGE, closed=NOON + 60, proven=True)
    assert [each.channel for each in after.take(event(OUTAGE, EventKind.CLOSED), closed, NOON + 60)] == ["duty"]
    assert after.last == 2


def test_a_fault_that_nobody_acknowledges_is_escalated_once() -> None:
    box = outbox(messages(escalation={"after": 2 * HOUR, "channels": ["power"]}))
    known = replace(OUTAGE, told=NOON)
    assert box.unanswered([known], NOON + HOUR) == []
    (told,) = box.unanswered([known], NOON + 2 * HOUR)
    assert (told.channel, told.kind) == ("power", "escalation")
    assert box.unanswered([known], NOON + 3 * HOUR) == []
    assert outbox(box.post.messages).unanswered([replace(known, acknowledged=(("王", NOON),))], NOON + 9 * HOUR) == []
    assert outbox(box.post.messages).unanswered([replace(known, severity=2)], NOON + 9 * HOUR) == []


def test_what_is_overdue_is_told_to_those_who_escalate_too() -> None:
    box = outbox(messages(escalation={"channels": ["power"]}))
    box.take(event(OUTAGE, EventKind.TOLD), OUTAGE, NOON)
    assert [m.channel for m in box.take(event(OUTAGE, EventKind.OVERDUE), OUTAGE, NOON)] == ["duty", "power"]


QUIET = channel(quiet={"since": "22:00", "until": "07:00"})


@pytest.mark.parametrize(
    ("at", "severity", "due"),
    [
        (NOON, 4, NOON),
        (NIGHT, 4, NIGHT + 7 * HOUR),
        (NIGHT, 5, NIGHT),  # severe enough to wake somebody
        (NIGHT - 2 * HOUR, 4, NIGHT + 7 * HOUR),  # 22:00 sharp
        (NIGHT + 7 * HOUR, 4, NIGHT + 7 * HOUR),  # 07:00 sharp
    ],
)
def test_quiet_hours(at: float, severity: int, due: float) -> None:
    assert due_at(QUIET, severity, at, ZONE) == due


def test_what_waited_for_the_morning_comes_as_one_digest() -> None:
    box = outbox(messages(channels={"duty": QUIET}))
    waiting = []
    for number in range(3):
        fault = replace(OUTAGE, id=20 + number)
        waiting += box.take(event(fault, EventKind.TOLD, NIGHT), fault, NIGHT + number)
    assert list(digested(waiting, box, NIGHT + 60)) == []
    ((digest, parts),) = digested(waiting, box, NIGHT + 7 * HOUR)
    assert parts == waiting
    assert all(f"[#{20 + number}]" in digest.body for number in range(3))


def test_a_single_message_of_the_night_comes_as_it_is() -> None:
    box = outbox(messages(channels={"duty": QUIET}))
    waiting = box.take(event(OUTAGE, EventKind.TOLD, NIGHT), OUTAGE, NIGHT)
    assert [sent for sent, _ in digested(waiting, box, NIGHT + 7 * HOUR)] == waiting


def test_that_a_fault_was_opened_is_told_by_nothing_but_the_message_of_it() -> None:
    box = outbox()
    assert box.take(event(OUTAGE, EventKind.OPENED), OUTAGE, NOON) == []
    assert len(box.take(event(OUTAGE, EventKind.TOLD), OUTAGE, NOON)) == 1


@pytest.mark.parametrize("end", [EventKind.CLOSED, EventKind.ABSORBED])
def test_of_a_fault_that_has_ended_nothing_is_remembered(end: EventKind) -> None:
    box = outbox(messages(escalation={"after": HOUR, "channels": ["power"], "severity": 1}))
    box.take(event(OUTAGE, EventKind.TOLD), OUTAGE, NOON)
    assert len(box.unanswered([replace(OUTAGE, told=NOON)], NOON + 2 * HOUR)) == 1
    assert len(box.take(event(OUTAGE, end), OUTAGE, NOON + 3 * HOUR)) == 2
    assert (box.told, box.escalated) == ({}, set())

"""Faults, words and messages in the file: written whole, found again, heeded once."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from skywatch.health.board import Board
from skywatch.health.fault import Cause, Event, EventKind, Fault, Owner, Party, Scope, Subject
from skywatch.store import History
from skywatch.store.affairs import events, faults, messages, say
from skywatch.store.archive import opened
from skywatch.store.message import Message
from skywatch.store.record import Batch
from skywatch.store.rounds import Looked, Round, looks
from tests.health.eyes import CODE
from tests.store.past import rows

OTHER = "37010000001320000002"
FAULT = Fault(
    7, Cause.FEED, Subject(Scope.FEED, "tq01"), Owner(Party.POWER, "供电所"), "", 5, 1000.0, 1010.0, 9000.0,
    cameras=frozenset({CODE, OTHER}), ever=frozenset({CODE, OTHER}), evidence="all of 2 dead within 3 s",
    why=("together",), others=("timeout",), came_back=(900.0,), part_of=3,
)  # fmt: skip


def batch(fault: Fault, *said: Event) -> Batch:
    return Batch(faults={fault.id: fault}, events=list(said), board=Board(last=fault.id))


async def test_a_fault_is_found_again_as_it_was(tmp_path: Path) -> None:
    history = await History.open(tmp_path / "h.db", 900.0)
    history.note(batch(FAULT, Event(7, EventKind.OPENED, 1000.0, 1010.0)))
    await history.flush(1011.0)
    shrunk = replace(FAULT, cameras=frozenset({CODE}), told=1020.0, acknowledged=(("王", 1100.0), ("李", 1200.0)))
    said = [Event(7, EventKind.ACKNOWLEDGED, at, at, who) for who, at in shrunk.acknowledged]
    history.note(batch(shrunk, *said))
    await history.close(1300.0)
    with opened(tmp_path / "h.db") as archive:
        assert faults(archive.connection) == [shrunk]
        assert events(archive.connection, 7)[0].kind is EventKind.OPENED


async def test_the_engine_goes_on_where_it_was(tmp_path: Path) -> None:
    history = await History.open(tmp_path / "h.db", 900.0)
    assert history.affairs.board is None
    history.note(batch(FAULT))
    history.note(Batch(board=Board(last=9)))
    await history.close(1000.0)
    again = await History.open(tmp_path / "h.db", 2000.0)
    assert again.affairs.board == Board(last=9)
    await again.close(2000.0)


async def test_a_word_is_heard_at_once_and_heeded_once(tmp_path: Path) -> None:
    path = tmp_path / "h.db"
    history = await History.open(path, 900.0)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        say(other, 950.0, "王", "ack", "7")
    await history.flush(951.0)
    (word,) = history.words()
    assert (word.who, word.what, word.about) == ("王", "ack", "7")
    await history.flush(952.0)
    assert history.words() == []
    history.note(Batch(heeded=[word.id]))
    await history.close(953.0)
    assert rows(path, "SELECT count(*) FROM word") == [(0,)]


async def test_a_word_that_was_heard_but_not_heeded_is_said_again_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "h.db"
    history = await History.open(path, 900.0)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        say(other, 950.0, "王", "ack", "7")
    await history.flush(951.0)
    await history.close(952.0)
    again = await History.open(path, 960.0)
    await again.flush(961.0)
    assert [word.about for word in again.words()] == ["7"]
    await again.close(962.0)


async def test_a_message_that_waits_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "h.db"
    history = await History.open(path, 900.0)
    first = Message(1, None, "report", "duty", "巡检日报", "...", 1000.0, 1000.0)
    history.note(Batch(messages={1: first, 2: replace(first, id=2)}))
    history.note(Batch(messages={1: replace(first, sent=1001.0, tries=1)}))
    await history.close(1002.0)
    again = await History.open(path, 2000.0)
    assert [message.id for message in again.affairs.messages] == [2]
    assert again.affairs.last_message == 2
    await again.close(2001.0)
    with opened(path) as archive:
        assert messages(archive.connection, "sent IS NOT NULL")[0].tries == 1


async def test_an_inspection_is_resumed_where_it_stopped(tmp_path: Path) -> None:
    path = tmp_path / "h.db"
    history = await History.open(path, 900.0)
    by_hand = Round(1_780_000_000_000, 1001.0, "asked", 1001.0)  # a person's own, of some cameras, beside the daemon
    history.note(Batch(rounds={1: Round(1, 1000.0, "day", 1001.0), by_hand.id: by_hand}))
    history.note(Batch(looks=[Looked(1, CODE, 1002.0, 1, "fail", {"findings": []}, b"\xff\xd8")]))
    history.note(Batch(looks=[Looked(1, CODE, 1900.0, 2, "pass", {"findings": []}, b"\xff\xd8")]))
    await history.close(1901.0)
    again = await History.open(path, 2000.0)
    (round_,) = again.affairs.rounds
    await again.close(2001.0)
    with opened(path) as archive:
        assert looks(archive.connection, round_.id)[CODE].tries == 2

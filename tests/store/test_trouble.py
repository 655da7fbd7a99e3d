"""What happens when the history's file can't be had: locked, damaged, somebody else's, or on a disk that is full."""

import logging
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from skywatch.health import Flip, FlipKind, uptime
from skywatch.health.board import Board
from skywatch.health.fault import EventKind
from skywatch.store import Batch, History
from skywatch.store.history import MOST_PENDING
from skywatch.store.message import Message
from skywatch.store.rounds import Looked, Round
from tests.evening import configured, evening
from tests.health.eyes import CODE
from tests.notify.desk import OUTAGE, event
from tests.store.past import finding, lived, rows, state


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history.db"


async def test_a_locked_file_is_waited_for_and_told_once(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    history = await History.open(path, 1000.0, timeout=0.01)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    for second in range(5):
        history.record([state(1100 + second, "down", "up") if second % 2 else state(1100 + second, "up", "down")])
        await history.flush(1100.0 + second)
    assert (history.healthy, history.pending, history.lost) == (False, 5, 0)
    other.execute("ROLLBACK")
    other.close()
    await history.flush(1200.0)
    assert (history.healthy, history.pending) == (True, 0)
    await history.close(1300.0)
    assert [at for (at,) in rows(path, "SELECT at FROM flip ORDER BY id")] == [1100, 1101, 1102, 1103, 1104]
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(told) == 2
    assert "locked" in told[0]
    assert "written again" in told[1]


async def test_a_file_that_is_locked_at_the_start_is_opened_later(path: Path) -> None:
    await lived(path, [state(1100, "unknown", "up")])
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    history = await History.open(path, 3000.0, timeout=0.01)
    assert (history.healthy, history.restore()) == (False, {})
    other.execute("ROLLBACK")
    other.close()
    history.record([state(3010, "unknown", "up")])
    await history.flush(3020.0)
    assert history.healthy
    await history.close(4000.0)
    again = await History.open(path, 4000.0)
    _, past = again.restore()[CODE]
    assert uptime(past.state, 1000, 4000).up == 900 + 990
    await again.close(4000.0)


async def test_a_full_disk_stops_nobody(path: Path) -> None:
    history = await History.open(path, 1000.0)
    await history.flush(1001.0)
    record = history._record
    assert record is not None
    (pages,) = record.connection.execute("PRAGMA page_count").fetchone()
    record.connection.execute(f"PRAGMA max_page_count = {pages}")
    flips = [state(1100, "unknown", "up", f"camera{number}") for number in range(2000)]
    history.record(flips)
    await history.flush(1101.0)
    assert (history.healthy, history.pending) == (False, 2000)
    record.connection.execute("PRAGMA max_page_count = 100000")
    await history.flush(1102.0)
    assert (history.healthy, history.pending, history.lost) == (True, 0, 0)
    await history.close(1103.0)
    assert rows(path, "SELECT count(*) FROM flip") == [(2000,)]


async def test_what_waits_for_the_disk_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("a file where a folder should be")
    history = await History.open(tmp_path / "blocked" / "history.db", 1000.0)
    assert not history.healthy
    history.record(state(float(n), "up", "down") for n in range(MOST_PENDING))
    await history.flush(1001.0)
    history.record([state(5.0, "down", "up")] * 3)
    await history.flush(1002.0)
    assert (history.pending, history.lost) == (MOST_PENDING, 3)
    await history.close(1003.0)


@pytest.mark.parametrize("where", [0, 4096, 12288])
async def test_a_damaged_file_is_kept_aside_and_a_new_one_begun(
    path: Path, where: int, caplog: pytest.LogCaptureFixture
) -> None:
    await lived(path, (state(1000.0 + n, "up", "down", f"camera{n % 50}") for n in range(900)))
    damaged = bytearray(path.read_bytes())
    damaged[where : where + 2048] = b"\xa5" * 2048
    path.write_bytes(damaged)
    history = await History.open(path, 1_700_000_000.0)
    history.record([state(1_700_000_000.0, "unknown", "up")])
    await history.close(1_700_000_010.0)
    assert history.healthy
    assert (path.parent / "history.db.damaged-20231114T221320Z").read_bytes() == bytes(damaged)
    assert rows(path, "SELECT count(*) FROM flip") == [(1,)]
    assert sum("damaged" in record.getMessage() for record in caplog.records) == 1


async def test_a_file_that_is_no_database_is_kept_aside(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("hello, I am a log file" * 100)
    history = await History.open(path, 1_700_000_000.0)
    assert history.healthy
    await history.close(1_700_000_000.0)
    assert len(list(path.parent.glob("*.damaged-*"))) == 1


async def test_a_database_of_another_program_is_left_alone(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.parent.mkdir()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE theirs (x)")
    other.close()
    before = path.read_bytes()
    history = await History.open(path, 1000.0)
    await history.flush(1001.0)
    assert not history.healthy
    await history.close(1002.0)
    assert path.read_bytes() == before
    assert sum("some other program" in record.getMessage() for record in caplog.records if record.levelno >= 30) == 1


async def test_a_flip_that_makes_no_sense_blocks_no_other(path: Path) -> None:
    history = await History.open(path, 1000.0)
    history.record([Flip(CODE, 1000, 1000, FlipKind.STATE, "", "up", "sideways")])
    await history.flush(1001.0)
    assert history.lost == 1
    history.record([state(1002, "unknown", "up")])
    await history.close(1003.0)
    assert rows(path, "SELECT new FROM flip") == [("up",)]


# --- faults and messages


def told(id_: int) -> Batch:
    """A fault with its event and its message, as the dispatch hands them over."""
    fault = replace(OUTAGE, id=id_)
    message = Message(id_, id_, "told", "duty", "subject", "body", 1100.0, 1100.0)
    return Batch(
        faults={id_: fault},
        events=[event(fault, EventKind.OPENED)],
        board=Board(last=id_, open={id_: fault}),
        messages={id_: message},
    )


def kept(path: Path) -> list[tuple[object, ...]]:
    return rows(path, "SELECT fault.id, fault_event.kind, message.id FROM fault JOIN fault_event JOIN message "
                      "ON fault_event.fault = fault.id AND message.fault = fault.id ORDER BY fault.id")  # fmt: skip


async def test_faults_and_messages_wait_for_a_locked_file_and_get_there_once(path: Path) -> None:
    history = await History.open(path, 1000.0, timeout=0.01)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    for number in (1, 2):
        history.note(told(number))
        await history.flush(1100.0 + number)
    assert not history.healthy
    other.execute("ROLLBACK")
    other.close()
    await history.flush(1200.0)
    await history.flush(1201.0)
    await history.close(1300.0)
    assert kept(path) == [(1, "opened", 1), (2, "opened", 2)]


async def test_a_full_disk_keeps_faults_and_messages_together(path: Path) -> None:
    history = await History.open(path, 1000.0)
    await history.flush(1001.0)
    record = history._record
    assert record is not None
    (pages,) = record.connection.execute("PRAGMA page_count").fetchone()
    record.connection.execute(f"PRAGMA max_page_count = {pages}")
    for number in range(1, 301):
        history.note(told(number))
    await history.flush(1101.0)
    assert not history.healthy
    assert kept(path) == [], "all of it or nothing"
    record.connection.execute("PRAGMA max_page_count = 100000")
    await history.flush(1102.0)
    assert history.healthy
    await history.close(1103.0)
    assert len(kept(path)) == 300
    again = await History.open(path, 1200.0)
    assert again.affairs.board == told(300).board
    await again.close(1201.0)


async def test_a_history_damaged_at_the_start_takes_its_faults_with_it_and_new_ones_are_kept(path: Path) -> None:
    history = await History.open(path, 1000.0)
    history.note(told(1))
    await history.close(1002.0)
    path.write_bytes(b"\xa5" * path.stat().st_size)
    history = await History.open(path, 1_700_000_000.0)
    assert (history.healthy, history.affairs.board, history.affairs.messages) == (True, None, ())
    history.note(told(1))
    await history.close(1_700_000_001.0)
    assert kept(path) == [(1, "opened", 1)]
    assert len(list(path.parent.glob("*.damaged-*"))) == 1


async def test_a_board_that_cannot_be_read_any_more_is_begun_anew(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    history = await History.open(path, 1000.0)
    history.note(told(1))
    await history.close(1002.0)
    with sqlite3.connect(path) as other:
        other.execute("UPDATE board SET plain = '{' WHERE part = 'last'")
    history = await History.open(path, 1100.0)
    assert history.affairs.board is None
    assert "cannot be read" in caplog.text
    history.note(told(2))
    await history.close(1102.0)
    again = await History.open(path, 1200.0)
    assert again.affairs.board == told(2).board
    await again.close(1201.0)


async def test_without_any_history_faults_are_told_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    async with evening(configured(tmp_path / "state")) as made:
        await made.wait(3)
        made.dead.add(next(iter(made.cameras)))
        await made.wait(15)
        assert len(made.open) == 1
        assert len(made.ear.heard) == 1
        assert not made.history.healthy


# --- damaged in the middle of a run


def spoil(path: Path) -> None:
    """As a dying disk does: the file, and its journal, are rubbish from one moment to the next."""
    for each in path.parent.glob(f"{path.name}*"):
        with each.open("r+b") as file:
            file.write(b"\xa5" * each.stat().st_size)


async def test_a_history_damaged_in_the_middle_of_a_run_goes_on_with_what_stands(path: Path) -> None:
    history = await History.open(path, 1000.0)
    history.record([state(1010, "unknown", "up"), state(1010, "unknown", "up", "other"), finding(1020, "standing")])
    history.note(told(1))
    history.note(Batch(rounds={3: Round(3, 1000.0, "day", 1001.0)}))
    await history.flush(1100.0)
    spoil(path)
    reported, sent = (
        Message(2, None, "report", "duty", "", "", 1150.0, 1150.0),
        replace(told(1).messages[1], sent=1150.0),
    )
    history.record([state(1150, "up", "down", "other")])
    history.note(Batch(messages={1: sent, 2: reported}, events=[event(told(1).faults[1], EventKind.GREW, 1150.0)]))
    history.note(Batch(looks=[Looked(3, CODE, 1150.0, 1, "pass", {})]))
    for second in range(3):
        await history.flush(1151.0 + second)
    assert (history.healthy, history.lost) == (True, 0)
    await history.close(1200.0)
    assert rows(path, "SELECT code, at, old, new FROM flip JOIN camera ON camera.id = camera ORDER BY flip.id") == [
        (CODE, 1100, "unknown", "up"),
        ("other", 1100, "unknown", "up"),
        (CODE, 1100, "absent", "standing"),
        ("other", 1150, "up", "down"),
    ]
    assert rows(path, "SELECT fault, kind FROM fault_event ORDER BY id") == [(1, "opened"), (1, "grew")]
    assert rows(path, "SELECT id, fault, sent FROM message ORDER BY id") == [(1, 1, 1150.0), (2, None, None)]
    assert rows(path, "SELECT inspection, verdict FROM look") == [(3, "pass")]
    again = await History.open(path, 1300.0)
    assert again.affairs.board == told(1).board
    _, past = again.restore()[CODE]
    assert uptime(past.state, 1100, 1300).up == 100
    await again.close(1301.0)
    assert len(list(path.parent.glob("*.damaged-*"))) >= 1


async def test_what_makes_no_sense_takes_nothing_else_with_it(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    history = await History.open(path, 1000.0)
    history.record([state(1010, "unknown", "up")])
    history.note(told(1))
    history.note(Batch(messages={9: Message(9, 77, "closed", "duty", "", "", 1010.0, 1010.0)}))
    await history.flush(1020.0)
    assert (history.healthy, history.lost) == (True, 0)
    await history.close(1030.0)
    assert rows(path, "SELECT new FROM flip") == [("up",)]
    assert rows(path, "SELECT id FROM fault") == [(1,)]
    assert "2 messages make no sense" in caplog.text


async def test_a_fault_outlives_the_file_that_it_was_written_in(tmp_path: Path) -> None:
    config = configured(tmp_path)
    path = tmp_path / "history.sqlite"
    async with evening(config) as made:
        await made.wait(3)
        lost = next(iter(made.cameras))
        made.dead.add(lost)
        await made.wait(15)
        (fault,) = made.open
        spoil(path)
        made.dead.discard(lost)
        await made.wait(30)
        assert made.open == []
        assert (made.history.healthy, made.history.lost) == (True, 0)
    assert rows(path, "SELECT id, closed IS NOT NULL FROM fault") == [(fault.id, 1)]
    assert [subject.split()[1] for _, subject in made.subjects()] == ["Fault:", "Repaired:"]
    assert rows(path, "SELECT kind FROM message") == [("closed",)]

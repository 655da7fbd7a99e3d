"""The history in one open file: a run of skywatch from its beginning to its end, and what is read back at the start.
Runs in the writer's thread, one connection, and knows nothing of queues or of the event loop."""

import math
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields

from skywatch import __version__
from skywatch.health import DAY, CameraState, Flip, Mark, Past, State, Timeline, revive
from skywatch.health.board import Board
from skywatch.health.fault import Event, Fault
from skywatch.health.tally import Tallies
from skywatch.health.uptime import ORDER
from skywatch.observation import Finding, Identity
from skywatch.store.affairs import Word, heed, messages, put_faults, put_messages, words
from skywatch.store.announced import Announced, announced
from skywatch.store.boards import Boards
from skywatch.store.message import Message
from skywatch.store.pictures import Evidence, put_pictures
from skywatch.store.prune import Retention, prune
from skywatch.store.rounds import Looked, Round, looks, put_looks, put_rounds, rounds
from skywatch.store.tables import identities, put_flips, put_identities, put_tallies

Restored = dict[str, tuple[CameraState, Past]]
DayOf = Callable[[float], float]
"""When the day began, as the station's clock has it, in which a moment lies; both Unix seconds."""


def utc_day(at: float) -> float:
    """The day of UTC."""
    return at - at % DAY


_BEGIN_GAP = """
INSERT INTO flip (camera, at, noticed, kind, old, new)
SELECT camera, max(at, :until), :now, kind, new, 'unknown' FROM flip
WHERE id IN (SELECT max(id) FROM flip WHERE kind IN ('state', 'intact') GROUP BY camera, kind) AND new <> 'unknown'
"""
_STANDING = """
SELECT camera, what, at, step, detail, severity, remark FROM flip
WHERE id IN (SELECT max(id) FROM flip WHERE kind = 'finding' GROUP BY camera, what) AND new = 'standing'
"""
_SPANS = """
SELECT camera, kind, max(min(at, :since), :cut), new FROM flip
WHERE kind IN ('state', 'intact') AND (at >= :cut OR id IN (
    SELECT max(id) FROM flip WHERE kind IN ('state', 'intact') AND at < :cut GROUP BY camera, kind
)) ORDER BY id
"""
_BEFORE = """
SELECT camera, new, sum(max(0, ends - at)) FROM (
    SELECT camera, new, at, coalesce(lead(at) OVER (PARTITION BY camera ORDER BY id), :cut) AS ends
    FROM flip WHERE kind = 'state' AND at < :cut
) GROUP BY camera, new
"""

IN_MIND = 31 * DAY
"""What is older than this when skywatch starts stays in the file: the longest window that is shown is 30 days."""


@dataclass(slots=True)
class Batch:
    """What waits for the file: it gets there whole or not at all."""

    flips: list[Flip] = field(default_factory=list)
    tallies: Tallies = field(default_factory=Tallies)
    faults: dict[int, Fault] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    board: Board | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    heeded: list[int] = field(default_factory=list)
    rounds: dict[int, Round] = field(default_factory=dict)
    looks: list[Looked] = field(default_factory=list)
    identities: dict[str, Identity] = field(default_factory=dict)
    pictures: dict[tuple[int, str], Evidence] = field(default_factory=dict)

    def follow(self, later: "Batch") -> None:
        """`later` happened after this, and is to be written together with it."""
        self.flips += later.flips
        self.tallies.merge(later.tallies)
        self.faults |= later.faults
        self.events += later.events
        self.board = self.board if later.board is None else later.board
        self.messages |= later.messages
        self.heeded += later.heeded
        self.rounds |= later.rounds
        self.looks += later.looks
        self.identities |= later.identities
        self.pictures |= later.pictures

    def __str__(self) -> str:
        """What is in it, for the log."""
        sizes = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "board"}
        return ", ".join(f"{len(rows)} {name}" for name, rows in sizes.items() if rows)

    def apart(self) -> "Iterator[Batch]":
        """The same in pieces that can be written one by one, in this order."""
        yield Batch(flips=self.flips)
        yield Batch(tallies=self.tallies, identities=self.identities)
        yield Batch(faults=self.faults, events=self.events, board=self.board, heeded=self.heeded)
        yield Batch(messages=self.messages)
        yield Batch(rounds=self.rounds, looks=self.looks)
        yield Batch(pictures=self.pictures)


@dataclass(frozen=True, slots=True)
class Affairs:
    """What goes on over a restart: the fault engine's own state (None: it never ran), messages that wait, messages
    about faults that are open, inspections of its own that are not over, the last ids that were given,
    which cameras the last of these inspections has looked at, the last word of the run before, what cameras were at
    first, and when the last daily report was queued."""

    board: Board | None = None
    messages: tuple[Message, ...] = ()
    told: tuple[Message, ...] = ()
    last_message: int = 0
    rounds: tuple[Round, ...] = ()
    last_round: int = 0
    looked: frozenset[str] = frozenset()
    until: float | None = None
    identities: Mapping[str, Identity] = field(default_factory=dict)
    reported: float | None = None


@dataclass(slots=True)
class Record:
    """The history in one open file. Everything raises sqlite3.Error."""

    connection: sqlite3.Connection
    run: int
    since: float
    day_of: DayOf
    before: float | None = None
    boards: Boards = field(default_factory=Boards)

    @classmethod
    def begin(
        cls, connection: sqlite3.Connection, now: float, day_of: DayOf = utc_day, first: Batch | None = None
    ) -> "Record":
        """A new run begins, with `first` in the same transaction. Since the last one ended, or was killed, nobody
        watched: whatever stood then is unknown from then on. A clock that was set back in between does not count: the
        run begins where the last one ended."""
        until = last_word(connection)
        since = now if until is None else max(now, until)
        with _transaction(connection):
            if until is not None:
                connection.execute(_BEGIN_GAP, {"until": until, "now": since})
            row = (since, since, __version__)
            run = connection.execute("INSERT INTO open (since, until, version) VALUES (?, ?, ?)", row).lastrowid
            assert run is not None  # noqa: S101 - an INSERT has a row
            record = cls(connection, run, since, day_of, until)
            record._put(first or Batch())
        record.boards.written = first.board if first else None
        return record

    def write(self, batch: Batch, now: float) -> None:
        """This batch, and that all is known up to `now`, in one transaction."""
        with _transaction(self.connection):
            self._put(batch)
            self.connection.execute("UPDATE open SET until = max(until, ?) WHERE id = ?", (now, self.run))
        self.boards.written = batch.board or self.boards.written

    def salvage(self, batch: Batch, now: float) -> tuple[list[Batch], list[Batch]]:
        """As `write`, but for the pieces that make no sense to the file. Returns (written, left out)."""
        written: list[Batch] = []
        senseless: list[Batch] = []
        with _transaction(self.connection):
            for part in batch.apart():
                try:
                    with _savepoint(self.connection):
                        self._put(part)
                    written.append(part)
                except sqlite3.IntegrityError:
                    senseless.append(part)
            self.connection.execute("UPDATE open SET until = max(until, ?) WHERE id = ?", (now, self.run))
        self.boards.written = None  # the next one is written whole
        return written, senseless

    def end(self, now: float) -> None:
        """The run ends in good order."""
        with _transaction(self.connection):
            self.connection.execute("UPDATE open SET until = max(until, ?), clean = 1 WHERE id = ?", (now, self.run))
        self.connection.close()

    def _put(self, batch: Batch) -> None:
        put_flips(self.connection, batch.flips)
        put_tallies(self.connection, batch.tallies, self.day_of)
        put_faults(self.connection, batch.faults.values(), batch.events)
        if batch.board is not None:
            self.boards.put(self.connection, batch.board)
        put_messages(self.connection, batch.messages.values())
        heed(self.connection, batch.heeded)
        put_rounds(self.connection, batch.rounds.values())
        put_looks(self.connection, batch.looks)
        put_identities(self.connection, batch.identities)
        put_pictures(self.connection, batch.pictures.values())

    def prune(self, now: float, retention: Retention) -> None:
        """Forget what is older than it is to be kept; seconds in states stay with the camera."""
        with _transaction(self.connection):
            prune(self.connection, now, retention, self.run)

    def restore(self) -> Restored:
        """Every camera that has a history: its state as this run begins, and its past. What a wrong clock dated after
        that counts as then."""
        cut = {"cut": self.since - IN_MIND, "since": self.since}
        cameras = self.connection.execute("SELECT id, code, up, down, unknown, maintenance FROM camera").fetchall()
        ever = {id_: seconds for id_, _, *seconds in cameras}
        for id_, state, seconds in self.connection.execute(_BEFORE, cut):
            ever[id_][ORDER.index(State(state))] += seconds
        pasts: dict[int, Past] = {}
        for id_, kind, at, new in self.connection.execute(_SPANS, cut):
            past = pasts.get(id_)
            if past is None:
                past = pasts[id_] = Past(Timeline(at, ever=ever[id_]), Timeline(at))
            past.put(kind, at, new)
        marks = self._standing()
        return {
            code: (revive(code, self.since, marks.get(id_, ()), pasts[id_].state.last(State.UP)), pasts[id_])
            for id_, code, *_ in cameras
            if id_ in pasts
        }

    def affairs(self) -> Affairs:
        """What was going on when the last run ended."""
        connection = self.connection
        (message,) = connection.execute("SELECT coalesce(max(id), 0) FROM message").fetchone()
        (inspection,) = connection.execute("SELECT coalesce(max(id), 0) FROM inspection").fetchone()
        (reported,) = connection.execute("SELECT max(queued) FROM message WHERE kind = 'report'").fetchone()
        unsent = messages(connection, "sent IS NULL AND failed IS NULL")
        told = messages(connection, "fault IN (SELECT id FROM fault WHERE closed IS NULL)")
        open_rounds = [
            each for each in rounds(connection, 0.0, math.inf) if each.ended is None and each.kind != "asked"
        ]
        seen = looks(connection, open_rounds[-1].id) if open_rounds else {}
        return Affairs(
            self.boards.read(connection), tuple(unsent), tuple(told), message, tuple(open_rounds), inspection,
            frozenset(seen), self.before, identities(connection), reported,
        )  # fmt: skip

    def heard(self, after: int, now: float) -> tuple[list[Word], tuple[Announced, ...]]:
        """What people said since the word of that id, and the maintenance that is not over at `now`."""
        return words(self.connection, after), tuple(announced(self.connection, now))

    def _standing(self) -> dict[int, list[Mark]]:
        marks: dict[int, list[Mark]] = {}
        for camera, what, at, step, detail, severity, remark in self.connection.execute(_STANDING):
            probe, _, code = what.partition(".")
            finding = Finding(code, step, detail, severity, bool(remark))
            marks.setdefault(camera, []).append(Mark(probe, finding, True, min(at, self.since)))
        return marks


def last_word(connection: sqlite3.Connection) -> float | None:
    """Up to when the file knows all that happened; None for a new one."""
    (until,) = connection.execute("SELECT max(until) FROM open").fetchone()
    return None if until is None else float(until)


def squeeze(connection: sqlite3.Connection, now: float) -> None:
    """What a wrong clock dated after `now` happened now."""
    with _transaction(connection):
        connection.execute(
            "UPDATE flip SET at = min(at, :now), noticed = min(noticed, :now) WHERE at > :now OR noticed > :now",
            {"now": now},
        )
        connection.execute(
            "UPDATE open SET since = min(since, :now), until = min(until, :now) WHERE until > :now", {"now": now}
        )


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing, a disk that is full at the last moment included."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def _savepoint(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing, within a transaction."""
    connection.execute("SAVEPOINT part")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK TO part")
            connection.execute("RELEASE part")
        raise
    connection.execute("RELEASE part")

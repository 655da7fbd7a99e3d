"""Faults, what people said of them, and the messages about them: rows in, rows out. Everything raises sqlite3.Error."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from skywatch.health.fault import Cause, Event, EventKind, Fault, Owner, Party, Scope, Subject
from skywatch.store.message import Message
from skywatch.store.tables import know

_FAULT = (
    "id", "cause", "scope", "code", "party", "owner", "finding", "severity", "since", "opened", "deadline", "told",
    "late", "closed", "proven", "suppressed", "flapping", "returns", "came_back", "part_of", "others", "why",
    "evidence",
)  # fmt: skip
_JOINED = """
INSERT INTO fault_camera (fault, camera, since) SELECT ?, id, ? FROM camera WHERE code = ?
ON CONFLICT (fault, camera, since) DO UPDATE SET until = NULL
"""
_LEFT = """
UPDATE fault_camera SET until = max(since, ?) WHERE fault = ? AND until IS NULL
AND camera = (SELECT id FROM camera WHERE code = ?)
"""
_NOW = "SELECT code FROM fault_camera JOIN camera ON camera.id = camera WHERE fault = ? AND until IS NULL"
_EVENT = "fault, kind, at, noticed, who, text, cameras, tell"
_MESSAGE = tuple(field.name for field in fields(Message))


def _put(table: str, columns: Sequence[str]) -> str:
    """SQL that writes a row of `table`, or writes it anew where there is one of that id."""
    changed = ", ".join(f"{name} = excluded.{name}" for name in columns if name != "id")
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "  # noqa: S608 - our own
        f"ON CONFLICT (id) DO UPDATE SET {changed}"
    )


_PUT_FAULT, _PUT_MESSAGE = _put("fault", _FAULT), _put("message", _MESSAGE)


@dataclass(frozen=True, slots=True)
class Word:
    """What a person said and the daemon has not heeded yet; `schema.sql`, under `word`."""

    id: int
    at: float
    who: str
    what: str
    about: str
    text: str


def put_faults(connection: sqlite3.Connection, faults: Iterable[Fault], events: Sequence[Event]) -> None:
    """Faults as they are now, and the events that made them so."""
    latest = {event.fault: event.at for event in events}
    for fault in faults:
        connection.execute(_PUT_FAULT, _row(fault))
        _members(connection, fault, latest.get(fault.id, fault.opened))
    connection.executemany(
        f"INSERT INTO fault_event ({_EVENT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - our own words
        [
            (
                each.fault,
                each.kind.value,
                each.at,
                each.noticed,
                each.who,
                each.text,
                json.dumps(each.cameras),
                each.tell,
            )
            for each in events
        ],
    )


def _members(connection: sqlite3.Connection, fault: Fault, at: float) -> None:
    """Who joined and who left, and no others: a fault of ten thousand cameras changes every second while it grows."""
    known = frozenset(code for (code,) in connection.execute(_NOW, (fault.id,)))
    joined, left = sorted(fault.cameras - known), sorted(known - fault.cameras)
    know(connection, joined)
    connection.executemany(_LEFT, [(at, fault.id, code) for code in left])
    connection.executemany(_JOINED, [(fault.id, at, code) for code in joined])


def put_messages(connection: sqlite3.Connection, messages: Iterable[Message]) -> None:
    """New messages, and old ones with what became of them."""
    connection.executemany(_PUT_MESSAGE, [tuple(getattr(each, name) for name in _MESSAGE) for each in messages])


def messages(connection: sqlite3.Connection, where: str = "1", values: Sequence[Any] = ()) -> list[Message]:
    """Messages in the order they were made; `where` is SQL of our own."""
    query = f"SELECT {', '.join(_MESSAGE)} FROM message WHERE {where} ORDER BY id"  # noqa: S608 - never a stranger's words
    return [Message(*row) for row in connection.execute(query, values)]


def say(connection: sqlite3.Connection, at: float, who: str, what: str, about: str, text: str = "") -> None:
    """Leave a word for the daemon, in a transaction of its own."""
    connection.execute(
        "INSERT INTO word (at, who, what, about, text) VALUES (?, ?, ?, ?, ?)", (at, who, what, about, text)
    )


def words(connection: sqlite3.Connection, after: int) -> list[Word]:
    """Words that nobody has heeded yet, with ids above `after`."""
    return [Word(*row) for row in connection.execute("SELECT * FROM word WHERE id > ? ORDER BY id", (after,))]


def heed(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """These words are true now, in the transaction of what they led to."""
    connection.executemany("DELETE FROM word WHERE id = ?", [(each,) for each in ids])


def faults(connection: sqlite3.Connection, where: str = "1", values: Sequence[Any] = ()) -> list[Fault]:
    """Faults in the order they were opened, with their cameras and what people said; `where` is SQL of our own."""
    query = f"SELECT * FROM fault WHERE {where} ORDER BY opened, id"  # noqa: S608 - never a stranger's words
    cursor = connection.execute(query, values)
    names = [column[0] for column in cursor.description]
    return [_fault(connection, dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def events(connection: sqlite3.Connection, fault: int) -> list[Event]:
    """The life of a fault, from its beginning."""
    rows = connection.execute(
        f"SELECT {_EVENT} FROM fault_event WHERE fault = ? ORDER BY id",  # noqa: S608 - our own words
        (fault,),
    )
    return [
        Event(id_, EventKind(kind), at, noticed, who, text, tuple(json.loads(cameras)), bool(tell))
        for id_, kind, at, noticed, who, text, cameras, tell in rows
    ]


def _row(fault: Fault) -> tuple[Any, ...]:
    return (
        fault.id, fault.cause.value, fault.subject.scope.value, fault.subject.code, fault.owner.party.value,
        fault.owner.name, fault.finding, fault.severity, fault.since, fault.opened, fault.deadline, fault.told,
        fault.late, fault.closed, fault.proven, fault.suppressed, fault.flapping, fault.returns,
        json.dumps(fault.came_back), fault.part_of, json.dumps(fault.others), json.dumps(fault.why), fault.evidence,
    )  # fmt: skip


def _fault(connection: sqlite3.Connection, row: dict[str, Any]) -> Fault:
    now, ever = _cameras(connection, row["id"])
    said = events(connection, row["id"])
    plain: dict[str, Any] = {name: row[name] for name in _PLAIN} | {name: bool(row[name]) for name in _BOOLS}
    plain |= {name: tuple(json.loads(row[name])) for name in _ROWS}
    return Fault(
        id=row["id"],
        cause=Cause(row["cause"]),
        subject=Subject(Scope(row["scope"]), row["code"]),
        owner=Owner(Party(row["party"]), row["owner"]),
        cameras=now,
        ever=ever,
        acknowledged=tuple(_by(said, EventKind.ACKNOWLEDGED)),
        repaired=tuple(_by(said, EventKind.REPAIRED)),
        notes=tuple(event.text for event in said if event.kind is EventKind.NOTE),
        **plain,
    )


_PLAIN = (
    "finding", "severity", "since", "opened", "deadline", "told", "late", "closed", "returns", "part_of", "evidence",
)  # fmt: skip
_ROWS = ("came_back", "others", "why")
_BOOLS = ("proven", "suppressed", "flapping")


def _by(said: Iterable[Event], kind: EventKind) -> Iterator[tuple[str, float]]:
    return ((event.who, event.at) for event in said if event.kind is kind)


def _cameras(connection: sqlite3.Connection, fault: int) -> tuple[frozenset[str], frozenset[str]]:
    """(those at fault now, all that ever were)."""
    rows = connection.execute(
        "SELECT code, until FROM fault_camera JOIN camera ON camera.id = camera WHERE fault = ?", (fault,)
    ).fetchall()
    return frozenset(code for code, until in rows if until is None), frozenset(code for code, _ in rows)

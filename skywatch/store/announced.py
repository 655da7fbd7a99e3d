"""Maintenance that people announce while skywatch runs: rows in, rows out. Everything raises sqlite3.Error."""

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Announced:
    """One window; `schema.sql` says of each column what it is, under `maintenance`. Times are Unix seconds."""

    id: int
    scope: str
    code: str
    since: float
    until: float
    repeat: str
    last: float | None
    reason: str
    who: str


_INSERT = (
    "INSERT INTO maintenance (scope, code, since, until, repeat, last, reason, who) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_CURRENT = """
SELECT id, scope, code, since, until, repeat, last, reason, who FROM maintenance
WHERE until > :now OR (repeat <> 'once' AND coalesce(last, :now + 1) > :now) ORDER BY since, id
"""


def announce(connection: sqlite3.Connection, window: Announced) -> int:
    """Write a window down, under a new id, which is returned."""
    row = (window.scope, window.code, window.since, window.until, window.repeat, window.last, window.reason, window.who)
    given = connection.execute(_INSERT, row).lastrowid
    assert given is not None  # noqa: S101 - an INSERT has a row
    return given


def withdraw(connection: sqlite3.Connection, id_: int, now: float) -> bool:
    """End a window at `now`; one that comes back, or has not begun, is taken back. False where there is none of that
    id, or it is over already. What it was good for until now stays in the states of the cameras."""
    ended = connection.execute(
        "UPDATE maintenance SET until = ? WHERE id = ? AND repeat = 'once' AND since < ? AND until > ?",
        (now, id_, now, now),
    ).rowcount
    if ended:
        return True
    taken = "DELETE FROM maintenance WHERE id = ? AND (repeat <> 'once' OR since >= ?)"
    return connection.execute(taken, (id_, now)).rowcount > 0


def announced(connection: sqlite3.Connection, now: float) -> list[Announced]:
    """Windows that are not over at `now` for good, by when they begin."""
    return [Announced(*row) for row in connection.execute(_CURRENT, {"now": now})]

"""Inspections and what they saw: rows in, rows out. Everything raises sqlite3.Error."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from skywatch.store.tables import know


@dataclass(frozen=True, slots=True)
class Round:
    """One inspection: `kind` is day, night or asked; times are Unix seconds, `ended` None while it goes on."""

    id: int
    due: float
    kind: str
    began: float
    ended: float | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """One camera in an inspection. `seen` are findings, numbers and facts as plain values; `thumbnail` a small JPEG."""

    round: int
    camera: str
    at: float
    tries: int
    verdict: str
    seen: Any
    thumbnail: bytes | None = None


def put_rounds(connection: sqlite3.Connection, rounds: Iterable[Round]) -> None:
    """Inspections that began, or ended."""
    connection.executemany(
        "INSERT INTO inspection (id, due, kind, began, ended) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET ended = excluded.ended",
        [(each.id, each.due, each.kind, each.began, each.ended) for each in rounds],
    )


def put_looks(connection: sqlite3.Connection, looks: Iterable[Looked]) -> None:
    """What was seen; a later look at the same camera in the same round takes the place of the earlier one."""
    every = list(looks)
    know(connection, {each.camera for each in every})
    connection.executemany(
        "INSERT OR REPLACE INTO look (inspection, camera, at, tries, verdict, seen, thumbnail) "
        "VALUES (?, (SELECT id FROM camera WHERE code = ?), ?, ?, ?, ?, ?)",
        [
            (each.round, each.camera, each.at, each.tries, each.verdict, json.dumps(each.seen), each.thumbnail)
            for each in every
        ],
    )


def rounds(connection: sqlite3.Connection, start: float, end: float) -> list[Round]:
    """Inspections that were due from `start` on and before `end`, the oldest first."""
    query = "SELECT id, due, kind, began, ended FROM inspection WHERE due >= ? AND due < ? ORDER BY due, id"
    return [Round(*row) for row in connection.execute(query, (start, end))]


def looks(connection: sqlite3.Connection, inspection: int) -> dict[str, Looked]:
    """What an inspection saw, by camera."""
    rows = connection.execute(
        "SELECT inspection, code, at, tries, verdict, seen, thumbnail FROM look "
        "JOIN camera ON camera.id = look.camera WHERE inspection = ?",
        (inspection,),
    )
    return {code: Looked(round_, code, at, tries, verdict, json.loads(seen), thumbnail)
            for round_, code, at, tries, verdict, seen, thumbnail in rows}  # fmt: skip

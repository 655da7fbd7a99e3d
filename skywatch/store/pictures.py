"""Pictures that belong to faults: how it looked then, and how it looks now. Everything raises sqlite3.Error."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

THEN, NOW = "then", "now"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One picture of a fault: `which` is then (when it was known) or now (the last look at it); `at` Unix seconds;
    `thumbnail` a small JPEG."""

    fault: int
    which: str
    camera: str
    at: float
    thumbnail: bytes


_PUT = """
INSERT OR REPLACE INTO fault_picture (fault, which, camera, at, thumbnail)
SELECT fault.id, ?, camera.id, ?, ? FROM fault, camera WHERE fault.id = ? AND camera.code = ?
"""


def put_pictures(connection: sqlite3.Connection, pictures: Iterable[Evidence]) -> None:
    """Each in place of the one before."""
    connection.executemany(_PUT, [(each.which, each.at, each.thumbnail, each.fault, each.camera) for each in pictures])


def pictures(connection: sqlite3.Connection, faults: Iterable[int]) -> dict[int, dict[str, Evidence]]:
    """The pictures of these faults, by fault and by which."""
    found: dict[int, dict[str, Evidence]] = {}
    query = (
        "SELECT fault, which, code, at, thumbnail FROM fault_picture JOIN camera ON camera.id = camera WHERE fault = ?"
    )
    for fault in faults:
        for row in connection.execute(query, (fault,)):
            found.setdefault(fault, {})[row[1]] = Evidence(*row)
    return found

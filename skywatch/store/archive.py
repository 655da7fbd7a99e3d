"""The history's file, read by somebody who does not write it: reports and commands, while the daemon goes on.

A second connection that may only read; SQLite's WAL shows it a whole moment, and holds up nobody.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from skywatch.health import Past, Timeline
from skywatch.health.camera import State
from skywatch.store.file import OURS, VERSION, Foreign

_BEFORE = """
SELECT 2 * camera + (kind = 'intact'), new, max(id) FROM flip WHERE kind IN ('state', 'intact') AND at <= :start
GROUP BY camera, kind
"""
_WITHIN = """
SELECT 2 * camera + (kind = 'intact'), at, new FROM flip NOT INDEXED
WHERE at > :start AND at < :end AND kind <> 'finding' ORDER BY id
"""

NEW = ("up", "down", "unknown", "maintenance", "pass", "fail")
"""All that a flip of a state or of intactness may lead to."""


class NoHistory(Exception):
    """There is no file yet: skywatch has not run here."""


class Archive:
    """Made by `opened`. Everything raises sqlite3.Error."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def pasts(self, start: float, end: float) -> Mapping[str, Past]:
        """What every camera was from `start` to `end` (Unix seconds), by code. Before it was known, and after the last
        word of the file, nobody watched."""
        changes = self._changes(start, end)
        if (until := self.last_word()) < end:
            for row in changes.values():
                row.append((max(until, start), State.UNKNOWN))
        lines = {key: Timeline.of(start, row) for key, row in changes.items()}
        none, codes = Timeline(start), self._codes()
        return {
            codes[camera]: Past(lines.get(2 * camera, none), lines.get(2 * camera + 1, none))
            for camera in sorted({key // 2 for key in changes})
        }

    def _changes(self, start: float, end: float) -> dict[int, list[tuple[float, State]]]:
        """What it was at `start`, and every change before `end`, by twice the camera's id, one more for whether it was
        intact: of a month there are hundreds of thousands."""
        span, read = {"start": start, "end": end}, {new: Past.read(new) for new in NEW}
        changes: defaultdict[int, list[tuple[float, State]]] = defaultdict(list)
        for key, new, _ in self.connection.execute(_BEFORE, span):
            changes[key].append((start, read[new]))
        for key, at, new in self.connection.execute(_WITHIN, span):
            changes[key].append((at, read[new]))
        return changes

    def _codes(self) -> dict[int, str]:
        return dict(self.connection.execute("SELECT id, code FROM camera").fetchall())

    def last_word(self) -> float:
        """Up to when the file knows all that happened, Unix seconds."""
        (until,) = self.connection.execute("SELECT coalesce(max(until), 0) FROM open").fetchone()
        return float(until)

    def connected(self) -> frozenset[str]:
        """Codes of the cameras that have answered at least once, as far as is remembered."""
        rows = self.connection.execute(
            "SELECT code FROM camera WHERE up > 0 "
            "OR id IN (SELECT camera FROM flip WHERE kind = 'state' AND new = 'up')"
        )
        return frozenset(code for (code,) in rows)

    def watched(self, start: float, end: float) -> list[tuple[float, float]]:
        """The spans from `start` to `end` in which skywatch itself was watching, the oldest first."""
        rows = self.connection.execute(
            "SELECT max(since, ?), min(until, ?) FROM open WHERE until > ? AND since < ? ORDER BY id",
            (start, end, start, end),
        )
        return [(float(since), float(until)) for since, until in rows]


@contextmanager
def opened(path: Path, timeout: float = 5.0) -> Iterator[Archive]:
    """The file at `path` for reading. Raises NoHistory where there is none, Foreign where it is of another program or
    of another version of skywatch, sqlite3.Error where it can't be read."""
    if not path.exists():
        raise NoHistory(str(path))
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=timeout)
    try:
        (owner,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if (owner, version) != (OURS, VERSION):
            raise Foreign(f"{path} is not a history of this skywatch (schema {version}, not {VERSION})")
        yield Archive(connection)
    finally:
        connection.close()

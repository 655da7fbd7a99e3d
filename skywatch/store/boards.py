"""The fault engine's own state as rows: of ten thousand dead cameras only those are written that are not as they were.
Everything raises sqlite3.Error."""

import json
import logging
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from skywatch.health.board import Board
from skywatch.health.plain import from_plain, to_plain

log = logging.getLogger(__name__)

_PUT = (
    "INSERT INTO board (part, key, plain) VALUES (?, ?, ?) ON CONFLICT (part, key) DO UPDATE SET plain = excluded.plain"
)
_PARTS = tuple(field.name for field in fields(Board))


@dataclass(slots=True)
class Boards:
    """`written` is the board that the file holds, None where that is not known. A board's values are never changed in
    place: what is the same object is as it was."""

    written: Board | None = None

    def put(self, connection: sqlite3.Connection, board: Board) -> None:
        """`board` in place of the one before. Once the transaction holds, say `written`."""
        if self.written is None:
            connection.execute("DELETE FROM board")
        for part in _PARTS:
            before = getattr(self.written, part, None)
            now = getattr(board, part)
            if isinstance(now, Mapping):
                self._put_rows(connection, part, before or {}, now)
            elif before is not now:
                connection.execute(_PUT, (part, "", _text(now)))

    def _put_rows(
        self, connection: sqlite3.Connection, part: str, before: Mapping[Any, Any], now: Mapping[Any, Any]
    ) -> None:
        if before is now:
            return
        gone = [(part, str(key)) for key in before if key not in now]
        connection.executemany("DELETE FROM board WHERE part = ? AND key = ?", gone)
        connection.executemany(_PUT, _changed(part, before, now))

    def read(self, connection: sqlite3.Connection) -> Board | None:
        """What was put last, None before anything was. One that cannot be read any more is as good as none: its faults
        are rows of their own, and are found again by what is still wrong."""
        plain: dict[str, Any] = {}
        try:
            for part, key, text in connection.execute("SELECT part, key, plain FROM board").fetchall():
                if key:
                    plain.setdefault(part, {})[key] = json.loads(text)
                else:
                    plain[part] = json.loads(text)
            self.written = from_plain(Board, plain) if plain else None
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            log.error("the state of the fault engine cannot be read (%s); it begins anew", error)
            self.written = None
        return self.written


def _changed(part: str, before: Mapping[Any, Any], now: Mapping[Any, Any]) -> Iterator[tuple[str, str, str]]:
    for key, value in now.items():
        if before.get(key) is not value:
            yield part, str(key), _text(value)


def _text(value: Any) -> str:
    return json.dumps(to_plain(value), separators=(",", ":"))

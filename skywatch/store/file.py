"""The history's file: opened, checked, brought up to date, or set aside when it is damaged. Knows no rows."""

import logging
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

log = logging.getLogger(__name__)

VERSION = 2
OURS = 0x736B7977
_SCHEMA = files("skywatch.store").joinpath("schema.sql").read_text(encoding="utf-8")


def _since(version: int) -> str:
    """What the schema has had since `version`."""
    return _SCHEMA.partition(f"-- Since version {version}:")[2].partition("\n")[2]


MIGRATIONS: Mapping[int, str] = {
    1: "ALTER TABLE flip ADD COLUMN severity INTEGER NOT NULL DEFAULT 0 CHECK (severity BETWEEN 0 AND 5);"
    "ALTER TABLE flip ADD COLUMN remark INTEGER NOT NULL DEFAULT 0 CHECK (remark IN (0, 1));"
    "ALTER TABLE camera ADD COLUMN serial TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE camera ADD COLUMN stream TEXT NOT NULL DEFAULT '';" + _since(2),
}
"""SQL that takes a file from the version that is the key to the next one."""

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class Foreign(Exception):
    """The file is not ours, or of a newer skywatch: it is left alone."""


def open_file(
    path: Path, now: float, *, timeout: float, version: int = VERSION, migrations: Mapping[int, str] = MIGRATIONS
) -> sqlite3.Connection:
    """The file at `path`, ready to be written, made where there is none. One that is damaged is set aside, with the
    date in its name, and a new one begun. For `timeout` seconds a lock is waited for.

    Raises sqlite3.Error or OSError where that can't be done now (locked, disk full, no permission), and Foreign.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)  # it holds pictures of villages; SQLite gives its journal the same rights
    try:
        return _opened(path, now, timeout, version, migrations)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        kept = set_aside(path, now, "damaged")
        log.error("the history %s is damaged (%s); it is kept as %s, and a new one begun", path, error, kept.name)
    return _opened(path, now, timeout, version, migrations)


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is broken, not only out of reach for now."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _DAMAGED


def set_aside(path: Path, now: float, why: str) -> Path:
    """Rename the file, with its journal, to a name that says why and when. Raises OSError."""
    kept = path.with_name(f"{path.name}.{why}-{_stamp(now)}")
    for tail in ("", "-wal", "-shm"):
        part = path.with_name(path.name + tail)
        if part.exists():
            part.rename(kept.with_name(kept.name + tail))
    return kept


def keep_copy(connection: sqlite3.Connection, path: Path, now: float, why: str) -> Path:
    """A copy of the open file beside it, by a name that says why and when. Raises sqlite3.Error."""
    copy = path.with_name(f"{path.name}.{why}-{_stamp(now)}")
    with closing(sqlite3.connect(copy)) as other:
        connection.backup(other)
    return copy


def _opened(path: Path, now: float, timeout: float, version: int, migrations: Mapping[int, str]) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False)
    try:
        found = _inspect(connection, path, version)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # a power cut, too, loses no more than the last second
        connection.execute("PRAGMA foreign_keys = ON")
        if found == 0:
            connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
        elif found < version:
            _migrate(connection, path, now, range(found, version), migrations)
    except BaseException:
        connection.close()
        raise
    return connection


def _inspect(connection: sqlite3.Connection, path: Path, version: int) -> int:
    """The version of the schema in the file, 0 for an empty file. Damage shows here, by SQLite's own check."""
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables == 0:
        return 0
    if owner != OURS:
        raise Foreign(f"{path} is a database of some other program; it is left alone")
    if found > version:
        raise Foreign(f"{path} was written by a newer skywatch (schema {found}, not {version}); it is left alone")
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        error = sqlite3.DatabaseError(verdict)
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error
    return int(found)


def _migrate(
    connection: sqlite3.Connection, path: Path, now: float, steps: range, migrations: Mapping[int, str]
) -> None:
    """Bring the file up to date in one transaction, with a copy of it made before."""
    copy = keep_copy(connection, path, now, f"v{steps.start}")
    script = "".join(f"{migrations[step]}; PRAGMA user_version = {step + 1};" for step in steps)
    connection.executescript(f"BEGIN IMMEDIATE; {script} COMMIT;")
    log.warning(
        "the history %s is brought from schema %d to %d; as it was: %s", path, steps.start, steps.stop, copy.name
    )


def _stamp(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")

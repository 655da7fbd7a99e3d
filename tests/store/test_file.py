"""The file: its schema, and how an older one is brought up to date."""

import re
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest

from skywatch.store.file import MIGRATIONS, VERSION, Foreign, open_file

NEXT = {VERSION: "ALTER TABLE flip ADD COLUMN told REAL"}
NOW = 1_700_000_000.0


def columns(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[1] for row in connection.execute("PRAGMA table_info(flip)")}


def test_the_schema_says_its_own_version(tmp_path: Path) -> None:
    with closing(open_file(tmp_path / "h.db", NOW, timeout=1)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_there_is_a_way_from_every_older_version() -> None:
    assert set(MIGRATIONS) == set(range(1, VERSION))


def test_an_older_file_is_brought_up_to_date_with_a_copy_made_before(tmp_path: Path) -> None:
    path = tmp_path / "h.db"
    open_file(path, NOW, timeout=1).close()
    with closing(open_file(path, NOW, timeout=1, version=VERSION + 1, migrations=NEXT)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION + 1,)
    assert "told" in columns(path)
    assert "told" not in columns(tmp_path / f"h.db.v{VERSION}-20231114T221320Z")


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "h.db"
    open_file(path, NOW, timeout=1).close()
    wrong = {VERSION: "ALTER TABLE flip ADD COLUMN told REAL; ALTER TABLE nowhere ADD COLUMN x REAL"}
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        open_file(path, NOW, timeout=1, version=VERSION + 1, migrations=wrong)
    assert "told" not in columns(path)
    open_file(path, NOW, timeout=1).close()


def test_the_file_of_a_newer_skywatch_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "h.db"
    open_file(path, NOW, timeout=1).close()
    open_file(path, NOW, timeout=1, version=VERSION + 1, migrations=NEXT).close()
    before = path.read_bytes()
    with pytest.raises(Foreign, match="newer skywatch"):
        open_file(path, NOW, timeout=1)
    assert path.read_bytes() == before


TOGETHER = {"up", "down", "unknown", "maintenance"}
"""Columns of `camera` that one comment above them explains together."""


def schema() -> str:
    return files("skywatch.store").joinpath("schema.sql").read_text(encoding="utf-8")


def test_every_column_of_the_schema_says_what_it_is() -> None:
    columns = re.findall(r"^    ([a-z]+) +(?:REAL|TEXT|INTEGER|BLOB)(.*(?:\n {15}.*)?)$", schema(), re.MULTILINE)
    assert len(columns) > 100
    assert {name for name, rest in columns if "--" not in rest} <= {"id"} | TOGETHER


def shape(connection: sqlite3.Connection) -> dict[str, set[str]]:
    """Table or index -> its columns."""
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")]
    tables = {name: {row[1] for row in connection.execute(f"PRAGMA table_info({name})")} for name in names}
    return {name: columns or {row[2] for row in connection.execute(f"PRAGMA index_info({name})")}
            for name, columns in tables.items()}  # fmt: skip


def test_a_file_of_version_1_becomes_what_a_new_one_is(tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    first = schema().partition("-- Since version 2:")[0].replace("user_version = 2", "user_version = 1")
    first = re.sub(r"    (?:severity|remark ) INTEGER.*\n.*\n|    (?:serial|stream)  .*\n", "", first)
    with closing(sqlite3.connect(old)) as connection:
        connection.executescript(first)
    with (
        closing(open_file(old, NOW, timeout=1)) as migrated,
        closing(open_file(tmp_path / "new.db", NOW, timeout=1)) as new,
    ):
        assert shape(migrated) == shape(new)
    assert [path.name for path in tmp_path.glob("old.db.v1-*")]

"""How each kind of row gets into the file: SQL for what the watching writes. Runs in the writer's thread, inside its
transaction; raises sqlite3.Error."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields

from skywatch.health import Flip
from skywatch.health.tally import Tallies, Tally
from skywatch.observation import Identity

_FLIP = """
INSERT INTO flip (camera, at, noticed, kind, what, old, new, step, detail, severity, remark)
VALUES ((SELECT id FROM camera WHERE code = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_SUMS = [field.name for field in fields(Tally)]
_ADDED = ", ".join(
    f"{name} = max({name}, excluded.{name})" if name == "slowest" else f"{name} = {name} + excluded.{name}"
    for name in _SUMS
)
_TALLY = """
INSERT INTO {table} (camera, start, {names}) VALUES ((SELECT id FROM camera WHERE code = ?), ?, {marks})
ON CONFLICT (camera, start) DO UPDATE SET {added}
"""


def put_flips(connection: sqlite3.Connection, flips: Sequence[Flip]) -> None:
    """Changes of states and findings, in this order."""
    know(connection, {flip.camera for flip in flips})
    connection.executemany(
        _FLIP,
        [
            (
                f.camera,
                f.at,
                f.noticed,
                str(f.kind),
                f.what,
                str(f.old),
                str(f.new),
                f.step,
                f.detail,
                f.severity,
                f.remark,
            )
            for f in flips
        ],
    )


def put_identities(connection: sqlite3.Connection, identities: Mapping[str, Identity]) -> None:
    """What cameras were at first, by code."""
    know(connection, identities)
    connection.executemany(
        "UPDATE camera SET serial = ?, stream = ? WHERE code = ?",
        [(each.serial, each.stream, code) for code, each in identities.items()],
    )


def identities(connection: sqlite3.Connection) -> dict[str, Identity]:
    """The same, read back."""
    rows = connection.execute("SELECT code, serial, stream FROM camera WHERE serial <> '' OR stream <> ''")
    return {code: Identity(serial, stream) for code, serial, stream in rows}


def put_tallies(connection: sqlite3.Connection, tallies: Tallies, day_of: Callable[[float], float]) -> None:
    """What was measured, added to what the hour and the day have already. `day_of` gives the start of a day."""
    if not len(tallies):
        return
    rows = [(camera, hour, _values(tally)) for camera, hour, tally in tallies.rows()]
    know(connection, {camera for camera, _, _ in rows})
    connection.executemany(_added_to("hourly"), [(camera, hour, *values) for camera, hour, values in rows])
    connection.executemany(_added_to("daily"), [(camera, day_of(hour), *values) for camera, hour, values in rows])


def know(connection: sqlite3.Connection, codes: Iterable[str]) -> None:
    """A row in `camera` for each of these."""
    connection.executemany("INSERT OR IGNORE INTO camera (code) VALUES (?)", [(code,) for code in codes])


def _values(tally: Tally) -> tuple[float, ...]:
    return tuple(getattr(tally, name) for name in _SUMS)


def _added_to(table: str) -> str:
    return _TALLY.format(table=table, names=", ".join(_SUMS), marks=", ".join("?" * len(_SUMS)), added=_ADDED)

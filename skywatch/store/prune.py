"""What is forgotten, and when: each kind of row has its own age. Runs in the writer's thread, inside a transaction."""

import sqlite3
from dataclasses import dataclass

from skywatch.health import DAY, State

_OLD_SECONDS = """
SELECT camera, new, sum(max(0, ends - at)) FROM (
    SELECT camera, new, at, lead(at) OVER (PARTITION BY camera ORDER BY id) AS ends
    FROM flip WHERE kind = 'state' AND at <= :before
) WHERE ends IS NOT NULL GROUP BY camera, new
"""
_FORGET_CHANGES = """
DELETE FROM flip WHERE id IN (
    SELECT id FROM (
        SELECT id, kind, new, lead(id) OVER (PARTITION BY camera, kind, what ORDER BY id) AS later
        FROM flip WHERE at <= :before
    ) WHERE later IS NOT NULL OR (kind = 'finding' AND new = 'absent')
)
"""


@dataclass(frozen=True, slots=True)
class Retention:
    """Seconds that each kind is kept; `skywatch.config.settings.Retention` says what is which, in the same words."""

    changes: float = 400 * DAY
    hours: float = 14 * DAY
    days: float = 800 * DAY
    faults: float = 800 * DAY
    inspections: float = 400 * DAY
    pictures: float = 30 * DAY


def prune(connection: sqlite3.Connection, now: float, retention: Retention, run: int) -> None:
    """Forget what is too old at `now`; `run` is the run of skywatch that goes on."""
    _prune_changes(connection, now - retention.changes, run)
    for statement, kept in (
        ("DELETE FROM hourly WHERE start < ?", retention.hours),
        ("DELETE FROM daily WHERE start < ?", retention.days),
        ("DELETE FROM message WHERE fault IS NULL AND queued < ?", retention.faults),
        ("DELETE FROM fault WHERE closed < ?", retention.faults),
        ("DELETE FROM maintenance WHERE repeat = 'once' AND until < ?", retention.changes),
        ("DELETE FROM inspection WHERE began < ?", retention.inspections),
        ("DELETE FROM fault_picture WHERE at < ?", retention.pictures),
        ("UPDATE look SET thumbnail = NULL WHERE thumbnail IS NOT NULL AND at < ?", retention.pictures),
    ):
        connection.execute(statement, (now - kept,))


def _prune_changes(connection: sqlite3.Connection, before: float, run: int) -> None:
    """Forget spans that ended before `before`; their seconds stay with the camera."""
    for camera, state, seconds in connection.execute(_OLD_SECONDS, {"before": before}).fetchall():
        column = State(state).value
        connection.execute(
            f"UPDATE camera SET {column} = {column} + ? WHERE id = ?",  # noqa: S608 - one of four words
            (seconds, camera),
        )
    connection.execute(_FORGET_CHANGES, {"before": before})
    connection.execute("DELETE FROM open WHERE until < ? AND id <> ?", (before, run))

"""Every SQL statement of the history: what is written and what is read back. Runs in the writer's thread, one
connection, and knows nothing of queues or of the event loop."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from skywatch import __version__
from skywatch.health import CameraState, Flip, Mark, Past, State, Timeline, revive
from skywatch.observation import Finding

Restored = dict[str, tuple[CameraState, Past]]

_BEGIN_GAP = """
INSERT INTO flip (camera, at, noticed, kind, old, new)
SELECT camera, max(at, :until), :now, kind, new, 'unknown' FROM flip
WHERE id IN (SELECT max(id) FROM flip WHERE kind IN ('state', 'intact') GROUP BY camera, kind) AND new <> 'unknown'
"""
_STANDING = """
SELECT camera, what, at, step, detail FROM flip
WHERE id IN (SELECT max(id) FROM flip WHERE kind = 'finding' GROUP BY camera, what) AND new = 'standing'
"""
_SPANS = "SELECT camera, kind, min(at, :since), new FROM flip WHERE kind IN ('state', 'intact') ORDER BY id"
_OLD_SECONDS = """
SELECT camera, new, sum(max(0, ends - at)) FROM (
    SELECT camera, new, at, lead(at) OVER (PARTITION BY camera ORDER BY id) AS ends
    FROM flip WHERE kind = 'state' AND at <= :before
) WHERE ends IS NOT NULL GROUP BY camera, new
"""
_FORGET = """
DELETE FROM flip WHERE id IN (
    SELECT id FROM (
        SELECT id, kind, new, lead(id) OVER (PARTITION BY camera, kind, what ORDER BY id) AS later
        FROM flip WHERE at <= :before
    ) WHERE later IS NOT NULL OR (kind = 'finding' AND new = 'absent')
)
"""


@dataclass(slots=True)
class Record:
    """The history in one open file. Everything raises sqlite3.Error."""

    connection: sqlite3.Connection
    run: int
    since: float

    @classmethod
    def begin(cls, connection: sqlite3.Connection, now: float) -> "Record":
        """A new run begins. Since the last one ended, or was killed, nobody watched: whatever stood then is unknown
        from then on. A clock that was set back in between does not count: the run begins where the last one ended."""
        until = last_word(connection)
        since = now if until is None else max(now, until)
        with _transaction(connection):
            if until is not None:
                connection.execute(_BEGIN_GAP, {"until": until, "now": since})
            row = (since, since, __version__)
            run = connection.execute("INSERT INTO open (since, until, version) VALUES (?, ?, ?)", row).lastrowid
        assert run is not None  # noqa: S101 - an INSERT has a row
        return cls(connection, run, since)

    def write(self, flips: Sequence[Flip], now: float) -> None:
        """These flips, and that all is known up to `now`, in one transaction."""
        with _transaction(self.connection):
            self._flips(flips)
            self.connection.execute("UPDATE open SET until = max(until, ?) WHERE id = ?", (now, self.run))

    def end(self, flips: Sequence[Flip], now: float) -> None:
        """The run ends in good order."""
        with _transaction(self.connection):
            self._flips(flips)
            self.connection.execute("UPDATE open SET until = max(until, ?), clean = 1 WHERE id = ?", (now, self.run))
        self.connection.close()

    def prune(self, before: float) -> None:
        """Forget spans that ended before `before`; their seconds stay with the camera."""
        with _transaction(self.connection):
            for camera, state, seconds in self.connection.execute(_OLD_SECONDS, {"before": before}).fetchall():
                column = State(state).value
                self.connection.execute(
                    f"UPDATE camera SET {column} = {column} + ? WHERE id = ?",  # noqa: S608 - one of four words
                    (seconds, camera),
                )
            self.connection.execute(_FORGET, {"before": before})
            self.connection.execute("DELETE FROM open WHERE until < ? AND id <> ?", (before, self.run))

    def restore(self) -> Restored:
        """Every camera that has a history: its state as this run begins, and its past. What a wrong clock dated after
        that counts as then."""
        cameras = self.connection.execute("SELECT id, code, up, down, unknown, maintenance FROM camera").fetchall()
        ever = {id_: seconds for id_, _, *seconds in cameras}
        pasts: dict[int, Past] = {}
        for id_, kind, at, new in self.connection.execute(_SPANS, {"since": self.since}):
            past = pasts.get(id_)
            if past is None:
                past = pasts[id_] = Past(Timeline(at, ever=ever[id_]), Timeline(at))
            past.put(kind, at, new)
        marks = self._standing()
        return {
            code: (revive(code, self.since, marks.get(id_, ()), pasts[id_].state.last(State.UP)), pasts[id_])
            for id_, code, *_ in cameras
            if id_ in pasts
        }

    def _flips(self, flips: Sequence[Flip]) -> None:
        run = self.connection.executemany
        run("INSERT OR IGNORE INTO camera (code) VALUES (?)", [(code,) for code in {flip.camera for flip in flips}])
        run(
            "INSERT INTO flip (camera, at, noticed, kind, what, old, new, step, detail) "
            "VALUES ((SELECT id FROM camera WHERE code = ?), ?, ?, ?, ?, ?, ?, ?, ?)",
            [(f.camera, f.at, f.noticed, str(f.kind), f.what, str(f.old), str(f.new), f.step, f.detail) for f in flips],
        )

    def _standing(self) -> dict[int, list[Mark]]:
        marks: dict[int, list[Mark]] = {}
        for camera, what, at, step, detail in self.connection.execute(_STANDING):
            probe, _, code = what.partition(".")
            marks.setdefault(camera, []).append(Mark(probe, Finding(code, step, detail), True, min(at, self.since)))
        return marks


def last_word(connection: sqlite3.Connection) -> float | None:
    """Up to when the file knows all that happened; None for a new one."""
    (until,) = connection.execute("SELECT max(until) FROM open").fetchone()
    return None if until is None else float(until)


def squeeze(connection: sqlite3.Connection, now: float) -> None:
    """What a wrong clock dated after `now` happened now."""
    with _transaction(connection):
        connection.execute(
            "UPDATE flip SET at = min(at, :now), noticed = min(noticed, :now) WHERE at > :now OR noticed > :now",
            {"now": now},
        )
        connection.execute(
            "UPDATE open SET since = min(since, :now), until = min(until, :now) WHERE until > :now", {"now": now}
        )


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing, a disk that is full at the last moment included."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise

"""Every SQL statement of the history: what is written and what is read back. Runs in the writer's thread, one
connection, and knows nothing of queues or of the event loop."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from skywatch import __version__
from skywatch.health import CameraState, Flip, FlipKind, Mark, Past, State, Timeline, revive
from skywatch.observation import Finding

Restored = dict[str, tuple[CameraState, Past]]

_BEGIN_GAP = """
INSERT INTO flip (camera, at, noticed, kind, old, new)
SELECT camera, max(at, :until), :now, kind, new, 'unknown'
FROM (SELECT camera, kind, at, new, max(id) FROM flip WHERE kind IN ('state', 'intact') GROUP BY camera, kind)
WHERE new <> 'unknown'
"""
_STANDING = """
SELECT camera, what, at, new, step, detail, max(id) FROM flip WHERE kind = 'finding' GROUP BY camera, what
"""
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
        """Every camera that has a history: its state as this run begins, and its past."""
        codes = {id_: (code, ever) for id_, code, *ever in self.connection.execute(
            "SELECT id, code, up, down, unknown, maintenance FROM camera"
        )}  # fmt: skip
        marks = self._standing()
        restored: Restored = {}
        for id_, flips in groupby(self._spans(), key=itemgetter(0)):
            code, ever = codes[id_]
            past, alive = _past(code, flips, ever, self.since)
            restored[code] = revive(code, self.since, marks.get(id_, ()), alive), past
        return restored

    def _flips(self, flips: Sequence[Flip]) -> None:
        run = self.connection.executemany
        run("INSERT OR IGNORE INTO camera (code) VALUES (?)", [(code,) for code in {flip.camera for flip in flips}])
        run(
            "INSERT INTO flip (camera, at, noticed, kind, what, old, new, step, detail) "
            "VALUES ((SELECT id FROM camera WHERE code = ?), ?, ?, ?, ?, ?, ?, ?, ?)",
            [(f.camera, f.at, f.noticed, str(f.kind), f.what, str(f.old), str(f.new), f.step, f.detail) for f in flips],
        )

    def _spans(self) -> Iterator[tuple[int, str, float, str]]:
        return self.connection.execute(
            "SELECT camera, kind, at, new FROM flip WHERE kind IN ('state', 'intact') ORDER BY camera, id"
        )

    def _standing(self) -> dict[int, list[Mark]]:
        marks: dict[int, list[Mark]] = {}
        for camera, what, at, new, step, detail, _ in self.connection.execute(_STANDING):
            if new == "standing":
                probe, _, code = what.partition(".")
                marks.setdefault(camera, []).append(Mark(probe, Finding(code, step, detail), True, at))
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


def _past(
    code: str, rows: Iterable[tuple[int, str, float, str]], ever: Sequence[float], now: float
) -> tuple[Past, float | None]:
    """Both timelines of a camera, and when it was last known to be up. `ever` is from before the rows. What is dated
    after `now`, by a clock that was wrong, counts as now."""
    past: Past | None = None
    up, alive = ever[0] > 0, None
    for _, kind, at, new in rows:
        flip = Flip(code, min(at, now), now, FlipKind(kind), "", "", new)
        if past is None:
            past = Past(Timeline(flip.at, ever=ever), Timeline(flip.at))
        if flip.kind is FlipKind.STATE:
            alive = flip.at if up else alive
            up = new == State.UP
        past.take(flip)
    return past or Past.since(now), now if up else alive


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

"""Short ways to say what happened, for the tests of the store."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from skywatch.health import Flip, FlipKind
from skywatch.store import History
from tests.health.eyes import CODE


def state(at: float, old: str, new: str, camera: str = CODE) -> Flip:
    return Flip(camera, at, at + 10, FlipKind.STATE, "", old, new)


def finding(at: float, new: str, what: str = "picture.blur", camera: str = CODE) -> Flip:
    old = "absent" if new == "standing" else "standing"
    return Flip(camera, at, at + 10, FlipKind.FINDING, what, old, new, "score", "0.93")


async def lived(path: Path, flips: Iterable[Flip], since: float = 1000.0, until: float = 2000.0) -> None:
    """One run of skywatch, orderly stopped."""
    history = await History.open(path, since)
    history.record(flips)
    await history.close(until)


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()

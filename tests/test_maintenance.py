"""Maintenance by the configuration and by announcement."""

import sqlite3
from contextlib import closing
from pathlib import Path

from skywatch.config import Config, load
from skywatch.maintenance import Upkeep
from skywatch.store import Announced, History
from skywatch.store.announced import announce, announced, withdraw
from tests.config.town import CODE, OTHER, PROBES, write

NOW = 1_780_000_000.0
HOUR, DAY = 3600.0, 86400.0


def town(folder: Path) -> Config:
    return load(write(folder), PROBES)


def window(**changed: object) -> Announced:
    plain: dict[str, object] = {
        "id": 0, "scope": "village", "code": "liu", "since": NOW, "until": NOW + HOUR, "repeat": "once",
        "last": None, "reason": "换杆", "who": "王",
    }  # fmt: skip
    return Announced(**{**plain, **changed})  # type: ignore[arg-type]


async def test_what_is_announced_holds_from_the_next_flush_on(tmp_path: Path) -> None:
    config = town(tmp_path)
    history = await History.open(tmp_path / "h.db", NOW)
    upkeep = Upkeep(config, lambda: history.announced)
    camera = config.inventory.cameras[CODE]
    with closing(sqlite3.connect(tmp_path / "h.db", isolation_level=None)) as other:
        id_ = announce(other, window())
        assert not upkeep.holds(camera, NOW + 1)
        await history.flush(NOW + 1)
        assert upkeep.holds(camera, NOW + 1)
        assert not upkeep.holds(config.inventory.cameras[OTHER], NOW + 1)
        assert not upkeep.holds(camera, NOW + HOUR)
        assert withdraw(other, id_, NOW + 60)
        await history.flush(NOW + 61)
        assert not upkeep.holds(camera, NOW + 61)
    await history.close(NOW + 62)


def test_a_window_that_comes_back_is_announced_until_it_is_taken_back(tmp_path: Path) -> None:
    config = town(tmp_path)
    camera = config.inventory.cameras[CODE]
    nightly = window(scope="all", code="", repeat="daily")
    upkeep = Upkeep(config, lambda: (nightly,))
    assert upkeep.holds(camera, NOW + 9 * DAY + 60)
    assert not upkeep.holds(camera, NOW + 9 * DAY + 2 * HOUR)


async def test_a_window_that_was_never_announced_can_not_be_taken_back(tmp_path: Path) -> None:
    await (await History.open(tmp_path / "h.db", NOW)).close(NOW)
    with closing(sqlite3.connect(tmp_path / "h.db", isolation_level=None)) as connection:
        assert not withdraw(connection, 5, NOW)
        announce(connection, window(repeat="weekly"))
        announce(connection, window(until=NOW + 1))
        assert [each.repeat for each in announced(connection, NOW + DAY)] == ["weekly"]

"""What the daemon's parts are made of by a configuration."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from zoneinfo import ZoneInfo

from skywatch.clock import Clock, midnight
from skywatch.config import Config
from skywatch.config.settings import Settings
from skywatch.credentials import Credentials
from skywatch.health import Grade, Rules
from skywatch.parts import Orders
from skywatch.probes import Account, Accounts
from skywatch.store import History, Refusals, Retention


def rules_of(config: Config) -> Rules:
    """How much it takes to believe a change, from the settings."""
    health, options = config.settings.health, Orders.of(config).options
    heartbeat = options["heartbeat"]
    severities = ((5, health.severe), (3, health.clear), (1, health.slight))
    return Rules(
        fails=health.down.fails,
        fails_of=health.down.of,
        passes=health.up.passes,
        passes_of=health.up.of,
        gap=max(180.0, 3 * heartbeat.period + heartbeat.timeout),
        grades=tuple(Grade(severity, asked.looks, asked.of) for severity, asked in severities),
        apart=options["picture"].recheck / 2,
    )


def accounts_of(config: Config) -> set[tuple[str, Credentials]]:
    """Every (host, credentials) that the configuration has."""
    known = ((camera.host, config.secrets.get(camera.credentials)) for camera in config.inventory.cameras.values())
    return {(host, credentials) for host, credentials in known if credentials is not None}


def needs_restart(old: Config, new: Config) -> Iterator[str]:
    """Settings that differ and that a reload does not change."""
    if old.settings.web != new.settings.web:
        yield "web"
    if old.settings.state_dir != new.settings.state_dir:
        yield "state_dir"
    if (old.settings.time_zone, old.settings.retention) != (new.settings.time_zone, new.settings.retention):
        yield "time_zone, retention"
    if old.settings.limits.workers != new.settings.limits.workers:
        yield "limits.workers"


def remember(accounts: Accounts, refusals: Refusals) -> None:
    """A restart is no reason to try a refused password again."""
    accounts.recall = lambda host, who: Account(*refusals.recall(host, who))
    accounts.keep = lambda host, who, account: refusals.keep(host, who, account.refusals, account.closed_until)


@asynccontextmanager
async def history_of(settings: Settings, clock: Clock) -> AsyncIterator[History]:
    """The history of a station, open for the block."""
    kept = Retention(**settings.retention.model_dump())
    day_of = partial(midnight, zone=ZoneInfo(settings.time_zone))
    path = settings.state_dir / "history.sqlite"
    history = await History.open(path, clock.now(), retention=kept, day_of=day_of)
    try:
        yield history
    finally:
        await history.close(clock.now())

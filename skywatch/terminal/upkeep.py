"""`skywatch maintenance`: what is announced, by the configuration and by people, and announcing it."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from skywatch.config import Config
from skywatch.i18n import N_, _
from skywatch.recurring import LONGEST, Repeat
from skywatch.store import Announced
from skywatch.store.announced import announce, announced, withdraw
from skywatch.terminal import Failure
from skywatch.terminal.faults import clock
from skywatch.terminal.store import reading, writing

SCOPES = ("camera", "village", "feed", "uplink", "all")
REPEATS = {"once": N_("once"), "daily": N_("daily"), "weekly": N_("weekly"), "monthly": N_("monthly")}
FORMS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d")


def find(config: Config, now: float) -> list[Announced]:
    """All that is not over, of the configuration (id 0) and of people."""
    own = [
        Announced(
            0, each.scope, each.code, each.start.timestamp(), each.end.timestamp(), each.repeat.value,
            each.last.timestamp() if each.last else None, each.reason, "",
        )
        for each in config.settings.maintenance
        if each.end.timestamp() > now or each.repeat is not Repeat.ONCE
    ]  # fmt: skip
    with reading(config) as archive:
        return own + announced(archive.connection, now)


def add(config: Config, target: str, since: float, until: float, repeat: str, reason: str, who: str) -> int:
    """Announce a window; its number is returned. `target` is `all` or scope:code. Raises Failure."""
    scope, _colon, code = target.partition(":")
    _check(config, scope, code, since, until, repeat)
    with writing(config) as connection:
        return announce(connection, Announced(0, scope, code, since, until, repeat, None, reason, who))


def remove(config: Config, number: int, now: float) -> None:
    """End a window, or take it back. Raises Failure where there is none of that number."""
    with writing(config) as connection:
        if not withdraw(connection, number, now):
            raise Failure(_("there is no maintenance {number}").format(number=number))


def moment(text: str, config: Config) -> float:
    """A time that a person typed, by the station's clock: 2026-05-29 08:00, or Unix seconds' worth of it."""
    for form in FORMS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=ZoneInfo(config.settings.time_zone)).timestamp()
        except ValueError:
            continue
    raise Failure(_("{text} is no time; write 2026-05-29 08:00").format(text=text))


def _check(config: Config, scope: str, code: str, since: float, until: float, repeat: str) -> None:
    inventory = config.inventory
    known: dict[str, Iterable[str]] = {
        "camera": inventory.cameras,
        "village": inventory.villages,
        "feed": inventory.feeds,
        "uplink": inventory.uplinks,
        "all": ("",),
    }
    if scope not in known:
        raise Failure(_("write all, or camera:, village:, feed: or uplink: and its code"))
    if code not in known[scope]:
        raise Failure(_("there is no {scope} {code}").format(scope=scope, code=code))
    if repeat not in REPEATS:
        raise Failure(_("--repeat takes once, daily, weekly or monthly"))
    if until <= since:
        raise Failure(_("ends before it starts"))
    longest = LONGEST.get(Repeat(repeat))
    if longest is not None and until - since > longest.total_seconds():
        raise Failure(_("is longer than the time after which it comes back"))


def show(found: Iterable[Announced], config: Config, console: Console) -> None:
    """A row a window."""
    zone = ZoneInfo(config.settings.time_zone)
    heads = (_("no."), _("what"), _("from"), _("to"), _("again"), _("reason"), _("who"))
    table = Table(*heads, box=None, padding=(0, 2, 0, 0))
    for each in found:
        target = each.scope if each.scope == "all" else f"{each.scope}:{each.code}"
        number = str(each.id) if each.id else _("configuration")
        again = _(REPEATS[each.repeat])
        table.add_row(number, target, clock(each.since, zone), clock(each.until, zone), again, each.reason, each.who)
    console.print(table) if table.row_count else console.print(_("No maintenance is announced."))


def to_json(found: Iterable[Announced]) -> list[dict[str, Any]]:
    """Plain values, one object a window; times are Unix seconds."""
    return [asdict(each) for each in found]

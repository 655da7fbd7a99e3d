"""`skywatch uptime`: the rates of any period, by camera, village, feed, uplink, contractor, or for the township."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from skywatch.config import Config
from skywatch.health.periods import Period, by_group, sums
from skywatch.health.rates import FORMULAS, Rate
from skywatch.i18n import _
from skywatch.inventory import Inventory
from skywatch.terminal.store import reading


def find(config: Config, start: float, end: float, by: str) -> dict[str, Period]:
    """Every group's period, by its code."""
    with reading(config) as archive:
        return by_group(config.inventory, sums(archive.pasts(start, end), start, end), by)


def show(found: Mapping[str, Period], config: Config, by: str, console: Console) -> None:
    """A row a group, and the formulas below."""
    heads = (
        _("who"),
        _("cameras"),
        _("online rate"),
        _("cameras in the mean"),
        _("intact rate"),
        _("cameras in the mean"),
        _("watched"),
    )
    table = Table(*heads, box=None, padding=(0, 2, 0, 0))
    for code, period in found.items():
        table.add_row(
            name_of(code, by, config.inventory),
            str(period.cameras),
            _percent(period.mean_online),
            f"{period.mean_online.denominator:g}",
            _percent(period.mean_intact),
            f"{period.mean_intact.denominator:g}",
            f"{period.seconds.watched / 3600:.1f} h",
        )
    console.print(table)
    for formula in ("online_time", "intact_time"):
        console.print(_(FORMULAS[formula]), style="dim", highlight=False)


def name_of(code: str, by: str, inventory: Inventory) -> str:
    """A group as people call it."""
    named: dict[str, Mapping[str, Any]] = {
        "camera": inventory.cameras,
        "village": inventory.villages,
        "feed": inventory.feeds,
        "uplink": inventory.uplinks,
        "contractor": inventory.contractors,
    }
    found = named.get(by, {}).get(code)
    return found.name if found else code or _("The township")


def to_json(found: Mapping[str, Period], config: Config, by: str) -> list[dict[str, Any]]:
    """Plain values, one object a group; each rate with its numerator, denominator and formula, seconds by state."""
    return [
        {
            "code": code,
            "name": name_of(code, by, config.inventory),
            "cameras": period.cameras,
            "seconds": {
                "up": period.seconds.up, "down": period.seconds.down,
                "unknown": period.seconds.unknown, "maintenance": period.seconds.maintenance,
            },
            "rates": [_rate(each) for each in (period.mean_online, period.mean_intact, period.online, period.intact)],
        }
        for code, period in found.items()
    ]  # fmt: skip


def _rate(rate: Rate) -> dict[str, Any]:
    return {
        "formula": rate.formula,
        "ratio": rate.ratio,
        "numerator": rate.numerator,
        "denominator": rate.denominator,
    }


def _percent(rate: Rate) -> str:
    return "-" if rate.ratio is None else f"{rate.ratio:.2%}"

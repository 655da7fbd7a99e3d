"""Words that both reports use: spans of time, owners, places."""

from datetime import datetime
from zoneinfo import ZoneInfo

from skywatch.health.fault import Fault, Party
from skywatch.health.rates import FORMULAS, Rate
from skywatch.i18n import N_, _
from skywatch.inventory import Inventory

PARTIES = {
    Party.CONTRACTOR: N_("contractor"),
    Party.POWER: N_("power supply"),
    Party.CARRIER: N_("carrier"),
    Party.STATION: N_("the station"),
}


def span(seconds: float) -> str:
    """A span of time in its two largest units: `3 d 4 h`, `12 min`."""
    minutes = max(0, round(seconds / 60))
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    if days:
        return _("{days} d {hours} h").format(days=days, hours=hours)
    if hours:
        return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
    return _("{minutes} min").format(minutes=minutes)


def moment(at: float | None, zone: ZoneInfo) -> datetime | None:
    """Unix seconds as a time in `zone`."""
    return None if at is None else datetime.fromtimestamp(at, zone)


def owner(fault: Fault, inventory: Inventory) -> str:
    """Who answers for it: the party, and which one."""
    contractor = inventory.contractors.get(fault.owner.name)
    name = contractor.name if contractor else fault.owner.name
    party = _(PARTIES[fault.owner.party])
    return f"{party}{_(': ')}{name}" if name else party


def camera(code: str, inventory: Inventory) -> str:
    """The camera's name, or its code where the ledger has it no more."""
    return inventory.cameras[code].name if code in inventory.cameras else code


def village(code: str, inventory: Inventory) -> str:
    """The name of a camera's village, "" where the ledger has the camera no more."""
    known = inventory.cameras.get(code)
    return inventory.village_of(known).name if known else ""


def formula(rate: Rate) -> str:
    """What the rate divides by what, with the figures."""
    return f"{_(FORMULAS[rate.formula])} ({rate.numerator:.6g} / {rate.denominator:.6g})"

"""From the store to a report: what is read for a day and for a month. The only file here that reads the store."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from skywatch.health.periods import by_group, sums, together
from skywatch.health.rates import Headcount
from skywatch.i18n import N_, _
from skywatch.inventory import Inventory
from skywatch.reports.daily import Day, daily
from skywatch.reports.monthly import Month, monthly
from skywatch.reports.table import Report
from skywatch.store import Looked
from skywatch.store.affairs import faults
from skywatch.store.archive import Archive
from skywatch.store.pictures import NOW, THEN, pictures
from skywatch.store.rounds import looks, rounds

KINDS = {"day": N_("by day"), "night": N_("by night"), "asked": N_("by hand")}


class NothingKnown(Exception):
    """The store knows nothing of that time: skywatch was not running, or it is too long ago."""


def daily_report(archive: Archive, inventory: Inventory, on: date, now: float, zone: ZoneInfo) -> Report:
    """The inspection of a day. Raises NothingKnown where nothing was inspected and nothing watched on that day."""
    begins, ends = _midnight(on, zone), _midnight(on + timedelta(days=1), zone)
    if not archive.watched(begins, ends):
        raise NothingKnown(f"{on}")
    seen, kinds = _looked(archive, begins, ends)
    before, _kinds = _looked(archive, _midnight(on - timedelta(days=1), zone), begins)
    until = min(ends, now)
    still_open = faults(archive.connection, "opened < ? AND (closed IS NULL OR closed >= ?)", (until, until))
    shown = pictures(archive.connection, [each.id for each in still_open])
    latest = {id_: (which.get(NOW) or which[THEN]).thumbnail for id_, which in shown.items()}
    return daily(Day(begins, now, zone, inventory, seen, before, tuple(still_open), kinds, pictures=latest))


def monthly_report(archive: Archive, inventory: Inventory, on: date, now: float, zone: ZoneInfo) -> Report:
    """The month in which `on` lies. Raises NothingKnown where nothing was watched in it."""
    first = on.replace(day=1)
    start, end = _midnight(first, zone), _midnight((first + timedelta(days=32)).replace(day=1), zone)
    if not archive.watched(start, end):
        raise NothingKnown(f"{first:%Y-%m}")
    each = sums(archive.pasts(start, min(end, now)), start, min(end, now))
    in_it = faults(archive.connection, "opened < ? AND (closed IS NULL OR closed >= ?)", (end, start))
    villages, whole = by_group(inventory, each, "village"), by_group(inventory, each, "township")
    return monthly(
        Month(
            start, end, now, zone, inventory, tuple(in_it), _installed(archive, inventory), villages,
            whole.get("") or together([]),
        )
    )  # fmt: skip


def last_inspected(archive: Archive, now: float, zone: ZoneInfo) -> date:
    """The day of the last inspection that is over, of the last two days; yesterday where there was none."""
    yesterday = datetime.fromtimestamp(now, zone).date() - timedelta(days=1)
    over = [each for each in rounds(archive.connection, _midnight(yesterday, zone), now) if each.ended is not None]
    over = [each for each in over if each.kind != "asked"]
    return datetime.fromtimestamp(over[-1].due, zone).date() if over else yesterday


def _installed(archive: Archive, inventory: Inventory) -> dict[str, Headcount]:
    """Every village as far as it does not change from hour to hour: what is planned, installed, and ever answered."""
    connected = archive.connected()
    counts = {code: Headcount(planned=village.planned) for code, village in inventory.villages.items()}
    for camera in inventory.cameras.values():
        if camera.enabled:
            counts[camera.village].enabled += 1
            counts[camera.village].connected += camera.code in connected
    for village in counts.values():
        village.places = int(village.planned > 0)
        village.covered = int(village.places and village.enabled > 0)
    return counts


def _looked(archive: Archive, start: float, end: float) -> tuple[dict[str, Looked], tuple[str, ...]]:
    """The last look at each camera in the inspections of a span, and which inspections these were. What a later one
    could not check stands as the earlier one saw it."""
    found: dict[str, Looked] = {}
    names = []
    for each in rounds(archive.connection, start, end):
        names.append(_(KINDS[each.kind]))
        for code, look in looks(archive.connection, each.id).items():
            if look.verdict != "unknown" or code not in found:
                found[code] = look
    return found, tuple(dict.fromkeys(names))


def _midnight(on: date, zone: ZoneInfo) -> float:
    return datetime(on.year, on.month, on.day, tzinfo=zone).timestamp()

"""Begins inspections when they are due, goes on with what the last run left, and ends them in time."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean
from zoneinfo import ZoneInfo

from skywatch.config import Config
from skywatch.config.daytime import Daytime, parse_daytime
from skywatch.inspection.inspector import Inspector, Order
from skywatch.inspection.times import Place, due_between, is_night
from skywatch.inventory import Inventory
from skywatch.store import Affairs

LATE = 3600.0
"""Seconds after its time that an inspection still begins, where skywatch was not running then."""


@dataclass(slots=True)
class Calendar:
    """`since` is up to when it is known what was due, Unix seconds."""

    inspector: Inspector
    times: tuple[Daytime, ...]
    zone: ZoneInfo
    place: Place
    since: float

    def adopt(self, config: Config) -> None:
        """The configuration was read again."""
        self.times, self.zone, self.place = (
            _times(config),
            ZoneInfo(config.settings.time_zone),
            centre(config.inventory),
        )
        self.inspector.adopt(config.inventory, order_of(config))

    def resume(self, affairs: Affairs) -> list[str]:
        """Go on with the inspection that the last run began. Returns the keys of jobs to be hurried. One that a person
        asked for is that person's: it is not of every camera, and may be going on beside us."""
        if not affairs.rounds:
            return []
        return self.inspector.resume(affairs.rounds[-1], affairs.looked)

    def tick(self, now: float) -> list[str]:
        """Now and then. Returns the keys of jobs to be hurried."""
        self.inspector.tick()
        due = due_between(self.times, max(self.since, now - LATE), now, self.zone, self.place)
        self.since = max(self.since, now)
        if not due:
            return []
        return self.inspector.begin("night" if is_night(due[-1], self.place) else "day", due[-1])


def calendar_of(config: Config, inspector: Inspector, since: float) -> Calendar:
    """The calendar of a configuration; `since` is the last word of the run before, or now."""
    return Calendar(inspector, _times(config), ZoneInfo(config.settings.time_zone), centre(config.inventory), since)


def order_of(config: Config) -> Order:
    """How patient its inspections are."""
    chosen = config.settings.inspections
    return Order(chosen.retry, chosen.bound)


def centre(inventory: Inventory) -> Place:
    """The middle of the township: near enough for the sun."""
    villages = inventory.villages.values()
    if not villages:
        return 0.0, 0.0
    return fmean(each.longitude for each in villages), fmean(each.latitude for each in villages)


def _times(config: Config) -> tuple[Daytime, ...]:
    every: Iterable[str] = config.settings.inspections.times
    return tuple(parse_daytime(text) for text in every)

"""The rates of any period that is over, for any group of cameras: sums over timelines. Pure; asks no clock.

Both formulas of `docs/reference/rates.md` are kept apart, and every rate keeps its denominator.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from skywatch.health.rates import Rate
from skywatch.health.uptime import Past, Uptime, uptime
from skywatch.inventory import Camera, Inventory


@dataclass(frozen=True, slots=True)
class Sums:
    """Seconds of one camera in a period, by state: what it was (`state`), and whether it was intact, `up` being intact
    and `down` not (`intact`)."""

    state: Uptime
    intact: Uptime


@dataclass(frozen=True, slots=True)
class Period:
    """What a group of cameras was in a period. `mean_online` and `mean_intact` are means over cameras of each one's own
    share (every camera weighs the same); `online` and `intact` shares of all seconds together (every second does)."""

    cameras: int
    seconds: Uptime
    mean_online: Rate
    mean_intact: Rate
    online: Rate
    intact: Rate


def sums(pasts: Mapping[str, Past], start: float, end: float) -> dict[str, Sums]:
    """Every camera's seconds from `start` to `end`, Unix seconds, by code."""
    return {code: Sums(uptime(past.state, start, end), uptime(past.intact, start, end)) for code, past in pasts.items()}


GROUPS: Mapping[str, Callable[[Inventory, Camera], str]] = {
    "camera": lambda _inventory, camera: camera.code,
    "village": lambda _inventory, camera: camera.village,
    "feed": lambda inventory, camera: inventory.village_of(camera).feed,
    "uplink": lambda inventory, camera: inventory.village_of(camera).uplink,
    "contractor": lambda inventory, camera: inventory.village_of(camera).contractor,
    "township": lambda _inventory, _camera: "",
}
"""By what cameras may be put together, and in which group one is."""


def by_group(inventory: Inventory, each: Mapping[str, Sums], group: str) -> dict[str, Period]:
    """The period of every group of that kind (a key of `GROUPS`), by its code; only enabled cameras count, and those of
    which nothing is known are in no mean."""
    of = GROUPS[group]
    members: dict[str, list[Sums]] = {}
    for code, camera in inventory.cameras.items():
        if camera.enabled:
            members.setdefault(of(inventory, camera), []).append(each.get(code, _NOTHING))
    return {code: together(cameras) for code, cameras in members.items()}


def together(cameras: Iterable[Sums]) -> Period:
    """The period of these cameras as one group."""
    rows = list(cameras)
    states, intacts = [row.state for row in rows], [row.intact for row in rows]
    return Period(
        len(rows),
        added(states),
        _mean(states, "online_time"),
        _mean(intacts, "intact_time"),
        _pooled(states, "online_seconds"),
        _pooled(intacts, "intact_seconds"),
    )


def added(every: Iterable[Uptime]) -> Uptime:
    """Seconds by state, summed."""
    up = down = unknown = maintenance = 0.0
    for each in every:
        up, down = up + each.up, down + each.down
        unknown, maintenance = unknown + each.unknown, maintenance + each.maintenance
    return Uptime(up, down, unknown, maintenance)


def _mean(every: Iterable[Uptime], formula: str) -> Rate:
    ratios = [ratio for each in every if (ratio := each.ratio) is not None]
    return Rate(sum(ratios), len(ratios), formula)


def _pooled(every: Iterable[Uptime], formula: str) -> Rate:
    seconds = added(every)
    return Rate(seconds.up, seconds.watched, formula)


_NOTHING = Sums(Uptime(), Uptime())

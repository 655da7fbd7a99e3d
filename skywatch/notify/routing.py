"""Which channels a fault is told by. Pure."""

from collections.abc import Iterable

from skywatch.config.messages import Messages, Route
from skywatch.health.fault import Fault, Scope
from skywatch.inventory import Inventory


def channels_for(fault: Fault, messages: Messages, inventory: Inventory) -> tuple[str, ...]:
    """Names of channels, each once, in the order of the routes that fit."""
    places = villages_of(fault, inventory)
    found = (name for route in messages.routes if _fits(route, fault, places) for name in route.channels)
    return tuple(dict.fromkeys(found))


def villages_of(fault: Fault, inventory: Inventory) -> frozenset[str]:
    """Codes of the villages that a fault is about."""
    if fault.subject.scope is Scope.VILLAGE:
        return frozenset({fault.subject.code})
    return frozenset(_known(fault.ever | fault.cameras, inventory))


def _known(cameras: Iterable[str], inventory: Inventory) -> Iterable[str]:
    return (inventory.cameras[code].village for code in cameras if code in inventory.cameras)


def _fits(route: Route, fault: Fault, places: frozenset[str]) -> bool:
    return (
        fault.severity >= route.severity
        and (not route.causes or fault.cause in route.causes)
        and (not route.parties or fault.owner.party in route.parties)
        and (not route.owners or fault.owner.name in route.owners)
        and (not route.villages or not places.isdisjoint(route.villages))
    )

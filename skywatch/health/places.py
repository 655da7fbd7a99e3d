"""Who hangs on what: the ledger turned around, for the fault engine. Built once for each ledger, read at every step."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from skywatch.health.fault import Owner, Party, Scope, Subject
from skywatch.inventory import Inventory

K = TypeVar("K")

STATION = Subject(Scope.STATION, "")


@dataclass(frozen=True)
class Places:
    """Enabled cameras by village, villages by feed and by uplink. `village`, `feed`, `uplink` say where a camera or a
    village belongs. `sentinels` are villages that have one: True where it runs on a battery, so that it outlives a
    power cut."""

    village: Mapping[str, str]
    cameras: Mapping[str, tuple[str, ...]]
    feed: Mapping[str, str]
    uplink: Mapping[str, str]
    villages: Mapping[Subject, tuple[str, ...]]
    owners: Mapping[Subject, Owner]
    sentinels: Mapping[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, inventory: Inventory, sentinels: Mapping[str, bool] | None = None) -> "Places":
        """The places of a ledger; cameras that are not enabled, and villages without any camera, are not there."""
        cameras = _grouped((camera.village, camera.code) for camera in inventory.cameras.values() if camera.enabled)
        kept = {code: inventory.villages[code] for code in inventory.villages if code in cameras}
        groups = [(STATION, code) for code in kept]
        groups += [(Subject(Scope.VILLAGE, code), code) for code in kept]
        groups += [(Subject(Scope.FEED, village.feed), code) for code, village in kept.items()]
        groups += [(Subject(Scope.UPLINK, village.uplink), code) for code, village in kept.items()]
        return cls(
            {code: camera.village for code, camera in inventory.cameras.items() if camera.enabled},
            cameras,
            {code: village.feed for code, village in kept.items()},
            {code: village.uplink for code, village in kept.items()},
            _grouped(groups),
            _owners(inventory),
            {code: backed for code, backed in (sentinels or {}).items() if code in kept},
        )

    def contractor_of(self, village: str) -> Owner:
        return self.owners[Subject(Scope.VILLAGE, village)]

    def feed_of(self, village: str) -> Subject:
        return Subject(Scope.FEED, self.feed[village])

    def uplink_of(self, village: str) -> Subject:
        return Subject(Scope.UPLINK, self.uplink[village])

    @cached_property
    def _related(self) -> Mapping[str, tuple[str, ...]]:
        return {code: self._kin(code) for code in self.cameras}

    def _kin(self, village: str) -> tuple[str, ...]:
        both = (*self.villages[self.feed_of(village)], *self.villages[self.uplink_of(village)])
        return tuple(dict.fromkeys(both))

    def related(self, village: str) -> tuple[str, ...]:
        """The villages that share its feed or its uplink, itself included, each once."""
        return self._related[village]


def _grouped(pairs: Iterable[tuple[K, str]]) -> dict[K, tuple[str, ...]]:
    groups: dict[K, list[str]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in groups.items()}


def _owners(inventory: Inventory) -> dict[Subject, Owner]:
    """Who answers for each thing; a camera's owner is its village's."""
    owners = {STATION: Owner(Party.STATION, "")}
    for village in inventory.villages.values():
        owners[Subject(Scope.VILLAGE, village.code)] = Owner(Party.CONTRACTOR, village.contractor)
    for feed in inventory.feeds.values():
        owners[Subject(Scope.FEED, feed.code)] = Owner(Party.POWER, feed.owner)
    for uplink in inventory.uplinks.values():
        owners[Subject(Scope.UPLINK, uplink.code)] = Owner(Party.CARRIER, uplink.carrier)
    return owners

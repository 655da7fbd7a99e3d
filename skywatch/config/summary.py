"""What was understood of a configuration, counted: the data behind `skywatch check`. Prints nothing, has no secret."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from skywatch.config.load import Config
from skywatch.inventory import Camera, Kind, Light

Item = TypeVar("Item")
Access = Literal["onvif and path", "onvif only", "path only"]
"""How a camera is looked at: ONVIF beside a stream path of the ledger, or one of the two alone."""


@dataclass(frozen=True, slots=True)
class Places:
    """Villages of one kind, or all of them (`kind` None): how many, and the cameras in them."""

    kind: Kind | None
    places: int
    planned: int
    cameras: int
    enabled: int


@dataclass(frozen=True, slots=True)
class Plan:
    """One probe: spans in seconds."""

    name: str
    enabled: bool
    period: float
    timeout: float


@dataclass(frozen=True, slots=True)
class SignIn:
    """Credentials by name: where the password came from, in words, and how many cameras use them."""

    name: str
    username: str
    source: str
    cameras: int


@dataclass(frozen=True, slots=True)
class Summary:
    """`places` has a row for each kind that there is; `total` sums them up. The mappings count cameras, most first."""

    path: Path
    ledger: Path
    state_dir: Path
    address: str
    total: Places
    places: tuple[Places, ...]
    brands: Mapping[str, int]
    lights: Mapping[Light, int]
    resolutions: Mapping[tuple[int, int], int]
    access: Mapping[Access, int]
    carriers: Mapping[str, int]
    feeds: int
    uplinks: int
    contractors: int
    unsigned: int
    probes: tuple[Plan, ...]
    credentials: tuple[SignIn, ...]
    maintenance: int
    warnings: tuple[str, ...]


def summarise(config: Config) -> Summary:
    """Count everything once. Lights, resolutions and the rest count every camera of the ledger, enabled or not."""
    inventory, web = config.inventory, config.settings.web
    cameras = inventory.cameras.values()
    kinds = [kind for kind in Kind if any(village.kind is kind for village in inventory.villages.values())]
    return Summary(
        path=config.path,
        ledger=config.ledger,
        state_dir=config.settings.state_dir,
        address=f"[{web.listen}]:{web.port}" if ":" in web.listen else f"{web.listen}:{web.port}",
        total=_places(config, None),
        places=tuple(_places(config, kind) for kind in kinds),
        brands=_count(camera.manufacturer for camera in cameras),
        lights=_count(camera.light for camera in cameras),
        resolutions=_count((camera.width, camera.height) for camera in cameras),
        access=_count(access_of(camera) for camera in cameras),
        carriers=_count(inventory.uplink_of(camera).carrier for camera in cameras),
        feeds=len(inventory.feeds),
        uplinks=len(inventory.uplinks),
        contractors=len(inventory.contractors),
        unsigned=sum(not camera.credentials for camera in cameras),
        probes=tuple(_plan(name, vars(options)) for name, options in config.probes.items()),
        credentials=_sign_ins(config),
        maintenance=len(config.settings.maintenance),
        warnings=config.warnings,
    )


def access_of(camera: Camera) -> Access:
    """By which ways `camera` can be looked at; one with neither has the bare address for a path."""
    if camera.onvif_port is None:
        return "path only"
    return "onvif and path" if camera.stream else "onvif only"


def _places(config: Config, kind: Kind | None) -> Places:
    villages = [village for village in config.inventory.villages.values() if kind in (None, village.kind)]
    cameras = [camera for village in villages for camera in config.inventory.by_village[village.code]]
    return Places(
        kind=kind,
        places=len(villages),
        planned=sum(village.planned for village in villages),
        cameras=len(cameras),
        enabled=sum(camera.enabled for camera in cameras),
    )


def _count(items: Iterable[Item]) -> dict[Item, int]:
    return dict(Counter(items).most_common())


def _plan(name: str, options: Mapping[str, object]) -> Plan:
    """Periods as the probe's own model has them; a probe without one is said to have 0."""

    def seconds(key: str) -> float:
        value = options.get(key)
        return float(value) if isinstance(value, int | float) else 0.0

    return Plan(name, bool(options.get("enabled", True)), seconds("period"), seconds("timeout"))


def _sign_ins(config: Config) -> tuple[SignIn, ...]:
    used = Counter(camera.credentials for camera in config.inventory.cameras.values())
    rows = []
    for name, source in config.secrets.sources.items():
        credentials = config.secrets.get(name)
        rows.append(SignIn(name, credentials.username if credentials else "", source, used[name]))
    return tuple(rows)

"""The parts that visits need, built once and taken down in reverse. The daemon and `skywatch probe` build the same."""

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from skywatch.clock import Clock
from skywatch.config import Config, load
from skywatch.credentials import Credentials
from skywatch.inventory import Camera, Inventory
from skywatch.picture import Limits, Workers
from skywatch.probes import PROBES, Accounts, Baselines, Options, Recollection, Tools
from skywatch.protocols.onvif import Onvif

SECTIONS = {"pictures": Limits}
"""Sections of the configuration whose options live in other rooms."""


def load_config(path: Path) -> Config:
    """The configuration at `path`, with the options of every probe. Raises ConfigError with all its mistakes."""
    return load(path, {probe.name: probe.options for probe in PROBES.values()}, SECTIONS, os.environ)


def default_options() -> dict[str, Options]:
    """Each probe's options where nobody configured any."""
    return {name: probe.options() for name, probe in PROBES.items()}


@dataclass(frozen=True)
class Orders:
    """What a configuration tells the probes; the defaults are for a camera that no configuration knows."""

    inventory: Inventory = field(default_factory=Inventory)
    credentials: Callable[[str], Credentials | None] = lambda _name: None
    options: Mapping[str, Options] = field(default_factory=default_options)
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def of(cls, config: Config) -> "Orders":
        chosen = config.probes
        options = {name: probe.options.model_validate(chosen[name].model_dump()) for name, probe in PROBES.items()}
        limits = Limits.model_validate(config.sections["pictures"].model_dump())
        return cls(config.inventory, config.secrets.get, options, limits)

    def place(self, camera: Camera) -> tuple[float, float] | None:
        """(longitude, latitude), or None for a camera that is in no village of ours."""
        return self.inventory.place_of(camera) if camera.village in self.inventory.villages else None


@dataclass(frozen=True)
class Parts:
    """What lives as long as the process, whatever the configuration says from time to time."""

    clock: Clock
    onvif: Onvif
    workers: Workers
    accounts: Accounts = field(default_factory=Accounts)
    baselines: Baselines = field(default_factory=Baselines)
    recollections: dict[str, Recollection] = field(default_factory=dict)

    def tools(self, orders: Orders) -> Tools:
        """The probes' tools under `orders`; after a reload they are made again over the same parts."""
        return Tools(
            clock=self.clock,
            onvif=self.onvif,
            workers=self.workers,
            credentials=orders.credentials,
            place=orders.place,
            options=orders.options,
            limits=orders.limits,
            accounts=self.accounts,
            recollections=self.recollections,
            baselines=self.baselines,
        )


@asynccontextmanager
async def open_parts(clock: Clock, workers: int) -> AsyncIterator[Parts]:
    """Parts ready for visits; `workers` processes score pictures."""
    async with Onvif(clock) as onvif, Workers(workers) as pool:
        yield Parts(clock, onvif, pool)

"""The shipped township, simulated, for tests: any of its cameras with any fault, at any time of day, on addresses of
this process."""

import os
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from skywatch.clock import SystemClock
from skywatch.config import Config
from skywatch.inventory import Camera, Inventory
from skywatch.parts import Orders, load_config, open_parts
from skywatch.probes import Tools
from skywatch.simulator import SceneCache, SimCamera, Simulator, cameras_of, default_folder
from skywatch.store import Baselines

CONFIG = Path(__file__).parent.parent / "config" / "skywatch.yaml"
NOON = 1_780_027_200.0  # 29 May 2026, 12:00 in Shandong
MIDNIGHT = NOON + 12 * 3600
NET = f"127.{100 + os.getpid() % 100}."

Changes = Mapping[str, Mapping[str, Any]]
"""Options of probes to be changed, by the name of the probe."""


class ShiftedClock(SystemClock):
    """The machine's clock, as if it had been started at another time of day."""

    def __init__(self, begin: float) -> None:
        self._shift = begin - super().now()

    def now(self) -> float:
        return super().now() + self._shift

    def set(self, now: float) -> None:
        """From here on it is `now` and later."""
        self._shift = now - super().now()

    def skip(self, seconds: float) -> None:
        """Let the time of day be later by so much."""
        self._shift += seconds


def township(codes: Collection[str] | None = None, changes: Changes | None = None) -> Config:
    """The shipped configuration on addresses of this process, with the cameras of these codes (None: all)."""
    config = load_config(CONFIG)
    chosen = config.inventory.cameras if codes is None else {code: config.inventory.cameras[code] for code in codes}
    moved = {code: replace(each, host=each.host.replace("127.10.", NET, 1)) for code, each in chosen.items()}
    probes = {name: each.model_copy(update=dict((changes or {}).get(name, {}))) for name, each in config.probes.items()}
    return replace(config, inventory=with_cameras(config.inventory, moved), probes=probes)


def with_cameras(inventory: Inventory, cameras: Mapping[str, Camera]) -> Inventory:
    """`inventory` with these cameras and no others."""
    places = inventory.villages, cameras, inventory.feeds, inventory.uplinks, inventory.contractors
    return Inventory(*places)


def played(config: Config) -> list[SimCamera]:
    """The cameras of a configuration as the simulator plays them."""
    return cameras_of(config.inventory, config.secrets.get)


@dataclass(frozen=True)
class Stage:
    """A simulator, the configuration that it plays, the tools to visit its cameras, and the clock of all of them."""

    simulator: Simulator
    config: Config
    tools: Tools
    clock: ShiftedClock


@asynccontextmanager
async def stage(
    config: Config, begin: float = NOON, workers: int = 1, baselines: Path | None = None
) -> AsyncIterator[Stage]:
    """Simulate the cameras of `config` from Unix time `begin` on; baselines are kept in that folder, if any."""
    clock = ShiftedClock(begin)
    async with simulated(config, clock) as simulator, open_parts(clock, workers) as parts:
        if baselines is not None:
            parts.baselines.files = Baselines(baselines)
        yield Stage(simulator, config, parts.tools(Orders.of(config)), clock)


def simulated(config: Config, clock: SystemClock) -> Simulator:
    """The cameras of `config`; their films stay on disk from run to run."""
    return Simulator(played(config), clock=clock, scenes=SceneCache(default_folder()))

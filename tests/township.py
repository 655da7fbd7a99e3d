"""The shipped township, simulated, for tests: any of its cameras with any fault, at any time of day."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from skywatch.clock import SystemClock
from skywatch.inventory import Camera
from skywatch.parts import Orders, load_config, open_parts
from skywatch.probes import Options, Tools
from skywatch.simulator import SceneCache, Simulator, cameras_of, default_folder

CONFIG = Path(__file__).parent.parent / "config" / "skywatch.yaml"
NOON = 1_780_027_200.0  # 29 May 2026, 12:00 in Shandong
NOTHING: Mapping[str, Mapping[str, float]] = {}
MIDNIGHT = NOON + 12 * 3600


class ShiftedClock(SystemClock):
    """The machine's clock, as if it had been started at another time of day."""

    def __init__(self, begin: float) -> None:
        self._shift = begin - super().now()

    def now(self) -> float:
        return super().now() + self._shift


@dataclass(frozen=True)
class Stage:
    """A simulator with some of the township's cameras, and the tools to visit them."""

    simulator: Simulator
    tools: Tools


def ledger() -> dict[str, Camera]:
    """The cameras of the shipped ledger by code."""
    return dict(load_config(CONFIG).inventory.cameras)


@asynccontextmanager
async def stage(
    codes: Iterable[str], begin: float = NOON, workers: int = 1, options: Mapping[str, Mapping[str, float]] = NOTHING
) -> AsyncIterator[Stage]:
    """Simulate the cameras of these codes from Unix time `begin` on. `options` change those of a probe, by its name."""
    clock, orders, chosen = ShiftedClock(begin), Orders.of(load_config(CONFIG)), set(codes)
    orders = replace(
        orders, options={name: _with(each, options.get(name, {})) for name, each in orders.options.items()}
    )
    cameras = [each for each in cameras_of(orders.inventory, orders.credentials) if each.code in chosen]
    scenes = SceneCache(default_folder())
    async with Simulator(cameras, clock=clock, scenes=scenes) as simulator, open_parts(clock, workers) as parts:
        yield Stage(simulator, parts.tools(orders))


def _with(options: Options, changes: Mapping[str, float]) -> Options:
    return options.model_copy(update=changes)

"""Everything there is to see at all 260 cameras of the shipped township, from cold, simulator included: how long it
takes `skywatch run`, and what each step costs.

The time runs from starting the simulator, or the daemon, until every probe has a verdict of every camera. The CPU by
step comes from a pass of its own, one probe after the other, in this process.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.programs import VERDICT, Program, all_seen, daemon, family_cpu, free_port, simulator
from bench.rows import Row
from bench.township import shipped_township
from skywatch.clock import SystemClock
from skywatch.inventory import Camera
from skywatch.observation import Verdict
from skywatch.parts import Orders, load_config, open_parts
from skywatch.probes import PROBES, Probe, Tools
from skywatch.probes.visit import visit

WHAT, BAR = "full look at all 260 cameras, from cold, simulator included", "under 30 s on 2 cores"
STEPS = "CPU of a full look by step (for information)"
PATIENCE, LIMIT = 120.0, 30.0
AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Look:
    """Seconds from the simulator's start and from the daemon's until all was seen; CPU seconds; visits that passed."""

    from_simulator: float
    from_daemon: float
    cpu_daemon: float
    cpu_simulator: float
    passed: int
    verdicts: int


def run() -> list[Row]:
    """Twice: with films still to be drawn and encoded, and with films on disk from before."""
    with tempfile.TemporaryDirectory() as name:
        port = free_port()
        config = shipped_township(Path(name) / "config", port)
        films = {"XDG_CACHE_HOME": f"{name}/films"}
        first = _look(config, port, films)
        again = _look(config, port, films)
        with simulator(config, environment=films) as played:
            steps = asyncio.run(_steps(config, played))
    return [_row(first, again), _row_of_steps(steps)]


def _row(first: Look, again: Look) -> Row:
    figure = (
        f"{first.from_simulator:.1f} s with the simulator's start and its films still to be made "
        f"({first.from_daemon:.1f} s from the daemon's start), {again.from_simulator:.1f} s with films on disk; "
        f"{first.passed} of {first.verdicts} verdicts pass; CPU {first.cpu_daemon:.1f} s daemon, "
        f"{first.cpu_simulator:.1f} s simulator ({again.cpu_simulator:.1f} s with films)"
    )
    numbers = {
        "seconds": first.from_simulator, "seconds_daemon": first.from_daemon, "seconds_films": again.from_simulator,
        "cpu_s_daemon": first.cpu_daemon, "cpu_s_simulator": first.cpu_simulator, "passed": float(first.passed),
        "verdicts": float(first.verdicts),
    }  # fmt: skip
    return Row(WHAT, BAR, figure, max(first.from_simulator, again.from_simulator) < LIMIT, numbers)


def _row_of_steps(steps: dict[str, float]) -> Row:
    figure = ", ".join(f"{name} {milliseconds:.1f}" for name, milliseconds in steps.items())
    return Row(STEPS, "", f"ms a camera: {figure}", None, steps)


def _look(config: Path, port: int, films: dict[str, str]) -> Look:
    began = time.monotonic()
    with simulator(config, environment=films) as played:
        ready = time.monotonic()
        with daemon(config) as watching:
            lines = all_seen(port, PATIENCE, 0.25)
            ended = time.monotonic()
            passed = sum(line.startswith(VERDICT) and line.endswith(" 1.0") for line in lines)
            verdicts = sum(line.startswith(VERDICT) for line in lines)
            return Look(
                ended - began, ended - ready, watching.usage().cpu, played.usage().cpu, passed, verdicts,
            )  # fmt: skip


async def _steps(config_path: Path, played: Program) -> dict[str, float]:
    """CPU in ms a camera by step; `worker` decodes and scores, the simulator's is what all steps together cost it."""
    config = load_config(config_path)
    cameras = [camera for camera in config.inventory.cameras.values() if camera.enabled]
    async with open_parts(SystemClock(), 2) as parts:
        tools = parts.tools(Orders.of(config))
        await parts.workers.ready()
        for probe in PROBES.values():  # what is loaded once is no camera's
            await _visit_all(probe, cameras[:2], tools)
        spent = {}
        simulated, others = played.usage().cpu, family_cpu(os.getpid())
        for probe in PROBES.values():
            own = time.process_time()
            await _visit_all(probe, cameras, tools)
            spent[probe.name] = time.process_time() - own
        simulated, others = played.usage().cpu - simulated, family_cpu(os.getpid()) - others
    spent |= {"worker": others - simulated, "simulator": simulated}  # both are children of this process
    return {name: 1000 * seconds / len(cameras) for name, seconds in spent.items()}


async def _visit_all(probe: Probe, cameras: Iterable[Camera], tools: Tools) -> None:
    places = asyncio.Semaphore(AT_ONCE)

    async def one(camera: Camera) -> None:
        async with places:
            seen = await visit(probe, camera, tools)
            if seen.verdict is Verdict.UNKNOWN:
                raise RuntimeError(f"{camera.code}: {probe.name}: {seen.findings}")

    await asyncio.gather(*(one(camera) for camera in cameras if probe.applies(camera)))

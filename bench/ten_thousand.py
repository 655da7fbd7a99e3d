"""10,000 simulated cameras, each with a heartbeat every 60 s, watched by `skywatch run` on one core; the simulator has
the other one. Read from the daemon's own /metrics and from /proc."""

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bench.programs import Program, Usage, daemon, free_port, scraped, simulator, value
from bench.rows import Row, skipped
from bench.township import big_township

CAMERAS = 10_000
START = 180.0
"""Seconds in which every camera must have been seen once; the first looks come 100 a second."""

WINDOW, BETWEEN = 120.0, 30.0
"""Seconds that are measured once all were seen, and between scrapes, which are a part of the load."""

MEGABYTE = 1 << 20
_LATE = "10,000 cameras, heartbeat each 60 s, daemon on one core: p99 lateness"
_MEMORY = "10,000 cameras, heartbeat each 60 s: resident memory of the daemon"
_BARS = {_LATE: "under 1 s", _MEMORY: "under 600 MB"}
_HEARTBEATS = [f"  {probe}: {{enabled: false}}" for probe in ("device", "stream", "picture")]
_LATENESS = "skywatch_scheduler_lateness_seconds"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a window of `seconds` showed: `late` as (bound in seconds, visits up to it), cumulative; cores of CPU; usage
    at its end; how long a scrape took, in seconds; cameras up."""

    seconds: float
    late: list[tuple[float, float]]
    daemon: float
    simulator: float
    usage: Usage
    scrape: float
    up: int

    def quantile(self, share: float) -> float:
        """The bound of the bucket that the quantile falls into."""
        return next(bound for bound, count in self.late if count >= share * self.late[-1][1])


def run() -> list[Row]:
    """Heartbeats only; `everything.py` runs all probes."""
    if os.cpu_count() == 1:
        return [skipped(what, bar, "it takes two cores") for what, bar in _BARS.items()]
    seen = watch(["probes:", *_HEARTBEATS], START)
    numbers = numbers_of(seen)
    return [
        Row(_LATE, _BARS[_LATE], lateness(seen), seen.quantile(0.99) <= 1, numbers),
        Row(_MEMORY, _BARS[_MEMORY], memory(seen), numbers["mb_family"] < 600, numbers),
    ]


def lateness(seen: Seen) -> str:
    """For a person. Quantiles are bounds of the daemon's histogram."""
    late = f"at most {seen.quantile(0.99):g} s, median at most {seen.quantile(0.5):g} s"
    visits = f"{seen.late[-1][1] / seen.seconds:.0f} visits a second, {seen.up} cameras up"
    return f"{late}; {visits}; daemon {seen.daemon:.0%} of its core, simulator {seen.simulator:.0%}"


def memory(seen: Seen) -> str:
    return f"{seen.usage.resident / MEGABYTE:.0f} MB, with its workers {seen.usage.family / MEGABYTE:.0f} MB"


def numbers_of(seen: Seen) -> dict[str, float]:
    return {
        "late_s_p50": seen.quantile(0.5), "late_s_p99": seen.quantile(0.99), "late_s_max": seen.quantile(1.0),
        "visits": seen.late[-1][1], "cores_daemon": seen.daemon, "cores_simulator": seen.simulator,
        "mb": seen.usage.resident / MEGABYTE, "mb_family": seen.usage.family / MEGABYTE, "scrape_s": seen.scrape,
    }  # fmt: skip


@contextmanager
def _running(cores: Sequence[int], settings: list[str]) -> Iterator[tuple[Program, Program, int]]:
    """Simulator and daemon, and the port of the daemon's metrics."""
    with tempfile.TemporaryDirectory() as name:
        port = free_port()
        config = big_township(Path(name), CAMERAS, (free_port(), free_port()), [f"web: {{port: {port}}}", *settings])
        with simulator(config, "--shared-ports", core=cores[0]) as played, daemon(config, core=cores[1]) as watching:
            yield played, watching, port


def watch(settings: list[str], patience: float) -> Seen:
    """The township under `settings` (YAML) for `WINDOW` seconds, once the first looks are over, which may take
    `patience` seconds."""
    cores = sorted(os.sched_getaffinity(0))
    with _running(cores, settings) as (played, watching, port):
        _first_looks_over(port, patience)
        before, began = _late(scraped(port)), time.monotonic()
        used = played.usage().cpu, watching.usage().cpu
        scrapes = []
        while time.monotonic() < began + WINDOW:
            time.sleep(BETWEEN)
            asked = time.monotonic()
            lines = scraped(port)
            scrapes.append(time.monotonic() - asked)
        lasted, usage = time.monotonic() - began, watching.usage()
        late = [(bound, count - before[bound]) for bound, count in _late(lines).items()]
        up = sum(line.endswith(" 1.0") for line in lines if line.startswith("skywatch_camera_up{"))
        return Seen(
            lasted, late, (usage.cpu - used[1]) / lasted, (played.usage().cpu - used[0]) / lasted,
            usage, sorted(scrapes)[len(scrapes) // 2], up,
        )  # fmt: skip


def _first_looks_over(port: int, patience: float) -> None:
    """Return once as many visits are out as there are jobs, and none waits. A scrape is work for the daemon: few."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        time.sleep(10)
        lines = scraped(port)
        jobs, waiting = (value(lines, f"skywatch_scheduler_{name} ") for name in ("jobs", "waiting"))
        if jobs and not waiting and value(lines, f"{_LATENESS}_count ") >= jobs:
            return
    raise RuntimeError(f"the first looks were not over within {patience:.0f} s")


def _late(lines: list[str]) -> dict[float, float]:
    found = [line for line in lines if line.startswith(f"{_LATENESS}_bucket")]
    buckets = {float(line.split('"')[1]): float(line.rpartition(" ")[2]) for line in found}
    assert all(less <= more for less, more in pairwise(buckets.values()))
    return buckets

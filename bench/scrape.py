"""How long a scrape of 10,000 cameras of which everything is known holds up the visits: `/metrics` over HTTP, asked for
by another process, while a watcher on the daemon's event loop wants its turn every millisecond."""

import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

from prometheus_client import CollectorRegistry

from bench.rows import Row
from bench.township import big_township
from skywatch.clock import SystemClock
from skywatch.health import Flip, Rules
from skywatch.metrics import Machinery, Telemetry
from skywatch.monitor import Monitor, Watch
from skywatch.observation import Finding, Observation, Verdict
from skywatch.parts import Orders, load_config, open_parts
from skywatch.probes import PROBES
from skywatch.web import Sources, Web

CAMERAS, SCRAPES = 10_000, 5
_BAR, STEP = 0.1, 0.001
_ASK = """
import sys, urllib.request
asked = urllib.request.Request(sys.argv[1], headers=dict(line.split(": ") for line in sys.argv[2:]))
print(len(urllib.request.urlopen(asked, timeout=120).read()))
"""
_PLAIN: tuple[str, ...] = ()
_PROMETHEUS = (
    "Accept: application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.1",
    "Accept-Encoding: gzip",
)
"""As curl asks, and as Prometheus 3 does."""


def run() -> list[Row]:
    """The longest hold of all scrapes, not their median: it is a promise."""
    logging.getLogger("skywatch").addHandler(logging.NullHandler())  # ten thousand remarks are wanted here
    numbers = asyncio.run(_measured())
    figure = (
        "longest hold {hold_ms:.0f} ms, median {hold_ms_median:.0f} ms ({hold_idle_ms:.0f} ms without a scrape); "
        "{body_mb:.0f} MB in {scrape_s:.1f} s, gzip {body_gzip_mb:.1f} MB in {scrape_gzip_s:.1f} s"
    )
    met = numbers["hold_ms"] <= 1000 * _BAR
    return [
        Row(
            "/metrics with 10,000 cameras: event loop held", "never over 100 ms", figure.format(**numbers), met, numbers
        )
    ]


async def _measured() -> dict[str, float]:
    async with _serving() as url:
        idle = await _longest_hold(asyncio.create_task(_pause(2.0)))
        plain = [await _scrape(url, _PLAIN) for _ in range(SCRAPES)]
        packed = [await _scrape(url, _PROMETHEUS) for _ in range(SCRAPES)]
    holds = [hold for hold, _, _ in plain + packed]
    return {
        "hold_ms": 1000 * max(holds), "hold_ms_median": 1000 * median(holds), "hold_idle_ms": 1000 * idle,
        "scrape_s": median(seconds for _, seconds, _ in plain), "body_mb": plain[0][2] / 1e6,
        "scrape_gzip_s": median(seconds for _, seconds, _ in packed), "body_gzip_mb": packed[0][2] / 1e6,
    }  # fmt: skip


async def _scrape(url: str, headers: Iterable[str]) -> tuple[float, float, int]:
    """(longest hold, duration, both in seconds; bytes of the answer)."""
    began = time.perf_counter()
    asking = asyncio.create_task(_ask(url, headers))
    hold = await _longest_hold(asking)
    return hold, time.perf_counter() - began, asking.result()


async def _ask(url: str, headers: Iterable[str]) -> int:
    """Bytes of the answer, read by a process of its own."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", _ASK, url, *headers, stdout=pipe)
    said, _ = await process.communicate()
    return int(said)


async def _longest_hold(work: "asyncio.Task[int]") -> float:
    """Seconds that the loop was longest away from who wanted its turn every millisecond, while `work` was done."""
    longest, before = 0.0, time.perf_counter()
    while not work.done():
        await asyncio.sleep(STEP)
        now = time.perf_counter()
        longest, before = max(longest, now - before - STEP), now
    return longest


async def _pause(seconds: float) -> int:
    await asyncio.sleep(seconds)
    return 0


@asynccontextmanager
async def _serving() -> AsyncIterator[str]:
    """The daemon's monitor and web server; the cameras are known by observations as probes make them."""
    clock = SystemClock()
    with tempfile.TemporaryDirectory() as folder:
        config = load_config(big_township(Path(folder), CAMERAS))
    async with open_parts(clock, 1) as parts:
        monitor = Monitor(config.inventory, parts.tools(Orders.of(config)), Rules(), _nobody, clock)
        monitor.enrol({})
        for watch in monitor.watches.values():
            _learn_all(monitor, watch, clock.now())
        registry = CollectorRegistry()
        registry.register(Telemetry(monitor, clock, Machinery))
        async with Web(Sources(registry, lambda: True, lambda: True), "127.0.0.1", 0) as web:
            yield web.url + "/metrics"


def _nobody(_flips: Iterable[Flip]) -> None:
    """Nobody writes them down."""


def _learn_all(monitor: Monitor, watch: Watch, now: float) -> None:
    """Every number that a probe can measure, and one finding that stands."""
    for probe in PROBES.values():
        numbers = dict.fromkeys(probe.numbers, 0.5)
        remark = (Finding("clock_wrong", detail="+90 s"),) if probe.name == "heartbeat" else ()
        for _ in range(2):
            seen = Observation(probe.name, watch.camera.code, now, 0.01, Verdict.PASS, remark, numbers, {}, ())
            monitor.learn(watch, seen)

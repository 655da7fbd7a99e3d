"""Uptime by the history and uptime by PromQL from the counters are the same: a simulated day with outages, maintenance
and a restart, scraped each minute, in a real Prometheus."""

import asyncio
import random
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from skywatch.clock import ManualClock
from skywatch.config import Config
from skywatch.health import Rules
from skywatch.health.periods import sums
from skywatch.inventory import Camera
from skywatch.metrics.cameras import CAMERAS
from skywatch.monitor import Monitor
from skywatch.observation import Finding, Observation, Verdict
from skywatch.parts import Orders, Parts
from skywatch.picture import Workers
from skywatch.protocols.onvif import Onvif
from skywatch.store import History
from skywatch.store.archive import opened
from tests import real
from tests.test_daemon import prometheus, query
from tests.township import NOON, township

DAY, MINUTE = 86400.0, 60.0
AWAY = (NOON + 50_000, NOON + 53_000)
"""skywatch was not running."""
WORK = (NOON + 60_000, NOON + 67_200)
"""The first camera is worked on."""
SERIES = next(series for series in CAMERAS if series.name.startswith("state_seconds"))
RATIO = """
increase(skywatch_camera_state_seconds_total{state="up"}[1d]) / ignoring(state) (
    increase(skywatch_camera_state_seconds_total{state="up"}[1d])
  + ignoring(state) increase(skywatch_camera_state_seconds_total{state="down"}[1d]))
"""


@dataclass
class Life:
    """A day of some cameras. `scraped` is what /metrics said of their seconds, in OpenMetrics."""

    config: Config
    path: Path
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOON))
    scraped: list[str] = field(default_factory=list)
    rng: random.Random = field(default_factory=lambda: random.Random(5))

    def __post_init__(self) -> None:
        self.outages = {
            code: [(at, at + self.rng.uniform(300, 9000)) for at in (NOON + self.rng.uniform(0, DAY) for _ in range(4))]
            for code in self.config.inventory.cameras
        }

    async def run(self, until: float) -> None:
        history = await History.open(self.path, self.clock.now())
        tools = Parts(self.clock, Onvif(self.clock), Workers(1)).tools(Orders.of(self.config))
        monitor = Monitor(self.config.inventory, tools, Rules(), history.record, self.clock)
        monitor.enrol(history.restore())
        while self.clock.now() < until:
            self.clock.jump(MINUTE)
            for watch in monitor.watches.values():
                monitor.learn(watch, self._seen(watch.camera.code))
            monitor.sweep(self._worked_on)
            await history.flush(self.clock.now())
            for sample in SERIES.family(list(monitor.watches.values()), self.clock.now()).samples:
                labels = ",".join(f'{name}="{value}"' for name, value in sample.labels.items())
                self.scraped.append(f"{sample.name}{{{labels}}} {sample.value} {self.clock.now():.0f}")
        await history.close(self.clock.now())

    def _seen(self, code: str) -> Observation:
        now = self.clock.now()
        dead = any(begin <= now < end for begin, end in self.outages[code])
        found = (Finding("timeout"),) if dead else ()
        return Observation("heartbeat", code, now, 0.0, Verdict.FAIL if dead else Verdict.PASS, found)

    def _worked_on(self, camera: Camera, now: float) -> bool:
        return camera.code == next(iter(self.config.inventory.cameras)) and WORK[0] <= now < WORK[1]


@pytest.mark.real
async def test_the_history_and_promql_agree_on_a_day(tmp_path: Path) -> None:
    promtool, server = real.program("promtool"), real.program("prometheus")
    life = Life(township(list(township().inventory.cameras)[:8]), tmp_path / "history.sqlite")
    await life.run(AWAY[0])
    life.clock.jump(AWAY[1] - AWAY[0])
    await life.run(NOON + DAY + MINUTE)
    text = tmp_path / "day.txt"
    text.write_text("\n".join(["# TYPE skywatch_camera_state_seconds counter", *sorted(life.scraped), "# EOF", ""]))
    made = [promtool, "tsdb", "create-blocks-from", "openmetrics", str(text), str(tmp_path / "tsdb")]
    await asyncio.to_thread(subprocess.run, made, check=True, capture_output=True)
    end = NOON + DAY + MINUTE
    async with prometheus(server, tmp_path, "127.0.0.1:1", "--storage.tsdb.retention.time=100y") as address:
        found = {each["metric"]["camera"]: float(each["value"][1]) for each in await query(address, RATIO, end)}
    with opened(tmp_path / "history.sqlite") as archive:
        known = sums(archive.pasts(end - DAY, end), end - DAY, end)
    ratios = {code: each.state.ratio for code, each in known.items()}
    assert found.keys() == ratios.keys() == life.outages.keys()
    assert min(found.values()) < 0.9
    for code, ratio in ratios.items():
        assert found[code] == pytest.approx(ratio, abs=0.001), code

"""The daemon against a simulated township: what it says of whom, what a reload changes, what a restart remembers."""

import asyncio
import json
import logging
import socket
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from skywatch.config import Config, ConfigError, Mistake
from skywatch.daemon import Daemon
from skywatch.health import State
from skywatch.observation import Verdict
from tests import real
from tests.township import NOON, ShiftedClock, simulated, township

PATIENCE = 40.0
"""Seconds after which a busy machine is no excuse any more."""

FAST = {
    "heartbeat": {"period": 0.5, "timeout": 1.0, "recheck": 0.2},
    "stream": {"period": 2.0, "timeout": 4.0, "recheck": 0.3, "listen": 0.2},
    "picture": {"period": 2.0, "timeout": 4.0, "recheck": 0.3},
}
VILLAGE = "liuquan"
Load = Callable[[], Config]


class Reloads:
    """What the next reload will read."""

    def __init__(self, config: Config) -> None:
        self.next: Config | ConfigError = config

    def __call__(self) -> Config:
        if isinstance(self.next, ConfigError):
            raise self.next
        return self.next


def configured(folder: Path) -> Config:
    """One village of the township, visited every half second, with its history in `folder`."""
    config = township([code for code, each in township().inventory.cameras.items() if each.village == VILLAGE], FAST)
    web = config.settings.web.model_copy(update={"port": 0})
    return replace(config, settings=config.settings.model_copy(update={"state_dir": folder, "web": web}))


@asynccontextmanager
async def watching(config: Config, clock: ShiftedClock, load: Load | None = None) -> AsyncIterator[Daemon]:
    daemon = Daemon(config, clock, load=load)
    running = asyncio.create_task(daemon.run())
    try:
        await until(lambda: bool(daemon.url) or running.done())
        yield daemon
    finally:
        daemon.stop()
        await running


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.02)


async def scraped(daemon: Daemon) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"{daemon.url}/metrics") as answer:
        assert answer.status == 200
        return await answer.text()


def value(text: str, name: str, **labels: str) -> float | None:
    """The value of the one series with these labels; None if there is none."""
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                return sample.value
    return None


def states(daemon: Daemon) -> set[State]:
    return {watch.state.state for watch in daemon.monitor.watches.values()}


def intact(daemon: Daemon) -> set[Verdict]:
    return {watch.state.intact for watch in daemon.monitor.watches.values()}


async def test_a_village_is_seen_to_be_well_and_to_lose_its_power_and_to_have_it_back(tmp_path: Path) -> None:
    config, clock = configured(tmp_path), ShiftedClock(NOON)
    async with simulated(config, clock) as simulator, watching(config, clock) as daemon:
        await until(lambda: states(daemon) == {State.UP} and intact(daemon) == {Verdict.PASS})
        assert value(await scraped(daemon), "skywatch_village_online_ratio", village=VILLAGE) == 1.0

        cut = clock.now()
        simulator.cue(VILLAGE, "power_cut")
        await until(lambda: states(daemon) == {State.DOWN})
        text = await scraped(daemon)
        assert value(text, "skywatch_village_online_ratio", village=VILLAGE) == 0.0
        assert value(text, "skywatch_village_cameras_down", village=VILLAGE) == len(config.inventory.cameras)
        for watch in daemon.monitor.watches.values():
            assert 0 < watch.state.since - cut < 6.0, "dated at the first visit that failed, not when it was believed"
            assert [mark.finding.code for mark in watch.state.findings] == ["timeout"]

        simulator.cue(VILLAGE, "power_cut", False)
        await until(lambda: states(daemon) == {State.UP} and intact(daemon) == {Verdict.PASS})


@pytest.mark.real
async def test_the_metrics_pass_promtool_and_name_no_secret(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    promtool = real.program("promtool")
    caplog.set_level(logging.DEBUG)
    config, clock = configured(tmp_path), ShiftedClock(NOON)
    async with simulated(config, clock) as simulator, watching(config, clock) as daemon:
        simulator.cue(next(iter(config.inventory.cameras)), "wrong_password")
        await until(lambda: Verdict.FAIL in intact(daemon) and Verdict.PASS in intact(daemon))
        text = await scraped(daemon)
    checked = subprocess.run([promtool, "check", "metrics"], input=text.encode(), capture_output=True, check=False)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, b"")
    secrets = {config.secrets.get(each.credentials) for each in config.inventory.cameras.values()} - {None}
    assert secrets
    for secret in secrets:
        assert secret is not None
        assert secret.password not in text
        assert secret.password not in caplog.text


async def test_a_wrong_password_is_tried_so_rarely_that_no_vendor_locks_the_account(tmp_path: Path) -> None:
    config, clock = configured(tmp_path), ShiftedClock(NOON)
    code = next(iter(config.inventory.cameras))
    async with simulated(config, clock) as simulator:
        simulator.cue(code, "wrong_password")
        async with watching(config, clock) as daemon:
            watch = daemon.monitor.watches[code]
            await until(lambda: bool(watch.state.findings))
            visits = daemon.monitor.visits
            await until(lambda: daemon.monitor.visits > visits + 60)
            assert {mark.finding.code for mark in watch.state.findings} == {"auth_failed"}
            assert watch.state.state is State.UP
        tried = simulator.attempts(code)
        assert tried <= 3, "two by stream and picture, or one of them by both ways of ONVIF"
        for _ in range(3):
            async with watching(config, clock) as daemon:
                await until(partial(_visited, daemon, 60))
        assert simulator.attempts(code) == tried, "no restart is a reason to try again"


def _visited(daemon: Daemon, times: int) -> bool:
    return daemon.monitor.visits > times


@pytest.mark.usefixtures("spoken")
async def test_a_bad_reload_changes_nothing_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    config, clock = configured(tmp_path), ShiftedClock(NOON)
    reloads = Reloads(config)
    async with simulated(config, clock), watching(config, clock, reloads) as daemon:
        await until(lambda: states(daemon) == {State.UP})
        before = dict(daemon.monitor.watches)

        reloads.next = ConfigError([Mistake("skywatch.yaml", 3, "villages", "is no list")])
        daemon.reload()
        await until(lambda: "skywatch.yaml:3" in caplog.text)
        text = await scraped(daemon)
        assert value(text, "skywatch_config_last_reload_successful") == 0.0
        assert daemon.monitor.watches == before

        reloads.next = config
        daemon.reload()
        await until(lambda: "configuration reloaded" in caplog.text)
        assert value(await scraped(daemon), "skywatch_config_last_reload_successful") == 1.0


@pytest.fixture
def spoken(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "skywatch")


@pytest.mark.usefixtures("spoken")
async def test_a_reload_keeps_the_state_of_unchanged_cameras(tmp_path: Path) -> None:
    config, clock = configured(tmp_path), ShiftedClock(NOON)
    gone, changed, *kept = config.inventory.cameras
    cameras = {code: each for code, each in config.inventory.cameras.items() if code != gone}
    cameras[changed] = replace(cameras[changed], name="another name")
    reloads = Reloads(config)
    async with simulated(config, clock), watching(config, clock, reloads) as daemon:
        await until(lambda: states(daemon) == {State.UP} and intact(daemon) == {Verdict.PASS})
        since = {code: daemon.monitor.watches[code].state.since for code in kept}

        reloads.next = replace(config, inventory=replace(config.inventory, cameras=cameras))
        daemon.reload()
        await until(lambda: gone not in daemon.monitor.watches)

        assert {code: daemon.monitor.watches[code].state.since for code in kept} == since
        assert daemon.monitor.watches[changed].camera.name == "another name"
        assert value(await scraped(daemon), "skywatch_camera_up", camera=gone) is None


async def test_a_restart_remembers_and_is_nobodys_downtime(tmp_path: Path) -> None:
    config, clock = configured(tmp_path), ShiftedClock(NOON)
    code = next(iter(config.inventory.cameras))
    async with simulated(config, clock) as simulator:
        simulator.cue(code, "blurred")
        async with watching(config, clock) as daemon:
            await until(lambda: intact(daemon) == {Verdict.PASS, Verdict.FAIL})
        stopped = clock.now()
        await asyncio.sleep(1.0)  # really away: that is what is under test
        async with watching(config, clock) as daemon:
            watch = daemon.monitor.watches[code]
            assert [mark.finding.code for mark in watch.state.findings] == ["blur"], "it was blurred before"
            await until(lambda: states(daemon) == {State.UP})
            spans = list(watch.past.state.spans)
            away = next(at for at, state in spans if state is State.UNKNOWN and at > spans[0][0])
            assert abs(away - stopped) < 2.0
            assert watch.uptime(clock.now())["1h"] == 1.0, "the time without skywatch counts for nothing"


async def test_a_hostile_camera_is_a_finding_and_its_neighbours_notice_nothing(tmp_path: Path) -> None:
    config, clock = configured(tmp_path), ShiftedClock(NOON)
    hostile, *others = config.inventory.cameras
    async with simulated(config, clock) as simulator, watching(config, clock) as daemon:
        for fault in ("oversized", "endless_header", "flood", "corrupted"):
            simulator.cue(hostile, fault)
        watches = daemon.monitor.watches
        await until(lambda: bool(watches[hostile].state.findings))
        await until(lambda: {watches[code].state.intact for code in others} == {Verdict.PASS})
        visits = daemon.monitor.visits
        await until(lambda: daemon.monitor.visits > visits + 100)
        assert {watches[code].state.intact for code in others} == {Verdict.PASS}


@pytest.mark.real
async def test_a_real_prometheus_scrapes_it(tmp_path: Path) -> None:
    server = real.program("prometheus")
    config, clock = configured(tmp_path), ShiftedClock(NOON)
    async with simulated(config, clock), watching(config, clock) as daemon:
        await until(lambda: states(daemon) == {State.UP})
        target = daemon.url.removeprefix("http://")
        async with prometheus(server, tmp_path, target) as address:
            asked = f"sum(skywatch_camera_up{{village='{VILLAGE}'}})"
            assert float((await query(address, asked))[0]["value"][1]) == len(config.inventory.cameras)
            assert float((await query(address, "up"))[0]["value"][1]) == 1


@asynccontextmanager
async def prometheus(program: str, folder: Path, target: str, *options: str) -> AsyncIterator[str]:
    """A real one that scrapes `target` each second; its address."""
    scrape = {"job_name": "skywatch", "scrape_interval": "1s", "static_configs": [{"targets": [target]}]}
    (folder / "prometheus.yml").write_text(json.dumps({"scrape_configs": [scrape]}))
    address = f"127.0.0.1:{_free_port()}"
    process = await asyncio.create_subprocess_exec(
        program, f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'tsdb'}",
        f"--web.listen-address={address}", *options,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield address
    finally:
        process.terminate()
        await process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def query(address: str, asked: str, at: float | None = None) -> list[Any]:
    """What a query gets, as soon as it gets anything; now, or as of `at`."""
    parameters = {"query": asked} | ({} if at is None else {"time": f"{at:.3f}"})
    async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://{address}/api/v1/query", params=parameters) as answer:
                    found: list[Any] = (await answer.json())["data"]["result"]
            except (aiohttp.ClientError, KeyError):
                found = []
            if found:
                return found
            await asyncio.sleep(0.2)

"""The daemon and its faults, against simulated cameras and a real web hook: what is told to whom, and what a restart, a
reload, a wrong clock, maintenance and people's words do to it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from skywatch.config import Config
from skywatch.daemon import Daemon
from skywatch.health import State
from skywatch.health.fault import Cause, Fault, Party
from skywatch.simulator import Simulator
from skywatch.store.affairs import events
from skywatch.store.archive import opened
from skywatch.store.pictures import pictures
from skywatch.terminal.faults import find, tell
from skywatch.terminal.upkeep import add, remove
from tests.evening import told_by
from tests.notify.test_courier import Hook, hooked
from tests.test_daemon import PATIENCE, Reloads, until
from tests.township import NOON, ShiftedClock, simulated, township, with_cameras

DARK, LIT = ("xiaozhangzhuang", "songjiaya"), "xujiazhuang"
"""Two villages on one power line, and one on another, all behind the same carrier's line."""

FAST: Mapping[str, Mapping[str, Any]] = {
    "heartbeat": {"period": 1.0, "timeout": 1.0, "recheck": 0.3},
    "stream": {"period": 3.0, "timeout": 4.0, "recheck": 0.5, "listen": 0.2},
    "picture": {"period": 3.0, "timeout": 4.0, "recheck": 0.5},
    "device": {"enabled": False},
}


@dataclass
class Town:
    """What a test has in hand, once started. `daemon` is the run that goes on."""

    config: Config
    clock: ShiftedClock
    simulator: Simulator
    duty: Hook
    power: Hook
    reloads: Reloads

    async def start(self) -> None:
        self.daemon = Daemon(self.config, self.clock, load=self.reloads)
        self._going = asyncio.create_task(self.daemon.run())
        await until(lambda: bool(self.daemon.url) or self._going.done())

    async def stop(self) -> None:
        self.daemon.stop()
        await self._going

    @property
    def open(self) -> list[Fault]:
        return list(self.daemon.dispatch.board.open.values())

    def cut(self, off: bool = True) -> None:
        for village in DARK:
            self.simulator.cue(village, "power_cut", off)

    def states(self, *villages: str) -> set[State]:
        watches = self.daemon.monitor.watches.values()
        return {watch.state.state for watch in watches if watch.camera.village in villages}

    async def until(self, true: Callable[[], bool], hurry: float = 30.0) -> None:
        """Until it is true; meanwhile the clock goes on much faster than the machine's."""
        async with asyncio.timeout(2 * PATIENCE):
            while not true():
                await asyncio.sleep(1.0)
                self.clock.skip(hurry)

    async def settled(self) -> None:
        """Time enough to notice, to tell and to hear whatever is wrong, and for nothing to come of it."""
        for _ in range(12):
            await asyncio.sleep(0.5)
            self.clock.skip(30.0)

    async def well(self) -> None:
        await until(lambda: self.states(*DARK, LIT) == {State.UP})


def configured(folder: Path, duty: Hook, power: Hook, **messages: Any) -> Config:
    known = township()
    codes = [code for code, camera in known.inventory.cameras.items() if camera.village in (*DARK, LIT)]
    hooks = {"duty": duty, "power": power}
    channels = {name: {"url": f"json://127.0.0.1:{hook.port}/", "language": "en"} for name, hook in hooks.items()}
    routes = [{"channels": ["duty"]}, {"parties": ["power"], "channels": ["power"]}]
    config = told_by(township(codes, FAST), {"channels": channels, "routes": routes, **messages})
    web = config.settings.web.model_copy(update={"port": 0})
    return replace(config, settings=config.settings.model_copy(update={"state_dir": folder, "web": web}))


@asynccontextmanager
async def town(folder: Path, **messages: Any) -> AsyncIterator[Town]:
    clock = ShiftedClock(NOON)
    async with hooked() as duty, hooked() as power:
        config = configured(folder, duty, power, **messages)
        async with simulated(config, clock) as simulator:
            made = Town(config, clock, simulator, duty, power, Reloads(config))
            await made.start()
            try:
                await made.well()
                yield made
            finally:
                await made.stop()


def titles(hook: Hook) -> list[str]:
    return [each["title"] for each in hook.got]


async def test_a_power_line_without_power_is_one_fault_told_once_to_the_supply_station(tmp_path: Path) -> None:
    async with town(tmp_path) as made:
        made.cut()
        await made.until(lambda: bool(made.power.got) and bool(made.duty.got))
        await made.settled()
        (fault,) = made.open
        assert (fault.cause, fault.owner.party, len(fault.cameras)) == (Cause.FEED, Party.POWER, 8)
        (told,) = made.power.got
        assert told["title"].startswith(f"[#{fault.id}] Fault: ")
        assert "power cut" in told["title"]
        made.cut(False)
        await made.until(lambda: len(made.power.got) == 2 and len(made.duty.got) == 2)
        assert made.open == []
        assert titles(made.duty) == titles(made.power)
        assert "Repaired" in titles(made.duty)[1]


async def test_what_people_say_by_the_command_line_is_heeded(tmp_path: Path) -> None:
    async with town(tmp_path) as made:
        made.cut()
        await made.until(lambda: bool(made.open))
        (fault,) = made.open
        await until(lambda: bool(find(made.config, False, None)))
        tell(made.config, fault.id, "ack", "王工", "", made.clock.now())
        tell(made.config, fault.id, "note", "李", "供电所已去", made.clock.now())
        await until(lambda: bool(made.open[0].notes))
        assert [who for who, _ in made.open[0].acknowledged] == ["王工"]
        assert made.open[0].notes == ("李: 供电所已去",)


async def test_a_restart_in_the_middle_goes_on_with_the_same_fault_and_tells_nothing_twice(tmp_path: Path) -> None:
    async with town(tmp_path) as made:
        made.cut()
        await made.until(lambda: bool(made.power.got) and bool(made.duty.got))
        (before,) = made.open
        await made.stop()
        await made.start()
        await made.settled()
        assert [fault.id for fault in made.open] == [before.id]
        assert len(made.power.got) == 1
        made.cut(False)
        await made.until(lambda: len(made.power.got) == 2)
        assert "Repaired" in titles(made.power)[1]


async def test_a_picture_fault_from_before_an_outage_stays_a_fault_of_its_own(tmp_path: Path) -> None:
    async with town(tmp_path) as made:
        camera = next(code for code, each in made.config.inventory.cameras.items() if each.village == DARK[0])
        made.simulator.cue(camera, "blurred")
        await made.until(lambda: bool(made.open))
        (picture,) = made.open
        assert (picture.cause, picture.finding) == (Cause.PICTURE, "blur")
        await until(lambda: _pictured(tmp_path) == {camera: ["now", "then"]})
        made.cut()
        await made.until(lambda: len(made.open) == 2)
        assert {fault.cause for fault in made.open} == {Cause.PICTURE, Cause.FEED}
        made.cut(False)
        await made.until(lambda: len(made.open) == 1)
        await made.settled()
        assert [fault.id for fault in made.open] == [picture.id]
        assert made.open[0].returns == 0


def _pictured(folder: Path) -> dict[str, list[str]]:
    """Which pictures of faults are kept, by camera."""
    found: dict[str, list[str]] = {}
    with opened(folder / "history.sqlite") as archive:
        for which in pictures(archive.connection, range(9)).values():
            for each in which.values():
                assert each.thumbnail.startswith(b"\xff\xd8")
                found.setdefault(each.camera, []).append(each.which)
    return {camera: sorted(which) for camera, which in found.items()}


async def test_maintenance_that_is_announced_while_it_runs_keeps_everybody_quiet(tmp_path: Path) -> None:
    async with town(tmp_path) as made:
        now = made.clock.now()
        numbers = [add(made.config, f"village:{code}", now, now + 86400, "once", "换杆", "王") for code in DARK]
        await until(lambda: made.states(*DARK) == {State.MAINTENANCE})
        made.cut()
        await made.settled()
        assert (made.duty.got, made.power.got) == ([], [])
        for number in numbers:
            remove(made.config, number, made.clock.now())
        await made.until(lambda: bool(made.power.got))
        (fault,) = made.open
        assert fault.cause is Cause.FEED


async def test_a_reload_without_a_camera_closes_its_fault_for_that_reason(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "skywatch")
    async with town(tmp_path) as made:
        camera = next(code for code, each in made.config.inventory.cameras.items() if each.village == LIT)
        made.simulator.cue(camera, "blurred")
        await made.until(lambda: bool(made.duty.got))
        (fault,) = made.open
        left = {code: each for code, each in made.config.inventory.cameras.items() if code != camera}
        made.reloads.next = replace(made.config, inventory=with_cameras(made.config.inventory, left))
        made.daemon.reload()
        await until(lambda: made.open == [])
        await until(lambda: len(made.duty.got) == 2)
        assert "no longer in the ledger" in made.duty.got[1]["message"]
        with opened(tmp_path / "history.sqlite") as archive:
            last = events(archive.connection, fault.id)[-1]
            assert (last.kind, last.text) == ("closed", "no longer in the ledger")


async def test_a_clock_that_jumps_an_hour_back_opens_nothing_and_ends_nothing(tmp_path: Path) -> None:
    async with town(tmp_path) as made:
        made.clock.skip(-3600)
        await made.settled()
        assert (made.open, made.states(*DARK, LIT)) == ([], {State.UP})
        made.cut()
        await made.until(lambda: bool(made.power.got))
        (fault,) = made.open
        made.clock.skip(-3600)
        await made.settled()
        assert [each.id for each in made.open] == [fault.id]
        made.cut(False)
        await made.until(lambda: made.open == [])
        await until(lambda: len(made.power.got) == 2)


async def test_the_daily_report_goes_out_at_its_time(tmp_path: Path) -> None:
    async with town(tmp_path, report={"at": "12:02", "channels": ["duty"]}) as made:
        await made.until(lambda: bool(made.duty.got))
        (told,) = made.duty.got
        assert "Daily inspection" in told["title"]
        assert "Nothing is known of 2026-05-28" in told["message"], "it was started at noon"
        await made.settled()
        assert len(made.duty.got) == 1

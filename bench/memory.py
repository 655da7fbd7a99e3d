"""10,000 cameras in memory and on disk, without a network: the CPU of one sweep's judgement and record, how long the
event loop is held at worst, through a station outage of all of them, and a month's uptime from the file.

Time is simulated: each simulated second has its share of visits, a step of the fault engine and a flush; nobody sleeps.
How long the loop is held is the processor time of its thread between two turns: what else runs on the machine does
not count, what our own code does at one go does.
"""

import asyncio
import gc
import logging
import random
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.rows import Row
from bench.township import big_township
from skywatch.building import rules_of
from skywatch.clock import ManualClock, tick
from skywatch.config import Config
from skywatch.daemon import AT_A_TIME
from skywatch.dispatch import dispatch_of
from skywatch.health import Flip, FlipKind
from skywatch.health.periods import by_group, sums
from skywatch.monitor import Listeners, Monitor
from skywatch.notify import Outcome
from skywatch.observation import Finding, Observation, Verdict
from skywatch.parts import Orders, Parts, load_config
from skywatch.picture import Workers
from skywatch.protocols.onvif import Onvif
from skywatch.serving import freeze
from skywatch.store import History
from skywatch.store.affairs import faults
from skywatch.store.archive import opened

CAMERAS, MINUTE, DAY = 10_000, 60, 86400.0
BEGIN = 1_780_000_000.0
_SWEEP = "10,000 cameras: advance and record of one sweep"
_HELD = "10,000 cameras: the event loop is held at most"
_MONTH = "a month of 10,000 cameras' uptime, from the file"


async def _silent(_address: str, _subject: str, _body: str) -> Outcome:
    return Outcome(True)


@dataclass(slots=True)
class Turns:
    """Seconds of processor time that the loop's thread used between two of its turns: the longest, by what it did; and
    the longest wait, in real seconds, of somebody who wanted every turn."""

    longest: dict[str, float] = field(default_factory=dict)
    waited: float = 0.0
    collected: float = 0.0
    _began: float = 0.0

    async def timed(self, what: str, do: Callable[[], object]) -> object:
        begun, self.collected = time.thread_time(), 0.0
        done = do()
        self._note(what, time.thread_time() - begun - self.collected)
        await asyncio.sleep(0)
        return done

    def collector(self, phase: str, _info: object) -> None:
        """Python's own collector of garbage, whoever it comes upon: for `gc.callbacks`."""
        if phase == "start":
            self._began = time.thread_time()
            return
        taken = time.thread_time() - self._began
        self.collected += taken
        self._note("collector", taken)

    def _note(self, what: str, seconds: float) -> None:
        self.longest[what] = max(self.longest.get(what, 0.0), seconds)

    async def watch(self) -> None:
        """Ask for every turn; the writer's thread counts too here, as far as it holds the interpreter."""
        before = tick()
        while True:
            await asyncio.sleep(0.001)
            now = tick()
            self.waited, before = max(self.waited, now - before - 0.001), now


@dataclass(slots=True)
class Town:
    """Monitor, store and dispatch as the daemon has them. `dead`: nothing answers."""

    monitor: Monitor
    history: History
    ticks: Callable[[float], bool]
    clock: ManualClock
    turns: Turns
    dead: bool = False
    hurried: set[str] = field(default_factory=set)
    codes: list[str] = field(default_factory=list)

    async def minute(self, flushed: list[Awaitable[None]] | None = None) -> None:
        """Every camera's heartbeat once, and what is asked for; a step and a flush each second."""
        self.codes = self.codes or list(self.monitor.watches)
        share = -(-len(self.codes) // MINUTE)
        for second in range(MINUTE):
            self.clock.jump(1.0)
            again = tuple(self.hurried)
            self.hurried.clear()
            for code in [*self.codes[second * share : (second + 1) * share], *again]:
                await self.turns.timed("visit", lambda code=code: self._visit(code))  # type: ignore[misc]
            while await self.turns.timed("step", lambda: self.ticks(self.clock.now())):
                pass
            if second % 10 == 0:
                await self._sweep()
            await self.history.flush(self.clock.now())

    async def _sweep(self) -> None:
        """As the daemon does it."""
        for first in range(0, len(self.codes), AT_A_TIME):
            some = self.codes[first : first + AT_A_TIME]
            await self.turns.timed("sweep", lambda some=some: self.monitor.sweep(lambda _c, _n: False, some))  # type: ignore[misc]

    def _visit(self, code: str) -> None:
        verdict = Verdict.FAIL if self.dead else Verdict.PASS
        found = (Finding("timeout", "connect", "no answer in time"),) if self.dead else ()
        numbers = {} if self.dead else {"round_trip": 0.004}
        watch = self.monitor.watches[code]
        seen = Observation("heartbeat", code, self.clock.now(), 0.004, verdict, found, numbers)
        self.monitor.learn(watch, seen)


async def _lived(config: Config, folder: Path) -> tuple[float, float, dict[str, float], Turns, int]:
    """(CPU seconds of a sweep, of the worst minute of an outage, longest turns of that sweep, turns in all, faults that
    came of it)."""
    clock, turns = ManualClock(BEGIN), Turns()
    history = await History.open(folder / "history.sqlite", BEGIN)
    tools = Parts(clock, Onvif(clock), Workers(1)).tools(Orders.of(config))
    hurried: set[str] = set()
    desk = dispatch_of(config, history, hurried.update, lambda _: None, lambda _: None)
    monitor = Monitor(
        config.inventory, tools, rules_of(config), history.record, clock,
        Listeners(desk.moved, history.measured, desk.looked),
    )  # fmt: skip
    monitor.enrol({})
    freeze()  # as the daemon does: the collector holds the loop the longer, the more it finds
    town = Town(monitor, history, desk.tick, clock, turns, hurried=hurried)
    watcher = asyncio.create_task(turns.watch())
    gc.callbacks.append(turns.collector)
    await town.minute()
    await town.minute()
    turns.longest.clear()
    sweep = await _cpu(town.minute)
    usual = dict(turns.longest)
    town.dead = True
    outage = max([await _cpu(town.minute) for _ in range(9)])
    town.dead = False
    outage = max([outage, *[await _cpu(town.minute) for _ in range(9)]])
    gc.callbacks.remove(turns.collector)
    watcher.cancel()
    desk.close()
    await history.close(clock.now())
    with opened(folder / "history.sqlite") as archive:
        return sweep, outage, usual, turns, len(faults(archive.connection))


async def _cpu(do: Callable[[], Awaitable[None]]) -> float:
    begun = time.process_time()
    await do()
    return time.process_time() - begun


def _month(config: Config, folder: Path) -> tuple[float, int]:
    """(seconds to read a month and put it together by village, flips in it)."""
    rng, path = random.Random(4), folder / "month.sqlite"
    flips: list[Flip] = []
    for code in config.inventory.cameras:
        for kind, good, bad in ((FlipKind.STATE, "up", "down"), (FlipKind.INTACT, "pass", "fail")):
            at = BEGIN + rng.random()
            flips.append(Flip(code, at, at, kind, "", "unknown", good))
            for _ in range(4):
                at += rng.expovariate(1 / (5 * DAY))
                flips.append(Flip(code, at, at, kind, "", good, bad))
                at += rng.expovariate(1 / (0.2 * DAY))
                flips.append(Flip(code, at, at, kind, "", bad, good))
    flips.sort(key=lambda flip: flip.at)

    async def lived() -> None:
        history = await History.open(path, BEGIN)
        for first in range(0, len(flips), 50_000):
            history.record(flips[first : first + 50_000])
            await history.flush(flips[first].at)
        await history.close(BEGIN + 30 * DAY)

    asyncio.run(lived())
    taken = []
    for _ in range(3):
        begun = time.process_time()
        with opened(path) as archive:
            by_group(config.inventory, sums(archive.pasts(BEGIN, BEGIN + 30 * DAY), BEGIN, BEGIN + 30 * DAY), "village")
        taken.append(time.process_time() - begun)
    return sorted(taken)[1], len(flips)


def _said(longest: dict[str, float]) -> str:
    return ", ".join(f"{what} {seconds * 1000:.0f} ms" for what, seconds in sorted(longest.items()))


def run() -> list[Row]:
    """Three rows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        logging.getLogger("skywatch").setLevel(logging.ERROR)  # 10,000 lines of an outage
        config = load_config(big_township(folder, CAMERAS))
        sweep, outage, usual, turns, known = asyncio.run(_lived(config, folder))
        month, flips = _month(config, folder)
    assert threading.active_count() < 10
    held = max(usual.values())
    figure = (
        f"{held * 1000:.0f} ms in a usual sweep ({_said(usual)}); through a station outage of all of them "
        f"({known} fault): {_said(turns.longest)}; whoever wants every turn waits {turns.waited * 1000:.0f} ms then"
    )
    numbers = {f"{what}_s": seconds for what, seconds in turns.longest.items()}
    return [
        Row(_SWEEP, "under 1 s of CPU", f"{sweep:.2f} s; the worst minute of a station outage {outage:.2f} s",
            sweep < 1, {"sweep_s": sweep, "outage_s": outage}),
        Row(_HELD, "50 ms", figure, held < 0.05, {**numbers, "waited_s": turns.waited}),
        Row(_MONTH, "under 2 s", f"{month:.2f} s of CPU for {flips} flips, by village", month < 2,
            {"month_s": month, "flips": float(flips)}),
    ]  # fmt: skip

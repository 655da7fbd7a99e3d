"""`kill -9` at random moments of a simulated day: is anything lost, is anything told twice, and is uptime the truth?

A child process lives a day of a small township, the true one of `truth`, with the real `advance`, fault engine, outbox
and store, and is killed again and again. Each child goes on at the simulated time of the last word in the file, a while
later. What it told goes line by line into a file, as to a channel.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bench.rows import Row
from skywatch.clock import tick
from skywatch.config import Config
from skywatch.config.messages import Messages
from skywatch.dispatch import Dispatch, dispatch_of
from skywatch.health import CameraState, Rules, State, Timeline, advance, unseen
from skywatch.health.fault import Fault
from skywatch.notify import Outcome
from skywatch.observation import Finding, Observation, Verdict
from skywatch.parts import load_config
from skywatch.store import History
from skywatch.store.affairs import faults
from skywatch.store.archive import opened

CONFIG = Path(__file__).parent.parent / "config" / "skywatch.yaml"
DAY, PERIOD, STEP = 86400.0, 60.0, 20.0
BEGIN = 1_780_000_000.0
ENOUGH = 600.0
"""Seconds of an outage that one run must have watched for it to count as lost where there is no fault."""
VILLAGES = ("liuquan", "dongpo", "xipo", "shiqiao")
RULES = Rules(gap=180.0)


@dataclass(frozen=True, slots=True)
class Outage:
    """A camera does not answer from `start` to `end`, seconds of the day."""

    camera: str
    start: float
    end: float


def truth(seed: int) -> list[Outage]:
    """Outages of single cameras, written before anything is watched. They begin and end at visits, so that uptime can
    be exact."""
    rng, found = random.Random(seed), []
    for index, code in enumerate(cameras()):
        first = rng.uniform(1200, DAY / 2)
        for at in (first, first + rng.uniform(4, 8) * 3600):
            found.append(Outage(code, _at_a_visit(at, index), _at_a_visit(at + rng.uniform(1800, 7200), index)))
    return found


def _at_a_visit(at: float, index: int) -> float:
    return at // PERIOD * PERIOD - index % 3 * STEP


def cameras() -> list[str]:
    """One camera of each village: two of one would be a village's fault."""
    inventory = load_config(CONFIG).inventory
    return [inventory.by_village[code][index].code for code in VILLAGES for index in (0, 2)]


class Ear:
    """A channel that writes every message down, durably, and takes a moment for it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def __call__(self, address: str, subject: str, body: str) -> Outcome:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(subject + "\n")
            file.flush()
            os.fsync(file.fileno())
        await asyncio.sleep(0.002)
        return Outcome(True)

    def close(self) -> None:
        """Nothing to close."""


def config() -> Config:
    """The shipped township, every fault told to one channel."""
    known = load_config(CONFIG)
    told = Messages.model_validate(
        {"channels": {"ear": {"url": "json://127.0.0.1/", "language": "en"}}, "routes": [{"channels": ["ear"]}]}
    )
    return known.__class__(
        **{**{name: getattr(known, name) for name in known.__dataclass_fields__},
           "settings": known.settings.model_copy(update={"messages": told})}
    )  # fmt: skip


@dataclass(slots=True)
class Life:
    """One run: from where the file ends, `late` seconds later, to the end of the day or the kill."""

    folder: Path
    outages: list[Outage]
    late: float

    async def live(self) -> None:
        known = config()
        history = await History.open(self.folder / "h.db", BEGIN)
        before = history.affairs.until
        now = BEGIN if before is None else before + self.late
        history = await self._again(history, now)
        desk = dispatch_of(known, history, lambda _: None, lambda _: None, lambda _: None, Ear(self.folder / "told"))
        desk.begin(now)
        restored = history.restore()
        states = {code: restored[code][0] if code in restored else unseen(code, now) for code in cameras()}
        print("ready", flush=True)
        while now < BEGIN + DAY:
            now += STEP
            self._visit(states, desk, history, now)
            desk.tick(now)
            await history.flush(now)
            await desk.courier.deliver(now)
        await history.close(now)

    async def _again(self, history: History, now: float) -> History:
        """Opened once to know where it ends; a run begins when it begins."""
        if now == BEGIN:
            return history
        await history.close(history.affairs.until or BEGIN)
        return await History.open(self.folder / "h.db", now)

    def _visit(self, states: dict[str, CameraState], desk: Dispatch, history: History, now: float) -> None:
        for index, code in enumerate(states):
            if (now - BEGIN + index % 3 * STEP) % PERIOD >= STEP:
                continue
            dead = any(each.camera == code and each.start <= now - BEGIN < each.end for each in self.outages)
            verdict = Verdict.FAIL if dead else Verdict.PASS
            found = (Finding("timeout"),) if dead else ()
            states[code], flips = advance(states[code], Observation("heartbeat", code, now, 0.0, verdict, found), RULES)
            if flips:
                history.record(flips)
                desk.moved(states[code], flips)
            desk.looked(code, not dead, states[code].down)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a day: `kills` that hit; true outages that a run watched for `ENOUGH` and that no
    fault has (`lost`), or that none watched for so long (`unseen`), messages heard more often
    than they should be (`twice`) or less (`unheard`: caught on their way), and the largest difference in
    seconds of any camera's uptime from the truth within the watched time (`off`)."""

    kills: int
    events: int
    lost: int
    unseen: int
    twice: int
    unheard: int
    off: float


def play(kills: int, seed: int) -> Result:
    """A day with about so many kills at random moments."""
    rng, outages = random.Random(seed), truth(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hits = 0
        while not _over(folder):
            hits += _one(folder, seed, rng, kills - hits)
        return _judged(folder, outages, hits)


def _one(folder: Path, seed: int, rng: random.Random, left: int) -> int:
    """One child, killed at a random moment unless none are left. Returns whether it was killed."""
    late = STEP * rng.randint(1, 4)
    child = subprocess.Popen(
        [sys.executable, "-m", "bench.crash", str(folder), str(seed), str(late)], stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    with child.stdout:
        child.stdout.readline()
    if left <= 0:
        child.wait()
        return 0
    try:
        child.wait(rng.uniform(0.0, 0.04))
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGKILL)
        child.wait()
        return 1
    return 0


def _over(folder: Path) -> bool:
    if not (folder / "h.db").exists():
        return False
    with opened(folder / "h.db") as archive:
        return archive.last_word() >= BEGIN + DAY


def _judged(folder: Path, outages: list[Outage], kills: int) -> Result:
    with opened(folder / "h.db") as archive:
        pasts = archive.pasts(BEGIN, BEGIN + DAY)
        known = faults(archive.connection)
        runs = archive.watched(BEGIN, BEGIN + DAY)
    told = (folder / "told").read_text(encoding="utf-8").splitlines()
    missing = [outage for outage in outages if not any(_tells(fault, outage) for fault in known)]
    lost = sum(_seen(outage, runs) for outage in missing)
    heard = Counter((line.split()[0], _kind(line)) for line in told)
    wanted = {(f"[#{fault.id}]", kind): count for fault in known for kind, count in _wanted(fault).items()}
    twice = sum(max(0, count - wanted.get(key, 0)) for key, count in heard.items())
    unheard = sum(max(0, count - heard[key]) for key, count in wanted.items())
    off = max(_off(outages, code, pasts[code].state) for code in cameras())
    return Result(kills, len(outages), lost, len(missing) - lost, twice, unheard, off)


def _seen(outage: Outage, runs: list[tuple[float, float]]) -> bool:
    """Whether one run watched it long enough to believe it: two visits, a second look, three minutes of patience."""
    return any(min(end, BEGIN + outage.end) - max(since, BEGIN + outage.start) >= ENOUGH for since, end in runs)


def _kind(line: str) -> str:
    return next((kind for kind in ("is back", "Repaired", "Fault") if kind in line), line)


def _wanted(fault: Fault) -> dict[str, int]:
    """How often each message about a fault is to be heard: once, and once for every time that it came back."""
    return {"Fault": 1, "is back": fault.returns, "Repaired": fault.returns + (fault.closed is not None)}


def _tells(fault: Fault, outage: Outage) -> bool:
    """Whether a fault, or one of its returns, is this outage; it may have been noticed after a restart only."""
    begun = [fault.since, *fault.came_back]
    return (outage.camera in fault.ever and any(outage.start <= at - BEGIN <= outage.end for at in begun)) or (
        outage.camera in fault.ever and fault.opened - BEGIN <= outage.end and fault.opened - BEGIN >= outage.start
    )


def _off(outages: list[Outage], code: str, timeline: Timeline) -> float:
    """Seconds by which the up and down of a camera differ from the truth in the time that was watched."""
    wrong = 0.0
    spans = list(timeline.spans)
    ends = [start for start, _ in spans[1:]] + [BEGIN + DAY]
    for (start, state), end in zip(spans, ends, strict=True):
        dead = sum(
            max(0.0, min(end, BEGIN + each.end) - max(start, BEGIN + each.start))
            for each in outages
            if each.camera == code
        )
        wrong += dead if state is State.UP else end - start - dead if state is State.DOWN else 0.0
    return wrong


def run() -> list[Row]:
    """200 kills in a day."""
    begun = tick()
    made = play(200, 7)
    figure = (
        f"{made.kills} kills: {made.lost} of {made.events} outages lost, {made.unseen} not watched for ten minutes "
        f"at a time, {made.twice} messages "
        f"told twice, {made.unheard} caught on their way, uptime off by at most "
        f"{made.off:.0f} s a camera; {tick() - begun:.0f} s"
    )
    numbers = {
        "kills": float(made.kills),
        "lost": float(made.lost),
        "twice": float(made.twice),
        "unheard": float(made.unheard),
        "off": made.off,
    }
    return [Row("kill -9 at random moments of a simulated day", "nothing lost, nothing told twice", figure,
                made.lost == 0 and made.twice == 0, numbers)]  # fmt: skip


if __name__ == "__main__":
    asyncio.run(Life(Path(sys.argv[1]), truth(int(sys.argv[2])), float(sys.argv[3])).live())

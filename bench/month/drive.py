"""A month at the speed of the machine: every camera visited by every probe as the monitor would, `health.advance` and
the fault engine as they are, skywatch killed and started again on the way. No asyncio, no clock."""

import heapq
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.month.truth import DAY, Month
from bench.month.world import BEGIN, World
from skywatch.health import CameraState, Flip, Rules, advance, lapse, revive, unseen, with_maintenance
from skywatch.health.board import Board, Look, News, Policy, Sentinel, Step
from skywatch.health.fault import Event, Fault
from skywatch.health.faults import heard, restarted, step
from skywatch.health.places import Places
from skywatch.health.plain import from_plain, to_plain
from skywatch.inventory import Inventory
from skywatch.observation import Verdict
from skywatch.scheduler import next_pause

PERIODS = {"heartbeat": 300.0, "stream": 300.0, "picture": 900.0, "device": DAY}
RECHECK = {"heartbeat": 10.0, "stream": 10.0, "picture": 20.0, "device": 10.0}
SWEEP = 300.0


@dataclass
class Tape:
    """What came out: every event, and each fault as it was last."""

    events: list[Event] = field(default_factory=list)
    faults: dict[int, Fault] = field(default_factory=dict)
    visits: int = 0
    steps: int = 0


class Drive:
    """One month. Times are seconds since it began; what skywatch sees is Unix time."""

    def __init__(self, inventory: Inventory, month: Month, seed: int, policy: Policy | None = None) -> None:
        rng = random.Random(seed + 1)
        self.inventory, self.month, self.policy = inventory, month, policy or Policy()
        self.world = World(month, inventory, rng)
        self.places = Places.of(inventory, month.sentinels)
        self.rules = Rules(gap=3 * PERIODS["heartbeat"] + 5.0)
        self.states: dict[str, CameraState] = {
            code: unseen(code, BEGIN) for code, camera in inventory.cameras.items() if camera.enabled
        }
        self.board = Board(now=BEGIN)
        self.tape = Tape()
        self.fails: dict[tuple[str, str], int] = {}
        self._turn = 0
        self._grid: dict[tuple[str, str], int] = {}
        self._queue: list[tuple[float, int, str, str]] = []
        for camera in self.states:
            for probe, period in PERIODS.items():
                self._put(rng.uniform(0, period), probe, camera)
        self._put(SWEEP, "sweep", "")
        for edge in sorted({edge for start, end, _ in month.windows for edge in (start, end)}):
            self._put(edge, "window", "")
        for killed, _ in month.restarts:
            self._put(killed, "kill", "")

    def run(self) -> Tape:
        """From the first minute to the last."""
        end, back = self.month.days * DAY, dict(self.month.restarts)
        off = 0.0
        while self._queue[0][0] < end:
            now, turn, probe, camera = heapq.heappop(self._queue)
            if now >= self.world.due:
                self.world.turn(now)
            if now < off and probe != "kill":
                self._put(max(off, now + PERIODS.get(probe, 0.0)), probe, camera, turn)
                continue
            while self.board.due <= BEGIN + now:
                self._step(max(self.board.due, self.board.now), ())
            if probe in PERIODS:
                self._visit(now, probe, camera, turn)
            elif probe == "sentinel":
                self._step(BEGIN + now, [Sentinel(camera, self.world.sentinel(camera))])
            elif probe in ("sweep", "window"):
                self._sweep(now)
                if probe == "sweep":
                    self._put(now + SWEEP, "sweep", "")
            else:
                off = back[now]
                self._restart(off)
        return self.tape

    def _put(self, at: float, probe: str, camera: str, turn: int | None = None) -> None:
        """The next visit; whatever else was planned for the same probe and camera is not, if `turn` is None."""
        if turn is None:
            self._turn += 1
            turn = self._turn
            self._grid[probe, camera] = turn
        heapq.heappush(self._queue, (at, turn, probe, camera))

    def _visit(self, now: float, probe: str, camera: str, turn: int) -> None:
        if self._grid[probe, camera] != turn:
            return
        state = self.states[camera]
        if probe == "picture" and state.down:
            self._put(now + 60.0, probe, camera, turn)
            return
        seen = self.world.visit(probe, camera, now)
        after, flips = advance(state, seen, self.rules)
        self.states[camera] = after
        self.tape.visits += 1
        if not flips and seen.verdict is Verdict.PASS and not self.board.heeds(camera):
            self._put(now + self._pause(after, probe, seen.verdict), probe, camera, turn)
            return
        news = heard(after, flips) if flips else []
        if seen.verdict is not Verdict.UNKNOWN and self.board.heeds(camera):
            alive = seen.verdict is Verdict.PASS or seen.judged is not None
            if alive or probe == "heartbeat":
                news.append(Look(camera, alive, after.down))
        self._put(now + self._pause(after, probe, seen.verdict), probe, camera, turn)
        if news:
            self._step(BEGIN + now + seen.seconds, news)

    def _pause(self, state: CameraState, probe: str, verdict: Verdict) -> float:
        """As `Monitor.pause`."""
        if verdict is Verdict.PASS and state.intact is Verdict.PASS and not state.marks and not self.fails:
            return PERIODS[probe]
        key = probe, state.camera
        if verdict is not Verdict.FAIL:
            self.fails.pop(key, None)
            doubtful = (state.verdict(probe) is Verdict.FAIL and verdict is Verdict.PASS) or (
                state.marks and state.in_doubt(probe)
            )
            return RECHECK[probe] if doubtful else PERIODS[probe]
        self.fails[key] = fails = self.fails.get(key, 0) + 1
        if state.down and probe != "heartbeat":
            return PERIODS[probe]
        return next_pause(fails, RECHECK[probe], PERIODS[probe]) or PERIODS[probe]

    def _step(self, now: float, news: Iterable[News]) -> None:
        self._heed(step(self.board, now, news, self.places, self.policy))

    def _heed(self, done: Step) -> None:
        self.board = done.board
        self.tape.steps += 1
        self.tape.events += done.events
        self.tape.faults.update((fault.id, fault) for fault in done.changed)
        now = done.board.now - BEGIN
        for camera in sorted(done.asks):
            self._put(now + 1.0, "heartbeat", camera)
        for village in sorted(done.calls):
            self._put(now + 2.0, "sentinel", village)

    def _sweep(self, now: float) -> None:
        news = list[News]()
        working = {camera for start, end, hit in self.month.windows if start <= now < end for camera in hit}
        for camera, state in self.states.items():
            after, flips = lapse(state, BEGIN + now, self.rules)
            after, more = with_maintenance(after, camera in working, BEGIN + now, self.rules)
            self.states[camera] = after
            if flips or more:
                news += heard(after, (*flips, *more))
        if news:
            self._step(BEGIN + now, news)

    def _restart(self, back: float) -> None:
        """Killed, and started again: the board through JSON, every camera as the history remembers it."""
        plain = json.loads(json.dumps(to_plain(self.board)))
        self.board = restarted(from_plain(Board, plain), BEGIN + back)
        for camera, state in self.states.items():
            self.states[camera] = revive(camera, BEGIN + back, state.findings, state.alive)
        self.fails.clear()
        self._sweep(back)


__all__ = ["Drive", "Flip", "Tape"]

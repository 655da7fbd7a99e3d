"""When each job is due, and how many run at once. Knows no cameras: jobs have keys, lanes and pools."""

import asyncio
import heapq
import itertools
import logging
from array import array
from collections.abc import Callable, Iterable
from functools import partial

from skywatch.clock import Clock
from skywatch.scheduler.job import Job, Limits
from skywatch.scheduler.timing import Phases, next_due, phase
from skywatch.scheduler.waiting import Entry, WaitingRoom

log = logging.getLogger(__name__)

BATCH = 1000
"""So many jobs become due in one turn of the loop at most: a cold start of everything must not hold it for long."""

REMEMBERED = 8192
"""Latenesses that the quantile is taken of."""

LAST_WORDS = 2.0
"""Seconds that cancelled jobs are given to go."""


def _nobody(_job: Job, _lateness: float) -> None:
    """Nobody listens."""


class Scheduler:
    """Runs jobs, each on its own grid of times, until `stop`.

    A job's first run comes within `ramp` seconds of its being added (0: as soon as the limits allow), or within its
    period where that is shorter. `beat` is the longest time, in seconds, that the loop sleeps; `tick` the shortest:
    what becomes due within a tick is started together. `on_start` hears of every start by how many seconds it was late.
    `last_beat` is when the loop last came round and had started what it could, in the clock's steady seconds.
    """

    def __init__(
        self,
        clock: Clock,
        limits: Limits | None = None,
        *,
        ramp: float = 30.0,
        beat: float = 1.0,
        tick: float = 0.05,
        on_start: Callable[[Job, float], None] = _nobody,
    ) -> None:
        self._clock, self._ramp, self._beat, self._tick, self._on_start = clock, ramp, beat, tick, on_start
        self._room = WaitingRoom(limits or Limits())
        self._entries: dict[str, Entry] = {}
        self._due: list[tuple[float, int, Entry]] = []
        self._tickets = itertools.count()
        self._phases = Phases()
        self._tasks: set[asyncio.Task[float | None]] = set()
        self._nap: asyncio.Future[None] | None = None
        self._wake_at = 0.0
        self._origin: float | None = None
        self._stopping = False
        self._idle = asyncio.Event()
        self._lateness = array("d")
        self.last_beat = clock.steady()
        self.started = 0
        self.failed = 0

    @property
    def jobs(self) -> int:
        return len(self._entries)

    @property
    def running(self) -> int:
        return self._room.running

    @property
    def backlog(self) -> int:
        """Jobs that are due and wait for a place."""
        return self._room.waiting

    def lateness(self, share: float = 0.99) -> float:
        """The `share` quantile, in seconds, of how late the last starts were; 0 before the first."""
        late = sorted(self._lateness)
        return late[min(int(len(late) * share), len(late) - 1)] if late else 0.0

    def replace(self, jobs: Iterable[Job], limits: Limits | None = None) -> None:
        """From now on these jobs, and no others. A job whose key was there keeps its due time, and goes on if it runs;
        one that is gone is left to finish, but never runs again. Raises ValueError for a key that is there twice.
        """
        wanted: dict[str, Job] = {}
        for job in jobs:
            if wanted.setdefault(job.key, job) is not job:
                raise ValueError(f"two jobs are called {job.key}")
        for key in self._entries.keys() - wanted.keys():
            self._forget(self._entries.pop(key))
        now = self._clock.steady()
        self._origin = now if self._origin is None else self._origin
        for job in wanted.values():
            self._put(job, now)
        if limits is not None:
            self._room.limit(limits)
        self._due = [place for place in self._due if _current(place)]
        heapq.heapify(self._due)
        self._wake()

    def hurry(self, key: str) -> bool:
        """Run that job as soon as the limits allow. False if there is none, or it runs or waits already."""
        entry = self._entries.get(key)
        if entry is None or entry.waiting or entry.held is not None:
            return False
        self._schedule(entry, self._clock.steady())
        return True

    async def run(self) -> None:
        """Start jobs when they are due, until `stop`. Ends early only by cancellation, which ends all jobs too."""
        try:
            while not self._stopping:
                await self._sleep(self._turn())
        finally:
            if not self._stopping:
                await self._dismiss()

    async def stop(self, grace: float = 5.0) -> None:
        """Start nothing more, give what runs `grace` seconds to end, and cancel the rest."""
        self._stopping = True
        self._wake()
        if self._tasks:
            self._idle.clear()
            timer = asyncio.ensure_future(self._clock.sleep(grace))
            idle = asyncio.ensure_future(self._idle.wait())
            await asyncio.wait((timer, idle), return_when=asyncio.FIRST_COMPLETED)
            timer.cancel()
            idle.cancel()
        await self._dismiss()

    async def _dismiss(self) -> None:
        self._stopping = True
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            _, left = await asyncio.wait(self._tasks, timeout=LAST_WORDS)
            if left:
                log.error("%d jobs would not be cancelled", len(left))

    def _turn(self) -> float:
        """What became due is let in as far as there is room. Returns how long to sleep."""
        now = self._clock.steady()
        for _ in range(BATCH):
            if not self._due or self._due[0][0] > now:
                break
            place = heapq.heappop(self._due)
            if _current(place):
                self._room.arrive(place[2])
        self._admit(now)
        self.last_beat = now
        if not self._due:
            return self._beat
        wait = self._due[0][0] - now
        return 0.0 if wait <= 0 else min(max(wait, self._tick), self._beat)

    async def _sleep(self, seconds: float) -> None:
        self._wake_at = self._clock.steady() + seconds
        self._nap = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait((self._nap,))
        finally:
            self._nap.cancel()
            self._nap = None

    def _wake(self) -> None:
        if self._nap is not None:
            self._nap.cancel()

    def _admit(self, now: float) -> None:
        while not self._stopping and (entry := self._room.admit()) is not None:
            late = max(0.0, now - entry.due)
            self._note(late)
            self._on_start(entry.job, late)
            task = asyncio.create_task(_do(entry.job), name=entry.job.key)
            self._tasks.add(task)
            task.add_done_callback(partial(self._done, entry))

    def _note(self, late: float) -> None:
        if len(self._lateness) < REMEMBERED:
            self._lateness.append(late)
        else:
            self._lateness[self.started % REMEMBERED] = late
        self.started += 1

    def _done(self, entry: Entry, task: asyncio.Task[float | None]) -> None:
        self._tasks.discard(task)
        self._room.leave(entry)
        wanted = self._outcome(entry, task)
        now = self._clock.steady()
        if not entry.gone:
            self._schedule(entry, next_due(entry.grid, now, entry.job.period, wanted))
        self._admit(now)
        if not self._tasks:
            self._idle.set()

    def _outcome(self, entry: Entry, task: asyncio.Task[float | None]) -> float | None:
        """What the job wants. One that broke is logged with its traceback the first time, and counted each time."""
        error = asyncio.CancelledError("cancelled itself") if task.cancelled() else task.exception()
        if error is None:
            entry.failing = False
            return task.result()
        if not (task.cancelled() and self._stopping):
            self.failed += 1
            level = logging.DEBUG if entry.failing else logging.ERROR
            entry.failing = True
            log.log(level, "the job %s broke", entry.job.key, exc_info=error)
        return None

    def _put(self, job: Job, now: float) -> None:
        old = self._entries.get(job.key)
        if old is None or old.job.period != job.period:
            self._phase_in(job, now, old)
        elif old.held is not None or old.job.place == job.place:
            old.job = job
        else:
            self._room.discard(old)
            self._enter(Entry(job, old.index, old.grid, old.due, failing=old.failing))

    def _phase_in(self, job: Job, now: float, old: Entry | None) -> None:
        index = self._phases.take(job.period)
        assert self._origin is not None  # noqa: S101 - set before the first job
        grid = self._origin + phase(index, job.period)
        due = now + phase(index, min(job.period, self._ramp)) if self._ramp > 0 else now
        if old is not None:
            self._forget(old)
            due = min(max(old.due, now), next_due(grid, now, job.period))
        self._enter(Entry(job, index, grid, due))

    def _enter(self, entry: Entry) -> None:
        self._entries[entry.job.key] = entry
        self._schedule(entry, entry.due)

    def _forget(self, entry: Entry) -> None:
        self._phases.give_back(entry.job.period, entry.index)
        self._room.discard(entry)

    def _schedule(self, entry: Entry, due: float) -> None:
        entry.due, entry.ticket = due, next(self._tickets)
        heapq.heappush(self._due, (due, entry.ticket, entry))
        if due < self._wake_at - self._tick:
            self._wake()


def _current(place: tuple[float, int, Entry]) -> bool:
    entry = place[2]
    return entry.ticket == place[1] and not (entry.gone or entry.waiting or entry.held)


async def _do(job: Job) -> float | None:
    return await job.run()

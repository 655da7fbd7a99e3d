"""The room where jobs wait that are due: it lets in who may run, and knows who holds which place. Knows no time.

Jobs with the same pools wait in one group, in order of their rank. Groups whose pools have room stand in one line;
one whose pool is full is set aside until somebody leaves that pool. A job whose lane is taken waits at the lane. So a
full pool holds up nobody else, and every step costs the logarithm of how many wait.
"""

import heapq
import itertools
from dataclasses import dataclass, field

from skywatch.scheduler.job import PATIENCE, Job, Limits


@dataclass(eq=False, slots=True)
class Entry:
    """A job on its way. `due` is when it should run, `grid` a point of its grid, `index` its number in `Phases`.

    `ticket` is renewed with every due time, so that an old place in the heap is known to be old. `held` is the job as
    it was let in: what it must give back, even if a reload has changed the job meanwhile.
    """

    job: Job
    index: int
    grid: float
    due: float
    ticket: int = -1
    waiting: bool = False
    held: Job | None = None
    gone: bool = False
    failing: bool = False


_Place = tuple[float, int, Entry]


@dataclass(eq=False, slots=True)
class _Pool:
    limit: int
    taken: int = 0
    aside: "list[_Group]" = field(default_factory=list)


@dataclass(eq=False, slots=True)
class _Group:
    pools: tuple[_Pool, ...]
    line: list[_Place] = field(default_factory=list)
    aside: bool = False


class WaitingRoom:
    """Who waits, who runs, and who is next."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._pools: dict[str, _Pool] = {}
        self._groups: dict[tuple[str, ...], _Group] = {}
        self._line: list[tuple[float, int, _Group]] = []
        self._lanes: dict[str, list[Entry]] = {}
        self._tickets = itertools.count()
        self.running = 0
        self.waiting = 0

    def arrive(self, entry: Entry) -> None:
        """`entry` is due."""
        entry.waiting = True
        self.waiting += 1
        self._stand(entry)

    def discard(self, entry: Entry) -> None:
        """`entry` is not wanted any more; if it runs, it keeps its places until it leaves."""
        entry.gone = True
        if entry.waiting:
            entry.waiting = False
            self.waiting -= 1

    def admit(self) -> Entry | None:
        """The next one that may run now, which takes its places; None if nobody may."""
        while self._line and self.running < self._limits.overall:
            _, ticket, group = heapq.heappop(self._line)
            if group.aside or not group.line or group.line[0][1] != ticket:
                continue
            if (full := _full(group)) is not None:
                group.aside = True
                full.aside.append(group)
                continue
            entry = heapq.heappop(group.line)[2]
            self._queue(group)
            if self._enter(entry, group):
                return entry
        return None

    def leave(self, entry: Entry) -> None:
        """`entry` has run; its places are free."""
        job = entry.held
        assert job is not None, "who leaves was let in"  # noqa: S101 - ours
        entry.held = None
        self.running -= 1
        for name in job.pools:
            self._free(self._pools[name])
        for other in self._lanes.pop(job.lane):
            self._stand(other)

    def limit(self, limits: Limits) -> None:
        """From now on these limits hold. Nobody who runs is thrown out."""
        self._limits = limits
        for name, pool in self._pools.items():
            pool.limit = limits.of(name)
            self._reconsider(pool)

    def _stand(self, entry: Entry) -> None:
        """In line, or at the lane while that is taken. Who was discarded stands nowhere."""
        if not entry.waiting:
            return
        parked = self._lanes.get(entry.job.lane)
        if parked is not None:
            parked.append(entry)
            return
        group = self._group(entry.job.pools)
        heapq.heappush(group.line, (entry.due + PATIENCE * entry.job.priority, next(self._tickets), entry))
        if group.line[0][2] is entry:
            self._queue(group)

    def _enter(self, entry: Entry, group: _Group) -> bool:
        if not entry.waiting:
            return False
        if entry.job.lane in self._lanes:
            self._stand(entry)
            return False
        entry.waiting, entry.held = False, entry.job
        self.waiting -= 1
        self.running += 1
        self._lanes[entry.job.lane] = []
        for pool in group.pools:
            pool.taken += 1
        return True

    def _queue(self, group: _Group) -> None:
        if group.line and not group.aside:
            rank, ticket, _ = group.line[0]
            heapq.heappush(self._line, (rank, ticket, group))

    def _free(self, pool: _Pool) -> None:
        pool.taken -= 1
        self._reconsider(pool)

    def _reconsider(self, pool: _Pool) -> None:
        aside, pool.aside = pool.aside, []
        for group in aside:
            group.aside = False
            self._queue(group)

    def _group(self, names: tuple[str, ...]) -> _Group:
        group = self._groups.get(names)
        if group is None:
            group = self._groups[names] = _Group(tuple([self._pool(name) for name in names]))
        return group

    def _pool(self, name: str) -> _Pool:
        pool = self._pools.get(name)
        if pool is None:
            pool = self._pools[name] = _Pool(self._limits.of(name))
        return pool


def _full(group: _Group) -> _Pool | None:
    return next((pool for pool in group.pools if pool.taken >= pool.limit), None)

"""The one place that asks what time it is.

Everything that decides takes `now` as an argument; everything that waits takes a `Clock`.
Wall time is Unix seconds (UTC) as a float; `tick` is a stopwatch without a date.
"""

import asyncio
import heapq
import itertools
import time
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

tick = time.perf_counter
"""Seconds on a stopwatch: only differences mean anything."""


def midnight(at: float, zone: ZoneInfo) -> float:
    """When the day began in `zone` in which `at` lies; both Unix seconds."""
    return datetime.fromtimestamp(at, zone).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


class Clock(Protocol):
    """Wall time, steady time, and waiting."""

    def now(self) -> float:
        """Unix seconds, UTC. May jump when somebody sets the machine's clock."""

    def steady(self) -> float:
        """Seconds that never jump; the origin means nothing."""

    async def sleep(self, seconds: float) -> None:
        """Return once `seconds` of steady time have passed; at once, but not without yielding, when not positive."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        return time.time()

    def steady(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))


class ManualClock:
    """A clock that stands until `advance` moves it; sleepers wake in the order of their times."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self._now = now
        self._steady = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> float:
        return self._now

    def steady(self) -> float:
        return self._steady

    def jump(self, seconds: float) -> None:
        """Somebody set the wall clock: `now` moves, nobody wakes."""
        self._now += seconds

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._steady + seconds, next(self._order), waiter))
        await waiter

    async def advance(self, seconds: float) -> None:
        """Let `seconds` pass. Whoever wakes on the way runs at its own time, and may sleep again within the span."""
        end = self._steady + seconds
        await self._settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, waiter = heapq.heappop(self._sleepers)
            self._move_to(due)
            if not waiter.done():
                waiter.set_result(None)
            await self._settle()
        self._move_to(end)
        await self._settle()

    def _move_to(self, steady: float) -> None:
        self._now += steady - self._steady
        self._steady = steady

    async def _settle(self, rounds: int = 20, most: int = 10_000) -> None:
        """Give every task that became ready the turns it needs to reach its next wait: at least `rounds`, and as many
        as it takes until nobody is ready any more. A task that spins is left spinning after `most`."""
        ready = getattr(asyncio.get_running_loop(), "_ready", ())  # the standard loop's queue; others have the rounds
        for turn in range(most):
            await asyncio.sleep(0)
            if turn >= rounds and not ready:
                return

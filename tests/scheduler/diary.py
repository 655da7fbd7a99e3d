"""Jobs that write down when they ran, under a clock that stands still."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from skywatch.clock import ManualClock
from skywatch.scheduler import Job, Scheduler


class Diary:
    """Jobs that write down when they ran."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.runs: list[tuple[float, str]] = []
        self.now = Counter[str]()
        self.most = Counter[str]()

    def job(
        self,
        key: str,
        period: float = 60.0,
        *,
        lane: str = "",
        pools: tuple[str, ...] = (),
        takes: float = 0.0,
        wants: Callable[[], float | None] = lambda: None,
    ) -> Job:
        async def run() -> float | None:
            self.runs.append((self.clock.steady(), key))
            names = ("all", f"lane:{lane or key}", *pools)
            self.now.update(names)
            self.most |= self.now
            try:
                if takes:
                    await self.clock.sleep(takes)
            finally:
                self.now.subtract(names)
            return wants()

        return Job(key, lane or key, pools, period, run)

    def times(self, key: str) -> list[float]:
        return [at for at, name in self.runs if name == key]


@asynccontextmanager
async def running(scheduler: Scheduler) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(scheduler.run())
    try:
        yield task
    finally:
        await scheduler.stop(grace=0.0)
        await task

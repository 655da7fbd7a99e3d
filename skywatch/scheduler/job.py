"""What the scheduler is given: jobs, and how many may run at once. Values only."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every `period` seconds.

    `key` names it for good, over reloads too. Of one `lane` only one job runs at a time; of each of its `pools` as many
    as the limits say. `run` returns None to run again at its usual time, or in how many seconds it wants to run again
    sooner. `priority`: of jobs that wait for a place, one of priority 1 lets those of priority 0 go before that became
    due up to `PATIENCE` seconds after it, and so on; so nobody waits for ever.
    """

    key: str
    lane: str
    pools: tuple[str, ...]
    period: float
    run: Callable[[], Awaitable[float | None]]
    priority: int = 0

    def __post_init__(self) -> None:
        if not self.period > 0:
            raise ValueError(f"{self.key}: a period of {self.period} s")

    @property
    def place(self) -> tuple[str, tuple[str, ...], int]:
        """Where it stands in line."""
        return self.lane, self.pools, self.priority


PATIENCE = 10.0
"""Seconds that one step of priority is worth."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many jobs run at once: in all, and of each pool; `pools` has the pools with a limit of their own."""

    overall: int = 128
    per_pool: int = 8
    pools: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if min(self.overall, self.per_pool, *self.pools.values()) < 1:
            raise ValueError("a limit below 1 would let nothing run")

    def of(self, pool: str) -> int:
        return self.pools.get(pool, self.per_pool)

"""The daily inspection (每日巡检): every camera looked at thoroughly, once more later where that failed, in bounded
time, and gone on with after a restart. The scheduler does the work: an inspection is a job of each camera that is
hurried."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from skywatch.clock import Clock
from skywatch.inspection.thorough import plain, unreached, verdict_of
from skywatch.inventory import Camera, Inventory
from skywatch.observation import Observation, Verdict
from skywatch.scheduler import Job
from skywatch.store import Batch, Looked, Round

log = logging.getLogger(__name__)

NEVER = 10 * 365 * 86400.0
"""Seconds: the period of a job that only runs when it is hurried."""

AFTER_THE_OTHERS = 120
"""Steps of the scheduler's patience behind heartbeats: an inspection has hours."""


@dataclass(frozen=True, slots=True)
class Order:
    """Seconds: `retry` until a camera that failed is looked at once more, `bound` until a round is over whatever
    happens."""

    retry: float = 1800.0
    bound: float = 3 * 3600.0


Look = Callable[[Camera], Awaitable[tuple[list[Observation], bytes | None]]]
"""All the looks at one camera, and a small JPEG of what it shows. Raises nothing."""


@dataclass(slots=True)
class Inspector:
    """`round` is what goes on now; `waiting` has, by camera, how often it was looked at in it. `note` writes down;
    `last` is the last id that a round was given."""

    inventory: Inventory
    look: Look
    clock: Clock
    note: Callable[[Batch], None]
    order: Order = field(default_factory=Order)
    last: int = 0
    round: Round | None = None
    waiting: dict[str, int] = field(default_factory=dict)
    told: Callable[[Looked], None] = lambda _looked: None

    def jobs(self) -> list[Job]:
        """A job for every enabled camera, which does nothing until a round asks for it."""
        return [
            Job(
                key_of(camera.code),
                camera.code,
                (f"uplink:{self.inventory.village_of(camera).uplink}",),
                NEVER,
                partial(self.inspect, camera),
                AFTER_THE_OTHERS,
            )
            for camera in self.inventory.cameras.values()
            if camera.enabled
        ]

    def adopt(self, inventory: Inventory, order: Order) -> None:
        """The configuration was read again, perhaps in the middle of a round: a camera that is gone is not waited
        for any more."""
        self.inventory, self.order = inventory, order
        enabled = self._enabled()
        self.waiting = {code: tries for code, tries in self.waiting.items() if code in enabled}

    def begin(self, kind: str, due: float, cameras: Iterable[str] | None = None) -> list[str]:
        """Begin a round; one that goes on is ended before, with what it could not reach. Returns the keys of the jobs
        to be hurried."""
        if self.round is not None:
            self._end("another inspection began")
        now = self.clock.now()
        self.last += 1
        self.round = Round(self.last, due, kind, now)
        return self._wait(cameras)

    def resume(self, round_: Round, seen: Iterable[str]) -> list[str]:
        """Go on with a round of the last run, in which these cameras have been looked at already."""
        self.round = round_
        done = set(seen)
        return self._wait(code for code in self._enabled() if code not in done)

    def _wait(self, cameras: Iterable[str] | None) -> list[str]:
        enabled = self._enabled()
        codes = enabled if cameras is None else [code for code in cameras if code in enabled]
        self.waiting = dict.fromkeys(codes, 0)
        assert self.round is not None  # noqa: S101 - both callers have one
        self.note(Batch(rounds={self.round.id: self.round}))
        return [key_of(code) for code in self.waiting]

    def _enabled(self) -> dict[str, None]:
        return dict.fromkeys(code for code, camera in self.inventory.cameras.items() if camera.enabled)

    async def inspect(self, camera: Camera) -> float | None:
        """The job of one camera. Returns in how many seconds to look again, None for when it is asked for."""
        round_, tries = self.round, self.waiting.get(camera.code)
        if round_ is None or tries is None:
            return None
        at = self.clock.now()
        seen, thumbnail = await self.look(camera)
        if self.round is not round_ or camera.code not in self.waiting:
            return None  # the round ended meanwhile
        online = any(each.probe == "heartbeat" and each.verdict is Verdict.PASS for each in seen)
        verdict = verdict_of(seen, online)
        self._keep(Looked(round_.id, camera.code, at, tries + 1, verdict, plain(seen, online), thumbnail))
        if verdict is not Verdict.PASS and tries == 0 and self._time_left() > self.order.retry:
            self.waiting[camera.code] = 1
            return self.order.retry
        del self.waiting[camera.code]
        self.tick()
        return None

    def tick(self) -> None:
        """A round whose cameras have all been looked at is over, and so is one whose time is up."""
        if self.round is not None and not self.waiting:
            self._end("")
        elif self.round is not None and self._time_left() <= 0:
            self._end("out of time")

    def _time_left(self) -> float:
        assert self.round is not None  # noqa: S101 - only asked while there is one
        return self.round.began + self.order.bound - self.clock.now()

    def _keep(self, looked: Looked) -> None:
        self.note(Batch(looks=[looked]))
        self.told(looked)

    def _end(self, why: str) -> None:
        assert self.round is not None  # noqa: S101 - only called while there is one
        now, round_ = self.clock.now(), self.round
        for code, tries in self.waiting.items():
            if tries == 0:
                self._keep(Looked(round_.id, code, now, 1, Verdict.UNKNOWN, unreached(why)))
        if self.waiting:
            log.warning("inspection %d is over (%s); %d cameras were not reached", round_.id, why, len(self.waiting))
        self.round, self.waiting = None, {}
        self.note(Batch(rounds={round_.id: Round(round_.id, round_.due, round_.kind, round_.began, now)}))


def key_of(camera: str) -> str:
    """The key of a camera's job."""
    return f"{camera}/inspection"

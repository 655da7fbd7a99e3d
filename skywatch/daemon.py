"""Builds every part once, runs them, reloads them, and stops them in the reverse order."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector

from skywatch import i18n, systemd
from skywatch.building import accounts_of, history_of, needs_restart, remember, rules_of
from skywatch.clock import Clock
from skywatch.config import Config, ConfigError
from skywatch.config.diff import changed_cameras
from skywatch.dispatch import Dispatch, dispatch_of
from skywatch.histogram import Histogram
from skywatch.inspection import Calendar, Inspector, Looker, calendar_of, order_of
from skywatch.maintenance import Upkeep
from skywatch.metrics import Machinery, Telemetry
from skywatch.monitor import Listeners, Monitor
from skywatch.parts import Orders, Parts, load_config, open_parts
from skywatch.probes import PROBES
from skywatch.protocols.sentinel import answers
from skywatch.reports.morning import Morning, since_of
from skywatch.scheduler import Job, Limits, Scheduler
from skywatch.store import Baselines, Batch, History, Refusals
from skywatch.web import Sources, Web

log = logging.getLogger(__name__)

LATENESS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Bounds of the histogram of lateness, in seconds."""

FIRST_LOOKS = 100.0
"""So many cameras a second are looked at for the first time after a start."""

SWEEP = 10.0
"""Seconds between looks at what nobody looked at, and at maintenance."""

AT_A_TIME = 500
"""Cameras of a sweep that are looked at in one go."""

STEP = 1.0
"""Seconds between steps of the fault engine."""

SENTINEL = 6.0
"""Seconds that a sentinel may take to answer."""

DELIVERY = 5.0
"""Seconds between looks at the outbox."""

GRACE = 3.0
"""Seconds that visits under way may take to end at a stop."""

STUCK = 30.0
"""Seconds without a beat of the scheduler after which it does not count as alive."""


class Daemon:
    """One station's watch. `run` builds, runs and takes down; `stop` and `reload` may be called from signal handlers.

    `load` reads the configuration again for a reload. While it runs, `monitor` is the present, and `url` is where the
    metrics are served.
    """

    monitor: Monitor
    scheduler: Scheduler
    history: History
    upkeep: Upkeep
    dispatch: Dispatch
    calendar: Calendar
    morning: Morning
    url: str = ""

    def __init__(
        self,
        config: Config,
        clock: Clock,
        *,
        load: Callable[[], Config] | None = None,
        notifier: systemd.Notifier | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.config = config
        self.clock = clock
        self._load = load or (lambda: load_config(config.path))
        self._notifier = notifier or systemd.Notifier()
        self._environment = environment or {}
        self._stopping = asyncio.Event()
        self._reload_wanted = asyncio.Event()
        self._first_visit = asyncio.Event()
        self._reload_ok, self._reloaded_at = True, clock.now()
        self._lateness = Histogram(LATENESS)
        self._asking: set[asyncio.Task[None]] = set()
        self._parts: Parts

    def stop(self) -> None:
        """End `run`, in good order."""
        self._stopping.set()

    def reload(self) -> None:
        """Read the configuration again, soon. A bad one changes nothing."""
        self._reload_wanted.set()

    async def run(self, built: Callable[[], None] = lambda: None) -> None:
        """Watch until `stop`; `built` is called when every part is there. Raises OSError where the metrics' address
        cannot be listened on."""
        async with AsyncExitStack() as stack:
            await self._build(stack)
            built()
            tasks = [
                asyncio.create_task(coroutine)
                for coroutine in (
                    self.scheduler.run(),
                    self.history.run(self.clock),
                    self._sweeping(),
                    self._keeping(),
                    self._delivering(),
                    self._reporting(),
                    self._reloading(),
                    self._announcing(),
                )
            ]
            stack.push_async_callback(self._unwind, tasks)
            stopped = asyncio.create_task(self._stopping.wait())
            done, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            for task in done - {stopped}:
                task.result()  # only a mistake of our own ends a task before the stop: let it out

    async def _build(self, stack: AsyncExitStack) -> None:
        """Every part, each taken down by `stack` in reverse."""
        config, now = self.config, self.clock.now()
        self._parts = await stack.enter_async_context(open_parts(self.clock, config.settings.limits.workers))
        self.history = await stack.enter_async_context(history_of(config.settings, self.clock))
        self.upkeep = Upkeep(config, lambda: self.history.announced)
        remember(self._parts.accounts, Refusals(config.settings.state_dir / "refusals.jsonl", self.clock))
        self._parts.baselines.files = Baselines(config.settings.state_dir / "baselines")
        tools = self._parts.tools(Orders.of(config))
        self.dispatch = dispatch_of(config, self.history, self._again, self._call, self._forget)
        stack.callback(self.dispatch.close)
        self.dispatch.begin(now)
        affairs = self.history.affairs
        begun = since_of(affairs.reported, affairs.until, now)
        self.morning = Morning(config, self.dispatch.outbox, self.dispatch.send, begun)
        self.monitor = Monitor(
            config.inventory, tools, rules_of(config), self.history.record, self.clock, self._listeners()
        )
        self.monitor.recognize(self.history.affairs.identities)
        self.monitor.enrol(self.history.restore())
        self.scheduler = Scheduler(self.clock, ramp=len(self.monitor.watches) / FIRST_LOOKS, on_start=self._started)
        self.calendar = self._calendar()
        self._schedule()
        self._hurry(self.calendar.resume(self.history.affairs))
        if not self.monitor.watches:
            self._first_visit.set()  # there is nothing to wait for
        self.monitor.sweep(self.upkeep.holds)
        web = config.settings.web
        server = await stack.enter_async_context(Web(self._sources(), web.listen, web.port))
        self.url = server.url
        log.info(
            "watching %d cameras in %d places; metrics at %s/metrics",
            len(self.monitor.watches), len(config.inventory.villages), self.url,
        )  # fmt: skip
        self._reloaded_at = now

    def _listeners(self) -> Listeners:
        return Listeners(
            self.dispatch.moved,
            self.history.measured,
            self.dispatch.looked,
            self.dispatch.unwatched,
            lambda code, identity: self.history.note(Batch(identities={code: identity})),
            self.dispatch.pictured,
        )

    def _again(self, cameras: Iterable[str]) -> None:
        self._hurry(self.monitor.again(cameras))

    def _forget(self, camera: str) -> None:
        self.monitor.forget(camera)

    def _call(self, villages: Iterable[str]) -> None:
        """Ask sentinels, each in a task of its own; whoever does not let us ask says nothing."""
        for code in villages:
            task = asyncio.create_task(self._ask(code), name=f"sentinel {code}")
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    async def _ask(self, village: str) -> None:
        known = self.config.inventory.villages.get(village)
        told = await answers(known.sentinel, SENTINEL) if known and known.sentinel else None
        if told is not None:
            self.dispatch.answered(village, told)

    def _hurry(self, keys: Iterable[str]) -> None:
        for key in keys:
            self.scheduler.hurry(key)

    def _calendar(self) -> Calendar:
        """When to inspect, and by what looks."""
        affairs, order = self.history.affairs, order_of(self.config)
        look = Looker(self.monitor.look, lambda: self.monitor.tools, lambda: self.config.settings.inspections)
        inspector = Inspector(self.config.inventory, look, self.clock, self.history.note, order, affairs.last_round)
        now = self.clock.now()
        return calendar_of(self.config, inspector, now if affairs.until is None else affairs.until)

    def _sources(self) -> Sources:
        registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=registry)
        registry.register(Telemetry(self.monitor, self.clock, self._machinery))
        return Sources(registry, self._alive, self._first_visit.is_set)

    def _schedule(self) -> None:
        limits = self.config.settings.limits
        jobs = [*self.monitor.jobs(PROBES.values()), *self.calendar.inspector.jobs()]
        self.scheduler.replace(jobs, Limits(limits.connections, limits.per_uplink))

    def _started(self, _job: Job, late: float) -> None:
        self._lateness.add(late)
        self._first_visit.set()

    def _alive(self) -> bool:
        return self.clock.steady() - self.scheduler.last_beat < STUCK

    def _machinery(self) -> Machinery:
        scheduler, workers = self.scheduler, self._parts.workers
        return Machinery(
            jobs=scheduler.jobs,
            running=scheduler.running,
            waiting=scheduler.backlog,
            failures=scheduler.failed,
            beat_age=self.clock.steady() - scheduler.last_beat,
            worker_crashes=workers.crashes,
            worker_timeouts=workers.timeouts,
            reload_ok=self._reload_ok,
            reloaded_at=self._reloaded_at,
            history_ok=self.history.healthy,
            history_lost=self.history.lost,
            lateness=self._lateness,
        )

    async def _unwind(self, tasks: list["asyncio.Task[None]"]) -> None:
        self._notifier.stopping()
        await self.scheduler.stop(GRACE)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _sweeping(self) -> None:
        while True:
            await self.clock.sleep(SWEEP)
            every = tuple(self.monitor.watches)
            for first in range(0, len(every), AT_A_TIME):
                self.monitor.sweep(self.upkeep.holds, every[first : first + AT_A_TIME])
                await asyncio.sleep(0)  # the others' turn
            self._hurry(self.calendar.tick(self.clock.now()))

    async def _keeping(self) -> None:
        """Faults, a step each second."""
        while True:
            await self.clock.sleep(STEP)
            behind = True
            while behind:
                behind = self.dispatch.tick(self.clock.now())
                await asyncio.sleep(0)  # the others' turn

    async def _delivering(self) -> None:
        """Messages; a channel that takes its time holds up no visit, and other channels only for a moment."""
        while True:
            await self.clock.sleep(DELIVERY)
            await self.dispatch.courier.deliver(self.clock.now())

    async def _reporting(self) -> None:
        """The daily report."""
        while True:
            await self.clock.sleep(SWEEP)
            await self.morning.tick(self.clock.now())

    async def _announcing(self) -> None:
        """Tell the service manager that the first visit is out, and from then on that the scheduler beats."""
        await self._first_visit.wait()
        self._notifier.ready(self._status())
        interval = systemd.watchdog_interval(self._environment)
        if interval is not None:
            await systemd.feed(self._notifier, interval, lambda: self.scheduler.last_beat, self.clock)
        await asyncio.Event().wait()

    def _status(self) -> str:
        return f"{len(self.monitor.watches)} cameras, {self.url}/metrics"

    async def _reloading(self) -> None:
        while True:
            await self._reload_wanted.wait()
            self._reload_wanted.clear()
            self._notifier.reloading(self.clock.steady())
            await self._reload()
            self._notifier.ready(self._status())

    async def _reload(self) -> None:
        """Take the configuration in use from what is on disk now, or leave everything as it is and say why."""
        try:
            with i18n.speaking("en"):  # mistakes go to the log
                fresh = await asyncio.to_thread(self._load)
        except ConfigError as error:
            self._reload_ok = False
            log.error("the configuration was not reloaded; the old one stays in use: %d mistakes", len(error.mistakes))
            for mistake in error.mistakes:
                log.error("%s", mistake)
            return
        self._adopt(fresh)

    def _adopt(self, fresh: Config) -> None:
        old, self.config = self.config, fresh
        self.upkeep.config = self.morning.config = fresh
        changes = changed_cameras(old, fresh)
        self.monitor.replace(fresh.inventory, self._parts.tools(Orders.of(fresh)), rules_of(fresh), changes.unchanged)
        self.dispatch.adopt(fresh)
        self.calendar.adopt(fresh)
        self._parts.accounts.forget_all_but(accounts_of(fresh))
        self._schedule()
        self.monitor.sweep(self.upkeep.holds)
        self._reload_ok, self._reloaded_at = True, self.clock.now()
        log.info(
            "configuration reloaded: %d cameras added, %d removed, %d changed, %d as before",
            len(changes.added), len(changes.removed), len(changes.changed), len(changes.unchanged),
        )  # fmt: skip
        for setting in needs_restart(old, fresh):
            log.warning("%s was changed; that takes effect with the next start", setting)

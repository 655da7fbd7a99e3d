"""One visit: probe, advance, record. And the present, for everybody above to read."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from skywatch.clock import Clock
from skywatch.health import (
    HEARTBEAT,
    WINDOWS,
    CameraState,
    Flip,
    FlipKind,
    Past,
    Rules,
    State,
    advance,
    lapse,
    only,
    recent,
    retire,
    unseen,
    with_maintenance,
)
from skywatch.histogram import Histogram
from skywatch.inventory import Camera, Inventory
from skywatch.observation import Finding, Identity, Observation, Verdict
from skywatch.picture import Regime
from skywatch.picture.weather import Air, Look
from skywatch.probes import Probe, Tools
from skywatch.probes.visit import visit
from skywatch.scheduler import Job, next_pause

log = logging.getLogger(__name__)


PICTURE = "picture"
"""The probe whose pictures are kept as evidence, of cameras where something is wrong."""

DURATIONS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 60.0)


PRECEDENCE = 30
"""Steps of the scheduler's patience between one probe and the next, five minutes: when there is more to do than can be
done, heartbeats go on and the thorough looks come later."""

IDLE = 60.0
"""Seconds after which a probe that is idle asks again whether its camera is back."""


@dataclass(slots=True)
class Watch:
    """All that is known of one camera now. `fails` counts the visits of each probe that failed in a row, or left open
    what they saw; `baselines` is how its baseline stands by each light that it was seen in."""

    camera: Camera
    state: CameraState
    past: Past
    latest: dict[str, Observation] = field(default_factory=dict)
    fails: dict[str, int] = field(default_factory=dict)
    baselines: dict[str, str] = field(default_factory=dict)

    def uptime(self, now: float) -> Mapping[str, float | None]:
        """Share of watched time that the camera was up, for each of `WINDOWS`; None where nothing was watched."""
        sums = recent(self.past.state, now, tuple(WINDOWS.values()))
        return {name: sum_.ratio for name, sum_ in zip(WINDOWS, sums, strict=True)}

    def seconds(self) -> Mapping[State, float]:
        """Seconds by state since ever; they only grow."""
        ever = self.past.state.ever(self.state.settled)
        return {
            State.UP: ever.up,
            State.DOWN: ever.down,
            State.UNKNOWN: ever.unknown,
            State.MAINTENANCE: ever.maintenance,
        }


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who wants to know. `moved`: a camera's state after flips, and these; `measured`: every observation; `looked`: a
    camera, whether a visit proved life, and whether it counts as down; `unwatched`: a camera, and the finding
    (`probe.code`) that nobody looks for any more; `identified`: a camera, and what it was at
    first; `pictured`: a camera, and a small JPEG of what it showed then, if something is wrong with that or may be."""

    moved: Callable[[CameraState, Iterable[Flip]], None] = lambda _state, _flips: None
    measured: Callable[[Observation], None] = lambda _seen: None
    looked: Callable[[str, bool, bool], None] = lambda _camera, _alive, _down: None
    unwatched: Callable[[str, str], None] = lambda _camera, _what: None
    identified: Callable[[str, Identity], None] = lambda _camera, _identity: None
    pictured: Callable[[str, float, bytes | None], None] = lambda _camera, _at, _small: None


class Monitor:
    """Keeps a `Watch` per enabled camera. Everything runs on the event loop's thread; what it hands out is either
    immutable or, like `watches`, to be copied before it is read in another thread."""

    def __init__(
        self,
        inventory: Inventory,
        tools: Tools,
        rules: Rules,
        tell: Callable[[Iterable[Flip]], None],
        clock: Clock,
        listeners: Listeners = Listeners(),
    ) -> None:
        """`tell` is handed every flip once, in order: the store's queue."""
        self.inventory = inventory
        self.air = Air()
        self.tools = self._equipped(tools)
        self.rules = rules
        self.durations: dict[tuple[str, Verdict], Histogram] = {}
        self.visits = 0
        self._tell = tell
        self._listeners = listeners
        self._clock = clock
        self.watches: dict[str, Watch] = {}
        self.identities: dict[str, Identity] = {}
        self._gone: dict[str, tuple[CameraState, Past]] = {}

    def enrol(self, restored: Mapping[str, tuple[CameraState, Past]]) -> None:
        """Begin to watch every enabled camera that is not watched yet, with what the store remembers of it."""
        now = self._clock.now()
        for code, camera in self.inventory.cameras.items():
            if camera.enabled and code not in self.watches:
                state, past = restored.get(code) or (unseen(code, now), Past.since(now))
                self.watches[code] = Watch(camera, state, past)

    def jobs(self, probes: Iterable[Probe]) -> list[Job]:
        """What the scheduler is to do: every enabled probe at every enabled camera that has what it looks at. Probes
        that come first go first where places are scarce."""
        return [
            self._job(probe, watch.camera, rank)
            for watch in self.watches.values()
            for rank, probe in enumerate(probes)
            if self.tools.options[probe.name].enabled and probe.applies(watch.camera)
        ]

    def _job(self, probe: Probe, camera: Camera, rank: int) -> Job:
        async def run() -> float | None:
            return await self.visit(probe, camera)

        uplink = self.inventory.village_of(camera).uplink
        period = self.tools.options[probe.name].period
        return Job(f"{camera.code}/{probe.name}", camera.code, (f"uplink:{uplink}",), period, run, rank * PRECEDENCE)

    async def visit(self, probe: Probe, camera: Camera) -> float | None:
        """Look at `camera` once. Returns in how many seconds to look again, or None for the usual time."""
        if self._down(camera) and probe.idle_while_down:
            return IDLE
        seen = await self.look(probe, camera, self.tools)
        watch = self.watches.get(camera.code)
        if watch is None or watch.camera is not camera:
            return None  # a reload has changed it meanwhile
        return self.pause(watch, seen, probe)

    async def look(self, probe: Probe, camera: Camera, tools: Tools) -> Observation:
        """One visit with these tools, from which is learned unless a reload has changed the camera meanwhile."""
        self._hand_down(probe, camera)
        wanted = probe.name == PICTURE and self._is_evidence(camera)
        seen = await visit(probe, camera, replace(tools, thumbnails=True) if wanted else tools)
        watch = self.watches.get(camera.code)
        if watch is not None and watch.camera is camera:
            self.learn(watch, seen)
            if probe.name == PICTURE:
                small = tools.recollect(camera).thumbnail if wanted and "picture_width" in seen.numbers else None
                self._listeners.pictured(camera.code, seen.at, small)
        return seen

    def _is_evidence(self, camera: Camera) -> bool:
        """Whether what this camera shows is asked for: something is wrong with it, or may be. Of all the others no
        picture is kept."""
        watch = self.watches.get(camera.code)
        standing = self.tools.recollect(camera).standing.get(PICTURE)
        return watch is not None and (bool(standing) or watch.state.in_doubt(PICTURE))

    def learn(self, watch: Watch, seen: Observation) -> None:
        """One observation more: a new state, maybe flips, and the counts."""
        self._move(watch, *advance(watch.state, seen, self.rules))
        self._log(watch, seen)
        self._listeners.measured(seen)
        self._identify(watch.camera)
        self._heard(watch, seen)
        self._noted(watch, seen)
        watch.latest[seen.probe] = replace(seen, steps=(), judged=None)
        self.visits += 1
        self.durations.setdefault((seen.probe, seen.verdict), Histogram(DURATIONS)).add(seen.seconds)

    def recognize(self, identities: Mapping[str, Identity]) -> None:
        """What cameras were at first, as the store remembers it."""
        self.identities.update(identities)
        for code, identity in identities.items():
            if code in self.inventory.cameras:
                self.tools.recollect(self.inventory.cameras[code]).identity = identity

    def forget(self, code: str) -> None:
        """A person says that a camera may be what it is now: the next visit sees it for the first time."""
        if code in self.inventory.cameras:
            self.tools.recollect(self.inventory.cameras[code]).identity = Identity()

    def _identify(self, camera: Camera) -> None:
        identity = self.tools.recollect(camera).identity
        if identity != self.identities.get(camera.code, Identity()):
            self.identities[camera.code] = identity
            self._listeners.identified(camera.code, identity)

    def _heard(self, watch: Watch, seen: Observation) -> None:
        """Whether a visit proved life, for whoever waits for a second look."""
        alive = seen.verdict is Verdict.PASS or (seen.verdict is Verdict.FAIL and seen.probe in self.rules.sighted)
        if alive or seen.probe == HEARTBEAT:
            self._listeners.looked(watch.camera.code, alive, watch.state.down)

    def again(self, cameras: Iterable[str]) -> Iterable[str]:
        """The keys of the jobs that look whether these cameras live."""
        return (f"{code}/{HEARTBEAT}" for code in cameras)

    def pause(self, watch: Watch, seen: Observation, probe: Probe) -> float | None:
        """A camera in trouble is looked at sooner, with growing pauses; while it is down, by its heartbeat."""
        if seen.judged is not None:
            return self._pause_in_doubt(watch, probe)
        if seen.verdict is not Verdict.FAIL:
            watch.fails.pop(seen.probe, None)
            standing = watch.state.verdict(seen.probe)
            unconfirmed = standing is Verdict.FAIL and seen.verdict is Verdict.PASS
            return self.tools.options[probe.name].recheck if unconfirmed else None
        watch.fails[seen.probe] = fails = watch.fails.get(seen.probe, 0) + 1
        if watch.state.down and probe.name != HEARTBEAT:
            return None  # hurrying at dead cameras would take the places of those that live
        options = self.tools.options[probe.name]
        return next_pause(fails, options.recheck, options.period)

    def _pause_in_doubt(self, watch: Watch, probe: Probe) -> float | None:
        """What a picture shows is looked at again, minutes apart, until it is believed or forgotten."""
        if not watch.state.in_doubt(probe.name):
            watch.fails.pop(probe.name, None)
            return None
        watch.fails[probe.name] = looks = watch.fails.get(probe.name, 0) + 1
        options = self.tools.options[probe.name]
        return next_pause(looks, options.recheck, options.period)

    def _equipped(self, tools: Tools) -> Tools:
        """`tools` with what only who knows all cameras can tell."""
        return replace(tools, neighbours=lambda camera, look: self.air.around(camera.village, camera.code, look))

    def _noted(self, watch: Watch, seen: Observation) -> None:
        """How well one sees at this camera is evidence for those around it."""
        camera, visibility, regime = watch.camera, seen.numbers.get("visibility"), seen.facts.get("regime")
        if regime is not None and "baseline" in seen.facts:
            watch.baselines[regime] = seen.facts["baseline"]
        if regime is not None and visibility is not None:
            sound = seen.verdict is not Verdict.FAIL
            self.air.note(camera.village, camera.code, Look(seen.at, Regime(regime), visibility, sound))

    def _hand_down(self, probe: Probe, camera: Camera) -> None:
        """Tell a visit what stands of what its probe found: from a camera with a fault nothing is to be learned."""
        watch = self.watches.get(camera.code)
        found = watch.state.findings if watch else ()
        codes = frozenset(mark.finding.code for mark in found if mark.probe == probe.name)
        self.tools.recollect(camera).standing[probe.name] = codes

    def _down(self, camera: Camera) -> bool:
        watch = self.watches.get(camera.code)
        return watch is not None and watch.state.down

    def sweep(self, in_maintenance: Callable[[Camera, float], bool], cameras: Iterable[str] | None = None) -> None:
        """Now and then: cameras that nobody looked at become unknown, and maintenance begins and ends. Of these cameras
        only, where ten thousand would hold up everything else for too long."""
        now = self._clock.now()
        chosen = self.watches.values() if cameras is None else map(self.watches.get, cameras)
        for watch in filter(None, chosen):
            self._move(watch, *lapse(watch.state, now, self.rules))
            on = in_maintenance(watch.camera, now)
            self._move(watch, *with_maintenance(watch.state, on, now, self.rules))
            watch.past.prune(now - max(WINDOWS.values()))

    def replace(self, inventory: Inventory, tools: Tools, rules: Rules, unchanged: Iterable[str]) -> None:
        """After a reload: cameras that are `unchanged` keep their state and everything learned; a changed one keeps its
        history, yet must prove itself anew; one that is gone is watched no longer."""
        now, kept = self._clock.now(), set(unchanged)
        self.inventory, self.tools, self.rules = inventory, self._equipped(tools), rules
        probes = [name for name, options in tools.options.items() if options.enabled]
        for code, watch in tuple(self.watches.items()):
            camera = inventory.cameras.get(code)
            if camera is None or not camera.enabled:
                self._move(watch, *retire(watch.state, now))
                self._gone[code] = (watch.state, watch.past)
                del self.watches[code]
                self.air.forget(code)
            else:
                if code not in kept:
                    watch.camera, watch.fails, watch.baselines = camera, {}, {}
                    self.air.forget(code)
                self._move(watch, *only(watch.state, probes, now, rules), proven=False)
        for code in self.tools.recollections.keys() - kept:
            del self.tools.recollections[code]
        self.enrol(self._gone)

    def _move(self, watch: Watch, state: CameraState, flips: Iterable[Flip], *, proven: bool = True) -> None:
        """The past goes first: a scrape in between must not count seconds by a state that the past has not got yet.
        Not `proven`: what ends with these flips is not looked at any more, which is no repair."""
        for flip in flips:
            watch.past.take(flip)
            if flip.kind is FlipKind.STATE:
                level = logging.DEBUG if flip.old == State.UNKNOWN and flip.new == State.UP else logging.INFO
                log.log(level, "%s %s: %s -> %s", watch.camera.code, watch.camera.name, flip.old, flip.new)
        watch.state = state
        self._tell(flips)
        for flip in () if proven else flips:
            if flip.kind is FlipKind.FINDING:
                self._listeners.unwatched(flip.camera, flip.what)
        heard = [flip for flip in flips if proven or flip.kind is not FlipKind.FINDING]
        if heard:
            self._listeners.moved(state, heard)

    def _log(self, watch: Watch, seen: Observation) -> None:
        """A warning for the first failure of a kind, debug for the next: one camera down for a week is one line."""
        before = watch.latest.get(seen.probe)
        known = _codes(before.findings) if before else set()
        for finding in seen.findings:
            level = logging.DEBUG if finding.code in known else logging.WARNING
            log.log(
                level, "%s %s (%s): %s: %s %s %s", watch.camera.code, watch.camera.name, watch.camera.host,
                seen.probe, finding.code, finding.step, finding.detail,
            )  # fmt: skip


def _codes(findings: Iterable[Finding]) -> set[str]:
    return {finding.code for finding in findings}

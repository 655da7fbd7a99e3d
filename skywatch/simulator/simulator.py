"""The simulated township as one thing to start, to trouble and to stop."""

import asyncio
import logging
import resource
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import suppress
from functools import partial

from skywatch.clock import Clock, SystemClock
from skywatch.i18n import _
from skywatch.simulator.camera import SimCamera
from skywatch.simulator.condition import Act, Condition
from skywatch.simulator.faults import FAULTS, POWER, Layer, Value
from skywatch.simulator.network import Factory, Gate, OwnGate, SharedDoor, SharedGate, State
from skywatch.simulator.onvif_server import OnvifConnection
from skywatch.simulator.rtsp_server import rtsp_protocol
from skywatch.simulator.scenario import GROUPS, Scenario, Scene
from skywatch.simulator.scenes import SceneCache, Shot, default_folder
from skywatch.simulator.site import Daylight, Site, daylight_by

log = logging.getLogger(__name__)

SERVICES = ("onvif", "rtsp")


class NotListening(OSError):
    """An address or port is taken; the message says which."""


class Simulator:
    """Cameras on loopback while the context is entered.

    `scenario`'s faults come and go while `run` runs; `cue` is for everything else. `clock` is the cameras' own time,
    and what scenarios and locks wait by; pictures go at the pace of the event loop. `seed` changes the lots that a
    scenario draws. `shared_ports` listens once per port instead of once per camera: for thousands of cameras.
    `scenes` belongs to the caller; None keeps films in memory and only here. `daylight` is `day`, `night`, `auto` (by
    the sun), or a function of Unix time, longitude and latitude; None takes the scenario's word, else `auto`.

    Raises ScenarioError (from the constructor) if the scenario does not fit these cameras, NotListening on entering.
    """

    def __init__(
        self,
        cameras: Sequence[SimCamera],
        scenario: Scenario | None = None,
        *,
        clock: Clock | None = None,
        seed: int | None = None,
        shared_ports: bool = False,
        scenes: SceneCache | None = None,
        daylight: Daylight | str | None = None,
    ) -> None:
        self._cameras = tuple(cameras)
        self._clock = clock or SystemClock()
        scenario = scenario or Scenario()
        if seed is not None:
            scenario = Scenario(scenario.cues, seed, scenario.daylight)
        self._cast = scenario.cast(self._cameras)
        light = daylight if daylight is not None else scenario.daylight or "auto"
        self._scenes = scenes or SceneCache()
        self._own_scenes = scenes is None
        self._site = Site(
            self._cameras, self._clock, self._scenes, daylight_by(light) if isinstance(light, str) else light
        )
        self._shared = shared_ports
        self._gates: dict[tuple[str, str], Gate] = {}
        self._doors: list[SharedDoor] = []
        self._preparing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Simulator":
        try:
            await self._open()
        except OSError as error:
            await self.close()
            raise NotListening(_("the simulator cannot listen: {error}").format(error=error)) from error
        self._begin_scenes(0.0)
        self._preparing = asyncio.get_running_loop().create_task(self._prepare())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def cast(self) -> tuple[Scene, ...]:
        """The scenario's cues with the cameras that they hit."""
        return self._cast

    def condition(self, code: str) -> Condition:
        """How camera `code` fares."""
        return self._site.conditions[code]

    def attempts(self, code: str) -> int:
        """How often camera `code` was shown a wrong password since the start, over ONVIF and RTSP together."""
        return self.condition(code).attempts

    def cue(self, target: str, fault: str, on: bool = True, **options: Value) -> int:
        """Begin `fault` now (or end it) at a camera, or at every camera of a village, uplink or feed of that code.
        Returns how many cameras it reached. Raises ValueError for a fault, option or code that does not exist."""
        if fault not in FAULTS or not set(options) <= set(FAULTS[fault].options):
            raise ValueError(f"no such fault: {fault} with {sorted(options)}")
        for group in GROUPS.values():
            hit = [camera.code for camera in self._cameras if group(camera) == target]
            if hit:
                break
        else:
            raise ValueError(f"nobody is called {target}")
        self._turn(("cue", target, fault), Act(fault, FAULTS[fault].filled(options)), hit, on)
        return len(hit)

    async def run(self) -> None:
        """Play the scenario from its beginning, and stay until cancelled."""
        began = self._clock.steady()
        for at in self._moments():
            await self._clock.sleep(began + at - self._clock.steady())
            self._begin_scenes(at)
            self._end_scenes(at)
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Close every socket and end every conversation. May be called twice."""
        if self._preparing is not None:
            self._preparing.cancel()
        for gate in self._gates.values():
            await gate.close()
        for door in self._doors:
            await door.close()
        for condition in self._site.conditions.values():
            for service in SERVICES:
                for line in tuple(condition.lines[service]):
                    line.reset()
        tasks = tuple(self._site.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # transports tell their end in the next turn of the loop
        if self._own_scenes:
            self._scenes.close()

    async def _open(self) -> None:
        onvif: Factory = partial(OnvifConnection, self._site)
        rtsp: Factory = partial(rtsp_protocol, self._site)
        factories = {"onvif": onvif, "rtsp": rtsp}
        for camera in self._cameras:
            for service, port in (("onvif", camera.onvif_port), ("rtsp", camera.rtsp_port)):
                if port is not None:
                    self._gates[camera.code, service] = self._gate(camera.host, port, factories[service])
        if self._shared:
            ports = {(camera.rtsp_port, "rtsp") for camera in self._cameras}
            ports |= {(camera.onvif_port, "onvif") for camera in self._cameras if camera.onvif_port is not None}
            self._doors = [SharedDoor(port, factories[service]) for port, service in ports]
            for door in self._doors:
                await door.open()
        for gate in self._gates.values():
            gate.turn(State.OPEN)

    def _gate(self, host: str, port: int, factory: Factory) -> Gate:
        return SharedGate(host, port, self._site.refused) if self._shared else OwnGate(host, port, factory)

    def _moments(self) -> list[float]:
        times = {scene.cue.start for scene in self._cast}
        times |= {scene.cue.end for scene in self._cast if scene.cue.end is not None}
        return sorted(times)

    def _begin_scenes(self, at: float) -> None:
        self._play(((number, scene) for number, scene in enumerate(self._cast) if scene.cue.start == at), True)

    def _end_scenes(self, at: float) -> None:
        self._play(((number, scene) for number, scene in enumerate(self._cast) if scene.cue.end == at), False)

    def _play(self, scenes: Iterator[tuple[int, Scene]], on: bool) -> None:
        for number, scene in scenes:
            log.info("%s %s at %d cameras", scene.cue.act.fault, "begins" if on else "ends", len(scene.cameras))
            self._turn(("scene", number), scene.cue.act, scene.cameras, on)

    def _turn(self, key: Hashable, act: Act, codes: Sequence[str], on: bool) -> None:
        for code in codes:
            condition = self._site.conditions[code]
            powered = condition.powered
            if on:
                condition.begin(key, act)
            else:
                condition.end(key)
            if FAULTS[act.fault].layer is Layer.NETWORK:
                self._rewire(condition, restarted=act.fault in POWER and condition.powered and not powered)

    def _rewire(self, condition: Condition, *, restarted: bool) -> None:
        """Bring sockets in line with what acts on a camera."""
        for service in SERVICES:
            gate = self._gates.get((condition.camera.code, service))
            if gate is None:
                continue
            silent = condition.silent(service)
            refused = condition.get("refused", service) is not None
            gate.turn(State.SILENT if silent else State.REFUSED if refused else State.OPEN)
            for line in tuple(condition.lines[service]):
                line.hush(silent)
                if not silent and (refused or restarted):
                    line.reset()

    async def _prepare(self) -> None:
        """Make the films that cameras will be asked for: small ones first, and those of one street together, which
        is then drawn once."""
        wanted: set[Shot] = set()
        for condition in self._site.conditions.values():
            wanted |= {self._site.shot(condition, stream) for stream in (condition.camera.sub, condition.camera.main)}
        with suppress(RuntimeError):  # the threads are closing
            await self._scenes.prepare(sorted(wanted, key=_order))


def _order(shot: Shot) -> tuple[int, int, str, str]:
    view = shot.view
    return view.width * view.height, view.seed, view.regime, repr(shot)


async def serve(
    cameras: Sequence[SimCamera],
    scenario: Scenario | None = None,
    *,
    ready: Callable[[Simulator], None] = lambda _: None,
    clock: Clock | None = None,
    seed: int | None = None,
    shared_ports: bool = False,
    scenes: SceneCache | None = None,
    daylight: Daylight | str | None = None,
) -> None:
    """Run a simulator until cancelled: `ready` is called once every camera answers. Films stay on disk between runs
    unless `scenes` says otherwise. Raises what Simulator raises."""
    _allow_sockets()
    films = scenes or SceneCache(default_folder())
    try:
        async with Simulator(
            cameras, scenario, clock=clock, seed=seed, shared_ports=shared_ports, scenes=films, daylight=daylight
        ) as simulator:
            ready(simulator)
            await simulator.run()
    finally:
        if scenes is None:
            films.close()


def _allow_sockets() -> None:
    """As many open sockets as the machine lets this user have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

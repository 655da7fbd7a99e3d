"""The township on loopback as its servers see it: which camera answers where, and what it shows at this moment."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache

from astral import Observer
from astral.sun import elevation

from skywatch.clock import Clock
from skywatch.inventory import Light
from skywatch.simulator.camera import SimCamera, Stream
from skywatch.simulator.condition import Condition
from skywatch.simulator.lens import Cover, Regime, View
from skywatch.simulator.scenes import SceneCache, Shot, take_at
from skywatch.simulator.soap import Signatures
from skywatch.simulator.trouble import CARDS, LENS, SIGNAL

DUSK = -2.0
"""Elevation of the sun, in degrees, below which cameras switch to night."""

Daylight = Callable[[float, float, float], bool]
"""(Unix time, longitude, latitude) -> whether cameras there are in their day mode."""

_NIGHTS = {Light.INFRARED: Regime.INFRARED, Light.LASER: Regime.INFRARED, Light.WHITE: Regime.WHITE}


class Site:
    """All cameras with their conditions. `refused` are the addresses that a shared door turns away."""

    def __init__(self, cameras: Iterable[SimCamera], clock: Clock, scenes: SceneCache, daylight: Daylight) -> None:
        self.conditions = {camera.code: Condition(camera, clock) for camera in cameras}
        self.scenes = scenes
        self.signatures = Signatures()
        self.refused: set[tuple[str, int]] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self._daylight = daylight
        self._doors: dict[tuple[str, int], Condition] = {}
        for condition in self.conditions.values():
            camera = condition.camera
            for port in (camera.onvif_port, camera.rtsp_port):
                if port is not None:
                    self._doors[camera.host, port] = condition

    def begun(self, task: "asyncio.Task[None] | None") -> None:
        """Remember a conversation, to end it with the simulator."""
        if task is not None:
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    def find(self, address: tuple[str, int]) -> Condition | None:
        """Whoever answers at this local address; None if nobody may."""
        return None if address in self.refused else self._doors.get(address)

    def shot(self, condition: Condition, stream: Stream) -> Shot:
        """What `stream` shows now, faults of the picture included."""
        now = condition.true_now()
        spoilt = condition.get("corrupted") is not None
        return Shot(self.view(condition, stream), stream.codec, take_at(now), spoilt=spoilt)

    def view(self, condition: Condition, stream: Stream) -> View:
        """What the camera's lens gives now, at the size of `stream`."""
        covered = condition.get("covered")
        return View(
            seed=condition.camera.scene,
            width=stream.width,
            height=stream.height,
            regime=self._regime(condition),
            blur=condition.number("blurred", "radius"),
            dark=condition.get("dark") is not None,
            cover=Cover(str(covered.options["by"])) if covered else None,
            share=condition.number("covered", "share"),
            turned=condition.number("moved", "shift"),
            frozen=condition.get("frozen") is not None,
            troubles=tuple(_troubles(condition)),
        )

    def _regime(self, condition: Condition) -> Regime:
        camera = condition.camera
        if self._daylight(condition.true_now(), camera.longitude, camera.latitude):
            return Regime.DAY
        if condition.get("light_failed"):
            return Regime.UNLIT
        return _NIGHTS.get(camera.light, Regime.UNLIT)


def _troubles(condition: Condition) -> Iterator[tuple[str, float]]:
    """What else is wrong with the picture, each with the one number that its options come to."""
    for name in (*LENS, *SIGNAL):
        if act := condition.get(name):
            values = [float(CARDS.index(value)) if isinstance(value, str) else value for value in act.options.values()]
            yield name, float(values[0]) if values else 1.0


def daylight_by(wanted: str) -> Daylight:
    """`day` or `night` for ever, or `auto`: by the sun."""
    if wanted == "auto":
        return _sun
    return lambda now, longitude, latitude: wanted == "day"


def _sun(now: float, longitude: float, latitude: float) -> bool:
    return _sun_is_up(int(now // 60), round(longitude, 1), round(latitude, 1))


@lru_cache(maxsize=1024)
def _sun_is_up(minute: int, longitude: float, latitude: float) -> bool:
    """By the minute and the tenth of a degree: the cameras of a township ask this once."""
    return elevation(Observer(latitude, longitude), datetime.fromtimestamp(minute * 60, UTC)) > DUSK

"""What a probe is, and what it is given to work with. No probe is named here."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field

from skywatch.clock import Clock
from skywatch.config.units import Seconds
from skywatch.credentials import Credentials
from skywatch.inventory import Camera
from skywatch.observation import Identity, Observation, Step
from skywatch.picture import Limits, Workers
from skywatch.picture.sketch import Sketch
from skywatch.picture.weather import Look, Neighbours
from skywatch.probes.accounts import Accounts
from skywatch.probes.baselines import Baselines
from skywatch.protocols.onvif import Device, Memory, Onvif


class Options(BaseModel):
    """What every probe can be told; a probe's own options are a subclass in its file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = Field(default=True, description="Whether this probe runs at all.")
    period: Seconds = Field(default=60.0, description="From one visit to the next, while all is well.")
    timeout: Seconds = Field(default=5.0, description="A visit is over by then, whatever the camera does.")
    recheck: Seconds = Field(
        default=10.0,
        description="The first pause after a visit that failed; each further failure doubles it, up to the period.",
    )


@dataclass(slots=True)
class Recollection:
    """What visits have learned of one camera and later ones build on. Forgotten when its row of the ledger changes.

    `sketched` is a picture that later ones are compared with, and when it was taken; `thumbnail` is the last picture,
    where tools want any. `identity` is what the camera was at first, over restarts. `standing` is handed down by who
    knows it: for each probe, the codes of what the camera is known to have when it is visited.
    """

    onvif: Memory = field(default_factory=Memory)
    device: Device | None = None
    sketched: tuple[float, Sketch] | None = None
    thumbnail: bytes | None = None
    identity: Identity = field(default_factory=Identity)
    standing: dict[str, frozenset[str]] = field(default_factory=dict)


def _unwatched(step: Step) -> None:
    """Nobody looks on."""


def _nobody(_camera: Camera, _look: Look) -> Neighbours:
    """There are no others to ask."""
    return Neighbours.UNKNOWN


@dataclass(frozen=True)
class Tools:
    """Everything that a probe may use: one set for all probes and cameras of a process.

    `credentials` finds the secret of a name; `place` gives a camera's (longitude, latitude) in degrees, if known;
    `options` holds each probe's options by the probe's name; `baselines` know how cameras look when all is well;
    `neighbours` say whether a camera that lost contrast is alone with that; `step` hears of every step as it happens
    (what `skywatch probe` prints).
    """

    clock: Clock
    onvif: Onvif
    workers: Workers
    credentials: Callable[[str], Credentials | None]
    place: Callable[[Camera], tuple[float, float] | None]
    options: Mapping[str, Options]
    limits: Limits
    accounts: Accounts
    recollections: dict[str, Recollection]
    baselines: Baselines
    neighbours: Callable[[Camera, Look], Neighbours] = _nobody
    step: Callable[[Step], None] = _unwatched
    thumbnails: bool = False

    def recollect(self, camera: Camera) -> Recollection:
        return self.recollections.setdefault(camera.code, Recollection())


@dataclass(frozen=True)
class Probe:
    """One way of looking at a camera: a row of `PROBES`.

    `run` is a coroutine of (camera, tools, deadline in event-loop time); it returns an observation and raises nothing
    that it can name. `findings` are the codes that it may give, `numbers` and `facts` what it measures (name: meaning
    and unit). `applies` says whether a camera has what this probe looks at. `idle_while_down`: it can find nothing
    at a camera that is down, and would only take a place that others need.
    """

    name: str
    options: type[Options]
    run: Callable[[Camera, Tools, float], Awaitable[Observation]]
    findings: tuple[str, ...]
    numbers: Mapping[str, str]
    facts: Mapping[str, str]
    applies: Callable[[Camera], bool] = lambda _camera: True
    idle_while_down: bool = False

"""What the fault engine keeps in mind: open faults, suspicions that wait for a second look, and what may come back.
Values; `faults.py` moves them. All of it goes to plain values and back, so that a restart goes on where it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from skywatch.health.camera import Flip
from skywatch.health.deadlines import Deadlines
from skywatch.health.fault import Cause, Event, Fault
from skywatch.health.uptime import DAY, HOUR


@dataclass(frozen=True, slots=True)
class Policy:
    """How the engine judges; seconds, unless it says otherwise.

    A dead camera is told after `hold` at the earliest: a restart, or a blink of the power, is over by then. A second
    look that has not come after `patience` is waited for no longer. A village is dead when at least `share` of its
    cameras are. Deaths within `together` may turn out to be one. What is back must stay so for `prove`, and for `doubt`
    if it came back already within `restless`; where a part of a group stays behind, `settle` is waited for it. What
    ends and comes back within `reopen` is the same fault; `flaps` returns within `restless` make it a flapping one,
    held open until nothing came back for `quiet`; for findings, which come and go with the light of day, the same with
    `days_restless` and `days_quiet`.
    """

    hold: float = 180.0
    patience: float = 420.0
    share: float = 0.75
    together: float = 900.0
    prove: float = 120.0
    doubt: float = HOUR
    settle: float = 600.0
    reopen: float = DAY
    flaps: int = 3
    restless: float = 6 * HOUR
    quiet: float = 2 * HOUR
    days_restless: float = 4 * DAY
    days_quiet: float = 1.5 * DAY
    deadlines: Deadlines = field(default_factory=Deadlines)


# --- what is fed


@dataclass(frozen=True, slots=True)
class Change:
    """A flip, as `health.advance` and its siblings make them. Of a finding also how it was graded: see `Finding`."""

    flip: Flip
    severity: int = 0
    remark: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """A visit that could tell life from death. `alive`: it proved life; `down`: the camera's standing verdict after it
    (`CameraState.down`), maintenance or not. To be fed for cameras that the board `heeds`; others cost time only."""

    camera: str
    alive: bool
    down: bool


@dataclass(frozen=True, slots=True)
class Sentinel:
    """What a village's sentinel did when it was asked last."""

    village: str
    answers: bool


@dataclass(frozen=True, slots=True)
class Unwatched:
    """`what` (`probe.code`) is not looked at any more at this camera: the flip that ends it proves nothing."""

    camera: str
    what: str


@dataclass(frozen=True, slots=True)
class Reload:
    """The ledger was read again: the places that come with this step are the new ones."""


News = Change | Look | Sentinel | Unwatched | Reload


# --- what is kept


@dataclass(frozen=True, slots=True)
class Dead:
    """A camera that does not live, `since` then (Unix seconds). `noticed` is when the board learned of it, in the
    board's steady seconds. `fault` is what it is attributed to, 0 as long as it is only suspected. `finding` and
    `detail` say how it failed. `left_over`: its group came back without it. Not `confirmed`: a suspicion from before a
    restart."""

    since: float
    noticed: float
    fault: int = 0
    finding: str = ""
    detail: str = ""
    left_over: bool = False
    confirmed: bool = True

    @property
    def suspected(self) -> bool:
        """Whether its cause is to be found out."""
        return not self.fault and self.confirmed


@dataclass(frozen=True, slots=True)
class Found:
    """A finding that stands at a camera, `what` being `probe.code`; `cause` None: it only says why a camera is down.
    `waived`: a person closed its fault though it still stands."""

    what: str
    cause: Cause | None
    since: float
    severity: int
    detail: str = ""
    waived: bool = False

    @property
    def code(self) -> str:
        return self.what.partition(".")[2]


@dataclass(frozen=True, slots=True)
class Mending:
    """A fault of which nothing, or less than half (`split`), is left, since `since` in steady seconds; the last change
    for the better was `at`, Unix seconds."""

    since: float
    at: float
    split: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What the last look said, in steady seconds when."""

    when: float
    alive: bool


@dataclass(frozen=True)
class Board:
    """Everything that the engine knows. Made by `Board()` once, then only by the functions of `faults.py`.

    `now` is the latest wall time given to it, `steady` the seconds that passed over all its steps: a clock that is set
    back stops neither. `last` is the last id given to a fault. `open` and `closed` are faults by id; of the closed ones
    those that may come back. `held` are cameras whose stream failed and whose heartbeat is awaited. `asked` are the
    cameras, `called` the villages' sentinels, that were asked for a second look and when. `explained` is
    when suspicions were thought about last. `due`: before that time
    nothing happens by the mere passing of it.
    """

    now: float = 0.0
    steady: float = 0.0
    last: int = 0
    open: Mapping[int, Fault] = field(default_factory=dict)
    closed: Mapping[int, Fault] = field(default_factory=dict)
    dead: Mapping[str, Dead] = field(default_factory=dict)
    found: Mapping[str, tuple[Found, ...]] = field(default_factory=dict)
    held: Mapping[str, float] = field(default_factory=dict)
    mending: Mapping[int, Mending] = field(default_factory=dict)
    asked: Mapping[str, float] = field(default_factory=dict)
    looks: Mapping[str, Seen] = field(default_factory=dict)
    called: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, Seen] = field(default_factory=dict)
    maintenance: frozenset[str] = frozenset()
    explained: float = 0.0
    due: float = float("inf")

    def heeds(self, camera: str) -> bool:
        """Whether visits of this camera bear on something: it was asked for, or its recovery is hidden by
        maintenance."""
        return camera in self.asked or (camera in self.maintenance and camera in self.dead)

    @property
    def suspected(self) -> frozenset[str]:
        """Dead cameras that are not attributed to a fault yet."""
        return frozenset(code for code, dead in self.dead.items() if dead.suspected)


@dataclass(frozen=True, slots=True)
class Step:
    """What one step led to. `events` are new, in order, to be written once with the `board`; `asks` are cameras whose
    heartbeat, `calls` villages whose sentinel, should be asked now. `changed` are the faults that are not as they were,
    open or closed."""

    board: Board
    events: tuple[Event, ...] = ()
    asks: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    changed: tuple[Fault, ...] = ()

"""What a person must act on, as values: a fault with its cause, its owner, its deadline and its life. No behaviour
beyond look-ups; `faults.py` moves them.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Party(StrEnum):
    """Who answers for a fault."""

    CONTRACTOR = "contractor"
    POWER = "power"  # the supply station
    CARRIER = "carrier"
    STATION = "station"  # those who run the station's own server and line


class Cause(StrEnum):
    """Why something is at fault, as far as it can be told from here. `docs/reference/faults.md` has the words, the owner
    and the deadline of each."""

    OUTAGE = "outage"  # one camera does not answer; its neighbours on the same lines do
    VILLAGE = "village"  # a village's cameras are dead together, the rest of its feed and of its uplink is not
    FEED = "feed"  # everything on one power line is dead
    UPLINK = "uplink"  # everything behind one carrier's line is dead
    STATION = "station"  # nearly everything is dead: it is us
    FLAPPING = "flapping"  # a camera that comes and goes
    STREAM = "stream"  # answers, but gives no usable stream
    ACCOUNT = "account"  # refuses our password
    PICTURE = "picture"  # the picture is at fault: which way says `finding`
    LIGHT = "light"  # the supplementary light failed
    CLOCK = "clock"  # its clock is wrong
    DEVICE = "device"  # another device answers at this address
    RESOLUTION = "resolution"  # gives less than the ledger promises
    SETTINGS = "settings"  # the stream's settings were changed


class Scope(StrEnum):
    """What a fault is a fault of."""

    CAMERA = "camera"
    VILLAGE = "village"
    FEED = "feed"
    UPLINK = "uplink"
    STATION = "station"


class Life(StrEnum):
    """Where a fault is in its life. Overdue and suppressed are not stages: see `Fault.overdue` and `Fault.suppressed`."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is at fault: a camera's, village's, feed's or uplink's code; "" for the station."""

    scope: Scope
    code: str


@dataclass(frozen=True, slots=True)
class Owner:
    """The responsible party, and which one: a contractor's code, a feed's owner, a carrier's name, "" for the station."""

    party: Party
    name: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. Times are Unix seconds; None where it has not happened.

    `finding` is the code of what was found at a camera (`blur`, `auth_failed`, `timeout`), "" for causes of many.
    `since` is when it began, `opened` when it was known. `cameras` are the codes of those at fault now, `ever` of all
    that were. `returns` counts how often it ended and came back within the time in which it is the same fault. It ends
    by `closed`, proven by visits (`proven`) or by a person's word with a reason.
    """

    id: int
    cause: Cause
    subject: Subject
    owner: Owner
    finding: str
    severity: int
    since: float
    opened: float
    deadline: float
    cameras: frozenset[str] = frozenset()
    ever: frozenset[str] = frozenset()
    evidence: str = ""
    told: float | None = None
    acknowledged: tuple[tuple[str, float], ...] = ()
    repaired: tuple[tuple[str, float], ...] = ()
    suppressed: bool = False
    flapping: bool = False
    returns: int = 0
    closed: float | None = None
    proven: bool = False
    notes: tuple[str, ...] = field(default=())

    @property
    def life(self) -> Life:
        return Life.OPEN if self.closed is None else Life.CLOSED

    def overdue(self, now: float) -> bool:
        """Whether it was, or is being, repaired too late."""
        return (now if self.closed is None else self.closed) > self.deadline


class EventKind(StrEnum):
    """What happened to a fault."""

    OPENED = "opened"
    GREW = "grew"  # more cameras are part of it
    SHRANK = "shrank"  # some of its cameras are back
    TOLD = "told"
    ACKNOWLEDGED = "acknowledged"
    REPAIRED = "repaired"  # somebody says so; visits have to prove it
    NOTE = "note"
    OVERDUE = "overdue"
    SUPPRESSED = "suppressed"  # maintenance began
    RESUMED = "resumed"  # maintenance ended, the fault is still there
    CLOSED = "closed"
    REOPENED = "reopened"
    ABSORBED = "absorbed"  # it turned out to be part of another fault, which is named


@dataclass(frozen=True, slots=True)
class Event:
    """One line in a fault's life, and what has to be told: the outbox is made of these. `at` is when it happened,
    `noticed` when it was known; `who` a person's name or "". `text` is a person's words or evidence, in any language;
    never a secret."""

    fault: int
    kind: EventKind
    at: float
    noticed: float
    who: str = ""
    text: str = ""

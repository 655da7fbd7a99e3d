"""What a person must act on, as values: a fault with its cause, its owner, its deadline and its life. No behaviour
beyond look-ups; `faults.py` moves them.
"""

from dataclasses import dataclass
from enum import StrEnum


class Party(StrEnum):
    """Who answers for a fault."""

    CONTRACTOR = "contractor"
    POWER = "power"  # the supply station
    CARRIER = "carrier"
    STATION = "station"  # those who run the station's own server and line


class Cause(StrEnum):
    """Why something is at fault, as far as it can be told from here. `docs/reference/faults.md` has the words, the
    owner and the deadline of each."""

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
    """Where a fault is in its life. Overdue and suppressed are no stages: see `Fault.overdue`, `Fault.suppressed`."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is at fault: a camera's, village's, feed's or uplink's code; "" for the station."""

    scope: Scope
    code: str


@dataclass(frozen=True, slots=True)
class Owner:
    """The responsible party, and which one: a contractor's code, a feed's owner, a carrier's name, "" for the
    station."""

    party: Party
    name: str


OWN_OUTAGE = -1
"""`Fault.part_of` of a finding that was the first sign of its own camera's death."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. Times are Unix seconds; None where it has not happened.

    `finding` is the code of what was found at a camera (`blur`, `auth_failed`, `timeout`), the most severe one where
    there are several; "" for causes of many. `others` are the codes that it shows besides, or showed before. `since` is
    when it began (this time, if it came back), `opened` when it was first known, `deadline` by when it is to be
    repaired. `cameras` are the codes of those at fault now, `ever` of all that were; a group's fault stands while more
    than half of them are. `evidence` is what was measured or said, in English or the camera's words; `why` are keys of
    `causes.WHY`: what speaks for the cause, and what would speak for another, to be shown in the reader's language.

    `told` is when it was first handed to the outbox. `acknowledged` and `repaired` are (who, when), each person once,
    in the order they spoke. `suppressed`: maintenance lies over it, so nothing is told. `flapping`: it comes and goes;
    it is held open until it is quiet. `returns` counts how often it ended and came back; `came_back` says when, the
    last few times. `late` is when it was told to be overdue, once for all.

    It ends at `closed`: `proven` by visits, or by a person's word, or because it was part of fault `part_of` (0: of
    none; `OWN_OUTAGE`: of its camera's outage), or because its camera left the ledger. Only a proven end is a repair.
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
    why: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    told: float | None = None
    acknowledged: tuple[tuple[str, float], ...] = ()
    repaired: tuple[tuple[str, float], ...] = ()
    suppressed: bool = False
    flapping: bool = False
    returns: int = 0
    came_back: tuple[float, ...] = ()
    late: float | None = None
    closed: float | None = None
    proven: bool = False
    part_of: int = 0
    notes: tuple[str, ...] = ()

    @property
    def life(self) -> Life:
        return Life.OPEN if self.closed is None else Life.CLOSED

    def overdue(self, now: float) -> bool:
        """Whether it was, or is being, repaired too late."""
        return (now if self.closed is None else self.closed) > self.deadline


class EventKind(StrEnum):
    """What happened to a fault."""

    OPENED = "opened"  # it is known; told in the same step, unless maintenance lies over it
    GREW = "grew"  # more cameras are part of it
    SHRANK = "shrank"  # some of its cameras are back
    CHANGED = "changed"  # another finding, or a better guess at the cause, stands for it now
    TOLD = "told"
    ACKNOWLEDGED = "acknowledged"
    REPAIRED = "repaired"  # somebody says so; visits have to prove it
    NOTE = "note"
    OVERDUE = "overdue"
    SUPPRESSED = "suppressed"  # maintenance began
    RESUMED = "resumed"  # maintenance ended, the fault is still there
    FLAPPING = "flapping"  # it came back once too often: held open until it is quiet
    CLOSED = "closed"
    REOPENED = "reopened"
    ABSORBED = "absorbed"  # it turned out to be part of another fault: `text` is its id, or `outage`; this closes it


@dataclass(frozen=True, slots=True)
class Event:
    """One line in a fault's life, and what has to be told: the outbox is made of these. `at` is when it happened,
    `noticed` when it was known, both Unix seconds; `who` a person's name or "". `text` is a person's words or evidence,
    in any language; never a secret. `cameras` are those that it is about. `tell`: somebody is to be told of it now; to
    be told at all a fault has one TOLD, and whatever else is told of it is an update of that."""

    fault: int
    kind: EventKind
    at: float
    noticed: float
    who: str = ""
    text: str = ""
    cameras: tuple[str, ...] = ()
    tell: bool = False

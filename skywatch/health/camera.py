"""What is known of one camera, as values: states, standing verdicts and findings, flips, and the rules. No behaviour
beyond look-ups; `state.py` moves them."""

from dataclasses import dataclass
from enum import StrEnum

from skywatch.health.evidence import NONE, Evidence
from skywatch.observation import Finding, Verdict

HEARTBEAT = "heartbeat"
"""The probe whose standing verdict says whether a camera is up."""

LONGEST = 20
"""No rule looks back further than so many visits."""


class State(StrEnum):
    """What a camera counts as. `unknown`: skywatch itself was not watching; nobody's downtime."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"
    MAINTENANCE = "maintenance"


class FlipKind(StrEnum):
    """What changed: the camera's state, whether it is intact, or one finding."""

    STATE = "state"
    INTACT = "intact"
    FINDING = "finding"


class Standing(StrEnum):
    """The two sides of a finding's flip."""

    STANDING = "standing"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Flip:
    """One change, dated when it happened (`at`), not when it was `noticed`; both Unix seconds.

    `what` is "" for a state and for intactness, and `probe.code` for a finding. `old` and `new` are a `State`, a
    `Verdict`, or a `Standing`. `step`, `detail`, `severity` and `remark` are a finding's; they hold no secret.
    """

    camera: str
    at: float
    noticed: float
    kind: FlipKind
    what: str
    old: str
    new: str
    step: str = ""
    detail: str = ""
    severity: int = 0
    remark: bool = False


@dataclass(frozen=True, slots=True)
class Grade:
    """Findings of at least this `severity` (1..5) come, and go, by so many `looks` of the last so many (`of`)."""

    severity: int
    looks: int
    of: int


GRADES = (Grade(5, 2, 3), Grade(3, 3, 4), Grade(1, 4, 6))
"""A blackened picture is believed at the second look; a slight softness takes four of six."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How much it takes to believe a change.

    A standing verdict falls after `fails` failed visits of the last `fails_of`, and rises after `passes` of the last
    `passes_of`; findings come and go by the same numbers. So many `unknown` visits in a row as `blind` make it unknown.
    `gap` is how long, in seconds, a camera's state outlives the last visit that could tell life from death; give it a
    few heartbeat periods. `intact` names the probes whose failing makes a camera not intact; `sighted` those whose
    failing proves life like a pass: a picture that is at fault is a picture that came.

    `grades`, the most severe first and the last one from severity 1, are for findings that have a severity. Two looks
    at such a finding within `apart` seconds are one: a lorry before the lens is no cover.
    """

    fails: int = 2
    fails_of: int = 3
    passes: int = 2
    passes_of: int = 3
    blind: int = 3
    gap: float = 180.0
    intact: tuple[str, ...] = ("stream", "picture")
    sighted: tuple[str, ...] = ("picture",)
    grades: tuple[Grade, ...] = GRADES
    apart: float = 0.0

    def __post_init__(self) -> None:
        counts = ((self.fails, self.fails_of), (self.passes, self.passes_of), (self.blind, self.blind))
        for needed, last in (*counts, *((grade.looks, grade.of) for grade in self.grades)):
            if not 1 <= needed <= last <= LONGEST:
                raise ValueError(f"{needed} of {last}: wanted 1 <= n <= m <= {LONGEST}")
        severities = [grade.severity for grade in self.grades]
        if severities != sorted(set(severities), reverse=True) or severities[-1:] != [1]:
            raise ValueError(f"grades from severities {severities}: wanted falling ones that end at 1")
        if not self.gap > 0:
            raise ValueError(f"a gap of {self.gap} s: wanted more than 0")

    def grade_of(self, severity: int) -> Grade:
        """What a finding of `severity`, 1..5, takes."""
        return next(grade for grade in self.grades if grade.severity <= severity)

    @property
    def longest(self) -> int:
        """How many looks back any grade counts."""
        return max(grade.of for grade in self.grades)


@dataclass(frozen=True, slots=True)
class Track:
    """The standing verdict of one probe, `since` when it stands, and what speaks against it.

    `blind` unknown visits in a row began at `blind_since`; `why` is what the last of them gave as its reason.
    """

    probe: str
    verdict: Verdict
    since: float
    against: Evidence = NONE
    blind: int = 0
    blind_since: float = 0.0
    why: Finding | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding that `stands` since `since`, or that has been seen but not often enough yet. `finding` is the latest
    evidence; `against` is what speaks for a change."""

    probe: str
    finding: Finding
    stands: bool
    since: float
    against: Evidence = NONE

    @property
    def what(self) -> str:
        return f"{self.probe}.{self.finding.code}"

    @property
    def faulty(self) -> bool:
        """Whether it stands, was graded since skywatch was started, and is no remark."""
        return self.stands and self.finding.severity > 0 and not self.finding.remark


@dataclass(frozen=True, slots=True)
class CameraState:
    """What is known of one camera. Times are Unix seconds.

    `seen` is when the last visit was; `watched` when the last one was that could tell life from death; `alive` when it
    last proved life (None: never). `maintenance` lies over everything; what is below it goes on being judged.
    """

    camera: str
    state: State
    since: float
    intact: Verdict
    intact_since: float
    seen: float
    watched: float
    alive: float | None
    heartbeat: Track
    others: tuple[Track, ...] = ()
    marks: tuple[Mark, ...] = ()
    maintenance: bool = False

    @property
    def findings(self) -> tuple[Mark, ...]:
        """What stands. While the camera is down, that is why it is, and what was found before it went down."""
        return tuple([mark for mark in self.marks if mark.stands]) if self.marks else ()

    def in_doubt(self, probe: str) -> bool:
        """Whether a finding of `probe` has been seen, or has been missing, yet not often enough."""
        return any(mark.against.bits and mark.probe == probe for mark in self.marks)

    @property
    def down(self) -> bool:
        """Whether it is down, be it under maintenance or not."""
        return self.heartbeat.verdict is Verdict.FAIL

    def verdict(self, probe: str) -> Verdict:
        """The standing verdict of `probe`. While the camera is down nothing else can be seen: no frame is not a dark
        frame. What stood before stands again when it is back."""
        if probe == HEARTBEAT:
            return self.heartbeat.verdict
        track = None if self.down else self.track(probe)
        return track.verdict if track else Verdict.UNKNOWN

    def track(self, probe: str) -> Track | None:
        """The record of `probe`, as it is below an outage; None before its first visit."""
        if probe == HEARTBEAT:
            return self.heartbeat
        return next((track for track in self.others if track.probe == probe), None)

    @property
    def settled(self) -> float:
        """The time up to which the past cannot change any more: later flips are dated at or after it. Counters of
        seconds by state count up to here, so that they never have to go back."""
        first = self.heartbeat.against.times[:1]
        if self.maintenance:
            pending = self.seen
        elif self.state is State.UNKNOWN:
            pending = min(self.seen, *first) if first else self.seen
        else:
            pending = min(self.watched, *first) if first else self.watched
        return max(self.since, pending)


def unseen(camera: str, at: float) -> CameraState:
    """A camera that nobody has looked at before `at`."""
    return CameraState(
        camera, State.UNKNOWN, at, Verdict.UNKNOWN, at, at, at, None, Track(HEARTBEAT, Verdict.UNKNOWN, at)
    )

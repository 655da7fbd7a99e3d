"""What was told, held against the truth."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from bench.month.drive import Tape
from bench.month.truth import MINUTE, Month, Truth, tellable, unknowable
from bench.month.world import BEGIN
from skywatch.health.fault import Event, EventKind, Fault

EARLY, LATE = 20 * MINUTE, 45 * MINUTE
"""How much before its beginning, and after its end, what was told may still be about it."""

DEADLY = ("outage", "flapping", "village", "feed", "uplink", "station")


@dataclass(frozen=True)
class Alert:
    """Somebody was told something new: a fault, or one that is back. `cause` is how it is named in the end."""

    fault: Fault
    since: float
    told: float
    until: float
    cameras: frozenset[str]

    def about(self, truth: Truth) -> bool:
        """Whether it can be about that at all."""
        same = truth.deadly == (self.fault.cause in DEADLY) and not self.cameras.isdisjoint(truth.cameras)
        alike = truth.deadly or truth.cause == self.fault.cause
        return same and alike and self.since < truth.end + LATE and self.told > truth.start - EARLY

    def right(self, truth: Truth) -> bool:
        fault = self.fault
        return (fault.cause, fault.subject.scope, fault.subject.code) == (truth.cause, truth.scope, truth.code)

    def to(self, truth: Truth) -> bool:
        return (self.fault.owner.party, self.fault.owner.name) == (truth.party, truth.owner)


@dataclass
class Score:
    """Counts, and the figures made of them. `unknowable` events are counted like all others."""

    camera_days: float
    events: int = 0
    found: int = 0
    right_cause: int = 0
    right_party: int = 0
    alerts: int = 0
    false: int = 0
    delays: list[float] = field(default_factory=list)
    missed: list[Truth] = field(default_factory=list)
    unknowable: int = 0
    wrong: list[tuple[Truth, Alert]] = field(default_factory=list)
    doubled: list[tuple[Truth, Alert]] = field(default_factory=list)
    false_ones: list[Alert] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found / self.events if self.events else 1.0

    @property
    def precision(self) -> float:
        return 1.0 - self.false / self.alerts if self.alerts else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall)

    @property
    def cause(self) -> float:
        return self.right_cause / self.found if self.found else 1.0

    @property
    def party(self) -> float:
        return self.right_party / self.found if self.found else 1.0

    @property
    def false_per_100(self) -> float:
        """False alarms per 100 camera-days."""
        return 100.0 * self.false / self.camera_days

    @property
    def per_event(self) -> float:
        """Alerts that are about something, for each event that was found."""
        return (self.alerts - self.false) / self.found if self.found else 0.0

    @property
    def delay(self) -> float:
        """Median seconds from the beginning to the alert."""
        return median(self.delays) if self.delays else 0.0


def alerts(tape: Tape) -> list[Alert]:
    """Every alert, with the cameras that its fault had until it ended."""
    lives: dict[int, list[Event]] = {}
    for event in tape.events:
        lives.setdefault(event.fault, []).append(event)
    return [alert for id_, life in lives.items() for alert in _of_life(tape.faults[id_], life)]


def _of_life(fault: Fault, life: Iterable[Event]) -> list[Alert]:
    made, cameras, since, told = list[Alert](), set[str](), 0.0, None
    for event in (*life, Event(fault.id, EventKind.CLOSED, float("inf"), float("inf"))):
        if event.kind in (EventKind.OPENED, EventKind.REOPENED):
            cameras, since = set(event.cameras) or set(fault.ever), event.at - BEGIN
        if event.kind is EventKind.GREW:
            cameras |= set(event.cameras)
        if event.tell and event.kind in (EventKind.TOLD, EventKind.REOPENED):
            told = event.noticed - BEGIN
        if event.kind in (EventKind.CLOSED, EventKind.ABSORBED) and told is not None:
            made.append(Alert(fault, since, told, event.at - BEGIN, frozenset(cameras)))
            told = None
    return made


def score(month: Month, tape: Tape, cameras: int) -> Score:
    """Every truth takes the alert that is about it best; what is left over is double, or false."""
    made = Score(cameras * month.days)
    every = alerts(tape)
    made.alerts = len(every)
    used = set[int]()
    real = list(tellable(month))
    for truth in sorted(real, key=lambda each: -len(each.cameras)):
        about = [(index, alert) for index, alert in enumerate(every) if alert.about(truth)]
        about.sort(key=lambda pair: (not pair[1].right(truth), pair[0] in used, pair[1].told))
        made.events += 1
        if not about:
            made.missed.append(truth)
            continue
        index, best = about[0]
        used.add(index)
        made.found += 1
        made.right_cause += best.right(truth)
        made.right_party += best.to(truth)
        made.delays.append(best.told - truth.start)
        made.unknowable += unknowable(truth, month)
        if not (best.right(truth) and best.to(truth)):
            made.wrong.append((truth, best))
    for index, alert in enumerate(every):
        if index not in used:
            of = next((each for each in real if alert.about(each)), None)
            if of is None:
                made.false += 1
                made.false_ones.append(alert)
            else:
                made.doubled.append((of, alert))
    return made


__all__ = ["Alert", "Score", "alerts", "score"]

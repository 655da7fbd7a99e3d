"""By when a fault is to be repaired: a table by cause and severity, in working time or around the clock. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from skywatch.health.fault import Cause
from skywatch.health.uptime import HOUR
from skywatch.health.worktime import Hours, after_work

DAY_OF_WORK = 8 * HOUR


@dataclass(frozen=True, slots=True)
class Term:
    """So many `seconds`: of working time, or by the calendar, nights and holidays included."""

    seconds: float
    working: bool = True

    def __post_init__(self) -> None:
        if not self.seconds > 0:
            raise ValueError(f"a term of {self.seconds} s: wanted more than 0")


Table = Mapping[Cause, Mapping[int, Term]]
"""For each cause the terms by the least severity that they hold for; 1 is always among them."""


def _always(hours: float) -> dict[int, Term]:
    return {1: Term(hours * HOUR, working=False)}


def _days_of_work(days: float) -> dict[int, Term]:
    return {1: Term(days * DAY_OF_WORK)}


TERMS: Table = {
    Cause.STATION: _always(4),
    Cause.UPLINK: _always(12),
    Cause.FEED: _always(24),
    Cause.VILLAGE: _always(24),
    Cause.OUTAGE: _days_of_work(2),
    Cause.FLAPPING: _days_of_work(3),
    Cause.STREAM: {1: Term(3 * DAY_OF_WORK), 4: Term(2 * DAY_OF_WORK)},
    Cause.ACCOUNT: _days_of_work(2),
    Cause.PICTURE: {1: Term(5 * DAY_OF_WORK), 3: Term(3 * DAY_OF_WORK), 5: Term(2 * DAY_OF_WORK)},
    Cause.LIGHT: _days_of_work(3),
    Cause.CLOCK: _days_of_work(5),
    Cause.DEVICE: _days_of_work(2),
    Cause.RESOLUTION: _days_of_work(5),
    Cause.SETTINGS: _days_of_work(5),
}
"""Lines and power around the clock, as carriers and supply stations promise; a contractor's work on working days."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The table and the hours that it counts in. A cause or severity that `terms` leaves out is as in `TERMS`."""

    terms: Table = field(default_factory=dict)
    hours: Hours = field(default_factory=Hours)

    def term(self, cause: Cause, severity: int) -> Term:
        """What holds for this cause and severity, 1 to 5."""
        rows = {**TERMS[cause], **self.terms.get(cause, {})}
        return rows[max(least for least in rows if least <= max(1, severity))]

    def of(self, cause: Cause, severity: int, start: float) -> float:
        """By when what was known at `start` is to be repaired; Unix seconds."""
        term = self.term(cause, severity)
        return after_work(start, term.seconds, self.hours) if term.working else start + term.seconds

"""The monthly meeting: by responsible party what was opened, closed, on time and overdue; repeat offenders; the ranking
of villages; the five rates, each with its formula. Sums of what the store knows; asks no clock."""

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from skywatch.health.fault import Fault
from skywatch.health.periods import Period
from skywatch.health.rates import Headcount, Rate
from skywatch.i18n import _
from skywatch.inventory import Inventory
from skywatch.notify import words
from skywatch.reports import phrases
from skywatch.reports.table import Cell, Column, Kind, Report, Table

OFTEN = 3
"""Faults of one camera in a month that make it a repeat offender; a return counts as one more."""


@dataclass(frozen=True, slots=True)
class Month:
    """All that the report is made of. `start` and `end` are Unix seconds; `faults` are those that were open at any time
    in between; `counts` are the headcounts of villages when it is made, `periods` by village and `whole` the
    township's."""

    start: float
    end: float
    made: float
    zone: ZoneInfo
    inventory: Inventory
    faults: tuple[Fault, ...]
    counts: Mapping[str, Headcount]
    periods: Mapping[str, Period]
    whole: Period

    @property
    def until(self) -> float:
        """Up to when something can have happened in it."""
        return min(self.end, self.made)


def monthly(month: Month) -> Report:
    """The report of a month."""
    begins = datetime.fromtimestamp(month.start, month.zone)
    return Report(
        f"monthly-{begins:%Y-%m}",
        _("Monthly report on video surveillance"),
        f"{begins:%Y-%m}",
        datetime.fromtimestamp(month.made, month.zone),
        (_rates(month), _parties(month), _overdue(month), _offenders(month), _ranking(month), _faults(month)),
    )


def _rates(month: Month) -> Table:
    """The five rates that the town promised, each with its formula and its denominator."""
    count = Headcount()
    for each in month.counts.values():
        count.add(each)
    rows: list[tuple[str, Rate]] = [
        (_("installation rate"), count.installation),
        (_("coverage rate"), count.coverage),
        (_("networking rate"), count.networking),
        (_("online rate, by camera"), month.whole.mean_online),
        (_("online rate, all seconds"), month.whole.online),
        (_("intact rate, by camera"), month.whole.mean_intact),
        (_("intact rate, all seconds"), month.whole.intact),
    ]
    columns = (Column(_("rate")), Column(_("value"), Kind.SHARE), Column(_("formula"), Kind.LONG))
    notes = (
        _("Installation, coverage and networking are as of the day of this report; the others are for the month."),
        _("Maintenance, and time in which skywatch itself was not watching, is in no rate."),
    )
    return Table(
        "rates", _("Rates"), columns, [(name, rate.ratio, phrases.formula(rate)) for name, rate in rows], notes
    )


def _parties(month: Month) -> Table:
    by_owner: dict[str, list[Fault]] = {}
    for fault in month.faults:
        by_owner.setdefault(phrases.owner(fault, month.inventory), []).append(fault)
    columns = (
        Column(_("responsible")),
        Column(_("opened"), Kind.NUMBER),
        Column(_("repaired"), Kind.NUMBER),
        Column(_("of these on time"), Kind.NUMBER),
        Column(_("on time"), Kind.SHARE),
        Column(_("still open"), Kind.NUMBER),
        Column(_("overdue"), Kind.NUMBER),
        Column(_("mean time to repair"), Kind.SPAN),
    )
    rows = [(name, *_account(faults, month)) for name, faults in sorted(by_owner.items())]
    notes = (
        _("Repaired: visits proved the end in this month. Mean time to repair: from when it was known to its end."),
        _("A fault that came back within a day is the same fault."),
    )
    return Table("parties", _("By responsible party"), columns, rows, notes, empty=_("No fault in this month."))


def _account(faults: Iterable[Fault], month: Month) -> tuple[Cell, ...]:
    every = list(faults)
    repaired = [each for each in every if each.proven and _ended_in(each, month)]
    times = [each.closed - each.opened for each in repaired if each.closed is not None]
    on_time = sum(not each.overdue(month.until) for each in repaired)
    still = [each for each in every if _is_open(each, month)]
    return (
        sum(month.start <= each.opened < month.end for each in every),
        len(repaired),
        on_time,
        on_time / len(repaired) if repaired else None,
        len(still),
        sum(each.deadline < month.until for each in still),
        statistics.fmean(times) if times else None,
    )


def _overdue(month: Month) -> Table:
    late = [each for each in month.faults if _is_open(each, month) and each.deadline < month.until]
    columns = (
        Column(_("no."), Kind.NUMBER),
        Column(_("responsible")),
        Column(_("where")),
        Column(_("what"), Kind.LONG),
        Column(_("known since"), Kind.TIME),
        Column(_("due"), Kind.TIME),
        Column(_("late by"), Kind.SPAN),
        Column(_("said to be repaired by")),
    )
    rows = [
        (
            each.id,
            phrases.owner(each, month.inventory),
            words.where(each, month.inventory),
            words.what(each),
            phrases.moment(each.opened, month.zone),
            phrases.moment(each.deadline, month.zone),
            month.until - each.deadline,
            _(", ").join(who for who, _at in each.repaired),
        )
        for each in sorted(late, key=lambda fault: fault.deadline)
    ]
    return Table("overdue", _("Overdue"), columns, rows, empty=_("Nothing is overdue."))


def _offenders(month: Month) -> Table:
    times: dict[str, list[Fault]] = {}
    for fault in month.faults:
        for code in fault.ever if len(fault.ever) == 1 else ():
            times.setdefault(code, []).append(fault)
    counted = {code: sum(1 + each.returns for each in faults) for code, faults in times.items()}
    worst = sorted((code for code, count in counted.items() if count >= OFTEN), key=lambda code: -counted[code])
    columns = (
        Column(_("camera")),
        Column(_("village")),
        Column(_("faults"), Kind.NUMBER),
        Column(_("what"), Kind.LONG),
    )
    rows = [
        (
            phrases.camera(code, month.inventory),
            phrases.village(code, month.inventory),
            counted[code],
            _(", ").join(dict.fromkeys(words.what(each) for each in times[code])),
        )
        for code in worst
    ]
    note = _("Cameras with {count} faults of their own or more; each return of a fault counts.").format(count=OFTEN)
    return Table("offenders", _("Repeat offenders"), columns, rows, (note,), empty=_("None."))


def _ranking(month: Month) -> Table:
    columns = (
        Column(_("rank"), Kind.NUMBER),
        Column(_("village")),
        Column(_("planned"), Kind.NUMBER),
        Column(_("installed"), Kind.NUMBER),
        Column(_("online rate"), Kind.SHARE),
        Column(_("intact rate"), Kind.SHARE),
        Column(_("cameras in the mean"), Kind.NUMBER),
    )
    order = sorted(month.periods.items(), key=lambda pair: _worth(pair[1]), reverse=True)
    rows = [
        (
            rank,
            month.inventory.villages[code].name,
            month.inventory.villages[code].planned,
            period.cameras,
            period.mean_online.ratio,
            period.mean_intact.ratio,
            int(period.mean_online.denominator),
        )
        for rank, (code, period) in enumerate(order, 1)
    ]
    notes = (_("Both rates are means over cameras of each one's share of its own watched time."),)
    return Table("villages", _("Ranking of villages"), columns, rows, notes, empty=_("No village has a camera."))


def _worth(period: Period) -> tuple[float, float]:
    online, intact = period.mean_online.ratio, period.mean_intact.ratio
    return (-1.0 if online is None else online, -1.0 if intact is None else intact)


def _faults(month: Month) -> Table:
    columns = (
        Column(_("no."), Kind.NUMBER),
        Column(_("where")),
        Column(_("what"), Kind.LONG),
        Column(_("responsible")),
        Column(_("since"), Kind.TIME),
        Column(_("ended"), Kind.TIME),
        Column(_("lasted"), Kind.SPAN),
        Column(_("cameras"), Kind.NUMBER),
        Column(_("how it ended")),
    )
    rows = [
        (
            each.id,
            words.where(each, month.inventory),
            words.what(each),
            phrases.owner(each, month.inventory),
            phrases.moment(each.since, month.zone),
            None if _is_open(each, month) else phrases.moment(each.closed, month.zone),
            (month.until if _is_open(each, month) else each.closed or month.until) - each.since,
            len(each.ever),
            _ending(each, month),
        )
        for each in month.faults
    ]
    return Table("faults", _("All faults of the month"), columns, rows, empty=_("No fault in this month."))


def _ending(fault: Fault, month: Month) -> str:
    if _is_open(fault, month):
        return _("still open")
    if fault.proven:
        return _("repaired, proven by visits")
    return _("part of fault {id}").format(id=fault.part_of) if fault.part_of > 0 else _("closed without proof")


def _is_open(fault: Fault, month: Month) -> bool:
    """Whether it was still open when the month ended, or is now."""
    return fault.closed is None or fault.closed >= month.until


def _ended_in(fault: Fault, month: Month) -> bool:
    return fault.closed is not None and month.start <= fault.closed < month.end

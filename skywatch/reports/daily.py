"""The daily inspection: by village what is installed, online and intact; what is wrong, with pictures; what got better
or worse since yesterday; what could not be checked, and why. Asks no clock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from skywatch import findings
from skywatch.health.fault import Fault
from skywatch.health.rates import Headcount
from skywatch.i18n import N_, _
from skywatch.inventory import Camera, Inventory
from skywatch.notify import words
from skywatch.reports import phrases
from skywatch.reports.table import Cell, Column, Kind, Report, Table
from skywatch.store import Looked

VERDICTS = {"pass": N_("intact"), "fail": N_("at fault"), "unknown": N_("not checked")}


@dataclass(frozen=True, slots=True)
class Day:
    """All that the report is made of. `today` and `before` are the last look at each camera in the inspections of this
    day and of the day before; `faults` those that are open at its end, `pictures` their last ones, by their ids;
    `begins` is Unix seconds."""

    begins: float
    made: float
    zone: ZoneInfo
    inventory: Inventory
    today: Mapping[str, Looked]
    before: Mapping[str, Looked]
    faults: tuple[Fault, ...]
    inspections: tuple[str, ...] = ()
    thumbnails: bool = True
    pictures: Mapping[int, bytes] = field(default_factory=dict)

    def cameras(self) -> list[Camera]:
        return [camera for camera in self.inventory.cameras.values() if camera.enabled]


def daily(day: Day) -> Report:
    """The report of a day."""
    date = datetime.fromtimestamp(day.begins, day.zone)
    return Report(
        f"daily-{date:%Y-%m-%d}",
        _("Daily inspection of video surveillance"),
        f"{date:%Y-%m-%d}" + "".join(f", {each}" for each in day.inspections),
        datetime.fromtimestamp(day.made, day.zone),
        (_summary(day), _villages(day), _wrong(day), _changes(day), _unchecked(day), _faults(day)),
    )


def counts(day: Day) -> dict[str, Headcount]:
    """Every village as the inspection found it, by code."""
    found = {code: Headcount(planned=village.planned) for code, village in day.inventory.villages.items()}
    for camera in day.cameras():
        _count(found[camera.village], day.today.get(camera.code))
    for village in found.values():
        village.places = int(village.planned > 0)
        village.covered = int(village.places and village.enabled > 0)
        village.working = int(village.places and village.online > 0)
    return found


def _count(village: Headcount, look: Looked | None) -> None:
    village.enabled += 1
    if look is None:
        village.unknown += 1
        return
    online = bool(look.seen.get("online", look.verdict == "pass"))
    village.connected += online
    village.online += online
    village.down += not online
    village.intact += online and look.verdict == "pass"
    village.faulty += online and look.verdict == "fail"
    village.unjudged += online and look.verdict == "unknown"


def _summary(day: Day) -> Table:
    whole = Headcount()
    for each in counts(day).values():
        whole.add(each)
    rows: list[tuple[Cell, ...]] = [
        (_("installation rate"), whole.installation.ratio, phrases.formula(whole.installation)),
        (_("coverage rate"), whole.coverage.ratio, phrases.formula(whole.coverage)),
        (_("networking rate"), whole.networking.ratio, phrases.formula(whole.networking)),
        (_("online rate"), whole.online_now.ratio, phrases.formula(whole.online_now)),
        (_("intact rate"), whole.intact_now.ratio, phrases.formula(whole.intact_now)),
    ]
    columns = (Column(_("rate")), Column(_("value"), Kind.SHARE), Column(_("formula"), Kind.LONG))
    note = _("As this day's inspection found it: online is what answered, intact what answered without any fault.")
    return Table("summary", _("The township"), columns, rows, (note,))


def _villages(day: Day) -> Table:
    columns = (
        Column(_("village")),
        Column(_("planned"), Kind.NUMBER),
        Column(_("installed"), Kind.NUMBER),
        Column(_("online"), Kind.NUMBER),
        Column(_("intact"), Kind.NUMBER),
        Column(_("at fault"), Kind.NUMBER),
        Column(_("not checked"), Kind.NUMBER),
        Column(_("online rate"), Kind.SHARE),
        Column(_("intact rate"), Kind.SHARE),
    )
    rows = [
        (
            day.inventory.villages[code].name,
            count.planned,
            count.enabled,
            count.online,
            count.intact,
            count.faulty + count.down,
            count.unjudged + count.unknown,
            count.online_now.ratio,
            count.intact_now.ratio,
        )
        for code, count in counts(day).items()
    ]
    notes = (_("Online rate: online / installed. Intact rate: intact / online."),)
    return Table("villages", _("By village"), columns, rows, notes)


def _wrong(day: Day) -> Table:
    columns = (
        Column(_("village")),
        Column(_("camera")),
        Column(_("what"), Kind.LONG),
        Column(_("evidence"), Kind.LONG),
        Column(_("looked at"), Kind.TIME),
        Column(_("fault no."), Kind.NUMBER),
        Column(_("picture"), Kind.PICTURE),
    )
    numbers = {code: fault.id for fault in day.faults for code in fault.cameras}
    rows, pictures = list[tuple[Cell, ...]](), list[bytes]()
    for camera, look in _looked(day, "fail"):
        picture: int | None = None
        if day.thumbnails and look.thumbnail:
            picture = len(pictures)
            pictures.append(look.thumbnail)
        rows.append(
            (
                day.inventory.village_of(camera).name,
                camera.name,
                _(", ").join(said(look)),
                "; ".join(each["detail"] for each in look.seen["findings"] if each.get("detail")),
                phrases.moment(look.at, day.zone),
                numbers.get(camera.code),
                picture,
            )
        )
    return Table("wrong", _("What is wrong"), columns, rows, pictures=pictures, empty=_("Nothing is wrong."))


def said(look: Looked) -> list[str]:
    """What a look found, in words."""
    return [findings.say(each["code"]) for each in look.seen.get("findings", ()) if not each.get("remark")]


def _looked(day: Day, verdict: str) -> Iterator[tuple[Camera, Looked]]:
    for camera in day.cameras():
        look = day.today.get(camera.code)
        if look is not None and look.verdict == verdict:
            yield camera, look


def _changes(day: Day) -> Table:
    columns = (
        Column(_("village")),
        Column(_("camera")),
        Column(_("since yesterday")),
        Column(_("was"), Kind.LONG),
        Column(_("is"), Kind.LONG),
    )
    rows = []
    for camera in day.cameras():
        was, now = day.before.get(camera.code), day.today.get(camera.code)
        if was is None or now is None or {was.verdict, now.verdict} != {"pass", "fail"}:
            continue
        word = _("better") if now.verdict == "pass" else _("worse")
        rows.append((day.inventory.village_of(camera).name, camera.name, word, _state(was), _state(now)))
    return Table("changes", _("Better or worse since yesterday"), columns, rows, empty=_("Nothing has changed."))


def _state(look: Looked) -> str:
    return _(VERDICTS[look.verdict]) if look.verdict != "fail" else _(", ").join(said(look)) or _(VERDICTS["fail"])


def _unchecked(day: Day) -> Table:
    columns = (Column(_("village")), Column(_("camera")), Column(_("why"), Kind.LONG))
    rows = [
        (day.inventory.village_of(camera).name, camera.name, _why(day.today.get(camera.code)))
        for camera in day.cameras()
        if camera.code not in day.today or day.today[camera.code].verdict == "unknown"
    ]
    return Table("unchecked", _("What could not be checked"), columns, rows, empty=_("Everything was checked."))


def _why(look: Looked | None) -> str:
    if look is None:
        return _("no inspection reached it")
    return _(", ").join(said(look)) or _("nothing could be judged")


def _faults(day: Day) -> Table:
    columns = (
        Column(_("no."), Kind.NUMBER),
        Column(_("where")),
        Column(_("what"), Kind.LONG),
        Column(_("responsible")),
        Column(_("known since"), Kind.TIME),
        Column(_("due"), Kind.TIME),
        Column(_("cameras"), Kind.NUMBER),
        Column(_("picture"), Kind.PICTURE),
    )
    pictured = [each.id for each in day.faults if day.thumbnails and each.id in day.pictures]
    shown = {id_: index for index, id_ in enumerate(pictured)}
    rows = [
        (
            each.id,
            words.where(each, day.inventory),
            words.what(each),
            phrases.owner(each, day.inventory),
            phrases.moment(each.opened, day.zone),
            phrases.moment(each.deadline, day.zone),
            len(each.cameras),
            shown.get(each.id),
        )
        for each in day.faults
    ]
    pictures = [day.pictures[id_] for id_ in pictured]
    return Table("faults", _("Open faults"), columns, rows, pictures=pictures, empty=_("No fault is open."))

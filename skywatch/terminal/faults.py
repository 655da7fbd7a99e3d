"""`skywatch faults`: what is open, one fault's life, and a person's words about it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from skywatch import findings
from skywatch.config import Config
from skywatch.health.causes import NAMES, TRY, WHY
from skywatch.health.fault import Event, Fault
from skywatch.health.plain import to_plain
from skywatch.i18n import N_, _
from skywatch.notify import words
from skywatch.store.affairs import events, faults, say
from skywatch.store.pictures import pictures
from skywatch.terminal import Failure
from skywatch.terminal.store import reading, writing

EVENTS = {
    "opened": N_("found"),
    "grew": N_("more cameras"),
    "shrank": N_("some are back"),
    "changed": N_("seen otherwise"),
    "told": N_("told"),
    "acknowledged": N_("acknowledged"),
    "repaired": N_("said to be repaired"),
    "note": N_("note"),
    "overdue": N_("overdue"),
    "suppressed": N_("under maintenance"),
    "resumed": N_("maintenance over, still there"),
    "flapping": N_("comes and goes"),
    "closed": N_("closed"),
    "reopened": N_("is back"),
    "absorbed": N_("part of another fault"),
}


def find(config: Config, every: bool, village: str | None) -> list[Fault]:
    """Open faults, or all that are remembered, the oldest first; of one village if asked."""
    with reading(config) as archive:
        found = faults(archive.connection, "1" if every else "closed IS NULL")
    if village is None:
        return found
    if village not in config.inventory.villages:
        raise Failure(_("there is no village {code}").format(code=village))
    here = {camera.code for camera in config.inventory.by_village[village]}
    return [each for each in found if here & (each.ever | each.cameras)]


def one(config: Config, number: int) -> tuple[Fault, list[Event]]:
    """A fault and its life. Raises Failure where there is none of that number."""
    with reading(config) as archive:
        found = faults(archive.connection, "id = ?", (number,))
        if not found:
            raise Failure(_("there is no fault {number}").format(number=number))
        return found[0], events(archive.connection, number)


def export(config: Config, number: int, folder: Path) -> list[Path]:
    """Write the pictures of a fault into `folder`, for nobody but the caller to read. Raises OSError."""
    with reading(config) as archive:
        found = pictures(archive.connection, [number]).get(number, {})
    written = []
    for which, each in sorted(found.items(), reverse=True):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{number}-{which}.jpg"
        path.touch(mode=0o600)
        path.write_bytes(each.thumbnail)
        written.append(path)
    return written


def tell(config: Config, number: int, what: str, who: str, text: str, now: float) -> Fault:
    """Leave a word about a fault for the daemon. Raises Failure where it would not be heeded."""
    fault, _life = one(config, number)
    if fault.closed is not None and what != "note":
        raise Failure(_("fault {number} is closed already").format(number=number))
    with writing(config) as connection:
        say(connection, now, who, what, str(number), text)
    return fault


def show(found: Iterable[Fault], config: Config, now: float, console: Console) -> None:
    """A row a fault."""
    every = list(found)
    if not every:
        console.print(_("No fault is open."))
        return
    heads = (_("no."), _("since"), _("where"), _("what"), _("responsible"), _("due"), _("cameras"), _("state"))
    table = Table(*heads, box=None, padding=(0, 2, 0, 0))
    for fault in every:
        table.add_row(*_row(fault, config, now))
    console.print(table)


def _row(fault: Fault, config: Config, now: float) -> Sequence[str | Text]:
    zone = ZoneInfo(config.settings.time_zone)
    late = fault.overdue(now) and fault.closed is None
    return (
        str(fault.id),
        clock(fault.since, zone),
        words.where(fault, config.inventory),
        words.what(fault),
        words.owner(fault, config.inventory),
        Text(clock(fault.deadline, zone), style="red" if late else ""),
        str(len(fault.cameras or fault.ever)),
        state(fault, now),
    )


def state(fault: Fault, now: float) -> str:
    """Where it is in its life, in words."""
    if fault.closed is not None:
        return _("repaired, proven") if fault.proven else _("closed")
    marks = [
        (fault.suppressed, _("under maintenance")),
        (fault.overdue(now), _("overdue")),
        (fault.flapping, _("comes and goes")),
        (bool(fault.repaired), _("said to be repaired")),
        (bool(fault.acknowledged), _("acknowledged")),
        (fault.told is not None, _("told")),
    ]
    return _(", ").join(word for holds, word in marks if holds) or _("open")


def show_one(fault: Fault, life: Iterable[Event], config: Config, now: float, console: Console) -> None:
    """Everything of one fault."""
    zone, inventory = ZoneInfo(config.settings.time_zone), config.inventory
    console.print(
        f"#{fault.id} {words.where(fault, inventory)}{_(': ')}{words.what(fault)}", style="bold", markup=False
    )
    lines = [
        (_("state"), state(fault, now)),
        (_("since"), clock(fault.since, zone)),
        (_("due"), clock(fault.deadline, zone)),
        (_("responsible"), words.owner(fault, inventory)),
        (_("probable cause"), _(", ").join(_(WHY[key]) for key in fault.why if key in WHY)),
        (_("besides"), _(", ").join(findings.say(code) for code in fault.others)),
        (_("evidence"), fault.evidence),
        (_("try"), _(TRY[fault.cause])),
        (_("cameras"), _(", ").join(_named(code, config) for code in sorted(fault.cameras or fault.ever))),
    ]
    for head, text in lines:
        if text:
            console.print(f"{head}{_(': ')}{text}", markup=False, highlight=False)
    for event in life:
        who = f" {event.who}" if event.who else ""
        text = f"{_(': ')}{event.text}" if event.text else ""
        word = _(EVENTS.get(event.kind.value, event.kind.value))
        console.print(f"  {clock(event.noticed, zone)}  {word}{who}{text}", markup=False, highlight=False)


def _named(code: str, config: Config) -> str:
    camera = config.inventory.cameras.get(code)
    return camera.name if camera else code


def clock(at: float, zone: ZoneInfo) -> str:
    """A time as people write it."""
    return datetime.fromtimestamp(at, zone).strftime("%Y-%m-%d %H:%M")


def to_json(found: Iterable[Fault], now: float) -> list[dict[str, Any]]:
    """Plain values, one object a fault; times are Unix seconds."""
    return [{**to_plain(each), "cause_text": _(NAMES[each.cause]), "is_overdue": each.overdue(now)} for each in found]


def life_to_json(life: Iterable[Event]) -> list[dict[str, Any]]:
    """Plain values, one object an event."""
    return [to_plain(each) for each in life]

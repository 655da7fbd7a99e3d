"""Faults and maintenance: the commands about what has to be done."""

from pathlib import Path
from typing import Annotated

import typer

from skywatch.cli.common import (
    AsJson,
    ConfigOption,
    command,
    fail,
    find,
    group,
    mistakes_exit,
    out,
    print_json,
)
from skywatch.clock import SystemClock
from skywatch.i18n import N_, _

Number = Annotated[
    int, typer.Argument(metavar="NUMBER", help=N_("The fault's number, as messages and reports have it."))
]
WhoOption = Annotated[
    str | None, typer.Option("--as", metavar="NAME", help=N_("Who says so; your own name otherwise."))
]


faults = group("faults", N_("What is at fault, whose it is, and what was said of it."), "skywatch faults list")


@command(N_("The faults that are open."), "skywatch faults list", "skywatch faults list --all", of=faults, name="list")
def list_faults(
    every: Annotated[bool, typer.Option("--all", help=N_("Those that have ended, too."))] = False,
    village: Annotated[str | None, typer.Option(help=N_("Only of this village, by its code."))] = None,
    config: ConfigOption = None,
    as_json: AsJson = False,
) -> None:
    from skywatch.parts import load_config
    from skywatch.terminal.faults import find as found_in
    from skywatch.terminal.faults import show, to_json

    now = SystemClock().now()
    with mistakes_exit():
        known = load_config(find(config))
        found = found_in(known, every, village)
    print_json(to_json(found, now)) if as_json else show(found, known, now, out)


@command(
    N_("One fault, with everything that happened to it."),
    "skywatch faults show 12",
    "skywatch faults show 12 --export pictures/",
    of=faults,
)
def show(
    number: Number,
    folder: Annotated[
        Path | None, typer.Option("--export", metavar="DIR", help=N_("Write its pictures there: then, and now."))
    ] = None,
    config: ConfigOption = None,
    as_json: AsJson = False,
) -> None:
    from skywatch.parts import load_config
    from skywatch.terminal.faults import export, life_to_json, one, show_one, to_json

    now = SystemClock().now()
    with mistakes_exit():
        known = load_config(find(config))
        fault, life = one(known, number)
        written = export(known, number, folder) if folder else []
    if as_json:
        pictures = {"pictures": [str(path) for path in written]} if folder else {}
        print_json({**to_json([fault], now)[0], "events": life_to_json(life), **pictures})
        return
    show_one(fault, life, known, now, out)
    for path in written:
        out.print(str(path), markup=False, highlight=False)
    if folder and not written:
        out.print(_("There is no picture of it."))


def _say(number: int, what: str, who: str | None, text: str, config: Path | None, as_json: bool) -> None:
    """Leave a word for the daemon, which heeds it within a second, or with its next start."""
    from skywatch.parts import load_config
    from skywatch.terminal.faults import tell
    from skywatch.terminal.store import who_am_i

    name, now = who_am_i(who), SystemClock().now()
    with mistakes_exit():
        tell(load_config(find(config)), number, what, name, text, now)
    word = {"fault": number, "what": what, "who": name, "text": text, "at": now}
    print_json(word) if as_json else out.print(_("Noted, by {who}.").format(who=name), highlight=False)


@command(N_("Say that somebody knows of a fault and sees to it."), "skywatch faults ack 12 --as 王工", of=faults)
def ack(number: Number, who: WhoOption = None, config: ConfigOption = None, as_json: AsJson = False) -> None:
    _say(number, "ack", who, "", config, as_json)


@command(
    N_("Say that a fault is repaired. Visits have to prove it before it is closed."),
    'skywatch faults repaired 12 "换了电源"',
    of=faults,
)
def repaired(
    number: Number,
    text: Annotated[str, typer.Argument(help=N_("What was done."))] = "",
    who: WhoOption = None,
    config: ConfigOption = None,
    as_json: AsJson = False,
) -> None:
    _say(number, "repaired", who, text, config, as_json)


@command(N_("Write something down about a fault."), 'skywatch faults note 12 "等配件"', of=faults)
def note(
    number: Number,
    text: Annotated[str, typer.Argument(help=N_("The words."))],
    who: WhoOption = None,
    config: ConfigOption = None,
    as_json: AsJson = False,
) -> None:
    _say(number, "note", who, text, config, as_json)


@command(N_("Close a fault without proof, for a reason."), 'skywatch faults close 12 "已拆除"', of=faults)
def close(
    number: Number,
    reason: Annotated[str, typer.Argument(help=N_("Why."))],
    who: WhoOption = None,
    config: ConfigOption = None,
    as_json: AsJson = False,
) -> None:
    if not reason.strip():
        fail(_("say why"))
    _say(number, "close", who, reason, config, as_json)


upkeep = group(
    "maintenance",
    N_("Times in which cameras are worked on: nobody is alerted, and they count in no rate."),
    "skywatch maintenance list",
)


@command(N_("What is announced."), "skywatch maintenance list", of=upkeep, name="list")
def list_maintenance(config: ConfigOption = None, as_json: AsJson = False) -> None:
    from skywatch.parts import load_config
    from skywatch.terminal.upkeep import find as found_in
    from skywatch.terminal.upkeep import show, to_json

    with mistakes_exit():
        known = load_config(find(config))
        found = found_in(known, SystemClock().now())
    print_json(to_json(found)) if as_json else show(found, known, out)


@command(
    N_("Announce maintenance; the daemon heeds it within seconds."),
    'skywatch maintenance add village:liuquan --from "2026-05-29 08:00" --to "2026-05-29 17:30" --reason 换杆',
    of=upkeep,
    name="add",
)
def add_maintenance(
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help=N_("all, or camera:, village:, feed: or uplink: and its code."))
    ],
    until: Annotated[str, typer.Option("--to", help=N_("Until when, by the station's clock: 2026-05-29 17:30."))],
    reason: Annotated[str, typer.Option(help=N_("What for."))],
    since: Annotated[str | None, typer.Option("--from", help=N_("From when; now when left out."))] = None,
    repeat: Annotated[str, typer.Option(metavar="once|daily|weekly|monthly", help=N_("How often again."))] = "once",
    who: WhoOption = None,
    config: ConfigOption = None,
    as_json: AsJson = False,
) -> None:
    from skywatch.parts import load_config
    from skywatch.terminal.store import who_am_i
    from skywatch.terminal.upkeep import add, moment

    with mistakes_exit():
        known = load_config(find(config))
        begins = moment(since, known) if since else SystemClock().now()
        number = add(known, target, begins, moment(until, known), repeat, reason, who_am_i(who))
    print_json({"id": number}) if as_json else out.print(_("Announced as number {number}.").format(number=number))


@command(N_("End maintenance now, or take it back."), "skywatch maintenance remove 3", of=upkeep, name="remove")
def remove_maintenance(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help=N_("As the list has it."))],
    config: ConfigOption = None,
    as_json: AsJson = False,
) -> None:
    from skywatch.parts import load_config
    from skywatch.terminal.upkeep import remove

    with mistakes_exit():
        remove(load_config(find(config)), number, SystemClock().now())
    print_json({"id": number}) if as_json else out.print(_("Number {number} is over.").format(number=number))

"""Uptime, inspections, reports, messages: the commands about what came of it."""

import asyncio
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from skywatch import i18n
from skywatch.cli.common import (
    FAILED,
    WRONG_CAMERA,
    AsJson,
    ConfigOption,
    command,
    err,
    fail,
    find,
    group,
    mistakes_exit,
    out,
    print_json,
)
from skywatch.clock import SystemClock, midnight
from skywatch.i18n import N_, _


@command(
    N_("The rates of a period, from midnight to midnight by the station's clock."),
    "skywatch uptime --by village --from 2026-05-01 --to 2026-06-01",
)
def uptime(
    by: Annotated[
        str, typer.Option(metavar="camera|village|feed|uplink|contractor|township", help=N_("Put together by what."))
    ] = "village",
    since: Annotated[str | None, typer.Option("--from", help=N_("First day; 30 days ago when left out."))] = None,
    until: Annotated[str | None, typer.Option("--to", help=N_("The day after the last; now when left out."))] = None,
    config: ConfigOption = None,
    as_json: AsJson = False,
) -> None:
    from skywatch.health.periods import GROUPS
    from skywatch.parts import load_config
    from skywatch.terminal.upkeep import moment
    from skywatch.terminal.uptime import find as found_in
    from skywatch.terminal.uptime import show, to_json

    if by not in GROUPS:
        fail(_("--by takes {names}").format(names=", ".join(GROUPS)))
    with mistakes_exit():
        known = load_config(find(config))
        now = SystemClock().now()
        end = moment(until, known) if until else now
        start = moment(since, known) if since else midnight(now - 30 * 86400, ZoneInfo(known.settings.time_zone))
        found = found_in(known, start, end, by)
    print_json(to_json(found, known, by)) if as_json else show(found, known, by, out)


@command(
    N_("Look at cameras thoroughly now. Exit code 1 if something is wrong with one."),
    "skywatch inspect",
    "skywatch inspect liuquan",
)
def inspect(
    what: Annotated[
        str | None, typer.Argument(metavar="[VILLAGE|CAMERA]", help=N_("A village or a camera; all when left out."))
    ] = None,
    retry: Annotated[bool, typer.Option("--retry", help=N_("Wait, and look once more at what failed."))] = False,
    config: ConfigOption = None,
    as_json: AsJson = False,
) -> None:
    from skywatch.parts import load_config
    from skywatch.terminal.rounds import inspect as look
    from skywatch.terminal.rounds import show, to_json
    from skywatch.terminal.target import EVERYTHING, chosen

    with mistakes_exit():
        known = load_config(find(config))
        cameras = [camera.code for camera in chosen(what or EVERYTHING, known.inventory)]
        seen = asyncio.run(look(known, cameras, retry, err))
    print_json(to_json(seen)) if as_json else show(seen, known, out)
    raise typer.Exit(WRONG_CAMERA if any(each.verdict == "fail" for each in seen) else 0)


@command(
    N_("The daily inspection or the monthly meeting, as a page, a workbook or CSV."),
    "skywatch report daily --lang zh -o inspection.html",
    "skywatch report monthly --date 2026-05 --format xlsx -o may.xlsx",
)
def report(
    which: Annotated[str, typer.Argument(metavar="daily|monthly", help=N_("Which report."))],
    on: Annotated[str | None, typer.Option("--date", help=N_("2026-05-29, or 2026-05; today when left out."))] = None,
    lang: Annotated[
        str | None, typer.Option(metavar="zh|en", help=N_("Language; the configured one otherwise."))
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", metavar="html|xlsx|csv", help=N_("By the file's name otherwise."))
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=N_("Where to; standard output otherwise."))
    ] = None,
    config: ConfigOption = None,
) -> None:
    from skywatch.parts import load_config
    from skywatch.reports import FORMATS, NothingKnown, daily_report, monthly_report
    from skywatch.terminal.store import reading

    made = {"daily": daily_report, "monthly": monthly_report}
    form = form or (output.suffix[1:] if output else "html")
    if which not in made or form not in FORMATS or (lang or "zh") not in i18n.LANGUAGES:
        fail(_("write daily or monthly, html, xlsx or csv, zh or en"))
    with mistakes_exit():
        known = load_config(find(config))
        zone, now = ZoneInfo(known.settings.time_zone), SystemClock().now()
        day = _day(on, now, zone)
        try:
            with reading(known) as archive, i18n.speaking(lang or known.settings.language):
                pages = FORMATS[form](made[which](archive, known.inventory, day, now, zone))
        except NothingKnown as error:
            fail(_("nothing is known of {time}").format(time=error), FAILED)
        output.write_bytes(pages) if output else sys.stdout.buffer.write(pages)


def _day(text: str | None, now: float, zone: ZoneInfo) -> date:
    if text is None:
        return datetime.fromtimestamp(now, zone).date()
    try:
        return date.fromisoformat(text if len(text) > 7 else f"{text}-01")
    except ValueError:
        fail(_("{text} is no date; write 2026-05-29 or 2026-05").format(text=text))


messages = group("notify", N_("Messages to people."), "skywatch notify test duty")


@command(N_("Send a test message through a channel, now."), "skywatch notify test duty", of=messages, name="test")
def try_channel(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help=N_("A channel of the configuration."))],
    config: ConfigOption = None,
    as_json: AsJson = False,
) -> None:
    from skywatch.notify.trial import try_out
    from skywatch.parts import load_config

    with mistakes_exit():
        known = load_config(find(config))
        if channel not in known.settings.messages.channels:
            fail(_("there is no channel {name}").format(name=channel))
        outcome = asyncio.run(try_out(known, channel))
    if as_json:
        print_json({"taken": outcome.taken, "error": outcome.error, "permanent": outcome.permanent})
    elif outcome.taken:
        out.print(_("{name} took the message.").format(name=channel), highlight=False)
    else:
        err.print(_("{name} did not take it: {error}").format(name=channel, error=outcome.error), highlight=False)
    raise typer.Exit(0 if outcome.taken else FAILED)

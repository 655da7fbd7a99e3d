"""Scores and baselines: the commands about pictures."""

from functools import cache
from pathlib import Path
from typing import Annotated

import typer

from skywatch.cli.common import (
    CANDIDATES,
    FAILED,
    AsJson,
    ConfigOption,
    app,
    command,
    find,
    mistakes_exit,
    out,
    print_json,
    said,
)
from skywatch.clock import SystemClock
from skywatch.i18n import N_, _
from skywatch.terminal.gather import GatheringCommand
from skywatch.terminal.help import Group


@command(
    N_("What is wrong with pictures. Exit code 1 if one is at fault, 2 if something can't be read as a picture."),
    "skywatch score *.jpg",
    "skywatch score gate.jpg --baseline gate-monday.jpg gate-tuesday.jpg --explain why.png",
    "skywatch score --json --regime night_infrared 37078301001320000001",
    cls=GatheringCommand,
)
def score(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|DIR|CAMERA...",
            help=N_("Pictures, video clips, folders of them, or cameras of the ledger, which are looked at now."),
        ),
    ],
    baseline: Annotated[
        list[Path] | None,
        typer.Option(
            help=N_(
                "Pictures of the same camera on other days, when all was well; clips, folders, a stored baseline. "
                "Takes all that follows when FILE was named before, else one and may be repeated."
            )
        ),
    ] = None,
    regime: Annotated[
        str | None,
        typer.Option(
            metavar="day_colour|night_infrared|night_white|night_unlit|dusk",
            help=N_("The light they were taken by; nobody knows it of a file otherwise."),
        ),
    ] = None,
    explain: Annotated[
        Path | None, typer.Option(help=N_("Draw the evidence into this PNG file; with several pictures, a folder."))
    ] = None,
    config: ConfigOption = None,
    as_json: AsJson = False,
) -> None:
    from skywatch.parts import load_config
    from skywatch.terminal.scores import show, worst
    from skywatch.terminal.scoring import Wish, run, to_json

    path = config or next((place for place in CANDIDATES if place.exists()), None)
    with mistakes_exit():
        known = cache(lambda: load_config(path) if path else None)
        scored = run(Wish(what, baseline or (), regime, explain, known))
    print_json(to_json(scored)) if as_json else show(scored, out)
    raise typer.Exit(worst(scored))


baselines = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help=said(
        N_("How cameras look when all is well: see what waits for a person, and accept it."), "skywatch baseline list"
    ),
)
app.add_typer(baselines, name="baseline")
LightOption = Annotated[
    str | None,
    typer.Option("--regime", metavar="REGIME", help=N_("Only by this light: day_colour, dusk, night_infrared ...")),
]


@command(
    N_("The cameras whose pictures nobody has accepted yet, or that show another scene."),
    "skywatch baseline list --export pictures/",
    name="list",
    of=baselines,
)
def list_baselines(
    every: Annotated[bool, typer.Option("--all", help=N_("Those that need nothing, too."))] = False,
    folder: Annotated[Path | None, typer.Option("--export", help=N_("Write the pictures into this folder."))] = None,
    config: ConfigOption = None,
    as_json: AsJson = False,
) -> None:
    from skywatch.parts import load_config
    from skywatch.terminal.baselines import export, rows, show, to_json

    with mistakes_exit():
        found = rows(load_config(find(config)), every)
        found = export(found, folder) if folder else found
    print_json(to_json(found)) if as_json else show(found, out)


@command(
    N_("Say that cameras look as they should: the last healthy picture is what later ones are compared with."),
    "skywatch baseline accept 37078301001320000001",
    "skywatch baseline accept all --regime day_colour",
    of=baselines,
)
def accept(
    what: Annotated[str, typer.Argument(metavar="CAMERA|VILLAGE|all", help=N_("Whose pictures were seen to be well."))],
    regime: LightOption = None,
    config: ConfigOption = None,
) -> None:
    from skywatch.parts import load_config
    from skywatch.terminal.baselines import accept_all, tell

    with mistakes_exit():
        done = accept_all(load_config(find(config)), what, regime, SystemClock().now())
    tell(done, _("Accepted: {count}."), _("There was nothing to accept."), out)
    raise typer.Exit(0 if done else FAILED)


@command(
    N_("Forget how a camera looks; it must be accepted again."),
    "skywatch baseline reset 37078301001320000001",
    of=baselines,
)
def reset(
    camera: Annotated[str, typer.Argument(metavar="CAMERA", help=N_("A camera of the ledger."))],
    regime: LightOption = None,
    config: ConfigOption = None,
) -> None:
    from skywatch.parts import load_config
    from skywatch.terminal.baselines import reset_all, tell

    with mistakes_exit():
        done = reset_all(load_config(find(config)), camera, regime, SystemClock().now())
    tell(done, _("Forgotten: {count}."), _("There was nothing to forget."), out)
    raise typer.Exit(0 if done else FAILED)

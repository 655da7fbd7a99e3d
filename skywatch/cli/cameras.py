"""Watching, simulating, checking, probing: the commands about cameras and the configuration."""

import asyncio
import logging
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from skywatch.cli.common import (
    CANDIDATES,
    WRONG_CAMERA,
    AsJson,
    ConfigOption,
    ConfigPath,
    ScenarioOption,
    Verbose,
    command,
    fail,
    find,
    log,
    mistakes_exit,
    out,
    print_json,
)
from skywatch.i18n import N_, _


@command(N_("Watch the cameras of CONFIG until told to stop."), "skywatch run /etc/skywatch/skywatch.yaml")
def run(config: ConfigPath = None, verbose: Verbose = False) -> None:
    from skywatch.serving import serve

    log(verbose)
    with mistakes_exit():
        asyncio.run(serve(find(config)))


@command(
    N_("Watch a simulated township, some of it broken, and show it as a live table. Ctrl-C ends it."),
    "skywatch demo",
    "skywatch demo --seconds 60",
)
def demo(
    config: ConfigPath = None,
    scenario: Annotated[
        Path | None, typer.Option(help=N_("What breaks when; scenarios/demo.yaml beside CONFIG when left out."))
    ] = None,
    seconds: Annotated[float | None, typer.Option(help=N_("End by itself after so many seconds."))] = None,
) -> None:
    from skywatch.demo import show

    path = find(config)
    logging.getLogger().addHandler(logging.NullHandler())  # the board has the screen; it shows what is wrong
    with mistakes_exit():
        asyncio.run(show(path, scenario or path.parent / "scenarios" / "demo.yaml", seconds, out))


@command(
    N_("Play the cameras of CONFIG on loopback, with faults on cue."),
    "skywatch simulate config/skywatch.yaml --scenario config/scenarios/demo.yaml",
)
def simulate(
    config: ConfigPath = None,
    scenario: ScenarioOption = None,
    shared_ports: Annotated[
        bool, typer.Option("--shared-ports", help=N_("One listener for all cameras: for thousands of them."))
    ] = False,
    with_stdin: Annotated[bool, typer.Option(hidden=True)] = False,
    verbose: Verbose = False,
) -> None:
    from skywatch.demo import simulate as play

    log(verbose)
    with mistakes_exit():
        asyncio.run(play(find(config), scenario, shared_ports=shared_ports, until_stdin_closes=with_stdin))


@command(
    N_("Say what was understood of CONFIG, or every mistake at once (exit code 2)."),
    "skywatch check config/skywatch.yaml",
)
def check(config: ConfigPath = None, as_json: AsJson = False) -> None:
    from skywatch.parts import load_config
    from skywatch.terminal.check import show, to_json

    path = find(config)
    with mistakes_exit():
        understood = load_config(path)
    print_json(to_json(understood)) if as_json else show(understood, out)


@command(
    N_("Everything one camera can tell, step by step with timings. Exit code 1 if something failed."),
    "skywatch probe 10.20.1.15 --user admin",
    "skywatch probe rtsp://10.20.1.15/Streaming/Channels/101 --user admin",
    "skywatch probe 37078301001320000001",
)
def probe(
    camera: Annotated[
        str, typer.Argument(metavar="HOST|URL|CAMERA", help=N_("A host, an address, or a camera of the ledger."))
    ],
    config: ConfigOption = None,
    user: Annotated[str | None, typer.Option(help=N_("User name; the password is asked for."))] = None,
    password_file: Annotated[Path | None, typer.Option(help=N_("Read the password from this file instead."))] = None,
    as_json: AsJson = False,
) -> None:
    from skywatch.credentials import Credentials
    from skywatch.parts import load_config
    from skywatch.terminal.interview import ask, to_json

    given = Credentials(user, _password(user, password_file)) if user else None
    path = config or next((place for place in CANDIDATES if place.exists()), None)
    with mistakes_exit():
        known = load_config(path) if path else None
        seen = asyncio.run(ask(camera, known, given, Console(quiet=True) if as_json else out))
    if as_json:
        print_json(to_json(seen))
    raise typer.Exit(WRONG_CAMERA if any(observation.verdict == "fail" for observation in seen) else 0)


def _password(user: str, file: Path | None) -> str:
    if file is None:
        return str(typer.prompt(_("Password of {user}").format(user=user), hide_input=True, err=True))
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        fail(f"{file}: {error.strerror}")

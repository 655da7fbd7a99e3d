"""The command line: one short function per command. Parts are imported by the command that needs them, so that a quick
one stays quick.

Exit codes: 0 well; 1 something is wrong with a camera, a picture or this machine; 2 the command or the configuration is
wrong; 130 interrupted.
"""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console

from skywatch import __version__, i18n
from skywatch.clock import SystemClock
from skywatch.i18n import N_, _
from skywatch.terminal.gather import GatheringCommand
from skywatch.terminal.help import Command, Group

Run = TypeVar("Run", bound=Callable[..., None])

WRONG_CAMERA, FAILED, WRONG_CONFIG = 1, 1, 2
CANDIDATES = (Path("config/skywatch.yaml"), Path("/etc/skywatch/skywatch.yaml"))

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help=N_("Watches the health of a township's ONVIF/RTSP cameras."),
)
out = Console()
err = Console(stderr=True)

ConfigPath = Annotated[
    Path | None,
    typer.Argument(
        metavar="CONFIG",
        help=N_("The configuration; config/skywatch.yaml or /etc/skywatch/skywatch.yaml when left out."),
        show_default=False,
    ),
]
ConfigOption = Annotated[Path | None, typer.Option("--config", "-c", help=N_("Where to look cameras up."))]
ScenarioOption = Annotated[Path | None, typer.Option(help=N_("What breaks when; nothing does without it."))]
AsJson = Annotated[bool, typer.Option("--json", help=N_("Print JSON, for scripts."))]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help=N_("Log more."))]


def _said(text: str, *examples: str) -> str:
    """A help text: `text` says what the command does, `examples` how it is typed."""
    return "\n\n".join((text, N_("Example:"), *(f"    {example}" for example in examples)))


def _command(
    text: str, *examples: str, cls: type[Command] = Command, of: typer.Typer = app, name: str | None = None
) -> Callable[[Run], Run]:
    return of.command(name, cls=cls, help=_said(text, *examples))


@contextmanager
def _mistakes_exit() -> Iterator[None]:
    """A ConfigError becomes its list of mistakes on standard error, and exit code 2."""
    from skywatch.config import ConfigError
    from skywatch.terminal import Failure
    from skywatch.terminal.check import show_mistakes

    try:
        yield
    except ConfigError as error:
        show_mistakes(error, err)
        raise typer.Exit(WRONG_CONFIG) from None
    except Failure as error:
        _fail(str(error))
    except OSError as error:  # the machine's trouble, which may pass: a service manager is to start us again
        logging.getLogger(__name__).debug("", exc_info=error)
        _fail(str(error), FAILED)


def _fail(message: str, code: int = WRONG_CONFIG) -> NoReturn:
    err.print(message, style="red", markup=False, highlight=False)
    raise typer.Exit(code)


def _find(path: Path | None) -> Path:
    """The configuration that was named, or the first of the usual places that exists."""
    if path is not None:
        return path
    for candidate in CANDIDATES:
        if candidate.exists():
            return candidate
    _fail(_("no configuration found; looked for {places}").format(places=", ".join(map(str, CANDIDATES))))


def _log(verbose: bool) -> None:
    """Log to standard error: with the time, unless systemd's journal adds its own."""
    stamp = "" if "JOURNAL_STREAM" in os.environ else "%(asctime)s "
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format=stamp + "%(levelname)s %(message)s")
    logging.getLogger("skywatch").setLevel(logging.DEBUG if verbose else logging.INFO)


def _print_json(value: Any) -> None:
    out.print_json(json.dumps(value, default=str), ensure_ascii=not out.encoding.startswith("utf"))


@_command(N_("Watch the cameras of CONFIG until told to stop."), "skywatch run /etc/skywatch/skywatch.yaml")
def run(config: ConfigPath = None, verbose: Verbose = False) -> None:
    from skywatch.daemon import serve

    _log(verbose)
    with _mistakes_exit():
        asyncio.run(serve(_find(config)))


@_command(
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

    path = _find(config)
    logging.getLogger().addHandler(logging.NullHandler())  # the board has the screen; it shows what is wrong
    with _mistakes_exit():
        asyncio.run(show(path, scenario or path.parent / "scenarios" / "demo.yaml", seconds, out))


@_command(
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

    _log(verbose)
    with _mistakes_exit():
        asyncio.run(play(_find(config), scenario, shared_ports=shared_ports, until_stdin_closes=with_stdin))


@_command(
    N_("Say what was understood of CONFIG, or every mistake at once (exit code 2)."),
    "skywatch check config/skywatch.yaml",
)
def check(config: ConfigPath = None, as_json: AsJson = False) -> None:
    from skywatch.parts import load_config
    from skywatch.terminal.check import show, to_json

    path = _find(config)
    with _mistakes_exit():
        understood = load_config(path)
    _print_json(to_json(understood)) if as_json else show(understood, out)


@_command(
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
    with _mistakes_exit():
        known = load_config(path) if path else None
        seen = asyncio.run(ask(camera, known, given, Console(quiet=True) if as_json else out))
    if as_json:
        _print_json(to_json(seen))
    raise typer.Exit(WRONG_CAMERA if any(observation.verdict == "fail" for observation in seen) else 0)


def _password(user: str, file: Path | None) -> str:
    if file is None:
        return str(typer.prompt(_("Password of {user}").format(user=user), hide_input=True, err=True))
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        _fail(f"{file}: {error.strerror}")


@_command(
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
    with _mistakes_exit():
        known = cache(lambda: load_config(path) if path else None)
        scored = run(Wish(what, baseline or (), regime, explain, known))
    _print_json(to_json(scored)) if as_json else show(scored, out)
    raise typer.Exit(worst(scored))


baselines = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help=_said(
        N_("How cameras look when all is well: see what waits for a person, and accept it."), "skywatch baseline list"
    ),
)
app.add_typer(baselines, name="baseline")
LightOption = Annotated[
    str | None,
    typer.Option("--regime", metavar="REGIME", help=N_("Only by this light: day_colour, dusk, night_infrared ...")),
]


@_command(
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

    with _mistakes_exit():
        found = rows(load_config(_find(config)), every)
        found = export(found, folder) if folder else found
    _print_json(to_json(found)) if as_json else show(found, out)


@_command(
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

    with _mistakes_exit():
        done = accept_all(load_config(_find(config)), what, regime, SystemClock().now())
    tell(done, _("Accepted: {count}."), _("There was nothing to accept."), out)
    raise typer.Exit(0 if done else FAILED)


@_command(
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

    with _mistakes_exit():
        done = reset_all(load_config(_find(config)), camera, regime, SystemClock().now())
    tell(done, _("Forgotten: {count}."), _("There was nothing to forget."), out)
    raise typer.Exit(0 if done else FAILED)


@_command(N_("The version of skywatch."), "skywatch version")
def version(as_json: AsJson = False) -> None:
    _print_json({"version": __version__}) if as_json else out.print(__version__, highlight=False)


def _speak(lang: str | None) -> None:
    """`--lang`, heard before anything else is parsed: `--help` and complaints speak it too."""
    if lang is None:
        return
    if lang not in i18n.LANGUAGES:
        _fail(_("--lang takes zh or en"))
    i18n.use(lang)


@app.callback()
def _common(
    lang: Annotated[
        str | None,
        typer.Option(
            metavar="zh|en",
            callback=_speak,
            is_eager=True,
            help=N_("Language of all texts: zh or en; the environment's otherwise."),
        ),
    ] = None,
) -> None:
    """What goes before every command; `--lang` has been heeded when this is called."""


def main() -> None:
    """The `skywatch` program. What a terminal has no letters for comes out as escapes, never as a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="skywatch")
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()

"""What every command shares: the program itself, how it finds its configuration, and how it fails.

Exit codes: 0 well; 1 something is wrong with a camera, a picture or this machine; 2 the command or the configuration is
wrong; 130 interrupted.
"""

import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console

from skywatch.i18n import N_, _
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


def said(text: str, *examples: str) -> str:
    """A help text: `text` says what the command does, `examples` how it is typed."""
    return "\n\n".join((text, N_("Example:"), *(f"    {example}" for example in examples)))


def command(
    text: str, *examples: str, cls: type[Command] = Command, of: typer.Typer = app, name: str | None = None
) -> Callable[[Run], Run]:
    return of.command(name, cls=cls, help=said(text, *examples))


@contextmanager
def mistakes_exit() -> Iterator[None]:
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
        fail(str(error))
    except OSError as error:  # the machine's trouble, which may pass: a service manager is to start us again
        logging.getLogger(__name__).debug("", exc_info=error)
        fail(str(error), FAILED)


def fail(message: str, code: int = WRONG_CONFIG) -> NoReturn:
    err.print(message, style="red", markup=False, highlight=False)
    raise typer.Exit(code)


def find(path: Path | None) -> Path:
    """The configuration that was named, or the first of the usual places that exists."""
    if path is not None:
        return path
    for candidate in CANDIDATES:
        if candidate.exists():
            return candidate
    fail(_("no configuration found; looked for {places}").format(places=", ".join(map(str, CANDIDATES))))


def log(verbose: bool) -> None:
    """Log to standard error: with the time, unless systemd's journal adds its own."""
    stamp = "" if "JOURNAL_STREAM" in os.environ else "%(asctime)s "
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format=stamp + "%(levelname)s %(message)s")
    logging.getLogger("skywatch").setLevel(logging.DEBUG if verbose else logging.INFO)


def print_json(value: Any) -> None:
    out.print_json(json.dumps(value, default=str), ensure_ascii=not out.encoding.startswith("utf"))


def group(name: str, text: str, example: str) -> typer.Typer:
    """Commands that belong together, under `name`."""
    made = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode="markdown", help=said(text, example))
    app.add_typer(made, name=name)
    return made

"""The command line: one short function per command. Parts are imported by the command that needs them, so that a quick
one stays quick.
"""

import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from skywatch import __version__, i18n
from skywatch.cli import cameras, duties, pictures, results  # noqa: F401 - each brings its commands
from skywatch.cli.common import AsJson, app, command, fail, out, print_json
from skywatch.i18n import N_, _

__all__ = ["app", "main"]


@command(N_("The version of skywatch."), "skywatch version")
def version(as_json: AsJson = False) -> None:
    print_json({"version": __version__}) if as_json else out.print(__version__, highlight=False)


def _speak(lang: str | None) -> None:
    """`--lang`, heard before anything else is parsed: `--help` and complaints speak it too."""
    if lang is None:
        return
    if lang not in i18n.LANGUAGES:
        fail(_("--lang takes zh or en"))
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

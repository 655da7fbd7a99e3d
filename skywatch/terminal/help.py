"""Help, usage and complaints of the command line, in the language that is spoken when they are shown: typer's own words
are English, and it wants the texts of commands before anybody has said `--lang`. Knows no command."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

from skywatch.i18n import N_, _

USAGE = (N_("[OPTIONS]"), N_("COMMAND [ARGS]..."))
"""Typer's names for what may be typed."""

_ENGLISH = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        (r"No such command '(?P<name>.*?)'\.?(?: Did you mean (?P<near>.*)\?)?$", N_("there is no command {name}")),
        (r"No such option: (?P<name>\S+)(?: .*)?$", N_("there is no option {name}")),
        (r"Missing (?:argument|option|parameter) '(?P<name>.*?)'\.?$", N_("{name} is missing")),
        (r"Missing command\.$", N_("which command?")),
        (r"Option '(?P<name>.*?)' requires an argument\.$", N_("{name} takes a value")),
        (r"Option '(?P<name>.*?)' does not take a value\.$", N_("{name} takes no value")),
        (r"Got unexpected extra argument(?:s|\(s\))? \((?P<name>.*)\)$", N_("too much: {name}")),
        (r"Invalid value for '(?P<name>.*?)': .* number.*$", N_("{name} takes a number")),
        (r"Invalid value for '(?P<name>.*?)': .*$", N_("the value of {name} does not fit")),
    )
)
"""What typer complains about, by its English words, and ours. What is not here stays English."""


def complaint(message: str) -> str:
    """Typer's `message` about what was typed, in our words and language; its own words where it is a new one."""
    line = " ".join(message.split())
    for pattern, text in _ENGLISH:
        if match := pattern.match(line):
            said = _(text).format(**match.groupdict())
            near = match.groupdict().get("near")
            return said + (_(" (did you mean {word}?)").format(word=near.strip("'")) if near else "")
    return message


def _spoken(text: str | None) -> str | None:
    """A help text paragraph by paragraph; examples are in no catalogue and stay as they are."""
    return "\n\n".join(_(part) if part else part for part in text.split("\n\n")) if text else text


def _in_our_language(command: Any) -> Any:
    """A twin of `command` with every help text translated; the command itself keeps the English ones."""
    twin = copy(command)
    twin.help = _spoken(command.help)
    twin.params = [copy(parameter) for parameter in command.params]
    for parameter in twin.params:
        parameter.help = _spoken(parameter.help)
    if isinstance(command, TyperGroup):
        twin.commands = {name: _in_our_language(each) for name, each in command.commands.items()}
    return twin


def _name_panels() -> None:
    """The frames of typer's help and of its complaints."""
    rich_utils.ARGUMENTS_PANEL_TITLE = _("Arguments")
    rich_utils.OPTIONS_PANEL_TITLE = _("Options")
    rich_utils.COMMANDS_PANEL_TITLE = _("Commands")
    rich_utils.ERRORS_PANEL_TITLE = _("Error")
    rich_utils.DEFAULT_STRING = _("[default: {}]")
    rich_utils.REQUIRED_LONG_STRING = _("[required]")
    rich_utils.ABORTED_TEXT = _("Aborted.")
    rich_utils.RICH_HELP = _("'{command_path} {help_option}' says more.")


class _Speaking:
    """What `Command` and `Group` have in common."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _name_panels()
        super(_Speaking, _in_our_language(self)).format_help(ctx, formatter)  # type: ignore[misc]

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = [_(piece) for piece in self.collect_usage_pieces(ctx)]  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=_("Usage: "))

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = _("Show this help.")
        return option


@contextmanager
def _complaining() -> Iterator[None]:
    """Typer's complaints (their class has moved between its versions) leave the block in our words."""
    try:
        yield
    except Exception as error:
        _name_panels()
        if callable(words := getattr(error, "format_message", None)):
            said = complaint(words())
            error.format_message = lambda: said  # type: ignore[attr-defined]
        raise


class Command(_Speaking, TyperCommand):
    """A command whose help speaks the language of the moment."""


class Group(_Speaking, TyperGroup):
    """The program itself, likewise; it puts what is wrong with its arguments in our words, too."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        with _complaining():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        with _complaining():
            return super().invoke(ctx)

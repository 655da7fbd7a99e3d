"""An option that takes all the values that follow it: `pic.jpg --baseline a.jpg b.jpg`, as people type it and as `*`
expands it. Click's options take one value each; what was typed is put into its words before it parses it."""

from collections.abc import Iterable, Sequence
from typing import Any

from skywatch.terminal.help import Command

GREEDY = "--baseline"


def gathered(typed: Sequence[str], greedy: str, with_value: Iterable[str]) -> list[str]:
    """`typed`, with `greedy` repeated before each of the values that belong to it: all up to the next option when
    something was named before it, else one alone (what comes after it is what is meant). `with_value` are the other
    options that take a value."""
    out: list[str] = []
    named, taking = False, 0
    rest = iter(typed)
    for word in rest:
        if word == "--":
            return [*out, word, *rest]
        if word.startswith("-") and len(word) > 1:
            out.append(word)
            taking = (2 if named else 1) if word == greedy else 0
            if word in with_value:
                out += [value for value in (next(rest, None),) if value is not None]
        elif taking:
            out += [word] if out[-1] == greedy else [greedy, word]
            taking = 2 if taking == 2 else 0
        else:
            out.append(word)
            named = True
    return out


class GatheringCommand(Command):
    """A command with a `--baseline` like that."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        with_value = {
            name
            for parameter in self.params
            if parameter.param_type_name == "option" and not getattr(parameter, "is_flag", False)
            for name in parameter.opts
        }
        return super().parse_args(ctx, gathered(args, GREEDY, with_value - {GREEDY}))

"""Fills a pydantic model from YAML and says in plain words what does not fit. Knows no setting by name."""

import re
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from skywatch.config.document import Node, Path_, dotted
from skywatch.config.mistakes import Findings, Guess, echo
from skywatch.i18n import N_, _

Model = TypeVar("Model", bound=BaseModel)

_WORDS: Mapping[str, str] = {
    "missing": N_("is missing"),
    "extra_forbidden": N_("is no setting"),
    "int_parsing": N_("must be a whole number, not {value}"),
    "int_type": N_("must be a whole number, not {value}"),
    "int_parsing_size": N_("must be a whole number, not {value}"),
    "int_from_float": N_("must be a whole number, not {value}"),
    "float_parsing": N_("must be a number, not {value}"),
    "float_type": N_("must be a number, not {value}"),
    "finite_number": N_("must be a number, not {value}"),
    "bool_parsing": N_("must be true or false, not {value}"),
    "bool_type": N_("must be true or false, not {value}"),
    "string_type": N_("must be text, not {value}"),
    "string_too_short": N_("must not be empty"),
    "string_too_long": N_("is longer than {max_length} characters"),
    "string_pattern_mismatch": N_("has characters that do not belong there: {value}"),
    "path_type": N_("must be the path of a file, not {value}"),
    "greater_than": N_("must be more than {gt}, not {value}"),
    "greater_than_equal": N_("must be at least {ge}, not {value}"),
    "less_than": N_("must be less than {lt}, not {value}"),
    "less_than_equal": N_("must be at most {le}, not {value}"),
    "enum": N_("is {value}; possible are {expected}"),
    "literal_error": N_("is {value}; possible are {expected}"),
    "list_type": N_("must be a list"),
    "tuple_type": N_("must be a list"),
    "too_short": N_("must not be empty"),
    "dict_type": N_("must be a mapping of settings"),
    "model_type": N_("must be a mapping of settings"),
    "model_attributes_type": N_("must be a mapping of settings"),
    "timezone_aware": N_("needs a time zone: {value}"),
    "datetime_parsing": N_("must be a date and time with its zone, not {value}"),
    "datetime_from_date_parsing": N_("must be a date and time with its zone, not {value}"),
    "datetime_type": N_("must be a date and time with its zone, not {value}"),
    "duration": N_("{value} is no span of time; write seconds (60), or 60 s, 5 min, 24 h, 1 d"),
}
"""Pydantic's kinds of error -> our words. What is not here keeps pydantic's own (English) words."""

_A_TIME = "2026-01-31T08:00:00+08:00"


def wrong(text: str, **values: object) -> PydanticCustomError:
    """What a validator raises: `text` was marked with `N_`, and is translated when the mistake is written."""
    return PydanticCustomError("ours", "{text}", {"text": text, "values": values})


def fill(model: type[Model], node: Node, path: Path_, findings: Findings) -> Model | None:
    """`model` filled from `node`, which stands at `path` in the file; None after noting every mistake.

    Scalars arrive as text (see `document`), so a model with strict types would refuse them.
    """
    plain = {} if node.value is None else node.plain
    try:
        return model.model_validate(plain)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            _note(model, detail, node, path, findings)
    return None


def _note(model: type[BaseModel], detail: ErrorDetails, node: Node, path: Path_, findings: Findings) -> None:
    inner = detail["loc"]
    key = dotted((*path, *inner))
    value = _quoted(detail["input"], key)
    findings.wrong(node.line_of(inner), key, _what(detail, value), _meant(model, detail))


def _quoted(value: object, key: str) -> str:
    if value is None:
        return _("nothing")
    if isinstance(value, Mapping):
        return _("a mapping")
    return _("a list") if isinstance(value, list | tuple) else echo(value, key)


def _what(detail: ErrorDetails, value: str) -> str:
    context = {name: _number(item) for name, item in detail.get("ctx", {}).items()}
    kind, said = detail["type"], detail.get("ctx", {})
    if kind == "ours":
        text = said["text"]
        return _(text).format(**said["values"])
    if kind in _WORDS:
        values = {"max_length": "", **context, "value": value}
        values["expected"] = str(context.get("expected", "")).replace(" or ", _(" or "))  # pydantic's list is English
        return _(_WORDS[kind]).format(**values)
    return _("does not fit") if value == _("(hidden)") else detail["msg"]


def _number(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _meant(model: type[BaseModel], detail: ErrorDetails) -> str:
    kind, inner = detail["type"], detail["loc"]
    if kind == "extra_forbidden":
        return Guess(names_at(model, inner[:-1]))(str(inner[-1]))
    if kind in ("enum", "literal_error"):
        return Guess(re.findall(r"'([^']*)'", str(detail["ctx"]["expected"])), few=0)(str(detail["input"]))
    if kind.startswith("datetime") or kind == "timezone_aware":
        return _("such as {example}").format(example=_A_TIME)
    return ""


def names_at(model: type[BaseModel], inner: Path_) -> list[str]:
    """The settings that may stand at `inner` of `model`; none where no model stands there."""
    current: Any = model
    for step in inner:
        if isinstance(step, str) and _is_model(current):
            current = _model_in(current.model_fields[step].annotation) if step in current.model_fields else None
    return list(current.model_fields) if _is_model(current) else []


def _is_model(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, BaseModel)


def _model_in(annotation: Any) -> Any:
    """The model inside `list[Model]`, `dict[str, Model]`, `Model | None` or `Model`."""
    if _is_model(annotation):
        return annotation
    if typing.get_origin(annotation) in (list, tuple, dict, types.UnionType, typing.Union, typing.Annotated):
        return next((found for part in typing.get_args(annotation) if (found := _model_in(part))), None)
    return None

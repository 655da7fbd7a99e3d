"""Values to plain ones and back: what JSON can hold. For frozen dataclasses of numbers, texts, enums, tuples,
frozensets and mappings; fields are matched by name, so an older or newer writer is understood as far as possible."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """Dataclasses as dicts, sets as sorted lists, keys as texts. An infinite number stays one: JSON calls it Infinity,
    which Python reads back."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: to_plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): to_plain(each) for key, each in value.items()}
    if isinstance(value, frozenset):
        return sorted(to_plain(each) for each in value)
    if isinstance(value, tuple | list):
        return [to_plain(each) for each in value]
    return value


def from_plain(kind: type[T], plain: Any) -> T:
    """A `kind` again. Raises ValueError, TypeError or KeyError where `plain` is none."""
    made: T = _read(kind, plain)
    return made


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, plain: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return None if plain is None else _read(next(each for each in get_args(kind) if each is not type(None)), plain)
    if origin is tuple:
        return _read_tuple(get_args(kind), plain)
    if origin is frozenset:
        return frozenset(_read(get_args(kind)[0], each) for each in plain)
    if origin is not None and issubclass(origin, Mapping):
        key, value = get_args(kind)
        return {key(name): _read(value, each) for name, each in plain.items()}
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _read(hints[name], each) for name, each in plain.items() if name in hints})
    return kind(plain)


def _read_tuple(kinds: tuple[Any, ...], plain: Any) -> tuple[Any, ...]:
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_read(kinds[0], each) for each in plain)
    return tuple(_read(kind, each) for kind, each in zip(kinds, plain, strict=True))

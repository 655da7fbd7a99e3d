"""What was measured on one picture, as numbers that can be stored. No pictures, no thresholds, no OpenCV.

Numbers are kept and judged later (`diagnose`), so that limits can be retuned on history. They come in groups, a file
for each kind of measure; `None` in a group is what could not be measured on this picture.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from types import UnionType
from typing import Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints

from skywatch.picture.features.lens import Edges, Sharpness
from skywatch.picture.features.light import Cast, Colour, Grain, Stripes, Tone
from skywatch.picture.features.signal import Card, Flicker, Masks, Still, Tear
from skywatch.picture.features.view import Scene, View

__all__ = [
    "Card",
    "Cast",
    "Colour",
    "Edges",
    "Features",
    "Flicker",
    "Grain",
    "Masks",
    "Scene",
    "Sharpness",
    "Still",
    "Stripes",
    "Tear",
    "Tone",
    "View",
]


@dataclass(frozen=True, slots=True)
class Features:
    """The measures of one picture. On-screen text and a rim of 2 % are left out of them, but for `text_share`.

    All but `width` and `height` are taken at common sizes, so that they do not depend on the camera's resolution (see
    docs/reference/scores.md for how each is computed and what is usual). `edges`, `view` and `cast` are measured
    against a reference picture of the same camera, `still` against an earlier look, `flicker` between the frames of a
    clip; each is None where there was none.
    """

    VERSION: ClassVar[int] = 2
    """Changes when a number of the same name would mean something else."""

    width: int
    height: int
    text_share: float
    """Share of the picture under on-screen text, 0..1."""
    sharpness: Sharpness
    tone: Tone
    colour: Colour
    grain: Grain
    stripes: Stripes
    card: Card
    tear: Tear
    scene: Scene | None = None
    edges: Edges | None = None
    view: View | None = None
    cast: Cast | None = None
    still: Still | None = None
    flicker: Flicker | None = None
    masks: Masks | None = None

    def numbers(self) -> Mapping[str, float]:
        """Every single number by its path (`tone.p50`), without those that could not be measured, and without rows of
        numbers: what a baseline learns from."""
        return {name: value for name, value in _flat("", self) if isinstance(value, int | float)}

    def to_dict(self) -> dict[str, Any]:
        """As plain values, with the version: what is stored."""
        return {"version": self.VERSION, **_plain(self)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """The features that `to_dict` gave. Raises ValueError when they are of another version, when one is missing, or
        when one is not a finite number."""
        if stored.get("version") != cls.VERSION:
            raise ValueError(f"features of version {stored.get('version')!r}, this skywatch reads {cls.VERSION}")
        read: Self = _read("", cls, stored)
        return read


def _flat(path: str, group: Any) -> Iterator[tuple[str, Any]]:
    for field in fields(group):
        value, name = getattr(group, field.name), f"{path}{field.name}"
        if is_dataclass(value):
            yield from _flat(f"{name}.", value)
        else:
            yield name, value


def _plain(group: Any) -> dict[str, Any]:
    found = {}
    for field in fields(group):
        value = getattr(group, field.name)
        found[field.name] = _plain(value) if is_dataclass(value) else list(value) if isinstance(value, tuple) else value
    return found


def _read(path: str, kind: Any, stored: object) -> Any:
    """An instance of the group `kind` from plain values."""
    if not isinstance(stored, Mapping):
        raise ValueError(f"features {path or 'as a whole'} are {stored!r}")
    hints, values = get_type_hints(kind), {}
    missing = [f"{path}{field.name}" for field in fields(kind) if field.name not in stored]
    if missing:
        raise ValueError(f"features without {', '.join(missing)}")
    for field in fields(kind):
        values[field.name] = _value(f"{path}{field.name}", hints[field.name], stored[field.name])
    return kind(**values)


def _value(name: str, hint: Any, stored: object) -> Any:
    optional = get_origin(hint) in (Union, UnionType)
    if optional and stored is None:
        return None
    kind = next(each for each in get_args(hint) if each is not type(None)) if optional else hint
    if is_dataclass(kind):
        return _read(f"{name}.", kind, stored)
    if get_origin(kind) is tuple:
        if not isinstance(stored, list | tuple):
            raise ValueError(f"feature {name} is {stored!r}")
        return tuple(_number(name, value) for value in stored)
    return _number(name, stored)


def _number(name: str, value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise ValueError(f"feature {name} is {value!r}")
    return value

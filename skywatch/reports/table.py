"""A report as values: tables with typed columns, rendered by others as HTML, XLSX or CSV. Texts are in the language
that is spoken when it is made."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Cell = str | int | float | datetime | None
"""None: there is nothing to say. Shares are 0..1; spans of time are seconds; times carry their zone."""


class Kind(StrEnum):
    """What a column holds, and so how it is written and how wide it is."""

    TEXT = "text"
    LONG = "long"  # sentences
    NUMBER = "number"
    SHARE = "share"  # 0..1, written as a percentage
    TIME = "time"
    SPAN = "span"  # seconds, written as days, hours and minutes
    PICTURE = "picture"  # index into `Table.pictures`


@dataclass(frozen=True, slots=True)
class Column:
    """`title` as the reader sees it."""

    title: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """`notes` stand below it: formulas, and what the words mean. `pictures` are JPEGs that cells of kind `PICTURE` name
    by index. `empty` is said where there are no rows."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    notes: tuple[str, ...] = ()
    pictures: Sequence[bytes] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """`span` says what time it is about; `made` when it was made."""

    name: str
    title: str
    span: str
    made: datetime
    tables: tuple[Table, ...] = field(default=())

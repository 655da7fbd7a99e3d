"""The daily inspection as a message: the figures, and what is wrong, as plain text that every channel takes."""

from collections.abc import Iterator
from pathlib import Path

from skywatch.i18n import _
from skywatch.reports.render import written
from skywatch.reports.table import Report, Table

MOST_NAMED = 12
"""Rows of a table that a message has; of more it gives the number, and the page has the rest."""

_SUMS = ("summary",)
_LISTS = ("wrong", "unchecked", "faults")
_COLUMNS = {"summary": (0, 1, 2), "wrong": (0, 1, 2), "unchecked": (0, 1, 2), "faults": (0, 1, 2, 3, 5)}
"""Which columns of a table a message has: those that say what and where."""


def letter(report: Report, page: Path | None) -> tuple[str, str]:
    """(first line, the rest), in the language that is spoken here and now; `page` is where the whole report lies."""
    tables = {table.name: table for table in report.tables}
    lines = [line for name in _SUMS for line in _rows(tables[name])]
    for name in _LISTS:
        lines += ["", *_listed(tables[name])]
    if page is not None:
        lines += ["", _("The whole report: {path}").format(path=page)]
    return f"{report.title}{_(': ')}{report.span}", "\n".join(lines)


def _listed(table: Table) -> Iterator[str]:
    if not table.rows:
        yield table.empty
        return
    yield f"{table.title}{_(': ')}{len(table.rows)}"
    yield from _rows(table, MOST_NAMED)
    if len(table.rows) > MOST_NAMED:
        yield _("and {count} more").format(count=len(table.rows) - MOST_NAMED)


def _rows(table: Table, most: int | None = None) -> Iterator[str]:
    columns = _COLUMNS[table.name]
    for row in table.rows[:most]:
        cells = (written(row[each], table.columns[each].kind) for each in columns)
        yield "  ".join(filter(None, cells))

"""A report as CSV: its tables one below the other, for whoever goes on computing. UTF-8 with a mark, for Excel."""

import csv
from datetime import datetime
from io import StringIO

from skywatch.reports.table import Cell, Kind, Report

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_of(report: Report) -> bytes:
    """Times are ISO 8601 with their zone, shares 0..1, spans of time in seconds; pictures are left out."""
    out = StringIO()
    write = csv.writer(out).writerow
    for table in report.tables:
        columns = [number for number, column in enumerate(table.columns) if column.kind is not Kind.PICTURE]
        write([table.title, report.span])
        write([table.columns[number].title for number in columns])
        for row in table.rows:
            write([_plain(row[number]) for number in columns])
        write([])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, str):
        return "'" + cell if cell.startswith(_FORMULA) else cell  # a name is never a formula
    return "" if cell is None else f"{cell:.6g}"

"""A ledger file as rows of text: CSV in the encodings and dialects that Excel writes, or XLSX. Knows no column."""

import codecs
import csv
import io
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skywatch.config.mistakes import Findings, Guess
from skywatch.i18n import _

MAX_BYTES = 64 << 20
MAX_UNPACKED = 512 << 20
MAX_ROWS = 100_000
MAX_COLUMNS = 256
_LOOKED_AT = 6
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the number of its (first) line, from 1, and its cells without blanks around them."""

    line: int
    cells: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return not any(self.cells)


class _Unreadable(Exception):
    """No rows can be had from the file: (line, what, meant)."""


def read_rows(path: Path, sheet: str, findings: Findings) -> list[Row]:
    """All rows that are not empty, in order. What keeps the file from being read is noted, and ends the list."""
    rows: list[Row] = []
    try:
        for row in _rows(_bytes(path), sheet):
            if len(rows) > MAX_ROWS:
                raise _Unreadable(row.line, _("has more than {limit} rows").format(limit=MAX_ROWS), "")
            if not row.empty:
                rows.append(row)
    except _Unreadable as error:
        line, what, meant = error.args
        findings.wrong(line, "", what, meant)
    return rows


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise _Unreadable(0, _("cannot be read: {reason}").format(reason=reason), "") from None
    if len(data) > MAX_BYTES:
        raise _Unreadable(0, _("is larger than {limit} MiB").format(limit=MAX_BYTES >> 20), "")
    return data


def _rows(data: bytes, sheet: str) -> Iterator[Row]:
    if data.startswith(_OLD_EXCEL):
        raise _Unreadable(0, _("is an old Excel file (.xls)"), _("save it as .xlsx or as CSV"))
    return _from_xlsx(data, sheet) if data.startswith(_ZIP) else _from_csv(_decoded(data))


def _decoded(data: bytes) -> str:
    """The text, whichever of the encodings of a Chinese Excel it has: UTF-8, UTF-16 with its mark, GB18030."""
    encoding = "utf-16" if data.startswith(_UTF16) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        failed = error
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, max(error.start, failed.start)) + 1
        raise _Unreadable(line, _("is neither UTF-8 nor GBK text"), _("save it as 'CSV UTF-8' or as .xlsx")) from None


def _from_csv(text: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    line = 1
    try:
        for cells in reader:
            yield Row(line, _trimmed(cells, line))
            line = reader.line_num + 1
    except csv.Error as error:
        raise _Unreadable(
            line, _("is no CSV: {problem}").format(problem=error), _("a quotation mark is left open?")
        ) from None


def _delimiter(text: str) -> str:
    """Whichever of comma, semicolon and tab some line near the top has most of; a title above the headers has few."""
    lines = [line for line in text[:65536].splitlines() if line.strip(" ,;\t\r")][:_LOOKED_AT]
    return max(",;\t", key=lambda delimiter: max((line.count(delimiter) for line in lines), default=0))


def _trimmed(cells: list[str], line: int) -> tuple[str, ...]:
    while cells and not cells[-1].strip():
        cells.pop()
    if len(cells) > MAX_COLUMNS:
        raise _Unreadable(line, _("has more than {limit} columns").format(limit=MAX_COLUMNS), "")
    return tuple(cell.strip(" \t\r\n\u3000\u00a0\ufeff\u200b") for cell in cells)


def _from_xlsx(data: bytes, sheet: str) -> Iterator[Row]:
    """Rows of the named sheet, or of the first."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and drop-down lists, which nobody asked for
            rows = list(_cells(data, sheet))
    except _Unreadable:
        raise
    except Exception as error:  # openpyxl fails in dozens of ways on a damaged file, none of them its own
        problem = _("cannot be read as XLSX: {reason}").format(reason=type(error).__name__)
        raise _Unreadable(0, problem, _("open it in Excel and save it again")) from None
    return iter(rows)


def _cells(data: bytes, sheet: str) -> Iterator[Row]:
    import openpyxl

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
            raise _Unreadable(0, _("is larger than {limit} MiB").format(limit=MAX_UNPACKED >> 20), "")
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        for line, values in enumerate(_sheet(book, sheet).iter_rows(values_only=True), 1):
            yield Row(line, _trimmed([_text(value) for value in values], line))
            if line > MAX_ROWS * 2:
                raise _Unreadable(line, _("has more than {limit} rows").format(limit=MAX_ROWS), "")
    finally:
        book.close()


def _sheet(book: Any, name: str) -> Any:
    if not name:
        return book.worksheets[0]
    if name not in book.sheetnames:
        raise _Unreadable(0, _("has no sheet {name}").format(name=repr(name)), Guess(book.sheetnames)(name))
    return book[name]


def _text(value: object) -> str:
    """A cell as it would stand in a CSV. A code of 20 digits that Excel keeps as a number shows as 3.7e+19."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 10**15 else repr(value)
    return str(value)

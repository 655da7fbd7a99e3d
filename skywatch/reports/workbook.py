"""A report as a workbook that a person would hand on: one sheet a table, real numbers and dates, widths that fit, the
header frozen, pages that print."""

from datetime import datetime
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.drawing.image import Image
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from skywatch.reports.table import Cell, Kind, Report, Table

FORMATS = {Kind.NUMBER: "0", Kind.SHARE: "0.00%", Kind.TIME: "yyyy-mm-dd hh:mm", Kind.SPAN: "[h]:mm"}
WIDTHS = {Kind.NUMBER: 9, Kind.SHARE: 10, Kind.TIME: 17, Kind.SPAN: 11, Kind.PICTURE: 27, Kind.LONG: 46, Kind.TEXT: 18}
"""Characters of the usual font; a Chinese character takes two."""

_HEAD = 3  # rows above the table: title, span, nothing
_DAY = 86400.0
_PICTURE = (180, 101)  # pixels
_LINE = Border(*(Side(style="thin", color="D0D5DD"),) * 4)


def xlsx(report: Report) -> bytes:
    """The workbook's bytes."""
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    book.properties.title, book.properties.creator = f"{report.title} {report.span}", "skywatch"
    for table in report.tables:
        _sheet(book.create_sheet(table.title[:31]), table, report)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(sheet: Worksheet, table: Table, report: Report) -> None:
    sheet["A1"], sheet["A2"] = report.title, f"{table.title}  {report.span}"
    sheet["A1"].font, sheet["A2"].font = Font(bold=True, size=14), Font(bold=True)
    _header(sheet, table)
    for offset, row in enumerate(table.rows, _HEAD + 2):
        for number, (cell, column) in enumerate(zip(row, table.columns, strict=True), 1):
            _write(sheet, offset, number, cell, column.kind, table)
    end = _HEAD + 1 + len(table.rows)
    below = [table.empty] * (not table.rows) + list(table.notes)
    for number, text in enumerate(filter(None, below), end + 2):
        sheet.cell(number, 1, text).font = Font(italic=True, color="667085")
    if table.rows:
        sheet.auto_filter.ref = f"A{_HEAD + 1}:{get_column_letter(len(table.columns))}{end}"
    _page(sheet)


def _header(sheet: Worksheet, table: Table) -> None:
    for number, column in enumerate(table.columns, 1):
        cell = sheet.cell(_HEAD + 1, number, column.title)
        cell.font, cell.fill, cell.border = Font(bold=True), PatternFill("solid", fgColor="EEF1F6"), _LINE
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(number)].width = max(WIDTHS[column.kind], _wide(column.title) + 2)
    sheet.freeze_panes = sheet.cell(_HEAD + 2, 1)


def _write(sheet: Worksheet, row: int, column: int, cell: Cell, kind: Kind, table: Table) -> None:
    place = sheet.cell(row, column)
    place.border, place.alignment = _LINE, Alignment(wrap_text=kind in (Kind.LONG, Kind.TEXT), vertical="top")
    if kind is Kind.PICTURE:
        if isinstance(cell, int):
            _picture(sheet, row, column, table.pictures[cell])
        return
    place.value = _value(cell, kind)
    if kind in FORMATS:
        place.number_format = FORMATS[kind]
    if isinstance(place.value, str):
        place.data_type = "s"  # a camera that is called =HYPERLINK(...) is a name, never a formula


def _value(cell: Cell, kind: Kind) -> object:
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None, second=0, microsecond=0)  # a sheet knows no zones
    if isinstance(cell, str):
        return ILLEGAL_CHARACTERS_RE.sub("", cell)
    return cell / _DAY if kind is Kind.SPAN and cell is not None else cell


def _picture(sheet: Worksheet, row: int, column: int, data: bytes) -> None:
    try:
        image = Image(BytesIO(data))
    except OSError:  # what is no picture takes no report with it
        return
    image.width, image.height = _PICTURE
    sheet.add_image(image, f"{get_column_letter(column)}{row}")
    sheet.row_dimensions[row].height = _PICTURE[1] * 0.78


def _page(sheet: Worksheet) -> None:
    """A4, as wide as the page, the header on every page."""
    sheet.page_setup.paperSize, sheet.page_setup.orientation = sheet.PAPERSIZE_A4, sheet.ORIENTATION_LANDSCAPE
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{_HEAD + 1}:{_HEAD + 1}"


def _wide(text: str) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)

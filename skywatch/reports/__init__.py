"""The store -> the daily inspection and the monthly meeting, as values; and these as HTML, XLSX or CSV."""

from skywatch.reports.flat import csv_of
from skywatch.reports.made import NothingKnown, daily_report, monthly_report
from skywatch.reports.render import html
from skywatch.reports.table import Report
from skywatch.reports.workbook import xlsx

FORMATS = {"html": lambda report: html(report).encode(), "xlsx": xlsx, "csv": csv_of}
"""Format -> the bytes of a report in it."""

__all__ = ["FORMATS", "NothingKnown", "Report", "csv_of", "daily_report", "html", "monthly_report", "xlsx"]

"""A report as one HTML page: nothing is loaded from elsewhere, and it prints on A4."""

import base64
from datetime import datetime

import jinja2

from skywatch import i18n
from skywatch.i18n import _
from skywatch.reports.phrases import span
from skywatch.reports.table import Cell, Kind, Report


def html(report: Report) -> str:
    """The page, in the language that is spoken here and now; the report's own texts are in the one it was made in."""
    made = _("made {time}").format(time=f"{report.made:%Y-%m-%d %H:%M}")
    template = _environment().get_template("report.html.j2")
    page: str = template.render(report=report, made=made, lang="zh-CN" if i18n.language() == "zh" else "en")
    return page


def written(cell: Cell, kind: Kind) -> str:
    """A cell as a person reads it; nothing where there is nothing to say."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, str):
        return cell
    if kind is Kind.SHARE:
        return f"{cell:.2%}"
    return span(cell) if kind is Kind.SPAN else f"{cell:g}"


def _environment() -> jinja2.Environment:
    loader = jinja2.PackageLoader("skywatch.reports")
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined)
    environment.filters["base64"] = lambda data: base64.b64encode(data).decode("ascii")
    environment.filters["cell"] = written
    return environment

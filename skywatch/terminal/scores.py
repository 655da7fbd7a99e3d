"""Scored picture files as a table."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from skywatch import findings
from skywatch.i18n import _
from skywatch.observation import Verdict
from skywatch.picture import say_why
from skywatch.picture.score import Scored
from skywatch.terminal.interview import VERDICTS
from skywatch.terminal.labels import label


def show(scored: Iterable[Scored], console: Console) -> None:
    """One row a file: its scores, what was found, and what could not be judged."""
    table = Table(
        _("file"), _("size"), _("blur"), _("darkness"), _("verdict"), _("why"), box=None, padding=(0, 2, 0, 0)
    )
    for each in scored:
        table.add_row(*_row(each))
    console.print(table)


def _row(each: Scored) -> Sequence[str | Text]:
    judged, features = each.diagnosis, each.features
    word, style = VERDICTS[judged.verdict]
    size = f"{features.width}x{features.height}" if features else ""
    scores = [f"{judged.scores[item]:.2f}" if item in judged.scores else "-" for item in ("blur", "darkness")]
    found = [f"{findings.say(finding.code)} ({finding.detail})" for finding in judged.findings]
    unjudged = [label(item) + _(": ") + say_why(reason) for item, reason in judged.unjudged.items()]
    return (Text(str(each.path)), size, *scores, Text(_(word), style=style), Text("; ".join(found + unjudged)))


def worst(scored: Iterable[Scored]) -> int:
    """The exit code: 2 if a file could not be read as a picture, 1 if a picture is at fault, else 0."""
    rows = list(scored)
    if any(each.features is None for each in rows):
        return 2
    return int(any(each.diagnosis.verdict is Verdict.FAIL for each in rows))

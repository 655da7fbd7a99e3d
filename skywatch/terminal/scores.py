"""Scored pictures as a table."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from skywatch import findings
from skywatch.i18n import N_, _
from skywatch.observation import Finding, Verdict
from skywatch.picture import say_why
from skywatch.picture.score import Scored
from skywatch.terminal.interview import VERDICTS

_ASIDE = {"enough": N_("there are enough without it"), "itself": N_("it is the picture itself")}
_ALWAYS = ("no_ledger", "unstated")
"""Reasons that hold for every file: nobody needs to read them in each row."""


def show(scored: Iterable[Scored], console: Console) -> None:
    """One row a picture: what is wrong with it and how badly, and what could not be judged and why. Below, what is true
    of all of them."""
    rows = list(scored)
    table = Table(_("file"), _("size"), _("verdict"), _("why"), _("not judged"), box=None, padding=(0, 2, 0, 0))
    for each in rows:
        table.add_row(*_row(each))
    console.print(table)
    for line in _notes(rows):
        console.print(Text(line, style="dim"))


def worst(scored: Iterable[Scored]) -> int:
    """The exit code: 2 if a file could not be read as a picture, 1 if a picture is at fault, else 0."""
    rows = list(scored)
    if any(each.features is None for each in rows):
        return 2
    return int(any(each.diagnosis.verdict is Verdict.FAIL for each in rows))


def _row(each: Scored) -> Sequence[str | Text]:
    judged, features = each.diagnosis, each.features
    word, style = VERDICTS[judged.verdict]
    size = f"{features.width}x{features.height}" if features else ""
    found = "\n".join(_said(finding) for finding in judged.findings)
    return (Text(str(each.path)), size, Text(_(word), style=style), Text(found), Text("\n".join(_unjudged(each))))


def _said(finding: Finding) -> str:
    what = findings.say(finding.code)
    if finding.remark:
        return _("{finding} (a remark, no fault): {detail}").format(finding=what, detail=finding.detail)
    if finding.severity:
        return _("{finding}, severity {severity} of 5: {detail}").format(
            finding=what, severity=finding.severity, detail=finding.detail
        )
    return f"{what} ({finding.detail})"


def _unjudged(each: Scored) -> list[str]:
    """A line a reason, with all that it holds for; what only lacks a reference is said once, below the table."""
    by_reason: dict[str, list[str]] = {}
    for code, reason in each.diagnosis.unjudged.items():
        if reason not in _ALWAYS and (reason != "no_baseline" or each.known.aside):
            by_reason.setdefault(reason, []).append(findings.say(code))
    return [say_why(reason) + _(": ") + _(", ").join(codes) for reason, codes in by_reason.items()]


def _notes(rows: Sequence[Scored]) -> list[str]:
    unknown = {code for each in rows for code, reason in each.diagnosis.unjudged.items() if reason == "no_baseline"}
    notes = []
    if unknown and not any(each.known.used for each in rows):
        names = _(", ").join(findings.say(code) for code in sorted(unknown))
        notes.append(_("not judged without --baseline: {names}").format(names=names))
    aside = {path: why for each in rows for path, why in each.known.aside.items()}
    left = _("{path} was left aside: {why}")
    return [*notes, *(left.format(path=path, why=_why(why)) for path, why in aside.items())]


def _why(reason: str) -> str:
    """Why a reference was left aside: a reason of ours, a finding's code, or the decoder's words."""
    if reason in _ASIDE:
        return _(_ASIDE[reason])
    said = say_why(reason)
    return findings.say(reason) if said == reason else said

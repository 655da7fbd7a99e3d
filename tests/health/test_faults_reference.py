"""`docs/reference/faults.md` says what the tables say."""

import re

import pytest

from skywatch.health.causes import NAMES, SEVERITY, TRY, WHY
from skywatch.health.deadlines import DAY_OF_WORK, TERMS
from skywatch.health.fault import Cause, EventKind
from skywatch.health.worktime import KNOWN_UNTIL
from tests.real import ROOT

PAGE = (ROOT / "docs" / "reference" / "faults.md").read_text(encoding="utf-8")


def rows(*, cells: int) -> dict[str, list[str]]:
    """The rows of tables with so many cells whose first is a code, by that code."""
    found: dict[str, list[str]] = {}
    for line in PAGE.splitlines():
        parts = [part.strip() for part in line.strip("|").split("|")]
        if len(parts) == cells and parts[0].startswith("`"):
            for code in re.findall(r"`(\w+)`", parts[0]):
                found[code] = parts
    return found


def test_every_cause_is_there_under_its_name_with_its_severity() -> None:
    described = rows(cells=6)
    assert described.keys() == {str(cause) for cause in Cause}
    assert {code: row[1] for code, row in described.items()} == {str(cause): name for cause, name in NAMES.items()}
    stated = {code: row[4] for code, row in described.items() if row[4][0].isdigit()}
    assert {code: int(text[0]) for code, text in stated.items()} == {
        str(cause): severity for cause, severity in SEVERITY.items() if cause is not Cause.PICTURE
    }
    assert TRY.keys() == NAMES.keys() == set(Cause)


@pytest.mark.parametrize("cause", [cause for cause in Cause if len(TERMS[cause]) == 1 and cause is not Cause.FLAPPING])
def test_every_deadline_is_the_table_s(cause: Cause) -> None:
    term = TERMS[cause][1]
    said = f"{term.seconds / DAY_OF_WORK:g} working days" if term.working else f"{term.seconds / 3600:g} h"
    assert rows(cells=6)[cause][5] == said


def test_every_reason_and_every_event_is_there() -> None:
    assert {code: row[1] for code, row in rows(cells=2).items()} == dict(WHY)
    assert rows(cells=3).keys() == {str(kind) for kind in EventKind}


def test_the_year_up_to_which_moved_days_are_known_is_said() -> None:
    assert f"Moved days are known up to {KNOWN_UNTIL};" in PAGE

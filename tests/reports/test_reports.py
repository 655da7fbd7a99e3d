"""The daily inspection and the monthly meeting, from a store with two cameras in it."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from html.parser import HTMLParser
from io import BytesIO, StringIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from openpyxl import load_workbook

from skywatch import i18n
from skywatch.health import Flip, FlipKind
from skywatch.health.fault import Event, EventKind
from skywatch.reports import FORMATS, NothingKnown, Report, daily_report, html, monthly_report
from skywatch.reports.phrases import span
from skywatch.reports.table import Table
from skywatch.store import History, Looked, Round
from skywatch.store.archive import Archive, opened
from skywatch.store.pictures import Evidence
from skywatch.store.record import Batch
from tests.notify.desk import CODE, INVENTORY, NOON, OTHER, OUTAGE, POWER, ZONE

HOUR, DAY = 3600.0, 86400.0
TODAY = date(2026, 5, 29)
LATER = NOON + 10 * HOUR


def flip(at: float, kind: FlipKind, old: str, new: str, camera: str = CODE) -> Flip:
    return Flip(camera, at, at, kind, "", old, new)


def look(camera: str, at: float, verdict: str, *codes: str, thumbnail: bytes | None = None) -> Looked:
    found = [{"code": code, "severity": 4, "detail": f"{code} 0.93"} for code in codes]
    return Looked(
        2 if at > NOON - DAY / 2 else 1, camera, at, 1, verdict, {"online": True, "findings": found}, thumbnail
    )


def jpeg() -> bytes:
    return cv2.imencode(".jpg", np.full((90, 160, 3), 120, np.uint8))[1].tobytes()


@contextmanager
def archive(path: Path) -> Iterator[Archive]:
    with opened(path) as found:
        yield found


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """Two days: a camera that blurred overnight, one that was dead for six hours of the last day."""
    history = await History.open(tmp_path / "h.db", NOON - DAY)
    for code in (CODE, OTHER):
        history.record([flip(NOON - DAY, FlipKind.STATE, "unknown", "up", code)])
        history.record([flip(NOON - DAY, FlipKind.INTACT, "unknown", "pass", code)])
    history.record(
        [flip(NOON, FlipKind.STATE, "up", "down", OTHER), flip(NOON, FlipKind.INTACT, "pass", "fail", OTHER)]
    )
    back = NOON + 6 * HOUR
    history.record(
        [flip(back, FlipKind.STATE, "down", "up", OTHER), flip(back, FlipKind.INTACT, "fail", "pass", OTHER)]
    )
    history.note(
        Batch(
            rounds={
                1: Round(1, NOON - DAY, "day", NOON - DAY, NOON - DAY + 60),
                2: Round(2, NOON, "day", NOON, NOON + 60),
            },
            looks=[
                look(CODE, NOON - DAY + 1, "pass"),
                look(OTHER, NOON - DAY + 2, "unknown", "undecodable"),
                look(CODE, NOON + 1, "fail", "blur", thumbnail=jpeg()),
                look(OTHER, NOON + 2, "unknown", "undecodable"),
            ],
        )
    )
    repaired = replace(POWER, closed=NOON + 6 * HOUR, proven=True, cameras=frozenset())
    late = replace(OUTAGE, deadline=NOON + HOUR, returns=2)
    history.note(Batch(faults={12: late, 13: repaired}, events=[Event(12, EventKind.OPENED, NOON, NOON)]))
    history.note(Batch(pictures={(12, "then"): Evidence(12, "then", CODE, NOON, jpeg())}))
    await history.close(LATER)
    return tmp_path / "h.db"


def table(report: Report, name: str) -> Table:
    return next(each for each in report.tables if each.name == name)


def test_the_day_says_what_is_installed_online_and_intact_village_by_village(path: Path) -> None:
    with archive(path) as store, i18n.speaking("en"):
        report = daily_report(store, INVENTORY, TODAY, LATER, ZONE)
    assert table(report, "villages").rows == [("柳泉", 2, 2, 2, 0, 1, 1, 1.0, 0.0)]
    rates = {row[0]: (row[1], row[2]) for row in table(report, "summary").rows}
    assert rates["online rate"] == (1.0, "online now / enabled (2 / 2)")
    assert rates["intact rate"] == (0.0, "intact now / online (0 / 2)")


def test_the_day_says_what_is_wrong_with_a_picture_what_got_worse_and_what_could_not_be_checked(path: Path) -> None:
    with archive(path) as store, i18n.speaking("en"):
        report = daily_report(store, INVENTORY, TODAY, LATER, ZONE)
    (wrong,) = table(report, "wrong").rows
    assert wrong[:4] == ("柳泉", "村委会门口", "picture blurred", "blur 0.93")
    assert wrong[5:] == (12, 0)
    assert table(report, "wrong").pictures == [jpeg()]
    assert (table(report, "faults").rows[0][-1], table(report, "faults").pictures) == (0, [jpeg()])
    assert table(report, "changes").rows == [("柳泉", "村委会门口", "worse", "intact", "picture blurred")]
    assert table(report, "unchecked").rows == [("柳泉", "西口", "picture cannot be decoded")]


def test_the_month_accounts_for_every_party(path: Path) -> None:
    with archive(path) as store, i18n.speaking("en"):
        report = monthly_report(store, INVENTORY, TODAY, LATER, ZONE)
    rows = {row[0]: row[1:] for row in table(report, "parties").rows}
    assert rows["power supply: 柳泉供电所"] == (1, 1, 1, 1.0, 0, 0, 6 * HOUR)
    assert rows["contractor: 鲁安智能"] == (1, 0, 0, None, 1, 1, None)
    (late,) = table(report, "overdue").rows
    assert (late[0], late[6]) == (12, 9 * HOUR)
    assert [row[2] for row in table(report, "offenders").rows] == [3]


def test_every_rate_of_the_month_has_its_formula_and_its_denominator(path: Path) -> None:
    with archive(path) as store, i18n.speaking("en"):
        report = monthly_report(store, INVENTORY, TODAY, LATER, ZONE)
    rates = {row[0]: row[1:] for row in table(report, "rates").rows}
    assert len(rates) == 7
    watched = 34 * HOUR
    assert rates["online rate, all seconds"][0] == pytest.approx((2 * watched - 6 * HOUR) / (2 * watched))
    assert "/ 244800" in str(rates["online rate, all seconds"][1])
    assert rates["networking rate"][0] == 1.0


def test_a_time_without_data_is_said_so(path: Path) -> None:
    with archive(path) as store, pytest.raises(NothingKnown):
        monthly_report(store, INVENTORY, date(2026, 3, 1), LATER, ZONE)
    with archive(path) as store, pytest.raises(NothingKnown):
        daily_report(store, INVENTORY, date(2026, 5, 1), LATER, ZONE)


class Texts(HTMLParser):
    """What stands in a page, and which addresses it loads."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.words.append(data.strip())


def test_the_page_loads_nothing_and_quotes_what_people_wrote(path: Path) -> None:
    evil = replace(INVENTORY.cameras[CODE], name="<script>alert(1)</script>")
    inventory = replace(INVENTORY, cameras={**INVENTORY.cameras, CODE: evil})
    with archive(path) as store, i18n.speaking("zh"):
        page = html(daily_report(store, inventory, TODAY, LATER, ZONE))
    read = Texts()
    read.feed(page)
    assert "<script>" not in page
    assert "<script>alert(1)</script>" in read.words
    assert all(address.startswith("data:image/jpeg") for address in read.loads)
    assert 'lang="zh-CN"' in page


def test_the_workbook_has_real_types_a_frozen_header_and_a_sheet_for_each_table(path: Path) -> None:
    with archive(path) as store, i18n.speaking("en"):
        report = monthly_report(store, INVENTORY, TODAY, LATER, ZONE)
    book = load_workbook(BytesIO(FORMATS["xlsx"](report)))
    assert book.sheetnames == [each.title for each in report.tables]
    overdue = book["Overdue"]
    assert overdue.freeze_panes == "A5"
    assert isinstance(overdue["E5"].value, datetime)
    assert overdue["G5"].number_format == "[h]:mm"
    rates = book["Rates"]
    assert isinstance(rates["B5"].value, int | float)
    assert rates["B5"].number_format == "0.00%"


def test_a_name_that_looks_like_a_formula_stays_a_name(path: Path) -> None:
    evil = replace(INVENTORY.cameras[CODE], name='=HYPERLINK("http://x")')
    inventory = replace(INVENTORY, cameras={**INVENTORY.cameras, CODE: evil})
    with archive(path) as store, i18n.speaking("en"):
        report = daily_report(store, inventory, TODAY, LATER, ZONE)
    book = load_workbook(BytesIO(FORMATS["xlsx"](report)))
    assert book["What is wrong"]["B5"].data_type == "s"
    lines = list(csv.reader(StringIO(FORMATS["csv"](report).decode("utf-8-sig"))))
    assert ["柳泉", "'" + evil.name] in [line[:2] for line in lines]


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 min"), (59 * 60, "59 min"), (3600, "1 h 0 min"), (90000, "1 d 1 h"), (-5, "0 min")]
)
def test_spans_of_time_are_said_in_their_two_largest_units(seconds: float, said: str) -> None:
    with i18n.speaking("en"):
        assert span(seconds) == said

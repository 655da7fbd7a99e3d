"""The daily report as a message: when it goes, once, to whom, and the page that it names."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from skywatch.config import Config
from skywatch.reports.letter import letter
from skywatch.reports.morning import Morning, keep, since_of
from skywatch.reports.table import Column, Report, Table
from skywatch.store import History, Looked, Round
from skywatch.store.message import Message
from skywatch.store.record import Batch
from tests.evening import configured, evening, told_by
from tests.notify.desk import outbox
from tests.reports.test_reports import jpeg
from tests.township import NOON

HOUR, DAY = 3600.0, 86400.0
MORNING = NOON + 20.5 * HOUR  # 08:30 of the next day
CHANNELS = {"duty": {"url": "json://duty/", "language": "zh"}, "chief": {"url": "json://chief/", "language": "en"}}


def told(folder: Path, **report: Any) -> Config:
    config = configured(folder)
    return told_by(config, {"channels": CHANNELS, "report": {"channels": ["duty", "chief"], **report}})


@dataclass
class Desk:
    """A morning with the station's outbox, and what it sent."""

    config: Config
    since: float = NOON
    sent: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        box = outbox(self.config.settings.messages)
        self.morning = Morning(self.config, box, self.sent.extend, self.since)


@pytest.fixture
async def config(tmp_path: Path) -> Config:
    """A day with one inspection at noon: a camera that was blurred, a fault that is open."""
    config = told(tmp_path)
    first = next(iter(config.inventory.cameras))
    async with evening(config) as made:
        made.blurred.add(first)
        await made.wait(5)
        seen = {"online": True, "findings": [{"code": "blur", "detail": "0.93", "severity": 5}]}
        looks = [Looked(1, code, NOON, 1, "pass", {"online": True, "findings": []}) for code in made.cameras]
        made.history.note(
            Batch(
                rounds={1: Round(1, NOON, "day", NOON, NOON + 60)},
                looks=[*looks, Looked(1, first, NOON, 1, "fail", seen, jpeg())],
            )
        )
    return config


async def test_it_goes_at_its_time_once_in_each_ones_language_with_a_page_beside_it(config: Config) -> None:
    desk = Desk(config)
    for at in (MORNING - 1, MORNING + 1, MORNING + 11, MORNING + 5 * HOUR):
        await desk.morning.tick(at)
    assert [(each.channel, each.kind, each.fault) for each in desk.sent] == [
        ("duty", "report", None), ("chief", "report", None),
    ]  # fmt: skip
    chinese, english = desk.sent
    assert "2026-05-29" in english.subject
    assert "intact rate  87.50%  intact now / online (7 / 8)" in english.body
    assert "What is wrong: 1" in english.body
    assert "picture blurred" in english.body
    assert "Everything was checked." in english.body
    assert "Open faults: 1" in english.body
    assert "完好率" in chinese.body
    page = config.settings.state_dir / "reports" / "daily-2026-05-29.en.html"
    assert str(page) in english.body
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (page.stat().st_mode & 0o777, page.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    await desk.morning.tick(MORNING + DAY)
    assert len(desk.sent) == 4


async def test_a_restart_neither_forgets_it_nor_sends_it_again(config: Config) -> None:
    desk = Desk(config, since_of(None, MORNING - 60, MORNING + HOUR))
    await desk.morning.tick(MORNING + HOUR)
    assert len(desk.sent) == 2, "killed a minute before it was due, an hour late"
    history = await History.open(config.settings.state_dir / "history.sqlite", MORNING + HOUR)
    history.note(Batch(messages={message.id: message for message in desk.sent}))
    await history.close(MORNING + HOUR + 1)
    again = await History.open(config.settings.state_dir / "history.sqlite", MORNING + HOUR + 2)
    assert again.affairs.reported == MORNING + HOUR
    desk = Desk(config, since_of(again.affairs.reported, again.affairs.until, MORNING + HOUR + 2))
    await desk.morning.tick(MORNING + HOUR + 2)
    assert desk.sent == []
    await again.close(MORNING + HOUR + 3)


async def test_where_skywatch_was_not_running_until_the_afternoon_it_is_not_sent_any_more(config: Config) -> None:
    desk = Desk(config, since_of(None, MORNING - 60, MORNING + 7 * HOUR))
    await desk.morning.tick(MORNING + 7 * HOUR)
    assert desk.sent == []
    assert since_of(None, None, NOON) == NOON, "a first start owes no report"


async def test_nobody_gets_it_where_nobody_is_named(config: Config) -> None:
    desk = Desk(told(config.settings.state_dir, channels=[]))
    await desk.morning.tick(MORNING + 1)
    desk.morning.config = config
    await desk.morning.tick(MORNING + 2)
    assert desk.sent == [], "named after its time: from the next day on"


async def test_a_day_without_data_is_said_so(config: Config) -> None:
    desk = Desk(config)
    await desk.morning.tick(MORNING + 30 * DAY)
    assert "Nothing is known of 2026-06-28" in desk.sent[1].body


async def test_a_history_that_cannot_be_read_is_told_once_and_tried_again(
    config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    file = config.settings.state_dir / "history.sqlite"
    away = file.rename(file.with_suffix(".away"))
    desk = Desk(config)
    await desk.morning.tick(MORNING)
    await desk.morning.tick(MORNING + 10)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    away.rename(file)
    await desk.morning.tick(MORNING + 20)
    assert len(desk.sent) == 2


async def test_a_page_that_cannot_be_written_takes_nothing_from_the_message(config: Config) -> None:
    (config.settings.state_dir / "reports").write_text("a file where a folder should be")
    desk = Desk(config)
    await desk.morning.tick(MORNING)
    assert "What is wrong: 1" in desk.sent[1].body
    assert "The whole report" not in desk.sent[1].body


def test_pages_are_kept_as_long_as_pictures_are(tmp_path: Path) -> None:
    for day in (1, 15, 29):
        keep("page", tmp_path, date(2026, 5, day), "zh", 20 * DAY)
    (tmp_path / "mine.html").write_text("not ours to delete")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "daily-2026-05-15.zh.html", "daily-2026-05-29.zh.html", "mine.html",
    ]  # fmt: skip


def test_of_many_rows_it_names_a_dozen_and_counts_the_rest() -> None:
    columns = tuple(Column(str(n)) for n in range(6))
    tables = [Table(name, name, columns, [("a",) * 6] * 20, empty="none") for name in ("wrong", "unchecked", "faults")]
    summary = Table("summary", "rates", columns, [("online rate", "99 %", "1 / 1", "", "", "")])
    _, body = letter(Report("daily", "Daily", "today", datetime(2026, 5, 29, tzinfo=UTC), (summary, *tables)), None)
    assert body.count("and 8 more") == 3
    assert body.startswith("online rate  99 %")

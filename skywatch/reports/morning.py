"""The daily report is sent: at its time of day, once; the whole page lies beside the history."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from skywatch import i18n
from skywatch.config import Config
from skywatch.i18n import _
from skywatch.notify import Outbox
from skywatch.reports.letter import letter
from skywatch.reports.made import NothingKnown, daily_report, last_inspected
from skywatch.reports.render import html
from skywatch.store.archive import NoHistory, opened
from skywatch.store.file import Foreign
from skywatch.store.message import Message

log = logging.getLogger(__name__)

KIND = "report"
"""`Message.kind` of what is made here."""

LATE = 6 * 3600.0
"""Seconds after its time that a report is still sent, where skywatch was not running then."""


@dataclass(slots=True)
class Morning:
    """`since` is up to when every report that was due has been sent, Unix seconds. `send` takes messages that are to
    be written down and to go out."""

    config: Config
    outbox: Outbox
    send: Callable[[list[Message]], None]
    since: float
    _ill: bool = field(default=False)

    async def tick(self, now: float) -> None:
        """Now and then. The report is made in another thread; what goes wrong is tried again, and logged once."""
        if not self.config.settings.messages.report.channels:
            self.since = now
            return
        due = self._due(now)
        if not max(self.since, now - LATE) < due <= now:
            return
        try:
            letters = await asyncio.to_thread(self._letters, now)
        except (sqlite3.Error, OSError, NoHistory, Foreign) as error:
            log.log(logging.DEBUG if self._ill else logging.ERROR, "the daily report cannot be made: %s", error)
            self._ill = True
            return
        self._ill, self.since = False, now
        channels = self.config.settings.messages.report.channels
        self.send([self._addressed(channel, letters, now) for channel in dict.fromkeys(channels)])

    def _due(self, now: float) -> float:
        """The last moment at which a report was due."""
        hour, minute = map(int, self.config.settings.messages.report.at.split(":"))
        zone = self._zone
        today = datetime.fromtimestamp(now, zone).replace(hour=hour, minute=minute, second=0, microsecond=0)
        return today.timestamp() if today.timestamp() <= now else (today - timedelta(days=1)).timestamp()

    def _addressed(self, channel: str, letters: dict[str, tuple[str, str]], now: float) -> Message:
        return self.outbox.letter(channel, KIND, *letters[self.outbox.post.speaks(channel)], now)

    # in another thread

    def _letters(self, now: float) -> dict[str, tuple[str, str]]:
        """What is to be said, by language."""
        channels = self.config.settings.messages.report.channels
        languages = {self.outbox.post.speaks(channel) for channel in channels}
        return {language: self._letter(language, now) for language in sorted(languages)}

    def _letter(self, language: str, now: float) -> tuple[str, str]:
        settings = self.config.settings
        with i18n.speaking(language), opened(settings.state_dir / "history.sqlite") as archive:
            on = last_inspected(archive, now, self._zone)
            try:
                report = daily_report(archive, self.config.inventory, on, now, self._zone)
            except NothingKnown:
                return _nothing(on)
            page = keep(html(report), settings.state_dir / "reports", on, language, settings.retention.pictures)
            return letter(report, page)

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.config.settings.time_zone)


def _nothing(on: date) -> tuple[str, str]:
    said = _("Nothing is known of {date}: skywatch was not running.").format(date=on)
    return _("Daily inspection of video surveillance"), said


def keep(page: str, folder: Path, on: date, language: str, kept: float) -> Path | None:
    """Write the page of a day, for nobody but us to read: it has pictures of the village. Pages that are `kept` seconds
    older go. None where it can't be written: what it says is in the message all the same."""
    path = folder / f"daily-{on:%Y-%m-%d}.{language}.html"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(page, encoding="utf-8")
        oldest = f"daily-{on - timedelta(seconds=kept):%Y-%m-%d}"
        for old in folder.glob("daily-????-??-??.*.html"):
            if old.name[: len(oldest)] < oldest:
                old.unlink()
    except OSError as error:
        log.warning("the page of the daily report cannot be kept: %s", error)
        return None
    return path.absolute()


def since_of(reported: float | None, until: float | None, now: float) -> float:
    """Where a new run begins: `reported` is when the last report was queued, `until` the last word of the run
    before."""
    return reported if reported is not None else now if until is None else until

"""Who is told what by which channel: the section `messages` of the configuration, as models. No sending."""

import re
from collections.abc import Iterator, Mapping
from datetime import time
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from skywatch.config.filling import wrong
from skywatch.config.part import Line, Part
from skywatch.config.units import Seconds, SecondsOrZero
from skywatch.health.fault import Cause, Party
from skywatch.i18n import N_

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S*", re.IGNORECASE)


def _clock(text: str) -> str:
    if not _CLOCK.fullmatch(text):
        raise wrong(N_("must be a time of day such as 22:00"))
    return text


def _url(text: str) -> str:
    if not _URL.fullmatch(text):
        raise wrong(N_("must be an address such as dingtalk://{password}/"))
    return text


TimeOfDay = Annotated[str, AfterValidator(_clock)]
"""`HH:MM` by the clock of `time_zone`."""


class Quiet(Part):
    """Hours in which nobody is woken for little: it waits for the morning, and comes as one digest."""

    since: TimeOfDay = Field(description="From this time of day on ...")
    until: TimeOfDay = Field(description="... to this one, over midnight if it is earlier.")
    severity: int = Field(
        default=5, ge=1, le=6, description="Faults of this severity and up are told all the same; 6: none."
    )

    def holds(self, at: time) -> bool:
        """Whether `at` is inside the quiet hours."""
        since, until = time.fromisoformat(self.since), time.fromisoformat(self.until)
        return since <= at < until if since <= until else at >= since or at < until


class Channel(Part):
    """One way to reach somebody, as Apprise has them: DingTalk, WeCom, Feishu, e-mail, SMS gateways, any web hook."""

    url: Annotated[str, AfterValidator(_url)] = Field(
        description="Address as in Apprise's list; {username} and {password} stand for those of `credentials`."
    )
    credentials: str = Field(default="", description="Whose user name and password go into the address.")
    language: Literal["", "zh", "en"] = Field(default="", description="Of its messages; the township's otherwise.")
    quiet: Quiet | None = Field(default=None, description="Quiet hours; none otherwise.")
    instead: str = Field(default="", description="Channel that is told what this one would not take.")
    give_up: Seconds = Field(default=24 * 3600.0, description="A message that is not taken by then goes to `instead`.")


class Route(Part):
    """Which faults are told by which channels. What is left out fits every fault."""

    causes: tuple[Cause, ...] = Field(default=(), description="Causes, as in faults.md.")
    parties: tuple[Party, ...] = Field(
        default=(), description="Responsible parties: contractor, power, carrier, station."
    )
    owners: tuple[Line, ...] = Field(
        default=(), description="Which of these: a contractor's code, a feed's owner, a carrier's name."
    )
    villages: tuple[str, ...] = Field(default=(), description="Codes of villages.")
    severity: int = Field(default=1, ge=0, le=5, description="This severe and up.")
    channels: tuple[str, ...] = Field(min_length=1, description="Who is told.")


class Escalation(Part):
    """Who is told when nothing happens."""

    after: SecondsOrZero = Field(
        default=0.0, description="A fault that nobody has acknowledged for so long is told here too; 0: never."
    )
    severity: int = Field(default=4, ge=1, le=5, description="This severe and up.")
    overdue: bool = Field(default=True, description="Whether faults past their deadline are told here too.")
    channels: tuple[str, ...] = Field(default=(), description="Who is told.")


class Daily(Part):
    """The daily report, as a message."""

    at: TimeOfDay = Field(default="08:30", description="When it is sent.")
    channels: tuple[str, ...] = Field(default=(), description="Who gets it; nobody otherwise.")


class Messages(Part):
    """Messages to people. Without channels nobody is told anything; faults are kept all the same."""

    channels: Mapping[str, Channel] = Field(default={}, description="Ways to reach people, by name.")
    routes: tuple[Route, ...] = Field(default=(), description="Which faults go where; all routes that fit count.")
    escalation: Escalation = Field(default_factory=Escalation, description="Who is told when nothing happens.")
    report: Daily = Field(default_factory=Daily, description="The daily report, as a message.")

    @model_validator(mode="after")
    def _known(self) -> "Messages":
        for name in self._named():
            if name not in self.channels:
                raise wrong(N_("there is no channel {name}"), name=name)
        return self

    def _named(self) -> Iterator[str]:
        for route in self.routes:
            yield from route.channels
        yield from self.escalation.channels
        yield from self.report.channels
        yield from (channel.instead for channel in self.channels.values() if channel.instead)

"""How skywatch itself behaves: the settings of the YAML file and their defaults. No camera, no secret."""

import ipaddress
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from skywatch.config.daytime import TimeOfDay
from skywatch.config.filling import wrong
from skywatch.config.messages import Messages
from skywatch.config.mistakes import echo
from skywatch.config.part import Line, Part
from skywatch.config.units import Port, Seconds
from skywatch.i18n import N_
from skywatch.inventory import Camera, Inventory
from skywatch.recurring import LONGEST, Repeat, within

_NAME = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?", re.IGNORECASE
)


def is_host(text: str) -> bool:
    """Whether `text` is an IPv4 or IPv6 address or a name as in RFC 1123 (underscores, as Windows has them, pass)."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        # 10.0.0.256 and 10.0.1 are addresses mistyped, not names
        return bool(_NAME.fullmatch(text)) and not text.replace(".", "").isdigit()
    return True


def _host(text: str) -> str:
    if not is_host(text):
        raise wrong(N_("{value} is no address and no host name"), value=echo(text))
    return text


def _folder(path: Path) -> Path:
    if "\0" in str(path):
        raise wrong(N_("holds characters that cannot be printed"))
    return path


Host = Annotated[str, AfterValidator(_host)]


class Web(Part):
    """Where the metrics are served."""

    listen: Host = Field(default="127.0.0.1", description="Address to listen on; 0.0.0.0 for every one.")
    port: Port = Field(default=9655, description="TCP port.")


class Limits(Part):
    """How much happens at once."""

    connections: int = Field(default=128, ge=1, le=10_000, description="Cameras visited at the same time, in all.")
    per_uplink: int = Field(
        default=8, ge=1, le=10_000, description="Cameras visited at the same time over one carrier's line."
    )
    workers: int = Field(
        default=2, ge=1, le=256, description="Processes that decode and score pictures; one per core is plenty."
    )


class Down(Part):
    """When a camera counts as down."""

    fails: int = Field(default=2, ge=1, le=20, description="So many failed visits ...")
    of: int = Field(default=3, ge=1, le=20, description="... among the last so many.")

    @model_validator(mode="after")
    def _possible(self) -> "Down":
        if self.fails > self.of:
            raise wrong(N_("{most} of {last} can never happen"), most=self.fails, last=self.of)
        return self


class Up(Part):
    """When a camera that was down counts as up again."""

    passes: int = Field(default=2, ge=1, le=20, description="So many visits that passed ...")
    of: int = Field(default=3, ge=1, le=20, description="... among the last so many.")

    @model_validator(mode="after")
    def _possible(self) -> "Up":
        if self.passes > self.of:
            raise wrong(N_("{most} of {last} can never happen"), most=self.passes, last=self.of)
        return self


class Looks(Part):
    """How many looks it takes to believe that something in the picture came, or went."""

    looks: int = Field(default=4, ge=1, le=20, description="So many looks that show it ...")
    of: int = Field(default=6, ge=1, le=20, description="... among the last so many.")

    @model_validator(mode="after")
    def _possible(self) -> "Looks":
        if self.looks > self.of:
            raise wrong(N_("{most} of {last} can never happen"), most=self.looks, last=self.of)
        return self


class ClearLooks(Looks):
    """The same where it is plain."""

    looks: int = Field(default=3, ge=1, le=20, description="So many looks that show it ...")
    of: int = Field(default=4, ge=1, le=20, description="... among the last so many.")


class SevereLooks(Looks):
    """The same where next to nothing can be seen."""

    looks: int = Field(default=2, ge=1, le=20, description="So many looks that show it ...")
    of: int = Field(default=3, ge=1, le=20, description="... among the last so many.")


class Health(Part):
    """How many visits it takes to believe a change."""

    down: Down = Field(default_factory=Down, description="When a camera counts as down.")
    up: Up = Field(default_factory=Up, description="When a camera that was down counts as up again.")
    severe: SevereLooks = Field(
        default_factory=SevereLooks, description="When a finding of the picture of severity 5 is believed."
    )
    clear: ClearLooks = Field(default_factory=ClearLooks, description="The same of severity 3 and 4.")
    slight: Looks = Field(default_factory=Looks, description="The same of severity 1 and 2.")


class Window(Part):
    """A time in which cameras are worked on: what they do then is nobody's downtime."""

    scope: Literal["camera", "village", "feed", "uplink", "all"] = Field(description="What is worked on.")
    code: str = Field(default="", description="Which camera, village, feed or uplink; nothing for `all`.")
    start: AwareDatetime = Field(description="Date and time with its zone: 2026-01-31T08:00:00+08:00.")
    end: AwareDatetime = Field(description="The same; later than `start`.")
    repeat: Repeat = Field(
        default=Repeat.ONCE, description="`once`, `daily`, `weekly` or `monthly`, at the same hours."
    )
    last: AwareDatetime | None = Field(default=None, description="No repetition begins at this time or later.")
    reason: Line = Field(default="", max_length=200, description="What for, in words.")

    @model_validator(mode="after")
    def _sound(self) -> "Window":
        if self.end <= self.start:
            raise wrong(N_("ends before it starts"))
        if self.repeat in LONGEST and self.end - self.start > LONGEST[self.repeat]:
            raise wrong(N_("is longer than the time after which it comes back"))
        if (self.scope == "all") == bool(self.code):
            raise wrong(N_("has no code") if self.code == "" else N_("has a code, yet is for all"))
        return self

    def holds(self, at: float) -> bool:
        """Whether Unix time `at` is inside, or inside a repetition; the end is not."""
        return within(self.start, self.end, self.repeat, datetime.fromtimestamp(at, UTC), self.last)

    def concerns(self, inventory: Inventory, camera: Camera) -> bool:
        """Whether it is about `camera`."""
        village = inventory.village_of(camera)
        codes = {"camera": camera.code, "village": village.code, "feed": village.feed, "uplink": village.uplink}
        return self.scope == "all" or codes[self.scope] == self.code


class Inspections(Part):
    """The daily inspection: thorough looks at every camera."""

    times: tuple[TimeOfDay, ...] = Field(
        default=("10:00", "sunset+90 min"), description="When: 10:00, or sunset+90 min, or sunrise-1 h."
    )
    retry: Seconds = Field(default=1800.0, description="After so long, cameras that failed are looked at once more.")
    bound: Seconds = Field(default=3 * 3600.0, description="After so long it is over, whatever was not reached.")
    listen: Seconds = Field(default=5.0, description="So much of each stream is listened to.")
    looks: int = Field(default=3, ge=1, le=20, description="So many pictures of each camera are judged.")


class Retention(Part):
    """How long what is remembered is kept."""

    changes: Seconds = Field(
        default=400 * 86400.0, description="Changes of states and findings; rates of older times can't be had any more."
    )
    hours: Seconds = Field(default=14 * 86400.0, description="What was measured, by the hour.")
    days: Seconds = Field(default=800 * 86400.0, description="What was measured, by the day.")
    faults: Seconds = Field(
        default=800 * 86400.0, description="Faults that have ended, with their events and messages."
    )
    inspections: Seconds = Field(default=400 * 86400.0, description="What each inspection saw, without pictures.")
    pictures: Seconds = Field(default=30 * 86400.0, description="Pictures of inspections and of faults.")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise wrong(N_("{value} is no time zone; write one like Asia/Shanghai"), value=echo(name)) from None
    return name


class Settings(Part):
    """Every setting that is not a probe's, a section's, or the township itself."""

    language: Literal["zh", "en"] = Field(default="zh", description="Language of pages, reports and alerts.")
    time_zone: Annotated[str, AfterValidator(_zone)] = Field(
        default="Asia/Shanghai", description="By which a day begins, inspections are due and people work."
    )
    state_dir: Annotated[Path, AfterValidator(_folder)] = Field(
        default=Path("state"),
        description="Folder of the history, beside this file unless absolute; without it systemd's $STATE_DIRECTORY.",
    )
    web: Web = Field(default_factory=Web, description="Where the metrics are served.")
    limits: Limits = Field(default_factory=Limits, description="How much happens at once.")
    health: Health = Field(default_factory=Health, description="How many visits it takes to believe a change.")
    messages: Messages = Field(default_factory=Messages, description="Who is told what, and how; nobody otherwise.")
    inspections: Inspections = Field(
        default_factory=Inspections, description="The daily inspection: thorough looks at every camera."
    )
    retention: Retention = Field(default_factory=Retention, description="How long what is remembered is kept.")
    maintenance: tuple[Window, ...] = Field(default=(), description="Times in which cameras are worked on.")

"""A small township with two channels, and faults to be told, for the tests of messages. Holds no test."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from skywatch.config.messages import Channel, Messages, Route
from skywatch.health.fault import Cause, Event, EventKind, Fault, Owner, Party, Scope, Subject
from skywatch.inventory import Camera, Contractor, Feed, Inventory, Kind, Uplink, Village
from skywatch.notify import Outbox, Post

CODE, OTHER = "37039915001320000001", "37039915001320000002"
ZONE = ZoneInfo("Asia/Shanghai")
NOON = 1_780_027_200.0  # 29 May 2026, 12:00 in Shandong
NIGHT = NOON + 12 * 3600
INVENTORY = Inventory(
    villages={"liu": Village("liu", "柳泉", Kind.VILLAGE, 2, "tq01", "yd1", "luan", 118.1627, 36.16355)},
    cameras={
        CODE: Camera(CODE, "村委会门口", "liu", "10.1.1.1", address="柳泉村委会"),
        OTHER: Camera(OTHER, "西口", "liu", "10.1.1.2"),
    },
    feeds={"tq01": Feed("tq01", "柳泉线01号台区", "柳泉供电所")},
    uplinks={"yd1": Uplink("yd1", "专线1", "移动")},
    contractors={"luan": Contractor("luan", "鲁安智能", "0533-5550101")},
)
OUTAGE = Fault(
    12, Cause.OUTAGE, Subject(Scope.CAMERA, CODE), Owner(Party.CONTRACTOR, "luan"), "timeout", 4, NOON - 600, NOON,
    NOON + 86400, cameras=frozenset({CODE}), ever=frozenset({CODE}), evidence="no answer in time",
)  # fmt: skip
POWER = replace(
    OUTAGE, id=13, cause=Cause.FEED, subject=Subject(Scope.FEED, "tq01"), owner=Owner(Party.POWER, "柳泉供电所"),
    finding="", severity=5, cameras=frozenset({CODE, OTHER}), ever=frozenset({CODE, OTHER}),
)  # fmt: skip


def event(fault: Fault, kind: EventKind, at: float = NOON, who: str = "", text: str = "") -> Event:
    return Event(fault.id, kind, at, at, who, text, tell=True)


def channel(**options: Any) -> Channel:
    return Channel.model_validate({"url": "json://127.0.0.1:1/", **options})


def messages(*routes: Route, **options: Any) -> Messages:
    channels = {"duty": channel(), "power": channel(language="en"), **options.pop("channels", {})}
    return Messages.model_validate({"channels": channels, "routes": routes or (Route(channels=("duty",)),), **options})


def outbox(told: Messages | None = None) -> Outbox:
    return Outbox(Post(told or messages(), INVENTORY, "zh", ZONE))

"""What observations mean: states, uptime and rates. Pure functions and values; asks no clock, keeps no file."""

from skywatch.health.camera import (
    HEARTBEAT,
    CameraState,
    Flip,
    FlipKind,
    Grade,
    Mark,
    Rules,
    Standing,
    State,
    Track,
    unseen,
)
from skywatch.health.rates import FORMULAS, WINDOWS, Headcount, Rate, Shares, headcount, mean, shares, total
from skywatch.health.state import advance, lapse, only, retire, revive, with_maintenance
from skywatch.health.uptime import DAY, HOUR, Past, Timeline, Uptime, recent, uptime

__all__ = [
    "DAY",
    "FORMULAS",
    "HEARTBEAT",
    "HOUR",
    "WINDOWS",
    "CameraState",
    "Flip",
    "FlipKind",
    "Grade",
    "Headcount",
    "Mark",
    "Past",
    "Rate",
    "Rules",
    "Shares",
    "Standing",
    "State",
    "Timeline",
    "Track",
    "Uptime",
    "advance",
    "headcount",
    "lapse",
    "mean",
    "only",
    "recent",
    "retire",
    "revive",
    "shares",
    "total",
    "unseen",
    "uptime",
    "with_maintenance",
]

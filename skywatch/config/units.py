"""Quantities as people write them in YAML (`60`, `5 min`, `24 h`), read into SI units. Knows no settings."""

import math
import re
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from skywatch.i18n import N_

_UNITS: dict[str, float] = {
    unit: seconds
    for units, seconds in (
        (("ms", "毫秒"), 0.001),
        (("", "s", "sec", "second", "seconds", "秒"), 1.0),
        (("m", "min", "minute", "minutes", "分", "分钟"), 60.0),
        (("h", "hour", "hours", "时", "小时"), 3600.0),
        (("d", "day", "days", "天", "日"), 86400.0),
        (("w", "week", "weeks", "周"), 604800.0),
    )
    for unit in units
}
_DURATION = re.compile(r"\s*([0-9]{1,12}(?:\.[0-9]{1,9})?)\s*([^\W\d_]*)\s*\Z")
_NOT_A_DURATION = N_("{value} is no span of time; write seconds (60), or 60 s, 5 min, 24 h, 1 d")


def parse_seconds(value: object) -> float:
    """`value` in seconds: a number of seconds, or a text such as `90`, `1.5 h`, `5分钟`.

    Raises ValueError (pydantic's own kind) when it is neither, or negative, or endless.
    """
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0:
        return float(value)
    if isinstance(value, str) and (match := _DURATION.match(value)) and match[2].lower() in _UNITS:
        return float(match[1]) * _UNITS[match[2].lower()]
    raise PydanticCustomError("duration", _NOT_A_DURATION, {"value": repr(value)[:40]})


def say_seconds(seconds: float) -> str:
    """`seconds` as it would be written in YAML, in the largest unit that keeps it whole: `5 min`, `24 h`, `0.25 s`.

    Read again by `parse_seconds` it is the same number.
    """
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds and seconds % size == 0 and not (unit == "d" and seconds == size):
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.9f}".rstrip("0").rstrip(".") + " s"


Seconds = Annotated[float, BeforeValidator(parse_seconds), Field(gt=0)]
"""A span of time that is not empty, in seconds."""

SecondsOrZero = Annotated[float, BeforeValidator(parse_seconds), Field(ge=0)]
"""A span of time in seconds; 0 where nothing, or never, is meant."""

Ratio = Annotated[float, Field(ge=0, le=1)]
"""A share from 0 to 1."""

Port = Annotated[int, Field(ge=1, le=65535)]
"""A TCP or UDP port."""

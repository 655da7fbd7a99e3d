"""A time of day as people set it: by the clock (`10:00`) or by the sun (`sunset+90 min`). Parsed, not computed."""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from skywatch.config.filling import wrong
from skywatch.config.mistakes import echo
from skywatch.config.units import parse_seconds
from skywatch.i18n import N_

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_SUN = re.compile(r"(sunrise|sunset)(?:\s*([+-])\s*(\S.*))?")


@dataclass(frozen=True, slots=True)
class Daytime:
    """`event` is "" for a time of the clock, `seconds` after midnight; else `sunrise` or `sunset`, and `seconds` after
    it, negative before."""

    event: str
    seconds: float


def parse_daytime(text: str) -> Daytime:
    """Raises ValueError where it is none."""
    if match := _CLOCK.fullmatch(text):
        return Daytime("", int(match[1]) * 3600.0 + int(match[2]) * 60.0)
    if match := _SUN.fullmatch(text):
        offset = parse_seconds(match[3]) if match[3] else 0.0
        return Daytime(match[1], -offset if match[2] == "-" else offset)
    raise ValueError(text)


def _checked(text: str) -> str:
    try:
        parse_daytime(text)
    except ValueError:
        raise wrong(
            N_("{value} is no time of day; write 10:00, or sunset+90 min, or sunrise-1 h"), value=echo(text)
        ) from None
    return text


TimeOfDay = Annotated[str, AfterValidator(_checked)]
"""Text that `parse_daytime` understands."""

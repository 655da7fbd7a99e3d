"""Time zones as cameras write them: POSIX TZ strings (POSIX.1-2017, section 8.3), of which only the offsets matter
here.

Whether summer time holds is not reckoned from the rules: the camera says it beside the zone.
"""

import re

_NAME = r"(?:<[A-Za-z0-9+-]{1,20}>|[A-Za-z]{3,20})"
_OFFSET = r"([+-]?)(\d{1,2})(?::(\d{1,2}))?(?::(\d{1,2}))?"
_ZONE = re.compile(rf"({_NAME}){_OFFSET}(?:({_NAME})(?:{_OFFSET})?(?:,.{{0,60}})?)?")

SUMMER = 3600
"""Seconds by which clocks go forward where a zone does not say it."""


def behind_utc(zone: str, *, daylight: bool = False) -> int | None:
    """Seconds to add to the local time of `zone` to get UTC (`CST-8` gives -28800); None if it cannot be told.

    `GMT+8` and `UTC+8` cannot: POSIX means eight hours behind Greenwich, and most who write it mean ahead of it.
    """
    match = _ZONE.fullmatch(zone.strip(" :"))
    if match is None:
        return None
    name, sign, hours, minutes, seconds, summer, *of_summer = match.groups()
    standard = _seconds(sign, hours, minutes, seconds)
    if standard is None or (standard and name.upper() in ("GMT", "UTC")):
        return None
    if not (daylight and summer):
        return standard
    return _in_summer(standard, _seconds(*of_summer) if of_summer[1] else None)


def _in_summer(standard: int, told: int | None) -> int:
    """Hikvision writes how far its clocks go forward (`CST7:00:00DST01:00:00`) where POSIX wants the offset itself."""
    if told is None:
        return standard - SUMMER
    return told if abs(told - standard) <= 2 * SUMMER else standard - abs(told)


def _seconds(sign: str | None, hours: str, minutes: str | None, seconds: str | None) -> int | None:
    amount = int(hours) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    if amount > 24 * 3600:
        return None
    return -amount if sign == "-" else amount

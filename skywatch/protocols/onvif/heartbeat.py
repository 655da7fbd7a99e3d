"""GetSystemDateAndTime without credentials: the question as constant bytes, and what its answer says. Pure.

The answer is read by a few bounded searches, not parsed: it comes once a minute from every camera. Only an answer
without UTC in it is looked at with a parser.
"""

import re
from calendar import timegm
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from skywatch.protocols.errors import AuthFailed, ProtocolError
from skywatch.protocols.onvif.faults import by_status, fault_in
from skywatch.protocols.onvif.mend import envelope
from skywatch.protocols.onvif.timezone import behind_utc

QUESTION = (
    b'<?xml version="1.0" encoding="utf-8"?>'
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
    b'<GetSystemDateAndTime xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>'
)
HEADERS = {
    "Content-Type": "application/soap+xml; charset=utf-8; "
    'action="http://www.onvif.org/ver10/device/wsdl/GetSystemDateAndTime"'
}
LIMIT = 64_000
"""Bytes of an answer; the longest recorded one has 4,400."""

_PREFIX = rb"(?:[\w.-]{1,40}:)?"
_DATES = {name: re.compile(rb"<" + _PREFIX + name + rb"\b[^>]{0,400}>") for name in (b"UTCDateTime", b"LocalDateTime")}
_DATE_SIZE = 2000
_NUMBER = re.compile(rb"<" + _PREFIX + rb"(Year|Month|Day|Hour|Minute|Second)\b[^>]{0,200}>\s{0,50}(\d{1,4})\s{0,50}<")
_WORDS = {
    "timezone": re.compile(rb"<" + _PREFIX + rb"TZ\b[^>]{0,200}>\s{0,50}([^<]{1,60})<"),
    "daylight_saving": re.compile(rb"<" + _PREFIX + rb"DaylightSavings\b[^>]{0,200}>\s{0,50}(true|false|[01])\b"),
    "clock_source": re.compile(rb"<" + _PREFIX + rb"DateTimeType\b[^>]{0,200}>\s{0,50}(NTP|Manual)\b"),
}

Told = tuple[float | None, dict[str, str]]
"""The camera's clock in Unix seconds or None, and facts: `timezone`, `daylight_saving`, `clock_source`; `clock` if
None."""


def read(status: int, body: bytes) -> Told:
    """What the answer says. Raises NotOnvif or Busy where no camera with ONVIF answered.

    A camera that asks for a password even here (Vivotek), or that answers any SOAP fault, is alive: its clock is None,
    and the fact `clock` says why.
    """
    if status == 200 and b"<!" not in body:
        utc = _date(b"UTCDateTime", body)
        if utc is not None:
            return utc, _facts(body)
    return _carefully(status, body)


def _carefully(status: int, body: bytes) -> Told:
    said_no = by_status(status)
    if isinstance(said_no, AuthFailed):
        return None, {"clock": "told only to those who sign in"}
    try:
        root, text = envelope(body, "GetSystemDateAndTimeResponse")
    except ProtocolError as error:
        raise said_no or error from None
    if fault := fault_in(root):
        return None, {"clock": f"refused: {fault}"}
    if said_no is not None:
        raise said_no
    return _without_utc(text)


def _without_utc(text: bytes) -> Told:
    """Local time and a time zone will do as well; local time alone (a camera of 1979, without a zone) will not."""
    facts = _facts(text)
    told = _date(b"UTCDateTime", text)
    if told is not None:
        return told, facts
    local = _date(b"LocalDateTime", text)
    behind = behind_utc(facts.get("timezone", ""), daylight=facts.get("daylight_saving") in ("true", "1"))
    if local is None or behind is None:
        return None, facts | {"clock": "tells no UTC" if local else "tells no date"}
    return local + behind, facts


def _date(name: bytes, text: bytes) -> float | None:
    """A date as Unix seconds, as if it were UTC; None where there is none, or none that exists."""
    found = _DATES[name].search(text)
    if found is None:
        return None
    within = text[found.end() : found.end() + _DATE_SIZE].partition(name)[0]
    parts = {unit: int(number) for unit, number in _NUMBER.findall(within)}
    try:
        day = datetime(parts[b"Year"], parts[b"Month"], parts[b"Day"])  # noqa: DTZ001 - the camera's words, not a moment
        hour, minute, second = parts[b"Hour"], parts[b"Minute"], parts[b"Second"]
    except (KeyError, ValueError):
        return None
    if hour > 23 or minute > 59 or second > 60:
        return None
    return float(timegm(day.timetuple()) + hour * 3600 + minute * 60 + second)


def _facts(text: bytes) -> dict[str, str]:
    return {
        name: found[1].decode("ascii", "replace").strip()
        for name, pattern in _WORDS.items()
        if (found := pattern.search(text))
    }


def by_header(headers: Mapping[str, str]) -> float | None:
    """The clock by the HTTP Date header (RFC 9110, 6.6.1), in Unix seconds; None where there is none."""
    try:
        return parsedate_to_datetime(headers.get("Date", "")).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None

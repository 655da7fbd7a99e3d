"""RTSP messages and interleaved frames (RFC 2326), out of bytes and into bytes. No sockets, no waiting.

Bounded and lenient: header lines end as they like, are folded, doubled, in any case; a server may put frames and
requests of its own anywhere. What cannot be RTSP at all is refused at its first line.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from skywatch.protocols.errors import NotRtsp, TooLarge
from skywatch.protocols.rtsp.evidence import quote

MAX_HEADER = 64 << 10
MAX_LINES = 256
MAX_BODY = 256 << 10
MAX_LINE = 8 << 10
MAX_SKIPPED = 1 << 20
"""Bytes that are neither message nor frame, in all: beyond it the camera has lost its place for good."""

_DOLLAR = 0x24
_BLANK_LINE = re.compile(rb"\r?\n\r?\n|\r\r")
_RESPONSE = re.compile(r"RTSP/\d(?:\.\d+)?[ \t]+(\d{3})(?:[ \t]+(.*))?[ \t]*")
_REQUEST = re.compile(r"([A-Z_]{3,20})[ \t]+(\S+)[ \t]+RTSP/\d(?:\.\d+)?[ \t]*")
_LINE_ENDS = re.compile(r"\r\n|\n|\r")
_BINARY = re.compile(rb"[^\t\x20-\x7e\x80-\xff]")
_ONLY_CLIENTS_SAY = frozenset({"DESCRIBE", "SETUP", "PLAY"})


@dataclass(frozen=True, slots=True)
class Message:
    """Header names are lower case, in the order they came, doubles included. Bytes of theirs that are no UTF-8 (a realm
    in GBK) are lone surrogates, which `encode` makes the same bytes again."""

    headers: tuple[tuple[str, str], ...]
    body: bytes

    def get(self, name: str) -> str:
        """The first header of that (lower-case) name, or ""."""
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    @property
    def sequence(self) -> int | None:
        """CSeq, or None where it is missing or no number."""
        value = self.get("cseq")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 12 else None


@dataclass(frozen=True, slots=True)
class Response(Message):
    """What a server answers, with the words of its status line."""

    status: int
    reason: str

    def __str__(self) -> str:
        return f"{self.status} {quote(self.reason)}".strip()


@dataclass(frozen=True, slots=True)
class Request(Message):
    """What a server asks of us, unsolicited."""

    method: str


def encode(first_line: str, headers: list[tuple[str, str]]) -> bytes:
    """A message without a body."""
    text = "".join([first_line, "\r\n", *(f"{name}: {value}\r\n" for name, value in headers), "\r\n"])
    return text.encode("utf-8", "surrogateescape")


class Splitter:
    """Cuts the bytes of a connection into frames and messages, however they were cut on the way.

    `frame(channel, payload)` and `message(response or request)` are called as each is complete. `channels` are those
    that frames are expected on: only needed to find the way back after garbage. `feed` raises NotRtsp and TooLarge.
    """

    def __init__(self, frame: Callable[[int, bytes], None], message: Callable[[Response | Request], None]) -> None:
        self._frame = frame
        self._message = message
        self._rest = b""
        self._needed = 0
        self._searched = 0
        self._spoken = False
        self._skipped = 0
        self.channels: frozenset[int] = frozenset()

    def feed(self, data: bytes) -> None:
        buffer = self._rest + data if self._rest else data
        if len(buffer) < self._needed:
            self._rest = buffer
            return
        self._needed = 0
        at, end = 0, len(buffer)
        while at < end:
            if buffer[at] == _DOLLAR and self._spoken:
                if end - at < 4:
                    break
                after = at + 4 + (buffer[at + 2] << 8 | buffer[at + 3])
                if after > end:
                    self._needed = after - at
                    break
                self._frame(buffer[at + 1], buffer[at + 4 : after])
            else:
                after = self._take_message(buffer, at)
                if after == at:
                    break
            at = after
        self._rest = buffer[at:] if at else buffer

    def unfinished(self) -> str:
        """What of an answer has come and waits for its end, as evidence; "" if nothing has."""
        if not self._rest:
            return ""
        if self._rest[0] == _DOLLAR:
            return f"{len(self._rest)} bytes of an unfinished frame"
        head = _BLANK_LINE.search(self._rest)
        if head is None:
            return f"{len(self._rest)} bytes of an unfinished answer"
        promised = _length(_headers(self._rest[: head.start()].decode("latin-1")))
        return f"{len(self._rest) - head.end()} of {promised} promised bytes"

    def _take_message(self, buffer: bytes, at: int) -> int:
        """Where the message at `at` ends; `at` itself while it isn't complete."""
        if buffer[at] in b"\r\n":
            return at + 1
        start = self._start_line(buffer, at)
        if start is None:
            return at
        match = _RESPONSE.fullmatch(start) or _REQUEST.fullmatch(start)
        if match is None or (match.re is _REQUEST and match[1] in _ONLY_CLIENTS_SAY):
            return self._skip(buffer, at, start)
        head = _BLANK_LINE.search(buffer, at + (self._searched if at == 0 else 0), at + MAX_HEADER)
        self._searched = 0
        if head is None:
            if len(buffer) - at >= MAX_HEADER:
                raise TooLarge(f"a header of more than {MAX_HEADER >> 10} kB")
            self._searched = max(0, len(buffer) - at - 3)
            return at
        headers = _headers(buffer[at : head.start()].decode("utf-8", "surrogateescape"))
        after = head.end() + _length(headers)
        if after > len(buffer):
            self._needed = after - at
            return at
        self._spoken = True
        self._message(_message(match, headers, buffer[head.end() : after]))
        return after

    def _start_line(self, buffer: bytes, at: int) -> str | None:
        """The line at `at`, or None while it isn't complete and may still become one."""
        limit = min(len(buffer), at + MAX_LINE)
        ends = [found for found in (buffer.find(b"\n", at, limit), buffer.find(b"\r", at, limit)) if found >= 0]
        if not ends and limit - at < MAX_LINE and not _BINARY.search(buffer, at, limit):
            return None
        return buffer[at : min(ends, default=limit)].decode("latin-1")

    def _skip(self, buffer: bytes, at: int, line: str) -> int:
        """Past garbage to the next thing that looks like a frame or an answer; before the first answer, refuse."""
        if not self._spoken:
            raise NotRtsp(_not_rtsp(line))
        signs = b"|".join([rb"RTSP/\d", *(rb"\$" + re.escape(bytes([channel])) for channel in self.channels)])
        found = re.compile(signs, re.DOTALL).search(buffer, at + 1)
        after = found.start() if found else max(at + 1, len(buffer) - 5)
        self._skipped += after - at
        if self._skipped > MAX_SKIPPED:
            raise NotRtsp(f"{MAX_SKIPPED >> 20} MB that are neither answers nor frames")
        return after


def _not_rtsp(line: str) -> str:
    """Why `line` can't be the beginning of an answer. An echo is not quoted: it is our own request, address and all."""
    if _REQUEST.fullmatch(line):
        return "it repeats what it is asked"
    return f"it speaks HTTP: {quote(line)}" if line.startswith("HTTP/") else f"what it said first: {quote(line)}"


def _headers(head: str) -> tuple[tuple[str, str], ...]:
    lines = _LINE_ENDS.split(head)[1:]
    if len(lines) > MAX_LINES:
        raise TooLarge(f"a header of more than {MAX_LINES} lines")
    headers: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in (" ", "\t") and headers:
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {line.strip()}")
            continue
        name, colon, value = line.partition(":")
        if colon:
            headers.append((name.strip().lower(), value.strip()))
    return tuple(headers)


def _length(headers: tuple[tuple[str, str], ...]) -> int:
    """Content-Length; the first of several that is a number, none if none is."""
    for name, value in headers:
        if name == "content-length" and value.isascii() and value.isdigit():
            if len(value) > 9 or int(value) > MAX_BODY:
                raise TooLarge(f"a body of more than {MAX_BODY >> 10} kB")
            return int(value)
    return 0


def _message(match: re.Match[str], headers: tuple[tuple[str, str], ...], body: bytes) -> Response | Request:
    if match.re is _REQUEST:
        return Request(headers, body, match[1])
    return Response(headers, body, int(match[1]), match[2] or "")

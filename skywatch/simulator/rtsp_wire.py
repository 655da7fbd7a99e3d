"""RTSP 1.0 requests and answers as bytes (RFC 2326), seen from the camera. Knows no cameras."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

LARGEST = 64 << 10
"""Bytes of a request's header or body."""

_REASONS = {
    200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 453: "Not Enough Bandwidth",
    454: "Session Not Found", 455: "Method Not Valid in This State", 459: "Aggregate Operation Not Allowed",
    461: "Unsupported Transport", 501: "Not Implemented", 503: "Service Unavailable",
}  # fmt: skip


class Malformed(ValueError):
    """What came is no request."""


@dataclass(frozen=True, slots=True)
class RtspRequest:
    """One request; header names in lower case."""

    method: str
    url: str
    headers: Mapping[str, str]

    @property
    def target(self) -> str:
        """Path and query of the URL."""
        parts = urlsplit(self.url)
        return unquote(parts.path) + (f"?{parts.query}" if parts.query else "")


async def next_request(reader: asyncio.StreamReader) -> RtspRequest | None:
    """The next request, skipping interleaved packets of the client (RTCP). None when it has hung up.

    Raises Malformed.
    """
    try:
        while (first := await reader.readexactly(1)) == b"$":
            rest = await reader.readexactly(3)
            await reader.readexactly(int.from_bytes(rest[1:], "big"))
        head = first + await reader.readuntil(b"\r\n\r\n")
        request = _parse(head.decode("utf-8", "replace").strip())
        length = int(request.headers.get("content-length", "0") or 0)
        if not 0 <= length <= LARGEST:
            raise Malformed("body too large")
        await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    except asyncio.LimitOverrunError as error:
        raise Malformed("header too large") from error
    except ValueError as error:
        raise Malformed(str(error)) from error
    return request


def _parse(head: str) -> RtspRequest:
    first, *lines = head.split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("RTSP/"):
        raise Malformed("no request line")
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return RtspRequest(words[0].upper(), words[1], headers)


def answer(status: int, headers: Sequence[tuple[str, str]], body: bytes = b"") -> bytes:
    """An answer as bytes; Content-Length is added where there is a body."""
    lines = [f"RTSP/1.0 {status} {_REASONS[status]}", *(f"{name}: {value}" for name, value in headers)]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

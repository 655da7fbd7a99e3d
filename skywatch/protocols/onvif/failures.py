"""What aiohttp and the operating system raise, by the names of `skywatch.protocols.errors`. A table and its reader."""

import errno
import zlib
from collections.abc import Iterator

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError, LineTooLong

from skywatch.protocols.errors import NotOnvif, ProtocolError, Refused, TimedOut, TooLarge, Truncated, Unreachable

_BY_ERRNO: dict[int, type[ProtocolError]] = {
    errno.ECONNREFUSED: Refused,
    errno.ETIMEDOUT: TimedOut,
    errno.ECONNRESET: Truncated,
    errno.EPIPE: Truncated,
    errno.ECONNABORTED: Truncated,
}


def named(error: Exception, where: str, step: str) -> ProtocolError:
    """What `error` means for somebody who looks after the camera at `where`. Never quotes a header that we sent."""
    kind, words = _judge(error)
    return kind(f"{where}: {words}" if words else where, step=step)


def _judge(error: Exception) -> tuple[type[ProtocolError], str]:
    match error:
        case aiohttp.ClientConnectorDNSError():
            return Unreachable, "the name is not known"
        case aiohttp.ClientSSLError() | aiohttp.ServerFingerprintMismatch():
            return NotOnvif, f"TLS failed: {_os_words(error)}"
        case aiohttp.ServerDisconnectedError():
            return Truncated, "hung up without an answer"
        case aiohttp.ClientPayloadError():
            return (
                (TooLarge, "a chunk line without end") if _too_long(error) else (Truncated, "hung up within the answer")
            )
        case aiohttp.ClientResponseError():
            return (TooLarge, "a header without end") if _too_long(error) else (NotOnvif, "the answer is not HTTP")
        case OSError():
            return _by_errno(error)
        case zlib.error():
            return NotOnvif, "the packed answer cannot be unpacked"
        case ValueError():
            return Unreachable, "not an address"
        case _:
            return NotOnvif, type(error).__name__


def _by_errno(error: OSError) -> tuple[type[ProtocolError], str]:
    kind = _BY_ERRNO.get(error.errno or 0, Unreachable)
    return kind, _os_words(error)


def _os_words(error: BaseException) -> str:
    words = getattr(error, "strerror", None) or type(error).__name__
    return str(words)[:200]


def _too_long(error: BaseException) -> bool:
    """Whether a header line (or the number of them) is what broke the parser; aiohttp says it somewhere in the
    causes."""
    return any(
        isinstance(cause, LineTooLong)
        or (isinstance(cause, HttpProcessingError) and ("Too many" in cause.message or "more than" in cause.message))
        for cause in _causes(error)
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(10):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__

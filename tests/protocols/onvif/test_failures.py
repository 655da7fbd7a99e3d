import errno
import zlib

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.http_exceptions import BadHttpMessage, LineTooLong

from skywatch.protocols.errors import NotOnvif, ProtocolError, Refused, TimedOut, TooLarge, Truncated, Unreachable
from skywatch.protocols.onvif.failures import named

KEY = ConnectionKey("10.0.0.1", 80, False, True, None, None, None)


def connecting(number: int) -> aiohttp.ClientConnectorError:
    return aiohttp.ClientConnectorError(KEY, OSError(number, "words of the system"))


def caused(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (connecting(errno.ECONNREFUSED), Refused),
        (connecting(errno.EHOSTUNREACH), Unreachable),
        (connecting(errno.ENETUNREACH), Unreachable),
        (connecting(errno.EACCES), Unreachable),
        (connecting(errno.ETIMEDOUT), TimedOut),
        (aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "Name or service not known")), Unreachable),
        (aiohttp.ClientConnectorSSLError(KEY, OSError(1, "handshake")), NotOnvif),
        (aiohttp.ClientOSError(errno.ECONNRESET, "reset"), Truncated),
        (aiohttp.ClientOSError(errno.EPIPE, "pipe"), Truncated),
        (aiohttp.ServerDisconnectedError(), Truncated),
        (aiohttp.ClientPayloadError("incomplete"), Truncated),
        (caused(aiohttp.ClientPayloadError("x"), LineTooLong(b"x", 10)), TooLarge),
        (caused(aiohttp.ClientConnectionError("x"), BadHttpMessage("x")), NotOnvif),
        (zlib.error("x"), NotOnvif),
        (ValueError("x"), Unreachable),
        (UnicodeError("x"), Unreachable),
    ],
)
def test_every_foreign_error_has_a_name_of_ours(error: Exception, kind: type[ProtocolError]) -> None:
    ours = named(error, "10.0.0.1:80", "connect")
    assert type(ours) is kind
    assert ours.step == "connect"
    assert str(ours).startswith("10.0.0.1:80: ")


def test_a_chain_of_causes_without_end_is_not_followed() -> None:
    error = aiohttp.ClientPayloadError("x")
    error.__cause__ = error
    assert type(named(error, "h", "answer")) is Truncated

"""What an RTSP status that isn't 200 means (RFC 2326, 7.1.1), as a failure. One table."""

from skywatch.protocols.errors import AuthFailed, Busy, Declined, NotFound, ProtocolError, Unsupported
from skywatch.protocols.rtsp.message import Response

_MEANINGS: dict[int, type[ProtocolError]] = {
    401: AuthFailed,
    404: NotFound,
    405: Unsupported,
    406: Unsupported,
    410: NotFound,
    415: Unsupported,
    429: Busy,
    453: Busy,
    461: Unsupported,
    501: Unsupported,
    503: Busy,
    505: Unsupported,
    551: Unsupported,
}

REFUSED_TRANSPORT = frozenset({400, 406, 461})
"""How cameras say that they don't do this transport: 461 is the RFC's; old Hikvision say 406, D-Link and others 400."""


def is_success(response: Response) -> bool:
    return 200 <= response.status < 300


def failure(response: Response) -> ProtocolError:
    """The failure that `response` stands for; its words are the camera's."""
    return _MEANINGS.get(response.status, Declined)(str(response))

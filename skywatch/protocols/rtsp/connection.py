"""One TCP or TLS connection to an RTSP server: requests out, answers and frames in. No sessions, no passwords."""

import asyncio
import errno
import logging
import os
import socket
import ssl
from collections.abc import Callable
from functools import cache
from typing import Any

from skywatch.protocols.errors import (
    NotRtsp,
    ProtocolError,
    Refused,
    TimedOut,
    Truncated,
    Unreachable,
    Unsupported,
)
from skywatch.protocols.rtsp.evidence import quote
from skywatch.protocols.rtsp.flood import Dike
from skywatch.protocols.rtsp.message import Request, Response, Splitter, encode
from skywatch.protocols.rtsp.url import Url

log = logging.getLogger(__name__)

AGENT = "skywatch"
MAX_ADDRESSES = 4
MAX_SERVER_REQUESTS = 64
"""Unsolicited requests that are answered on one connection; a camera that floods us with more talks to itself."""

_GRANTED = frozenset({"OPTIONS", "GET_PARAMETER", "SET_PARAMETER", "ANNOUNCE"})


class Connection(asyncio.Protocol):
    """Made by `connect`. `frame(channel, payload)` hears the interleaved frames, `lost(error)` how it all ended; both
    are assigned by whoever listens."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._dike = Dike(asyncio.get_running_loop().time)
        self._splitter = Splitter(self._on_frame, self._on_message)
        self._pending: dict[int, asyncio.Future[Response]] = {}
        self._sequence = 0
        self._answered = 0
        self._failure: ProtocolError | None = None
        self.frame: Callable[[int, bytes], None] | None = None
        self.lost: Callable[[ProtocolError], None] | None = None

    # what asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - asyncio's promise to a stream protocol
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        try:
            self._dike.let_in(len(data))
            self._splitter.feed(data)
        except ProtocolError as error:
            self._end(error)

    def connection_lost(self, exc: Exception | None) -> None:
        what = self._splitter.unfinished() or ("without an answer" if self._pending else "")
        if isinstance(exc, ssl.SSLError):
            self._end(NotRtsp(_tls_words(exc)))
        else:
            how = "connection reset" if isinstance(exc, ConnectionResetError) else "hung up"
            self._end(Truncated(f"{how}: {what}" if what else how))

    # what a session calls

    def expect_frames(self, channels: frozenset[int], frame: Callable[[int, bytes], None]) -> None:
        """From now on frames go to `frame`; `channels` help to find the way back after garbage."""
        self._splitter.channels = channels
        self.frame = frame

    def request(self, method: str, uri: str, headers: list[tuple[str, str]]) -> asyncio.Future[Response]:
        """Ask. Whoever wants the answer waits for it, however long (deadlines are his); it raises ProtocolError."""
        answer: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        if self._failure is not None:
            _break(answer, self._failure)
            return answer
        self._sequence += 1
        self._pending[self._sequence] = answer
        own = [("CSeq", str(self._sequence)), ("User-Agent", AGENT)]
        self._write(encode(f"{method} {uri} RTSP/1.0", own + headers))
        return answer

    def send_frame(self, channel: int, payload: bytes) -> None:
        self._write(bytes([0x24, channel]) + len(payload).to_bytes(2, "big") + payload)

    def unfinished(self) -> str:
        """What has come of an answer that isn't complete, as evidence."""
        return self._splitter.unfinished()

    @property
    def peer(self) -> tuple[str, int]:
        """(address, port) of the camera, as the operating system connected it."""
        found = self._info("peername")
        return (str(found[0]), int(found[1]))

    @property
    def own_socket(self) -> tuple[int, str]:
        """(address family, our own address on this connection)."""
        sock = self._transport.get_extra_info("socket") if self._transport else None
        return (sock.family if sock is not None else socket.AF_INET), str(self._info("sockname")[0])

    def abort(self) -> None:
        """Close at once; whoever waits is told nothing more."""
        self.frame = self.lost = None
        if self._transport is not None:
            self._transport.abort()

    def _info(self, name: str) -> tuple[Any, ...]:
        return (self._transport.get_extra_info(name) if self._transport else None) or ("", 0)

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def _on_frame(self, channel: int, payload: bytes) -> None:
        if self.frame is not None:
            self.frame(channel, payload)

    def _on_message(self, message: Response | Request) -> None:
        if isinstance(message, Request):
            self._reply(message)
            return
        if not self._pending:
            log.debug("an answer that nobody waits for: %s", message)
            return
        sequence = message.sequence
        if sequence not in self._pending:
            # Missing, or counted by the camera's own rules: it is the answer to the oldest question.
            sequence = next(iter(self._pending))
        answer = self._pending.pop(sequence)
        if not answer.done():
            answer.set_result(message)

    def _reply(self, request: Request) -> None:
        """Cameras ask too: whether we live (OPTIONS, GET_PARAMETER), or tell of changes (ANNOUNCE, SET_PARAMETER)."""
        self._answered += 1
        if self._answered > MAX_SERVER_REQUESTS:
            return
        status = "200 OK" if request.method in _GRANTED else "501 Not Implemented"
        log.debug("the server asks %s, answered %s", request.method, status)
        number = request.sequence
        headers = [("CSeq", str(number))] if number is not None else []
        if request.method == "OPTIONS":
            headers.append(("Public", ", ".join(sorted(_GRANTED))))
        self._write(encode(f"RTSP/1.0 {status}", headers))

    def _end(self, error: ProtocolError) -> None:
        if self._failure is not None:
            return
        self._failure = error
        for answer in self._pending.values():
            _break(answer, error)
        self._pending.clear()
        if self.lost is not None:
            self.lost(error)
        if self._transport is not None:
            self._transport.abort()


def _break(answer: asyncio.Future[Response], error: ProtocolError) -> None:
    if not answer.done():
        answer.set_exception(error)
        answer.exception()  # nobody may be waiting for it any more: no complaint about that


async def connect(url: Url, verify: bool) -> Connection:
    """Connect to the server of `url`, by TLS for `rtsps`. Raises Refused, Unreachable, TimedOut, NotRtsp (no TLS
    there), Unsupported (a certificate that was to be verified and can't be)."""
    loop = asyncio.get_running_loop()
    sock = await _dial(url)
    try:
        tls = tls_context(verify) if url.scheme == "rtsps" else None
        name = url.host if tls else None
        _, connection = await loop.create_connection(Connection, sock=sock, ssl=tls, server_hostname=name)
    except BaseException as error:
        sock.close()
        if isinstance(error, OSError) and not isinstance(error, TimeoutError):
            raise named(error) from None
        raise
    return connection


async def _dial(url: Url) -> socket.socket:
    """A connected socket to the first address of the host that answers."""
    failure: ProtocolError = Unreachable("the host has no address")
    for family, address in (await _addresses(url))[:MAX_ADDRESSES]:
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(sock, address)
        except BaseException as error:
            sock.close()
            if not isinstance(error, OSError) or isinstance(error, TimeoutError):
                raise
            failure = named(error)
        else:
            return sock
    raise failure


async def _addresses(url: Url) -> list[tuple[int, tuple[Any, ...]]]:
    """(family, address as sockets take it). A resolver, which needs a thread, is not asked where the host is a number
    already, as it nearly always is."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, url.host)
        except (OSError, ValueError):
            continue
        return [(family, (url.host, url.port))]
    try:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable("the host name is not known") from None
    return [(family, address) for family, _, _, _, address in found]


def named(error: OSError) -> ProtocolError:
    """What the operating system's refusal means."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Unsupported(f"the certificate is not trusted: {quote(error.verify_message)}")
    if isinstance(error, ssl.SSLError):
        return NotRtsp(_tls_words(error))
    words = (os.strerror(error.errno) if error.errno else type(error).__name__).lower()
    if error.errno == errno.ECONNREFUSED:
        return Refused(words)
    if error.errno == errno.ETIMEDOUT:
        return TimedOut(words)
    if error.errno in (errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED):
        return Truncated(words)
    return Unreachable(words)


def _tls_words(error: ssl.SSLError) -> str:
    return f"it does not speak TLS: {(error.reason or 'handshake failed').replace('_', ' ').lower()}"


@cache
def tls_context(verify: bool) -> ssl.SSLContext:
    """TLS as cameras speak it. Unless `verify`, with any certificate and any version and cipher that old firmware has:
    a camera signs its own certificate, and this program judges whether it works, not whether it is modern."""
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context

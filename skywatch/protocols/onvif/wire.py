"""HTTP to cameras: one shared session, one POST at a time within a deadline and a size, every failure by its name.

Nothing is followed (redirects), nothing is taken from the environment (proxies, netrc), nothing is kept (cookies).
It knows neither SOAP nor passwords: what goes into headers and bodies is the caller's business.
"""

import asyncio
import ssl
import zlib
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from weakref import WeakSet

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ClientRequest
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from multidict import CIMultiDictProxy
from yarl import URL

from skywatch.clock import tick
from skywatch.protocols.errors import NotOnvif, TimedOut, TooLarge, Truncated
from skywatch.protocols.onvif.failures import named

IDLE = 1.0
"""Seconds that an unused connection is kept: enough for the next question of the same visit. Heartbeats come once a
minute, a camera has few connections to give, and those of 10,000 cameras would fill our own table of open files."""

NAMES_KEPT = 60
"""Seconds that a resolved name is believed. Addresses in digits, as nearly every ledger has them, need no resolver."""

HEADERS = 100
HEADER_SIZE = 8190
"""How many header lines, and bytes of one: a camera that sends more is not read further."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `sent` and `received` are `skywatch.clock.tick` when the request went out on an open
    connection, and when the last byte was there."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    sent: float
    received: float


@dataclass(slots=True)
class _Exchange:
    """How far a request has come: what a time-out and a hang-up are judged by."""

    connected: float | None = None
    reused: bool = False
    answered: bool = False


_exchange: ContextVar[_Exchange] = ContextVar("exchange")


class _Connector(aiohttp.TCPConnector):
    """A connector that tells the exchange when it is connected, and whether the connection had been used before."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        super().__init__(limit=0, ssl=tls, keepalive_timeout=IDLE, ttl_dns_cache=NAMES_KEPT)
        self._used: WeakSet[ResponseHandler] = WeakSet()

    async def connect(self, req: ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout) -> Connection:
        connection = await super().connect(req, traces, timeout)
        exchange, protocol = _exchange.get(), connection.protocol
        if protocol is not None:
            exchange.reused = protocol in self._used
            self._used.add(protocol)
        exchange.connected = tick()
        return connection


class Wire:
    """The session that all cameras share. An async context manager."""

    def __init__(self, *, verify_tls: bool = False) -> None:
        self._verify_tls = verify_tls
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the session; only inside a running loop."""
        self._session = aiohttp.ClientSession(
            connector=_Connector(_tls(verify=self._verify_tls)),
            timeout=aiohttp.ClientTimeout(total=None),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            headers={"Accept-Encoding": "identity", "User-Agent": "skywatch"},
            max_field_size=HEADER_SIZE,
            max_line_size=HEADER_SIZE,
            max_headers=HEADERS,
        )

    async def close(self) -> None:
        """Close the session and every connection; calls that still run fail."""
        if self._session is not None:
            await self._session.close()

    async def post(self, url: URL, body: bytes, headers: Mapping[str, str], deadline: float, limit: int) -> Answer:
        """POST `body` and read the answer, of whatever status, up to `limit` bytes. Raises ProtocolError.

        A connection that the camera had closed between two questions is replaced once; a request that may have been
        heard is not repeated, so that no password is counted twice.
        """
        try:
            return await self._try(url, body, headers, deadline, limit)
        except _Stale:
            return await self._try(url, body, headers, deadline, limit)

    async def _try(self, url: URL, body: bytes, headers: Mapping[str, str], deadline: float, limit: int) -> Answer:
        exchange = _Exchange()
        _exchange.set(exchange)
        try:
            async with asyncio.timeout_at(deadline):
                return await self._exchange(url, body, headers, limit)
        except TimeoutError:
            raise _timed_out(exchange, url) from None
        except (aiohttp.ClientError, OSError, ValueError, zlib.error) as error:
            if exchange.reused and not exchange.answered:
                raise _Stale from None
            raise named(error, f"{url.host}:{url.port}", "answer" if exchange.connected else "connect") from None

    async def _exchange(self, url: URL, body: bytes, headers: Mapping[str, str], limit: int) -> Answer:
        assert self._session is not None, "start() comes first"  # noqa: S101 - a mistake of ours, not of a camera
        async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as response:
            exchange = _exchange.get()
            exchange.answered = True
            content = await _read(response, limit)
            return Answer(response.status, response.headers, content, exchange.connected or tick(), tick())


class _Stale(Exception):
    """A kept connection turned out to be closed before anything of an answer came."""


def _timed_out(exchange: _Exchange, url: URL) -> TimedOut:
    where = f"{url.host}:{url.port}"
    if exchange.connected is None:
        return TimedOut(f"no connection to {where} in time", step="connect")
    missing = "the rest of the answer" if exchange.answered else "answer"
    return TimedOut(f"connected to {where}, no {missing} in time".replace("no the", "not the"), step="answer")


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    content = bytearray()
    while chunk := await response.content.readany():
        content += chunk
        if len(content) > limit:
            response.close()
            raise TooLarge(f"more than {limit} bytes", step="answer")
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    return bytes(content) if encoding == "identity" else _unpacked(bytes(content), encoding, limit)


def _unpacked(content: bytes, encoding: str, limit: int) -> bytes:
    """Packed although it was asked not to be. Never more than `limit`, whatever the packing promises."""
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise NotOnvif(f"unknown content encoding {encoding[:20]!r}", step="answer")
    unpacker = zlib.decompressobj(wbits=47)  # gzip or zlib, by its own header
    unpacked = unpacker.decompress(content, limit + 1)
    if len(unpacked) > limit:
        raise TooLarge(f"more than {limit} bytes when unpacked", step="answer")
    if not unpacker.eof:
        raise Truncated("the packed answer ends too early", step="answer")
    return unpacked


def _tls(*, verify: bool) -> ssl.SSLContext:
    """Cameras sign their own certificates, and old ones speak nothing newer than TLS 1.0: the lock is better than
    none."""
    if verify:
        return ssl.create_default_context()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.options |= 0x4  # SSL_OP_LEGACY_SERVER_CONNECT, named from Python 3.12 on
    return context

"""ONVIF over HTTP/1.1 by hand: one small asyncio protocol per connection, so that 10,000 cameras cost little."""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from skywatch.simulator import auth, replies
from skywatch.simulator.brands import Scheme
from skywatch.simulator.camera import SimCamera, Stream
from skywatch.simulator.condition import Condition
from skywatch.simulator.hostile import nonsense, pour
from skywatch.simulator.network import OpenLine
from skywatch.simulator.replies import TDS, TR2, TRT
from skywatch.simulator.site import Site
from skywatch.simulator.soap import NotSoap, Request, Signature, parse

_LARGEST = 256 << 10  # bytes of a request
_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d{1,9})\s*(?:\r\n|$)", re.IGNORECASE)
_AUTHORIZATION = re.compile(rb"\r\nauthorization:[ \t]*([^\r\n]*)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection:[ \t]*close", re.IGNORECASE)
_REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    411: "Length Required",
    413: "Too Large",
    500: "Internal Server Error",
}
_SOAP = "application/soap+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer before it is bytes."""

    status: int
    body: bytes = b""
    kind: str = _SOAP
    headers: tuple[str, ...] = ()


_SIMPLE: dict[tuple[str, str], Callable[[SimCamera], str]] = {
    (TDS, "GetDeviceInformation"): replies.device_information,
    (TDS, "GetCapabilities"): replies.capabilities,
    (TDS, "GetServices"): replies.services,
    (TDS, "GetScopes"): replies.scopes,
    (TDS, "GetHostname"): replies.hostname,
    (TRT, "GetProfiles"): replies.profiles,
    (TRT, "GetVideoSources"): replies.video_sources,
    (TR2, "GetProfiles"): replies.profiles2,
}
_BY_PROFILE: dict[tuple[str, str], Callable[[SimCamera, Stream], str]] = {
    (TRT, "GetStreamUri"): replies.stream_uri,
    (TRT, "GetSnapshotUri"): replies.snapshot_uri,
    (TR2, "GetStreamUri"): replies.stream_uri2,
    (TR2, "GetSnapshotUri"): replies.snapshot_uri2,
}
_PUBLIC = {"GetCapabilities", "GetServices", "GetHostname"}  # access class PRE_AUTH of the ONVIF Core specification


class OnvifConnection(asyncio.Protocol):
    """One client's connection to one camera's ONVIF service: a request at a time, kept alive where the brand does."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._buffer = b""
        self._condition: Condition | None = None
        self._task: asyncio.Task[None] | None = None
        self._wake: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what asyncio gives to a Protocol
        self._transport = transport
        self._line = OpenLine(transport)
        self._condition = self._site.find(transport.get_extra_info("sockname"))
        if self._condition is None:
            self._line.reset()
            return
        self._condition.lines["onvif"].add(self._line)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._condition is not None:
            self._condition.lines["onvif"].discard(self._line)
        if self._task is not None:
            self._task.cancel()
        if self._wake is not None:
            self._wake.cancel()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._task is None and self._wake is None:
            self._next()

    def _next(self) -> None:
        """Answer the request that is at the front of the buffer, if it is all there."""
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        size = int(length[1]) if length else 0
        if len(head) > _LARGEST or size > _LARGEST:
            self._send(b"", Answer(413), close=True)
        elif found and len(rest) >= size:
            self._buffer = rest[size:]
            self._meet(head, rest[:size])

    def _meet(self, head: bytes, body: bytes) -> None:
        condition = self._condition
        if condition is None:
            return
        if chunks := nonsense(condition, "onvif", "HTTP/1.1"):
            self._task = asyncio.get_running_loop().create_task(pour(self._transport, chunks))
            self._site.begun(self._task)
            return
        delay = condition.number("slow", "seconds", "onvif")
        if delay:
            self._wake = asyncio.get_running_loop().call_later(delay, self._late, condition, head, body)
        else:
            self._answer(condition, head, body)

    def _late(self, condition: Condition, head: bytes, body: bytes) -> None:
        self._wake = None
        self._answer(condition, head, body)
        if self._buffer:
            self._next()

    def _answer(self, condition: Condition, head: bytes, body: bytes) -> None:
        if head.startswith(b"GET "):
            self._task = asyncio.get_running_loop().create_task(self._snapshot(condition, head))
            self._site.begun(self._task)
            return
        self._send(head, _soap(self._site, condition, head, body))

    async def _snapshot(self, condition: Condition, head: bytes) -> None:
        answer = _gatekeeper(condition, head, "GET") or await _picture(self._site, condition, head)
        self._task = None
        self._send(head, answer)
        if self._buffer:
            self._next()

    def _send(self, head: bytes, answer: Answer, *, close: bool = False) -> None:
        condition = self._condition
        close = close or _CLOSE.search(head) is not None or condition is None or not condition.camera.brand.keep_alive
        lines = [
            f"HTTP/1.1 {answer.status} {_REASONS[answer.status]}",
            f"Content-Type: {answer.kind}",
            f"Content-Length: {len(answer.body)}",
            f"Connection: {'close' if close else 'keep-alive'}",
            *answer.headers,
        ]
        self._transport.write("\r\n".join(lines).encode() + b"\r\n\r\n" + answer.body)
        if close:
            self._transport.close()


def _soap(site: Site, condition: Condition, head: bytes, body: bytes) -> Answer:
    if condition.get("xml_bomb"):
        return Answer(200, replies.xml_bomb())
    if b"GetSystemDateAndTime" in body:  # the heartbeat: answered to everybody, and without a parser
        return Answer(200, replies.date_and_time(condition.now()))
    try:
        request = parse(body)
    except NotSoap as error:
        return Answer(400, replies.fault("Sender", "ter:WellFormed", str(error)))
    if request.operation not in _PUBLIC and (refusal := _refusal(site, condition, head, request)):
        return refusal
    return _operation(condition.camera, request)


def _operation(camera: SimCamera, request: Request) -> Answer:
    call = (request.namespace, request.operation)
    if request.namespace == TR2 and not replies.has_media2(camera):
        return Answer(400, replies.fault("Receiver", "ter:ActionNotSupported", "Optional Action Not Implemented"))
    if call in _SIMPLE:
        return Answer(200, replies.envelope(_SIMPLE[call](camera)))
    if call in _BY_PROFILE:
        token = request.arguments.get("ProfileToken", "")
        for stream in (camera.main, camera.sub):
            if stream.token == token:
                return Answer(200, replies.envelope(_BY_PROFILE[call](camera, stream)))
        return Answer(400, replies.fault("Sender", "ter:InvalidArgVal", "Profile Not Exist", "ter:NoProfile"))
    return Answer(500, replies.fault("Receiver", "ter:ActionNotSupported", "Optional Action Not Implemented"))


def _refusal(site: Site, condition: Condition, head: bytes, request: Request) -> Answer | None:
    """Why this caller does not get in; None if he does."""
    brand = condition.camera.brand
    if condition.open:
        return None
    if request.token is not None and brand.token:
        good = site.signatures.judge(condition, request.token) is Signature.GOOD
        return None if good else _denied(condition)
    if brand.http_digest:
        return _gatekeeper(condition, head, "POST")
    return _denied(condition)


def _gatekeeper(condition: Condition, head: bytes, method: str) -> Answer | None:
    """HTTP Digest: a challenge or a refusal; None for who gets in."""
    brand = condition.camera.brand
    schemes = tuple(scheme for scheme in brand.schemes if scheme is not Scheme.BASIC) or (Scheme.MD5,)
    shown = _AUTHORIZATION.search(head)
    entry = auth.enter(condition, schemes, shown[1].decode("latin-1") if shown else None, method)
    if entry is auth.Entry.GRANTED:
        return None
    asked = auth.challenges(condition, schemes, qop=True, stale=entry is auth.Entry.STALE)
    body = _denied(condition).body if entry is auth.Entry.DENIED else b""
    return Answer(401, body, headers=tuple(f"WWW-Authenticate: {value}" for value in asked))


def _denied(condition: Condition) -> Answer:
    left = 0 if condition.locked else condition.tries_left
    reason = f"Sender not Authorized. Invalid username or password! You still have {left} attempt(s)."
    return Answer(condition.camera.brand.denied, replies.fault("Sender", "ter:NotAuthorized", reason))


async def _picture(site: Site, condition: Condition, head: bytes) -> Answer:
    path = head.split(b" ", 2)[1].decode("latin-1").partition("?")[0]
    for stream in (condition.camera.main, condition.camera.sub):
        if replies.snapshot_path(stream) == path:
            shot = site.shot(condition, stream)
            with suppress(RuntimeError):  # the simulator is closing
                return Answer(200, await site.scenes.still(shot.view, shot.take), "image/jpeg")
    return Answer(404, b"", "text/plain")

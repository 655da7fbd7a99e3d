"""RTSP as a camera speaks it (RFC 2326): one conversation per connection, at most one session in it."""

import asyncio
import logging
import random
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress

from skywatch.inventory import Transport
from skywatch.simulator import auth, sdp
from skywatch.simulator.camera import Stream
from skywatch.simulator.condition import MAX_VIEWERS, Condition
from skywatch.simulator.hostile import nonsense, pour
from skywatch.simulator.network import OpenLine
from skywatch.simulator.play import Cut, Datagrams, Interleaved, Player, Track, Wire, track
from skywatch.simulator.rtp import Reel
from skywatch.simulator.rtsp_wire import LARGEST, Malformed, RtspRequest, answer, next_request
from skywatch.simulator.scenes import Shot
from skywatch.simulator.site import Site

log = logging.getLogger(__name__)

TIMEOUT = 60
"""Seconds without a word from the viewer after which a session ends."""

Headers = list[tuple[str, str]]
_METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER, SET_PARAMETER"
_INTERLEAVED = re.compile(r"interleaved=(\d{1,3})(?:-(\d{1,3}))?")
_CLIENT_PORT = re.compile(r"client_port=(\d{1,5})(?:-(\d{1,5}))?")


def rtsp_protocol(site: Site) -> asyncio.StreamReaderProtocol:
    """The protocol of one RTSP connection."""
    reader = asyncio.StreamReader(limit=LARGEST)
    return asyncio.StreamReaderProtocol(reader, lambda r, w: _converse(site, r, w))


async def _converse(site: Site, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    line = OpenLine(writer.transport)  # type: ignore[arg-type]  # typeshed: a StreamWriter's transport can be read, too
    condition = site.find(writer.get_extra_info("sockname"))
    if condition is None:
        line.reset()
        return
    lines = condition.lines["rtsp"]
    lines.add(line)
    conversation = Conversation(site, condition, writer)
    site.begun(asyncio.current_task())
    try:
        await conversation.hold(reader)
    except (ConnectionError, asyncio.CancelledError):
        pass  # the viewer is gone, or the simulator ends: nobody waits for this task
    finally:
        lines.discard(line)
        conversation.end()
        writer.close()


class Conversation:
    """One viewer: what was set up, what plays."""

    def __init__(self, site: Site, condition: Condition, writer: asyncio.StreamWriter) -> None:
        self._site = site
        self._condition = condition
        self._camera = condition.camera
        self._writer = writer
        self._session = ""
        self._stream: Stream | None = None
        self._film: tuple[Stream, Shot, Reel] | None = None
        self._tracks: dict[str, Track] = {}
        self._playing: asyncio.Task[None] | None = None
        self._verbs: dict[str, Callable[[RtspRequest], Awaitable[bytes]]] = {
            "DESCRIBE": self._describe,
            "SETUP": self._setup,
            "PLAY": self._play,
            "TEARDOWN": self._teardown,
            "GET_PARAMETER": self._alive,
            "SET_PARAMETER": self._alive,
        }

    async def hold(self, reader: asyncio.StreamReader) -> None:
        """Answer requests until either side hangs up."""
        while True:
            try:
                async with asyncio.timeout(TIMEOUT * 1.5 if self._session else None):
                    request = await next_request(reader)
            except TimeoutError:
                return
            except Malformed:
                self._writer.write(answer(400, [("CSeq", "0")]))
                return
            if request is None:
                return
            if chunks := nonsense(self._condition, "rtsp", "RTSP/1.0"):
                await pour(self._writer.transport, chunks)
            else:
                await self._respond(request)

    def end(self) -> None:
        """Forget the session."""
        if self._playing is not None:
            self._playing.cancel()
        for each in self._tracks.values():
            each.wire.close()
        if self._session:
            self._condition.viewers -= 1
        self._session, self._playing, self._tracks = "", None, {}

    async def _respond(self, request: RtspRequest) -> None:
        await asyncio.sleep(self._condition.number("slow", "seconds", "rtsp"))
        data = await self._answer_to(request)
        self._writer.write(data)
        await self._writer.drain()

    async def _answer_to(self, request: RtspRequest) -> bytes:
        if "cseq" not in request.headers:
            return answer(400, [("Server", self._camera.brand.server)])
        if request.method == "OPTIONS":  # like most makers: before any password
            return self._say(request, 200, [("Public", _METHODS)])
        verb = self._verbs.get(request.method)
        if verb is None:
            return self._say(request, 501)
        brand = self._camera.brand
        entry = auth.enter(self._condition, brand.schemes, request.headers.get("authorization"), request.method)
        if entry is not auth.Entry.GRANTED:
            stale = entry is auth.Entry.STALE
            asked = auth.challenges(self._condition, brand.schemes, qop=brand.qop, stale=stale)
            return self._say(request, 401, [("WWW-Authenticate", value) for value in asked])
        return await verb(request)

    def _say(self, request: RtspRequest, status: int, headers: Headers | None = None, body: bytes = b"") -> bytes:
        head: Headers = [("CSeq", request.headers["cseq"]), ("Server", self._camera.brand.server)]
        return answer(status, head + (headers or []), body)

    async def _describe(self, request: RtspRequest) -> bytes:
        stream = self._camera.stream_at(request.target)
        if stream is None or self._condition.get("not_found"):
            return self._say(request, 404)
        _, reel = await self._load(stream)
        base = request.url.rstrip("/") + "/"
        headers = [("Content-Base", base), ("Content-Type", "application/sdp")]
        return self._say(request, 200, headers, sdp.describe(self._camera, stream, reel, base))

    async def _load(self, stream: Stream) -> tuple[Shot, Reel]:
        """What `stream` shows; once a conversation, so that it plays what it described."""
        if self._film is None or self._film[0] is not stream:
            shot = self._site.shot(self._condition, stream)
            self._film = (stream, shot, await self._site.scenes.reel(shot))
        return self._film[1:]

    async def _setup(self, request: RtspRequest) -> bytes:
        target, _, control = request.target.rpartition("/")
        if control not in (sdp.VIDEO, sdp.AUDIO):  # the whole presentation: its video is meant
            target, control = request.target, sdp.VIDEO
        stream = self._camera.stream_at(target)
        if stream is None:
            return self._say(request, 404)
        if not self._session and (self._condition.get("busy") or self._condition.viewers >= MAX_VIEWERS):
            return self._say(request, self._camera.brand.full)
        asked = request.headers.get("transport", "")
        channels, ports = _INTERLEAVED.search(asked), _CLIENT_PORT.search(asked)
        wired = "/TCP" in asked.upper()
        refused = Transport.UDP if wired else Transport.TCP
        if self._camera.transport is refused or not (wired or ports) or "multicast" in asked:
            return self._say(request, 461)
        agreed = self._interleaved(channels) if wired else self._datagrams(ports)
        if agreed is None:
            return self._say(request, 461)
        self._begin_session(stream, control, agreed[0])
        headers = [("Transport", agreed[1]), ("Session", f"{self._session};timeout={TIMEOUT}")]
        return self._say(request, 200, headers)

    def _interleaved(self, asked: re.Match[str] | None) -> tuple[Wire, str] | None:
        channel = int(asked[1]) if asked else 2 * len(self._tracks)
        if channel > 254:
            return None
        said = f"RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1}"
        return Interleaved(self._writer, channel), said

    def _datagrams(self, asked: re.Match[str] | None) -> tuple[Wire, str] | None:
        first = int(asked[1]) if asked else 0
        last = int(asked[2] or first + 1) if asked else 0
        if not 0 < first < 65536 or not 0 < last < 65536:
            return None
        try:
            wire = Datagrams(self._camera.host, self._writer.get_extra_info("peername")[0], (first, last))
        except OSError as error:
            log.warning("camera %s: %s", self._camera.code, error)
            return None
        own = "-".join(map(str, wire.ports))
        return wire, f"RTP/AVP;unicast;client_port={first}-{last};server_port={own};source={self._camera.host}"

    def _begin_session(self, stream: Stream, control: str, wire: Wire) -> None:
        if not self._session:
            self._session = f"{random.getrandbits(32):08x}"
            self._condition.viewers += 1
        codec = "pcma" if control == sdp.AUDIO else stream.codec
        old = self._tracks.pop(control, None)
        if old is not None:
            old.wire.close()
        self._stream = stream
        self._tracks[control] = track(self._condition, wire, codec)

    async def _play(self, request: RtspRequest) -> bytes:
        if self._stream is None or not self._tracks or not self._right_session(request):
            return self._say(request, 454)
        shot, reel = await self._load(self._stream)
        url = request.url.rstrip("/")
        info = [
            f"url={url}/{control};seq={each.sequence & 0xFFFF};rtptime={each.base & 0xFFFFFFFF}"
            for control, each in self._tracks.items()
        ]
        data = self._say(
            request, 200, [("Session", self._session), ("Range", "npt=0.000-"), ("RTP-Info", ",".join(info))]
        )
        if self._playing is None:
            player = Player(self._site, self._condition, self._stream, reel, shot)
            self._playing = asyncio.get_running_loop().create_task(self._run(player))
        return data

    async def _run(self, player: Player) -> None:
        """Play until cancelled; hang up where the camera does."""
        with suppress(ConnectionError):
            try:
                await player.play(self._tracks.get(sdp.VIDEO), self._tracks.get(sdp.AUDIO))
            except Cut:
                self._writer.close()

    def _right_session(self, request: RtspRequest) -> bool:
        return request.headers.get("session", "").partition(";")[0].strip() == self._session

    async def _alive(self, request: RtspRequest) -> bytes:
        return self._say(request, 200, [("Session", self._session)] if self._session else [])

    async def _teardown(self, request: RtspRequest) -> bytes:
        session = self._session
        if not session or not self._right_session(request):
            return self._say(request, 454)
        self.end()
        return self._say(request, 200, [("Session", session)])

"""One RTSP session (RFC 2326): DESCRIBE, SETUP, PLAY, keep-alive, TEARDOWN, and the signing in between. No timing."""

import asyncio
import re

from skywatch.credentials import Credentials
from skywatch.inventory import Transport
from skywatch.protocols.errors import AuthFailed, Declined, Unsupported
from skywatch.protocols.rtsp import sdp
from skywatch.protocols.rtsp.auth import SignIn, challenges
from skywatch.protocols.rtsp.connection import Connection
from skywatch.protocols.rtsp.evidence import quote
from skywatch.protocols.rtsp.message import Response
from skywatch.protocols.rtsp.receiver import Receiver
from skywatch.protocols.rtsp.status import REFUSED_TRANSPORT, failure, is_success
from skywatch.protocols.rtsp.transport import Datagrams, Interleaved, Way
from skywatch.protocols.rtsp.url import Url, rebase, resolve, same_server

MAX_REDIRECTS = 3
DEFAULT_TIMEOUT = 60.0
_TIMEOUT = re.compile(r"timeout\s*=\s*(\d{1,6})", re.IGNORECASE)
_WAYS: dict[Transport, tuple[type[Interleaved] | type[Datagrams], ...]] = {
    Transport.AUTO: (Interleaved, Datagrams),
    Transport.TCP: (Interleaved,),
    Transport.UDP: (Datagrams,),
}
_SOURCE = re.compile(r"ssrc\s*=\s*\"?([0-9a-fA-F]{1,8})\b", re.IGNORECASE)
_INVALID_RANGE, _SESSION_NOT_FOUND = 457, 454


class Session:
    """Asks in order: `describe`, `setup`, `play`; then `keep_alive` before every `timeout` has passed, and `teardown`
    whenever it is over. All raise ProtocolError without a step."""

    def __init__(self, connection: Connection, url: Url, credentials: Credentials | None) -> None:
        self._connection = connection
        self._url = url
        self._sign_in = SignIn(credentials) if credentials is not None else None
        self._id = ""
        self._base = str(url)
        self._aggregate = str(url)
        self._keep_alive = "GET_PARAMETER"
        self._kept: asyncio.Future[Response] | None = None
        self.timeout = DEFAULT_TIMEOUT
        self.server = ""

    @property
    def auth(self) -> str:
        """How we signed in: `none`, `basic`, `digest md5`, ..."""
        challenge = self._sign_in.challenge if self._sign_in else None
        return challenge.name if challenge else "none"

    async def options(self) -> None:
        """Whether anything at all is answered: of the server itself, never of a path, which may hold a password."""
        response = await self._connection.request("OPTIONS", self._url.root + "/", [])
        self._remember(response)

    async def describe(self) -> sdp.Description:
        """What the stream consists of, over redirects within this server."""
        for _ in range(MAX_REDIRECTS + 1):
            response = await self._ask("DESCRIBE", str(self._url), [("Accept", "application/sdp")])
            if not 300 <= response.status < 400:
                break
            self._url = self._follow(response)
        if not is_success(response):
            raise failure(response)
        if not response.body.strip():
            raise Unsupported("DESCRIBE was answered without a session description")
        named = response.get("content-base") or response.get("content-location")
        self._base = rebase(named, self._url) if named else str(self._url)
        description = sdp.parse(response.body)
        self._aggregate = resolve(description.control, self._base, self._url)
        return description

    def _follow(self, response: Response) -> Url:
        """Another path of this server; to another server no password goes, nor we."""
        there = same_server(response.get("location"), self._url)
        if there is None:
            raise Declined(f"{response}: the redirect leads to another server, or nowhere")
        return there

    async def setup(self, track: sdp.Track, transport: Transport) -> tuple[Way, Receiver]:
        """Agree on a way for the packets of `track`: TCP first and UDP where the camera refuses it, or the one that is
        asked for. The receiver hears them from now on; closing the way is the caller's, from the moment it is here."""
        refusals = []
        for kind in _WAYS[transport]:
            way = kind(self._connection)
            try:
                return way, await self._setup(track, way)
            except BaseException as error:
                way.close()
                if not isinstance(error, _TransportRefused):
                    raise
                refusals.append(f"{kind.name}: {error}")
        raise Unsupported("transport refused: " + "; ".join(refusals))

    async def _setup(self, track: sdp.Track, way: Way) -> Receiver:
        control = resolve(track.media.control, self._base, self._url)
        response = await self._ask("SETUP", control, [("Transport", way.request)])
        if response.status in REFUSED_TRANSPORT:
            raise _TransportRefused(str(response))
        if not is_success(response):
            raise failure(response)
        self._id = response.get("session").partition(";")[0].strip()[:256]
        if found := _TIMEOUT.search(response.get("session")):
            self.timeout = float(min(max(int(found[1]), 2), 3600))
        receiver = Receiver(track, asyncio.get_running_loop().time, way.reorder)
        way.accept(response.get("transport"), receiver)
        if found := _SOURCE.search(response.get("transport")):
            receiver.announce(int(found[1], 16))
        return receiver

    async def play(self) -> None:
        response = await self._ask("PLAY", self._aggregate, [*self._session(), ("Range", "npt=0.000-")])
        if response.status == _INVALID_RANGE:
            response = await self._ask("PLAY", self._aggregate, self._session())
        if not is_success(response):
            raise failure(response)

    def keep_alive(self) -> None:
        """Tell the camera that we are still here; the answer matters only for how to say it the next time."""
        if self._kept is not None and self._kept.done() and not self._kept.cancelled():
            refused = self._kept.exception() is None and self._kept.result().status not in (200, _SESSION_NOT_FOUND)
            self._keep_alive = "OPTIONS" if refused else self._keep_alive
        self._kept = self._send(self._keep_alive, self._aggregate, self._session())

    async def teardown(self) -> None:
        """Give the camera its seat back. Raises whatever comes instead of an answer."""
        if self._id:
            await self._send("TEARDOWN", self._aggregate, self._session())

    def _session(self) -> list[tuple[str, str]]:
        return [("Session", self._id)] if self._id else []

    def _send(self, method: str, uri: str, headers: list[tuple[str, str]]) -> asyncio.Future[Response]:
        signature = self._sign_in.sign(method, uri) if self._sign_in else None
        signed = [*headers, ("Authorization", signature)] if signature else headers
        return self._connection.request(method, uri, signed)

    async def _ask(self, method: str, uri: str, headers: list[tuple[str, str]]) -> Response:
        """Ask, sign if that is wanted, and see to it that no password is said twice in vain."""
        response = await self._send(method, uri, headers)
        for _ in range(2):
            if response.status != 401:
                break
            self._reconsider(response)
            response = await self._send(method, uri, headers)
        if response.status == 401:
            raise AuthFailed(f"{response}: refused again with a fresh nonce")
        if self._sign_in is not None and self._sign_in.challenge is not None and response.status != 401:
            self._sign_in.accepted = True
        self._remember(response)
        return response

    def _reconsider(self, response: Response) -> None:
        """Raises AuthFailed unless signing (again) may help."""
        headers = response.all("www-authenticate")
        offers = challenges(headers)
        if self._sign_in is None:
            raise AuthFailed(f"{response}: it asks for a user name and password, and none are configured")
        signed = self._sign_in.challenge is not None
        if not offers:
            asked = quote(", ".join(headers), 60) or "nothing that we could answer"
            raise AuthFailed(f"{response}: it asks for {asked}")
        if not self._sign_in.take(offers, signed):
            raise AuthFailed(f"{response}: wrong user name or password ({self.auth})")

    def _remember(self, response: Response) -> None:
        self.server = self.server or quote(response.get("server"), 80)


class _TransportRefused(Unsupported):
    """The camera does not want this transport; another may do."""

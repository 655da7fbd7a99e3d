"""A camera's ONVIF for tests: replies by table, and a door that checks tokens and Digests by the specifications.

It shares no code with the client: hashes are written out here once more, from WS-Security UsernameToken Profile 1.1,
section 3.1, and RFC 7616, section 3.4.1.
"""

import base64
import hashlib
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web
from lxml import etree

from skywatch.protocols.onvif import Address
from tests.protocols.onvif import replies

NS = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "wsse": "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
    "wsu": "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd",
}
PUBLIC = frozenset({"GetSystemDateAndTime"})
CHALLENGE = 'Digest realm="Login to camera", qop="auth", nonce="{nonce}", opaque="", stale="false"'


@dataclass
class Reply:
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Heard:
    """One request as the camera understood it."""

    path: str
    operation: str
    headers: Mapping[str, str]
    body: bytes
    way: str  # "", "token", "digest"


@dataclass
class Camera:
    """`ways` are the ways of signing in that it takes; empty: it asks nobody. `now` is its clock in Unix seconds.

    `answers` is by (path, operation), by ("", operation), or by operation.
    """

    answers: dict[str | tuple[str, str], Reply | bytes] = field(default_factory=dict)
    ways: frozenset[str] = frozenset()
    username: str = "admin"
    password: str = "Geheim-123"
    now: float = 1_700_000_000.0
    tolerance: float = 5.0
    public: frozenset[str] = PUBLIC
    refusal: Reply = field(
        default_factory=lambda: Reply(replies.fault("NotAuthorized", words="Sender not authorized"), 400)
    )
    challenge: str = CHALLENGE
    nonces: list[str] = field(default_factory=lambda: ["nonce1"])
    heard: list[Heard] = field(default_factory=list)
    attempts: list[tuple[str, bool]] = field(default_factory=list)
    port: int = 0

    @property
    def address(self) -> Address:
        return Address("127.0.0.1", self.port)

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        envelope = etree.fromstring(body)
        operation = etree.QName(envelope.find("s:Body", NS)[0]).localname
        way = self._way(request, envelope)
        self.heard.append(Heard(request.path_qs, operation, dict(request.headers), body, way))
        allowed = self._admits(way, request, envelope) if self.ways and operation not in self.public else True
        reply = self._answer(request.path, operation) if allowed else self._refused()
        return web.Response(body=reply.body, status=reply.status, headers={"Content-Type": "text/xml", **reply.headers})

    def _answer(self, path: str, operation: str) -> Reply:
        found = self.answers.get((path, operation), self.answers.get(operation))
        if found is None and operation == "GetSystemDateAndTime":
            found = replies.system_date(self.now)
        if found is None:
            found = Reply(replies.fault("ActionNotSupported", words=f"{operation} is not there"), 500)
        return found if isinstance(found, Reply) else Reply(found)

    def _refused(self) -> Reply:
        if "digest" not in self.ways:
            return self.refusal
        header = self.challenge.format(nonce=self.nonces[0])
        return Reply(self.refusal.body, 401, {"WWW-Authenticate": header})

    def _way(self, request: web.Request, envelope: etree._Element) -> str:
        if request.headers.get("Authorization", "").startswith("Digest "):
            return "digest"
        return "token" if envelope.find(".//wsse:UsernameToken", NS) is not None else ""

    def _admits(self, way: str, request: web.Request, envelope: etree._Element) -> bool:
        if not way:
            return False
        known = way in self.ways
        fits = known and (self._token_fits(envelope) if way == "token" else self._digest_fits(request))
        self.attempts.append((way, fits))
        return fits

    def _token_fits(self, envelope: etree._Element) -> bool:
        """Password_Digest = Base64(SHA-1(nonce + created + password)), fresh by the camera's own clock."""
        token = envelope.find("s:Header/wsse:Security/wsse:UsernameToken", NS)
        nonce = base64.b64decode(token.findtext("wsse:Nonce", namespaces=NS))
        created = token.findtext("wsu:Created", namespaces=NS)
        expected = base64.b64encode(hashlib.sha1(nonce + created.encode() + self.password.encode()).digest()).decode()
        age = self.now - datetime.fromisoformat(created.replace("Z", "+00:00")).timestamp()
        return bool(
            token.findtext("wsse:Username", namespaces=NS) == self.username
            and token.findtext("wsse:Password", namespaces=NS) == expected
            and 0 <= age <= self.tolerance
        )

    def _digest_fits(self, request: web.Request) -> bool:
        told = {
            name: quoted or bare
            for name, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', request.headers["Authorization"])
        }
        realm = re.search(r'realm="([^"]*)"', self.challenge)
        assert realm is not None
        algorithm = hashlib.sha256 if "SHA-256" in self.challenge else hashlib.md5

        def h(text: str) -> str:
            return algorithm(text.encode()).hexdigest()

        a1 = h(f"{self.username}:{realm[1]}:{self.password}")
        a2 = h(f"{request.method}:{request.raw_path}")
        if "qop" in self.challenge:
            expected = h(f"{a1}:{told['nonce']}:{told['nc']}:{told['cnonce']}:{told['qop']}:{a2}")
        else:
            expected = h(f"{a1}:{told['nonce']}:{a2}")
        fields = (self.nonces[0], request.raw_path, expected)
        return (told["nonce"], told["uri"], told["response"]) == fields


@asynccontextmanager
async def running(camera: Camera) -> AsyncIterator[Camera]:
    """The camera on a port of its own on loopback, which `camera.port` tells."""
    app = web.Application(client_max_size=2**20)
    app.router.add_route("*", "/{tail:.*}", camera.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    camera.port = runner.addresses[0][1]
    try:
        yield camera
    finally:
        await runner.cleanup()


def complete(**more: Reply | bytes) -> dict[str | tuple[str, str], Reply | bytes]:
    """The replies of a camera with both media services: H.265 main by Media2 only, H.264 sub by both."""
    table: dict[str | tuple[str, str], Reply | bytes] = {
        "GetDeviceInformation": replies.information(),
        "GetServices": replies.services(
            device="http://10.0.0.9/onvif/device_service",
            media1="http://10.0.0.9/onvif/Media",
            media2="http://10.0.0.9/onvif/Media2",
        ),
        ("/onvif/Media", "GetProfiles"): replies.profiles1(replies.profile1("sub", "H264", 640, 360)),
        ("/onvif/Media2", "GetProfiles"): replies.profiles2(
            replies.profile2("sub", "H264", 640, 360), replies.profile2("main", "H265", 2560, 1440)
        ),
        ("/onvif/Media2", "GetStreamUri"): replies.uri2("GetStreamUri", "rtsp://10.0.0.9:554/live"),
        ("/onvif/Media2", "GetSnapshotUri"): replies.uri2("GetSnapshotUri", "http://10.0.0.9/snap.jpg"),
        ("/onvif/Media", "GetStreamUri"): replies.uri1("GetStreamUri", "rtsp://10.0.0.9:554/live1"),
        ("/onvif/Media", "GetSnapshotUri"): replies.uri1("GetSnapshotUri", "http://10.0.0.9/snap1.jpg"),
    }
    return table | dict(more)

"""A small township on addresses of this process, and the rawest of clients: nothing here knows skywatch's protocols."""

import asyncio
import hashlib
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import av

from skywatch.clock import Clock
from skywatch.credentials import Credentials
from skywatch.inventory import Camera, Feed, Inventory, Kind, Light, Uplink, Village
from skywatch.simulator import Scenario, SceneCache, SimCamera, Simulator, cameras_of

USER, PASSWORD = "admin", "Correct-Horse-9"
BRANDS = ("海康威视", "Dahua", "宇视", "Axis", "天地伟业", "TVT", "雄迈", "unheard of")
_NET = f"127.{100 + os.getpid() % 100}"
ONVIF, RTSP = 18080, 18554


def inventory(*cameras: Camera) -> Inventory:
    """Two villages on one uplink and a hamlet on another, each on its own feed; `cameras` are put in as they say."""
    villages = {
        code: Village(code, code, kind, 4, f"feed-{code}", uplink, "con", 118.1, 36.2)
        for code, kind, uplink in (
            ("east", Kind.VILLAGE, "line-1"),
            ("west", Kind.VILLAGE, "line-1"),
            ("mill", Kind.HAMLET, "line-2"),
        )
    }
    return Inventory(
        villages,
        {camera.code: camera for camera in cameras},
        {f"feed-{code}": Feed(f"feed-{code}", code) for code in villages},
        {code: Uplink(code, code, "移动") for code in ("line-1", "line-2")},
    )


def row(number: int, **changes: Any) -> Camera:
    """A ledger row: small pictures, so that a film takes milliseconds."""
    camera = Camera(
        code=f"3703991500132{number:07d}",
        name=f"camera {number}",
        village="east",
        host=f"{_NET}.{number // 200}.{number % 200 + 1}",
        manufacturer="unheard of",
        model="x264",
        onvif_port=ONVIF,
        rtsp_port=RTSP,
        width=640,
        height=360,
        light=Light.INFRARED,
        credentials="cameras",
    )
    return replace(camera, **changes)


def simulated(*rows: Camera) -> list[SimCamera]:
    return cameras_of(inventory(*rows), lambda name: Credentials(USER, PASSWORD))


def start(*rows: Camera, films: SceneCache, clock: Clock | None = None, **options: Any) -> Simulator:
    """A simulator of `rows`, by daylight unless told otherwise."""
    options.setdefault("daylight", "day")
    return Simulator(simulated(*rows), options.pop("scenario", None), clock=clock, scenes=films, **options)


def scenario(text: str) -> Scenario:
    from skywatch.simulator.scenario_file import read

    return read(text)


def watch(camera: SimCamera, path: str = "", transport: str = "tcp", frames: int = 3) -> list[av.VideoFrame]:
    """What FFmpeg makes of the first pictures of a stream. Blocks; raises what PyAV raises."""
    url = f"rtsp://{USER}:{PASSWORD}@{camera.host}:{camera.rtsp_port}{path or camera.main.path}"
    options = {"rtsp_transport": transport, "timeout": "3000000", "fpsprobesize": "0", "analyzeduration": "1"}
    seen: list[av.VideoFrame] = []
    with av.open(url, options=options) as stream:
        for frame in stream.decode(video=0):
            seen.append(frame)
            if len(seen) == frames:
                break
    return seen


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes


class Rtsp:
    """A connection on which every byte is asked for by hand."""

    def __init__(self, camera: SimCamera, password: str = PASSWORD) -> None:
        self.camera = camera
        self.password = password
        self.sequence = 0
        self.url = f"rtsp://{camera.host}:{camera.rtsp_port}{camera.main.path}"

    async def __aenter__(self) -> "Rtsp":
        self.reader, self.writer = await asyncio.open_connection(self.camera.host, self.camera.rtsp_port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()
        try:
            await self.writer.wait_closed()
        except ConnectionError:
            return

    async def ask(self, method: str, url: str = "", **headers: str) -> Reply:
        self.sequence += 1
        lines = [f"{method} {url or self.url} RTSP/1.0", f"CSeq: {self.sequence}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n")
        return await self.reply()

    async def reply(self) -> Reply:
        while (first := await self.reader.readexactly(1)) == b"$":
            head = await self.reader.readexactly(3)
            await self.reader.readexactly(int.from_bytes(head[1:], "big"))
        text = (first + await self.reader.readuntil(b"\r\n\r\n")).decode()
        status, *lines = text.strip().split("\r\n")
        headers = _headers(lines)
        body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        return Reply(int(status.split()[1]), headers, body)

    async def signed(self, method: str, url: str = "", **headers: str) -> Reply:
        """Ask, and once more with a Digest when the camera wants one."""
        reply = await self.ask(method, url, **headers)
        if reply.status != 401:
            return reply
        challenge = reply.headers["www-authenticate"]
        return await self.ask(
            method, url, Authorization=digest(challenge, method, url or self.url, self.password), **headers
        )

    async def play(self, **transport: str) -> Reply:
        """DESCRIBE, SETUP over TCP, PLAY; the reply to the first that is not 200, or to PLAY."""
        described = await self.signed("DESCRIBE")
        if described.status != 200:
            return described
        control = described.headers["content-base"] + "trackID=1"
        setup = await self.signed(
            "SETUP", control, Transport=transport.get("transport", "RTP/AVP/TCP;unicast;interleaved=0-1")
        )
        if setup.status != 200:
            return setup
        self.session = setup.headers["session"].partition(";")[0]
        return await self.signed("PLAY", Session=self.session)

    async def packet(self) -> tuple[int, bytes]:
        """(channel, packet): the next interleaved one."""
        head = await self.reader.readexactly(4)
        assert head[:1] == b"$"
        return head[1], await self.reader.readexactly(int.from_bytes(head[2:], "big"))


def digest(challenge: str, method: str, uri: str, password: str, user: str = USER) -> str:
    """An Authorization header after RFC 2617, written for the tests; of several challenges, the one for MD5."""
    line = next(line for line in challenge.split("\n") if line.startswith("Digest") and "SHA-256" not in line)
    given = dict(re.findall(r'(\w+)="([^"]*)"', line))

    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()

    first, second = md5(f"{user}:{given['realm']}:{password}"), md5(f"{method}:{uri}")
    base = f'Digest username="{user}", realm="{given["realm"]}", nonce="{given["nonce"]}", uri="{uri}"'
    if "qop" in given:
        response = md5(f"{first}:{given['nonce']}:00000001:abcd:auth:{second}")
        return f'{base}, qop=auth, nc=00000001, cnonce="abcd", response="{response}"'
    response = md5(f"{first}:{given['nonce']}:{second}")
    return f'{base}, response="{response}"'


async def connects(host: str, port: int, within: float = 0.4) -> str:
    """What becomes of a connection: "open", "refused" or "silent"."""
    try:
        async with asyncio.timeout(within):
            _, writer = await asyncio.open_connection(host, port)
    except TimeoutError:
        return "silent"
    except ConnectionRefusedError:
        return "refused"
    writer.close()
    await writer.wait_closed()
    return "open"


async def http(camera: SimCamera, body: str, head: str = "", path: str = "/onvif/device_service") -> Reply:
    """One POST on a connection of its own, as bytes."""
    reader, writer = await asyncio.open_connection(camera.host, camera.onvif_port)
    request = f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{head}Content-Length: "
    writer.write(f"{request}{len(body.encode())}\r\n\r\n{body}".encode())
    data = await reader.read()
    writer.close()
    await writer.wait_closed()
    top, _, rest = data.partition(b"\r\n\r\n")
    status, *lines = top.decode("latin-1").split("\r\n")
    return Reply(int(status.split()[1]), _headers(lines), rest)


def _headers(lines: list[str]) -> dict[str, str]:
    """By lower-case name; what comes more than once is put on lines of its own."""
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        key = name.lower()
        headers[key] = f"{headers[key]}\n{value.strip()}" if key in headers else value.strip()
    return headers


ROOT = Path(__file__).parents[2]

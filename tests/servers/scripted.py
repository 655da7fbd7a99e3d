"""A server on loopback that says exactly what a test tells it to, byte by byte."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Asked:
    """One request, as it came."""

    method: str
    uri: str
    headers: dict[str, str]

    @property
    def sequence(self) -> str:
        return self.headers.get("cseq", "")


@dataclass
class Talk:
    """One connection. `asked` is every request that came over it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    asked: list[Asked] = field(default_factory=list)

    async def hear(self) -> Asked:
        """The next request; interleaved frames and answers before it are passed over. EOFError at the end."""
        while True:
            first = await self.reader.readexactly(1)
            if first == b"$":
                head = await self.reader.readexactly(3)
                await self.reader.readexactly(int.from_bytes(head[1:], "big"))
                continue
            text = (first + await self.reader.readuntil(b"\r\n\r\n")).decode()
            if text.startswith("RTSP/"):
                continue
            lines = text.strip().split("\r\n")
            method, uri, _version = lines[0].split(" ")
            pairs = (line.partition(": ") for line in lines[1:])
            self.asked.append(Asked(method, uri, {name.lower(): value for name, _, value in pairs}))
            return self.asked[-1]

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self, asked: Asked, status: str = "200 OK", body: bytes = b"", **headers: str) -> None:
        await self.say(answer(asked, status, body, **headers))

    async def stay(self) -> None:
        """Until the client goes; whatever else it says is heard and not answered."""
        while await self.reader.read(65536):
            pass

    def reset(self) -> None:
        """Hang up rudely (RST)."""
        self.writer.transport.abort()


def answer(asked: Asked, status: str = "200 OK", body: bytes = b"", **headers: str) -> bytes:
    """A proper answer. Header names are written with underscores."""
    lines = [f"RTSP/1.0 {status}", f"CSeq: {asked.sequence}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines += ["Content-Type: application/sdp", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def frame(channel: int, payload: bytes) -> bytes:
    return bytes([0x24, channel]) + len(payload).to_bytes(2, "big") + payload


Behaviour = Callable[[Talk], Awaitable[None]]


@dataclass
class Server:
    """What is running: its port, and the conversations so far."""

    port: int
    talks: list[Talk] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self.port}/stream"

    @property
    def asked(self) -> list[Asked]:
        return [asked for talk in self.talks for asked in talk.asked]

    @property
    def methods(self) -> list[str]:
        return [asked.method for asked in self.asked]


@asynccontextmanager
async def scripted(behaviour: Behaviour, host: str = "127.0.0.1") -> AsyncIterator[Server]:
    """Serve every connection with `behaviour`. A mistake in the behaviour is raised at the end, a client that left is
    none."""
    failures: list[BaseException] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = Talk(reader, writer)
        server.talks.append(talk)
        try:
            await behaviour(talk)
        except (EOFError, ConnectionError, asyncio.CancelledError):
            pass
        except Exception as error:
            failures.append(error)
        finally:
            with suppress(ConnectionError):
                writer.close()
                await writer.wait_closed()

    listening = await asyncio.start_server(serve, host, 0)
    server = Server(listening.sockets[0].getsockname()[1])
    try:
        yield server
    finally:
        listening.close()
        for talk in server.talks:
            talk.writer.transport.abort()
        await asyncio.sleep(0)
    if failures:
        raise failures[0]


SDP = b"v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track1\r\n"
Reply = Callable[[Asked], bytes]


@dataclass
class Camera:
    """A well-behaved camera, of which a test changes one thing.

    `sdp` describes the stream; `replies` overrides the answer to a method (or to its nth time: `SETUP 2`); `packets`
    are said after PLAY, as they are; then the camera stays, or hangs up if `leaves`.
    """

    sdp: bytes = SDP
    replies: dict[str, bytes | Reply] = field(default_factory=dict)
    packets: bytes = b""
    leaves: bool = False

    async def __call__(self, talk: Talk) -> None:
        counts: dict[str, int] = {}
        while True:
            asked = await talk.hear()
            counts[asked.method] = counts.get(asked.method, 0) + 1
            nth = f"{asked.method} {counts[asked.method]}"
            reply = self.replies.get(nth, self.replies.get(asked.method, self._proper))
            await talk.say(reply if isinstance(reply, bytes) else reply(asked))
            if asked.method == "PLAY":
                await talk.say(self.packets)
                if self.leaves:
                    return
            if asked.method == "TEARDOWN":
                return

    def _proper(self, asked: Asked) -> bytes:
        match asked.method:
            case "DESCRIBE":
                return answer(asked, body=self.sdp, Content_Base=asked.uri + "/")
            case "SETUP":
                return answer(asked, Session="4711;timeout=60", Transport=asked.headers["transport"])
            case _:
                return answer(asked)


def client_ports(asked: Asked) -> tuple[int, int]:
    """Where a UDP client listens, by its SETUP."""
    found = re.search(r"client_port=(\d+)-(\d+)", asked.headers["transport"])
    assert found is not None
    return int(found[1]), int(found[2])

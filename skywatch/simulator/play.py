"""Plays a stream to one viewer: frames at their pace, RTP over the RTSP connection or UDP, with every stream fault."""

import asyncio
import random
import socket
import struct
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

from skywatch.simulator import rtp
from skywatch.simulator.camera import Stream
from skywatch.simulator.condition import Condition
from skywatch.simulator.rtp import CLOCK, PAYLOAD_TYPES, Reel
from skywatch.simulator.scenes import Shot
from skywatch.simulator.site import Site

REPORT_EVERY = 5.0
"""Seconds between RTCP sender reports."""

_BURST = 32  # UDP packets in a row: a keyframe sent at once would overrun the viewer's socket buffer
_PCMA = 8


class Cut(Exception):
    """The camera hangs up now."""


class Wire(ABC):
    """How packets of one track travel."""

    @abstractmethod
    async def send(self, packets: Sequence[bytes]) -> None:
        """These RTP packets, at once."""

    @abstractmethod
    def report(self, packet: bytes) -> None:
        """One RTCP packet."""

    def close(self) -> None:  # noqa: B027 - not every wire holds something
        """Give back what the wire holds."""


class Interleaved(Wire):
    """Packets between the answers of the RTSP connection (RFC 2326 section 10.12)."""

    def __init__(self, writer: asyncio.StreamWriter, channel: int) -> None:
        self._writer = writer
        self._channel = channel

    async def send(self, packets: Sequence[bytes]) -> None:
        if self._writer.is_closing():
            raise ConnectionResetError
        self._writer.write(b"".join(self._framed(self._channel, packet) for packet in packets))
        await self._writer.drain()

    def report(self, packet: bytes) -> None:
        if not self._writer.is_closing():
            self._writer.write(self._framed(self._channel + 1, packet))

    @staticmethod
    def _framed(channel: int, packet: bytes) -> bytes:
        return struct.pack("!BBH", 0x24, channel, len(packet)) + packet


class Datagrams(Wire):
    """Packets over UDP, from a pair of ports of the camera's own address to the viewer's pair."""

    def __init__(self, host: str, viewer: str, ports: tuple[int, int]) -> None:
        """Raises OSError where no pair of ports is free."""
        self._pair = _pair(host)
        self._viewer = viewer
        self._ports = ports

    @property
    def ports(self) -> tuple[int, int]:
        return self._pair[0].getsockname()[1], self._pair[1].getsockname()[1]

    async def send(self, packets: Sequence[bytes]) -> None:
        for number, packet in enumerate(packets):
            with suppress(OSError):  # nobody listens there: a camera doesn't notice
                self._pair[0].sendto(packet, (self._viewer, self._ports[0]))
            if number % _BURST == _BURST - 1:
                await asyncio.sleep(0.002)

    def report(self, packet: bytes) -> None:
        with suppress(OSError):
            self._pair[1].sendto(packet, (self._viewer, self._ports[1]))

    def close(self) -> None:
        for sock in self._pair:
            sock.close()


def _pair(host: str) -> tuple[socket.socket, socket.socket]:
    """Two UDP sockets on an even port and the next one (RFC 3550 section 11)."""
    for _ in range(50):
        even = random.randrange(20_000, 60_000, 2)
        pair = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            for sock, port in zip(pair, (even, even + 1), strict=True):
                sock.setblocking(False)
                sock.bind((host, port))
        except OSError:
            for sock in pair:
                sock.close()
            continue
        return pair
    raise OSError("no pair of UDP ports is free")


@dataclass(slots=True)
class Track:
    """One RTP stream in the making."""

    wire: Wire
    payload_type: int
    lots: random.Random
    loss: float = 0.0
    ssrc: int = 0
    sequence: int = 0
    base: int = 0
    packets: int = 0
    octets: int = 0
    reported: float = field(default=-REPORT_EVERY)

    def __post_init__(self) -> None:
        self.ssrc, self.base = self.lots.getrandbits(32), self.lots.getrandbits(32)
        self.sequence = self.lots.getrandbits(16)

    def stamp(self, seconds: float, clock: int = CLOCK) -> int:
        return self.base + int(seconds * clock)

    def wrap(self, payloads: Sequence[bytes], timestamp: int, *, ends: bool = True) -> list[bytes]:
        """Packets for `payloads`, some of them lost on the way as `loss` has it; the last one is marked if it `ends`
        the frame."""
        packets = []
        for number, payload in enumerate(payloads):
            marker = ends and number == len(payloads) - 1
            head = rtp.header(self.payload_type, marker, self.sequence, timestamp, self.ssrc)
            self.sequence += 1
            if not self.loss or self.lots.random() >= self.loss:
                packets.append(head + payload)
        self.packets += len(payloads)
        self.octets += sum(map(len, payloads))
        return packets


class Player:
    """Plays `stream` of a camera until it is cancelled, or raises Cut when the camera hangs up."""

    def __init__(self, site: Site, condition: Condition, stream: Stream, reel: Reel, shot: Shot) -> None:
        self._site = site
        self._condition = condition
        self._stream = stream
        self._reel = reel
        self._shot = shot
        self._wanted: asyncio.Task[Reel] | None = None

    async def play(self, video: Track | None, audio: Track | None) -> None:
        try:
            await self._play(video, audio)
        finally:
            if self._wanted is not None:
                self._wanted.cancel()

    async def _play(self, video: Track | None, audio: Track | None) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        shown = 0
        while True:
            for number, frame in self._frames():
                moment = shown / self._reel.frame_rate
                await asyncio.sleep(began + moment - loop.time())
                shown += 1
                if self._condition.silent("rtsp") or self._condition.get("no_packets"):
                    continue
                if video is not None:
                    await self._show(video, frame, number, moment)
                if audio is not None:
                    await self._hum(audio, moment)
            self._refresh()

    def _frames(self) -> Iterator[tuple[int, tuple[bytes, ...]]]:
        if self._condition.get("no_keyframe"):
            return enumerate(rtp.lone_frames(self._reel), 1)
        return enumerate(self._reel.frames)

    async def _show(self, track: Track, frame: tuple[bytes, ...], number: int, moment: float) -> None:
        timestamp = track.stamp(moment)
        track.loss = self._condition.number("packet_loss", "ratio")
        if self._condition.get("flood"):
            await self._flood(track, timestamp)
        if number == 0 and self._condition.get("cut_mid_frame"):
            await track.wire.send(track.wrap(frame[: max(1, len(frame) // 2)], timestamp, ends=False))
            raise Cut
        if moment - track.reported >= REPORT_EVERY:
            track.reported = moment
            self._report(track, timestamp)
        await track.wire.send(track.wrap(frame, timestamp))

    def _report(self, track: Track, timestamp: int) -> None:
        now = self._condition.now()
        track.wire.report(rtp.sender_report(track.ssrc, max(0.0, now), timestamp, track.packets, track.octets))

    async def _flood(self, track: Track, timestamp: int) -> None:
        for number in count():
            if not self._condition.get("flood"):
                return
            block = [rtp.fragment(self._stream.codec, number * _BURST + n) for n in range(_BURST)]
            await track.wire.send(track.wrap(block, timestamp, ends=False))
            await asyncio.sleep(0)

    async def _hum(self, track: Track, moment: float) -> None:
        """As much silence as a frame lasts, in A-law."""
        silence = b"\xd5" * (8000 // self._reel.frame_rate)
        await track.wire.send(track.wrap([silence], track.stamp(moment, 8000)))

    def _refresh(self) -> None:
        """Go over to what the camera sees by now, as soon as that film is there; play the old one on until then."""
        shot = self._site.shot(self._condition, self._stream)
        if shot == self._shot:
            return
        if reel := self._site.scenes.held(shot):
            self._reel, self._shot = reel, shot
        elif self._wanted is None or self._wanted.done():
            self._wanted = asyncio.ensure_future(self._site.scenes.reel(shot))


def track(condition: Condition, wire: Wire, codec: str) -> Track:
    """A track of `codec` (`pcma` too) over `wire`; its numbers begin where chance has it, as RFC 3550 wants."""
    kind = _PCMA if codec == "pcma" else PAYLOAD_TYPES[codec]
    return Track(wire, kind, random.Random(f"{condition.camera.code}:{condition.true_now()}:{codec}"))

"""One track's packets, from the wire to its first keyframe and the link's figures. Knows no sockets and no RTSP."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import Protocol

from skywatch.protocols.errors import ProtocolError, Truncated
from skywatch.protocols.rtsp import h264, h265, rtp
from skywatch.protocols.rtsp.foreign import Keeper
from skywatch.protocols.rtsp.mjpeg import MjpegPictures
from skywatch.protocols.rtsp.model import Link
from skywatch.protocols.rtsp.nal import NalPictures
from skywatch.protocols.rtsp.pictures import Assembler, Picture
from skywatch.protocols.rtsp.reception import Meter, Reception, Reorder
from skywatch.protocols.rtsp.sdp import Track
from skywatch.protocols.rtsp.unit import AccessUnit, Codec


class Depacketizer(Protocol):
    """One codec's way from packets in order to pictures."""

    def push(self, packet: rtp.Packet, gap: bool) -> Sequence[Picture]: ...


def depacketizer(track: Track) -> Depacketizer:
    """What understands `track`, told what its session description says."""
    told = track.format.parameters
    match track.codec:
        case Codec.H264:
            return NalPictures(h264.H264Unpacker(), Assembler(h264.H264Grammar(), h264.sets_of(told)))
        case Codec.H265:
            unpacker = h265.H265Unpacker(h265.is_numbered(told))
            return NalPictures(unpacker, Assembler(h265.H265Grammar(), h265.sets_of(told)))
        case Codec.MJPEG:
            return MjpegPictures(track.media.size)
        case None:
            return Keeper()


class Receiver:
    """Takes a track's RTP and RTCP packets as they arrive; whoever waits is woken at the first packet, at the first
    complete keyframe, and at the end. `now` is the event loop's time; `reorder` puts UDP's packets in order first."""

    def __init__(self, track: Track, now: Callable[[], float], reorder: bool) -> None:
        self._type = track.format.payload_type
        self._now = now
        self._reorder = Reorder() if reorder else None
        self._reception = Reception(track.format.clock)
        self._meter = Meter(track.format.clock)
        self._depacketizer = depacketizer(track)
        self._ours = secrets.randbits(32)
        self._heard: tuple[int, float] = (0, 0.0)
        self._changed = asyncio.Event()
        self._failure: ProtocolError | None = None
        self._begun = False
        self._keyframe_at = -1
        self.keyframe: AccessUnit | None = None
        self.frame_rate: float | None = None
        self.strangers: set[int] = set()
        self.damaged = 0
        self.keys = 0

    def announce(self, source: int) -> None:
        """The camera said whose packets will come. It need not be true."""
        self._reception.announced = source

    def on_rtp(self, data: bytes) -> None:
        """One packet off the wire. Never raises: what a packet breaks is raised to whoever waits."""
        packet = rtp.parse(data)
        if packet is None or self._failure is not None:
            return
        if packet.payload_type != self._type:
            self.strangers.add(packet.payload_type)
            return
        now = self._now()
        try:
            if self._reorder is None:
                self._use(packet, now)
                return
            for ordered in self._reorder.push(packet, now):
                self._use(ordered, now)
        except ProtocolError as error:
            self.fail(error)

    def _use(self, packet: rtp.Packet, now: float) -> None:
        missing = self._reception.admit(packet, now)
        if missing < 0:
            return
        if not self._begun:
            self._begun = True
            self._changed.set()
        self._meter.packet(packet.timestamp, len(packet.payload))
        for picture in self._depacketizer.push(packet, missing > 0):
            self._see(picture)
        if self._keyframe_at == packet.timestamp:
            self._doubt()

    def _see(self, picture: Picture) -> None:
        self.damaged += not picture.whole
        if picture.key:
            self.keys += 1
            self._meter.key(picture.timestamp)
        if picture.unit is not None and self.keyframe is None:
            self.keyframe, self._keyframe_at = picture.unit, picture.timestamp
            self.frame_rate = picture.frame_rate
            self._changed.set()

    def _doubt(self) -> None:
        """The keyframe goes back if it turns out that it wasn't over."""
        source = self._depacketizer
        if isinstance(source, NalPictures) and source.assembler.reopened:
            self.keyframe, self._keyframe_at = None, -1

    def on_rtcp(self, data: bytes) -> None:
        """One compound packet off the wire."""
        for item in rtp.parse_control(data):
            if isinstance(item, rtp.SenderReport):
                self._heard = (item.compact, self._now())
            elif self._reception.source in item.sources:
                self.fail(Truncated("the camera ended the stream (RTCP BYE)"))

    def report(self) -> bytes:
        """The next receiver report: cameras hang up on receivers that send none."""
        compact, at = self._heard
        return rtp.receiver_report(self._ours, self._reception.report(compact, self._now() - at))

    def fail(self, error: ProtocolError) -> None:
        """The stream is over; the first reason counts."""
        self._failure = self._failure or error
        self._changed.set()

    async def first_packet(self) -> None:
        """Return once a packet of the track has come. Raises the failure that came instead."""
        while not self._begun:
            await self._wait()

    async def whole_keyframe(self) -> AccessUnit:
        """The first complete keyframe. Raises the failure that came instead."""
        while self.keyframe is None:
            await self._wait()
        return self.keyframe

    async def listen(self, until: float) -> None:
        """Listen until that loop time. Raises the failure that ended it."""
        try:
            async with asyncio.timeout_at(until):
                while True:
                    await self._wait()
        except TimeoutError:
            return

    async def _wait(self) -> None:
        if self._failure is not None:
            raise self._failure
        self._changed.clear()
        await self._changed.wait()

    @property
    def kept(self) -> tuple[bytes, ...]:
        """The packets of a track that nobody here takes apart, as `Keeper` keeps them."""
        return tuple(self._depacketizer.packets) if isinstance(self._depacketizer, Keeper) else ()

    def link(self) -> Link:
        """What was measured so far."""
        reception, meter = self._reception, self._meter
        return Link(
            reception.loss,
            reception.jitter if meter.frames > 1 else None,
            meter.frame_rate,
            meter.bit_rate,
            meter.keyframe_interval,
            reception.received,
            meter.frames,
        )

    def evidence(self) -> str:
        """Why there is no keyframe, for a person."""
        link = self.link()
        said = [f"{link.packets} packets, {link.frames} pictures"]
        if link.loss:
            said.append(f"{link.loss:.1%} of the packets lost")
        if self.damaged:
            said.append(f"{self.damaged} pictures damaged")
        if self.keys and not self.damaged:
            said.append(f"{self.keys} keyframes")
        source = self._depacketizer
        if isinstance(source, NalPictures) and source.assembler.unparametrized:
            said.append("keyframes came, but no parameter sets")
        if isinstance(source, NalPictures) and source.assembler.recoveries:
            said.append("intra refresh: it marks recovery points but sends no picture that stands alone")
        return "; ".join(said)

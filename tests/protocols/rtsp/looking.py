"""What the tests of whole looks share: a look at a scripted server, and a stream for it to send."""

import asyncio
from collections.abc import Iterable
from typing import Any

import av

from skywatch.credentials import Credentials
from skywatch.inventory import Transport
from skywatch.protocols.rtsp import AccessUnit, Look, Target, look
from tests.protocols.rtsp.packetize import clip, packets
from tests.servers.scripted import Server, frame

SOON = 0.5
"""Seconds: the deadline where a test waits for one."""


async def look_at(
    url: str,
    seconds: float = 5.0,
    *,
    credentials: Credentials | None = None,
    transport: Transport = Transport.AUTO,
    listen: float = 0.0,
) -> Look:
    loop = asyncio.get_running_loop()
    return await look(Target(url, credentials, transport), loop.time() + seconds, listen=listen)


def interleaved(data: Iterable[bytes], channel: int = 0) -> bytes:
    return b"".join(frame(channel, packet) for packet in data)


def stream(codec: str = "h264", slices: int = 1, first: int = 0) -> bytes:
    """Eight pictures, the first and fifth a keyframe, as interleaved frames on channel 0."""
    return interleaved(packets(map(list, clip(codec, slices)), codec=codec, first=first))


def decoded(unit: AccessUnit) -> list[tuple[int, int]]:
    """The sizes of the pictures that a decoder finds in `unit`."""
    context: Any = av.CodecContext.create({"h264": "h264", "h265": "hevc", "mjpeg": "mjpeg"}[unit.codec], "r")
    frames = [*context.decode(av.Packet(unit.data)), *context.decode(None)]
    return [(picture.width, picture.height) for picture in frames if not picture.is_corrupt]


def methods(server: Server) -> list[str]:
    return [asked.method for asked in server.asked]

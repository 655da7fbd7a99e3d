"""What a sick or hostile camera sends instead of an answer: bytes without sense and without end."""

import asyncio
import random
from collections.abc import Iterable, Iterator
from itertools import chain, count, islice, repeat

from skywatch.simulator.condition import Condition

OVERSIZED = 2 << 30
"""Bytes that an oversized answer announces."""

_UNSENT = 256 << 10  # what may wait in our own buffers
_FAULTS = ("endless_header", "oversized", "garbage")


def nonsense(condition: Condition, service: str, greeting: str) -> Iterator[bytes] | None:
    """What `condition` sends on `service` instead of any answer; None if it is sane. `greeting` is the protocol's word
    in a status line (`HTTP/1.1`, `RTSP/1.0`)."""
    for fault, make in zip(_FAULTS, (_endless_header, _oversized, _garbage), strict=True):
        if condition.get(fault, service):
            return make(greeting)
    return None


def _endless_header(greeting: str) -> Iterator[bytes]:
    lines = (f"X-Filler-{number}: {'all work and no play ' * 40}\r\n".encode() for number in count())
    return chain([f"{greeting} 200 OK\r\nCSeq: 1\r\n".encode()], lines)


def _oversized(greeting: str) -> Iterator[bytes]:
    kind = "application/sdp" if greeting.startswith("RTSP") else "application/soap+xml"
    head = f"{greeting} 200 OK\r\nCSeq: 1\r\nContent-Type: {kind}\r\nContent-Length: {OVERSIZED}\r\n\r\n"
    block = b"<!-- -->" * 4096
    return chain([head.encode()], islice(repeat(block), OVERSIZED // len(block)))


def _garbage(greeting: str) -> Iterator[bytes]:
    """2 kB of noise; no '$' in front, which RTSP would take for a packet."""
    noise = random.Random(greeting).randbytes(2048).replace(b"\x00", b"\x01")
    return iter([b"\x16\x03" + noise + b"\r\n\r\n"])


async def pour(transport: asyncio.WriteTransport, chunks: Iterable[bytes]) -> None:
    """Send `chunks` as fast as the other side takes them, until it hangs up."""
    for chunk in chunks:
        if transport.is_closing():
            return
        transport.write(chunk)
        await asyncio.sleep(0)
        # polled, as the connection's own protocol keeps the callbacks that tell when there is room again
        while transport.get_write_buffer_size() > _UNSENT and not transport.is_closing():  # noqa: ASYNC110
            await asyncio.sleep(0.005)

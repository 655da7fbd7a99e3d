"""RTP and RTCP packets (RFC 3550), out of bytes and into bytes. No state."""

import struct
from typing import NamedTuple

MASK32 = 0xFFFFFFFF
_HEADER = struct.Struct("!BBHII")
_EXTENSION = struct.Struct("!HH")
_REPORT = struct.Struct("!BBHIIIIIII")
_SENDER, _GOODBYE = 200, 203


class Packet(NamedTuple):
    """One RTP packet. `extension` is (profile, bytes) of the header extension, if there is one."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    source: int
    payload: bytes
    extension: tuple[int, bytes] | None = None


def parse(data: bytes) -> Packet | None:
    """The packet in `data`, None if it isn't RTP version 2 or its lengths contradict each other."""
    if len(data) < 12:
        return None
    first, second, sequence, timestamp, source = _HEADER.unpack_from(data)
    if first == 0x80:
        return Packet(second & 0x7F, second > 0x7F, sequence, timestamp, source, data[12:])
    if first >> 6 != 2:
        return None
    start, end, extension = 12 + 4 * (first & 15), len(data), None
    if first & 0x10:
        if start + 4 > end:
            return None
        profile, words = _EXTENSION.unpack_from(data, start)
        extension = (profile, data[start + 4 : start + 4 + 4 * words])
        start += 4 + 4 * words
    if first & 0x20:
        end -= data[-1]
    if start > end or (first & 0x20 and not data[-1]):
        return None
    return Packet(second & 0x7F, second > 0x7F, sequence, timestamp, source, data[start:end], extension)


def later(timestamp: int, earlier: int) -> int:
    """How much later, in clock ticks, over the wrap at 2**32; negative if it is earlier."""
    return (timestamp - earlier + 0x80000000 & MASK32) - 0x80000000


class SenderReport(NamedTuple):
    """`compact` is the middle 32 bits of the sender's NTP time, which a receiver report gives back."""

    compact: int


class Goodbye(NamedTuple):
    """These sources end."""

    sources: tuple[int, ...]


def parse_control(data: bytes) -> list[SenderReport | Goodbye]:
    """What matters to us in a compound RTCP packet; stops at the first piece that makes no sense."""
    found: list[SenderReport | Goodbye] = []
    at = 0
    while at + 4 <= len(data) and data[at] >> 6 == 2:
        kind, size = data[at + 1], 4 + 4 * int.from_bytes(data[at + 2 : at + 4], "big")
        if at + size > len(data):
            break
        if kind == _SENDER and size >= 28:
            found.append(SenderReport(int.from_bytes(data[at + 10 : at + 14], "big")))
        elif kind == _GOODBYE:
            found.append(Goodbye(struct.unpack_from(f"!{min(data[at] & 31, size // 4 - 1)}I", data, at + 4)))
        at += size
    return found


class Report(NamedTuple):
    """What a receiver tells the sender (RFC 3550, 6.4.2). `fraction` 0..255; `jitter` in clock ticks; `delay` since the
    last sender report in 1/65536 s."""

    source: int
    fraction: int = 0
    lost: int = 0
    highest: int = 0
    jitter: int = 0
    last_report: int = 0
    delay: int = 0


def receiver_report(ours: int, report: Report | None) -> bytes:
    """A compound packet: the report (an empty one as long as nothing came), and the CNAME that the RFC asks for."""
    name = b"skywatch"
    items = bytes([1, len(name)]) + name
    items += bytes(4 - len(items) % 4)
    description = struct.pack("!BBHI", 0x81, 202, 1 + len(items) // 4, ours) + items
    if report is None:
        return struct.pack("!BBHI", 0x80, 201, 1, ours) + description
    losses = (min(max(report.fraction, 0), 255) << 24) | (min(max(report.lost, 0), 0x7FFFFF))
    block = (losses, report.highest & MASK32, report.jitter & MASK32, report.last_report, report.delay & MASK32)
    return _REPORT.pack(0x81, 201, 7, ours, report.source, *block) + description

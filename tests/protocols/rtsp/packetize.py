"""RTP packets for tests, made without the code under test: headers, H.264, H.265 and JPEG payloads."""

import struct
from collections.abc import Iterable, Iterator
from functools import cache

from tests.servers.clips import encoded


def rtp(
    sequence: int, timestamp: int, payload: bytes, *, marker: bool = False, payload_type: int = 96, source: int = 7
) -> bytes:
    head = struct.pack(
        "!BBHII", 0x80, payload_type | (0x80 if marker else 0), sequence & 0xFFFF, timestamp & 0xFFFFFFFF, source
    )
    return head + payload


def h264_payloads(nal: bytes, size: int) -> Iterator[bytes]:
    """A single unit, or FU-As of `size` bytes."""
    if len(nal) <= size:
        yield nal
        return
    pieces = [nal[1:][at : at + size] for at in range(0, len(nal) - 1, size)]
    for number, piece in enumerate(pieces):
        flags = (0x80 if number == 0 else 0) | (0x40 if number == len(pieces) - 1 else 0)
        yield bytes([nal[0] & 0xE0 | 28, flags | nal[0] & 31]) + piece


def h265_payloads(nal: bytes, size: int, donl: bool = False) -> Iterator[bytes]:
    """A single unit, or FUs of `size` bytes; with DONL fields if asked for."""
    number_field = b"\x00\x05" if donl else b""
    if len(nal) <= size:
        yield nal[:2] + number_field + nal[2:]
        return
    kind = nal[0] >> 1 & 63
    pieces = [nal[2:][at : at + size] for at in range(0, len(nal) - 2, size)]
    for number, piece in enumerate(pieces):
        flags = (0x80 if number == 0 else 0) | (0x40 if number == len(pieces) - 1 else 0)
        head = bytes([nal[0] & 0x81 | 49 << 1, nal[1], flags | kind])
        yield head + (number_field if number == 0 else b"") + piece


def aggregate(nals: list[bytes]) -> bytes:
    """STAP-A."""
    return b"\x18" + b"".join(struct.pack("!H", len(nal)) + nal for nal in nals)


def packets(
    pictures: Iterable[list[bytes]], *, codec: str = "h264", size: int = 1000, first: int = 0, step: int = 3600
) -> list[bytes]:
    """RTP packets of pictures (lists of NAL units): one timestamp and one marker a picture."""
    made: list[bytes] = []
    cut = h264_payloads if codec == "h264" else h265_payloads
    for number, nals in enumerate(pictures):
        payloads = [payload for nal in nals for payload in cut(nal, size)]
        for index, payload in enumerate(payloads):
            last = index == len(payloads) - 1
            made.append(rtp(first + len(made), number * step, payload, marker=last))
    return made


def jpeg_packets(picture: bytes, *, timestamp: int = 0, first: int = 0, size: int = 1000) -> list[bytes]:
    """RFC 2435 packets of a baseline JPEG file, with its own quantization tables (Q 255)."""
    tables, width, height, halved, at = b"", 0, 0, False, 2
    while picture[at + 1] != 0xDA:
        length = int.from_bytes(picture[at + 2 : at + 4], "big")
        body = picture[at + 4 : at + 2 + length]
        if picture[at + 1] == 0xDB:
            tables += b"".join(body[start + 1 : start + 65] for start in range(0, len(body), 65))
        elif picture[at + 1] == 0xC0:
            height, width = struct.unpack_from("!HH", body, 1)
            halved = body[7] == 0x22
        at += 2 + length
    scan = picture[at + 2 + int.from_bytes(picture[at + 2 : at + 4], "big") :]
    made: list[bytes] = []
    for offset in range(0, len(scan), size):
        head = struct.pack("!B3sBBBB", 0, offset.to_bytes(3, "big"), int(halved), 255, _side(width), _side(height))
        if offset == 0:
            head += struct.pack("!BBH", 0, 0, len(tables)) + tables
        last = offset + size >= len(scan)
        payload = head + scan[offset : offset + size]
        made.append(rtp(first + len(made), timestamp, payload, marker=last, payload_type=26))
    return made


def _side(pixels: int) -> int:
    return pixels // 8 if pixels <= 2040 else 0


def nals_of(stream: bytes) -> list[bytes]:
    """The units of an Annex B stream."""
    return [
        piece.rstrip(b"\x00")
        for piece in stream.replace(b"\x00\x00\x00\x01", b"\x00\x00\x01").split(b"\x00\x00\x01")
        if piece
    ]


@cache
def clip(codec: str, slices: int = 1, pictures: int = 8, key_int: int = 4) -> tuple[tuple[bytes, ...], ...]:
    """A small real stream: per picture its NAL units, parameter sets in front of each keyframe."""
    return tuple(tuple(nals_of(packet)) for packet in encoded(codec, pictures=pictures, key_int=key_int, slices=slices))

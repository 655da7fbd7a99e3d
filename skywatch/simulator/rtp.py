"""Cuts coded frames into RTP payloads: RFC 6184 (H.264), RFC 7798 (H.265), RFC 2435 (JPEG). Knows no sockets."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from skywatch.simulator.encode import Clip

MTU = 1400
"""Bytes of payload in a packet: what fits an Ethernet frame with room for headers."""

CLOCK = 90_000
PAYLOAD_TYPES = {"h264": 96, "h265": 98, "mjpeg": 26}


@dataclass(frozen=True, slots=True)
class Reel:
    """A clip cut for sending: per frame its RTP payloads in order. `parameters` are the NAL units that an SDP names."""

    codec: str
    frame_rate: int
    frames: tuple[tuple[bytes, ...], ...]
    parameters: tuple[bytes, ...]

    @property
    def size(self) -> int:
        return sum(len(payload) for frame in self.frames for payload in frame)


def cut(clip: Clip) -> Reel:
    """The reel of `clip`."""
    cutter = {"h264": _h264, "h265": _h265, "mjpeg": _jpeg}[clip.codec]
    parameters = tuple(unit for unit in clip.frames[0] if _is_parameter_set(clip.codec, unit))
    return Reel(clip.codec, clip.frame_rate, tuple(cutter(frame) for frame in clip.frames), parameters)


def header(payload_type: int, marker: bool, sequence: int, timestamp: int, ssrc: int) -> bytes:
    """The fixed header of RFC 3550 section 5.1."""
    return struct.pack(
        "!BBHII", 0x80, payload_type | (0x80 if marker else 0), sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc
    )


def sender_report(ssrc: int, now: float, timestamp: int, packets: int, octets: int) -> bytes:
    """RTCP SR with an SDES that names nobody (RFC 3550 sections 6.4.1 and 6.5); `now` is the camera's Unix time."""
    ntp = int((now + 2_208_988_800) * (1 << 32)) & 0xFFFFFFFFFFFFFFFF
    report = struct.pack("!BBHIQIII", 0x80, 200, 6, ssrc, ntp, timestamp & 0xFFFFFFFF, packets, octets & 0xFFFFFFFF)
    return report + struct.pack("!BBHIBB", 0x81, 202, 3, ssrc, 1, 4) + b"cam1\x00\x00"


def fragment(codec: str, number: int) -> bytes:
    """Fragment `number` of one keyframe that never ends: the first one starts it, none finishes it."""
    filler = b"\x5a" * (MTU - 20)
    if codec == "h264":
        return bytes((0x7C, (0x80 if number == 0 else 0) | 5)) + filler
    if codec == "h265":
        return bytes((49 << 1, 1, (0x80 if number == 0 else 0) | 19)) + filler
    offset = min(number * len(filler), 0xFFFFFF)
    tables = struct.pack("!BBH", 0, 0, 128) + b"\x10" * 128 if number == 0 else b""
    return struct.pack("!I", offset) + bytes((1, 255, 160, 120)) + tables + filler[: MTU - 8 - len(tables)]


def _is_parameter_set(codec: str, unit: bytes) -> bool:
    if codec == "h264":
        return unit[0] & 0x1F in (7, 8)
    return codec == "h265" and (unit[0] >> 1) & 0x3F in (32, 33, 34)


def _h264(units: Sequence[bytes]) -> tuple[bytes, ...]:
    """Small units in front share one STAP-A, large ones are cut into FU-A (RFC 6184 sections 5.7.1, 5.8)."""
    small, rest = _leading_small(units)
    payloads: list[bytes] = []
    if len(small) > 1:
        payloads.append(b"\x78" + b"".join(struct.pack("!H", len(unit)) + unit for unit in small))
    else:
        rest = units
    for unit in rest:
        payloads += [unit] if len(unit) <= MTU else _fu_a(unit)
    return tuple(payloads)


def _fu_a(unit: bytes) -> list[bytes]:
    indicator, kind = unit[0] & 0xE0 | 28, unit[0] & 0x1F
    pieces = _pieces(unit[1:], MTU - 2)
    last = len(pieces) - 1
    return [bytes((indicator, kind | _edges(n, last))) + piece for n, piece in enumerate(pieces)]


def _h265(units: Sequence[bytes]) -> tuple[bytes, ...]:
    """An aggregation packet for the parameter sets, fragmentation units for the rest (RFC 7798 4.4.2, 4.4.3)."""
    small, rest = _leading_small(units)
    payloads: list[bytes] = []
    if len(small) > 1:
        payloads.append(bytes((48 << 1, 1)) + b"".join(struct.pack("!H", len(unit)) + unit for unit in small))
    else:
        rest = units
    for unit in rest:
        payloads += [unit] if len(unit) <= MTU else _fu(unit)
    return tuple(payloads)


def _fu(unit: bytes) -> list[bytes]:
    first, second, kind = unit[0] & 0x81 | (49 << 1), unit[1], (unit[0] >> 1) & 0x3F
    pieces = _pieces(unit[2:], MTU - 3)
    last = len(pieces) - 1
    return [bytes((first, second, kind | _edges(n, last))) + piece for n, piece in enumerate(pieces)]


def _edges(number: int, last: int) -> int:
    return (0x80 if number == 0 else 0) | (0x40 if number == last else 0)


def _leading_small(units: Sequence[bytes]) -> tuple[Sequence[bytes], Sequence[bytes]]:
    """The units in front that fit one packet together, and those that follow."""
    room, number = MTU - 2, 0
    for unit in units:
        room -= len(unit) + 2
        if room < 0:
            break
        number += 1
    return units[:number], units[number:]


def _pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def _jpeg(units: Sequence[bytes]) -> tuple[bytes, ...]:
    """A baseline JPEG without its headers, which the receiver writes anew (RFC 2435 section 3.1)."""
    tables, kind, width, height, scan = _open_jpeg(units[0])
    quantization = struct.pack("!BBH", 0, 0, len(tables)) + tables
    payloads: list[bytes] = []
    at = 0
    while at < len(scan):
        extra = quantization if at == 0 else b""
        piece = scan[at : at + MTU - 8 - len(extra)]
        payloads.append(struct.pack("!I", at) + bytes((kind, 255, width // 8, height // 8)) + extra + piece)
        at += len(piece)
    return tuple(payloads)


def _open_jpeg(data: bytes) -> tuple[bytes, int, int, int, bytes]:
    """(two quantization tables, RFC 2435 type, width, height, entropy-coded scan) of a baseline JPEG file."""
    tables: dict[int, bytes] = {}
    kind, width, height = 1, 0, 0
    at = 2
    while data[at + 1] != 0xDA:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + length]
        if marker == 0xDB:
            tables.update((body[n] & 0x0F, body[n + 1 : n + 65]) for n in range(0, len(body), 65))
        elif marker == 0xC0:
            height, width = struct.unpack("!HH", body[1:5])
            kind = 1 if body[7] == 0x22 else 0  # 4:2:0 or 4:2:2
        at += 2 + length
    start = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    end = data.rfind(b"\xff\xd9")
    first = tables[min(tables)]
    return first + tables.get(1, first), kind, width, height, data[start:end]


def lone_frames(reel: Reel) -> tuple[tuple[bytes, ...], ...]:
    """The frames of a reel that stand on nothing: without its keyframe, or each without its beginning (MJPEG, where
    every frame is a keyframe)."""
    if reel.codec == "mjpeg":
        return tuple(tuple(islice(frame, 1, None)) for frame in reel.frames)
    return reel.frames[1:]

"""Video that we can't take apart: its packets kept as they came, and the description of them that a stranger needs.

Whoever tries them is a C library, and what a camera says is not for it to read raw: headers and the description are
written anew from what we understood, and nothing in them says where the packets came from.
"""

import re
import struct

from skywatch.protocols.rtsp.pictures import Picture
from skywatch.protocols.rtsp.rtp import Packet
from skywatch.protocols.rtsp.sdp import Format

MAX_BYTES = 4 << 20
MAX_PACKETS = 8192
"""Of one recording: three seconds at 10 Mbit/s."""

MAX_VALUE = 8 << 10
_HEADER = struct.Struct("!BBHII")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)
_VALUE = re.compile(r"[A-Za-z0-9+/=,.:_-]*", re.ASCII)
"""Hexadecimal, base64, numbers and lists of them: all that formats are told by. Nothing that ends a line or names a
place."""


class Keeper:
    """Keeps packets in order, as far as they go into the bounds. No pictures come of it."""

    def __init__(self) -> None:
        self.packets: list[bytes] = []
        self._room = MAX_BYTES

    def push(self, packet: Packet, gap: bool) -> tuple[Picture, ...]:
        """One packet of the track; `gap` is told again by its sequence number."""
        self._room -= len(packet.payload)
        if self._room >= 0 and len(self.packets) < MAX_PACKETS:
            second = packet.marker << 7 | packet.payload_type
            head = _HEADER.pack(0x80, second, packet.sequence, packet.timestamp, packet.source)
            self.packets.append(head + packet.payload)
        return ()


def describe(told: Format) -> str:
    """A session description (RFC 8866) of this format alone. Parameters that don't look like any are left out."""
    number = told.payload_type
    parameters = [
        f"{name}={value}"
        for name, value in told.parameters.items()
        if _NAME.fullmatch(name) and len(value) <= MAX_VALUE and _VALUE.fullmatch(value)
    ]
    lines = ["v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", f"m=video 0 RTP/AVP {number}"]
    lines.append(f"a=rtpmap:{number} {told.encoding}/{told.clock}")
    if parameters:
        lines.append(f"a=fmtp:{number} {'; '.join(parameters)}")
    return "\r\n".join([*lines, ""])

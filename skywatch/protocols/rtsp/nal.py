"""RTP packets that carry NAL units -> pictures. What H.264 and H.265 have in common; their own payloads are beside."""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from skywatch.protocols.errors import TooLarge
from skywatch.protocols.rtsp.pictures import MAX_PICTURE, Assembler, Picture
from skywatch.protocols.rtsp.rtp import Packet

_ANY_START = b"\x00\x00\x01"
_JOINED_WITHIN = 512
"""Cameras that leave several units in one payload begin it with parameter sets, which are small."""
_START_CODE = re.compile(rb"\x00\x00\x00?\x01")


class Fragments:
    """One NAL unit that comes in pieces, at most 8 MB of it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._bytes = 0

    def begin(self, header: bytes, piece: bytes) -> None:
        self._pieces, self._bytes = [header, piece], len(header) + len(piece)

    def add(self, piece: bytes) -> bool:
        """False, and nothing is kept, if the beginning is missing."""
        if not self._pieces:
            return False
        self._pieces.append(piece)
        self._bytes += len(piece)
        if self._bytes > MAX_PICTURE or len(self._pieces) > MAX_PICTURE >> 6:
            raise TooLarge(f"a picture of more than {MAX_PICTURE >> 20} MB")
        return True

    def flush(self) -> list[bytes]:
        """The unit, as far as it has come."""
        if not self._pieces:
            return []
        unit, self._pieces = b"".join(self._pieces), []
        return [unit]


class Unpacker(Protocol):
    """One codec's RTP payload format."""

    fragments: Fragments
    torn: bool
    """Something of this payload could not be used; whoever reads this clears it."""

    def push(self, payload: bytes) -> list[bytes]:
        """The NAL units that this payload ends; [] while it only continues one. A unit whose last piece was never
        called the last ends where the next begins: cameras forget the bit. Raises TooLarge."""


def length_prefixed(payload: bytes, at: int, skip: int = 0) -> Iterator[bytes | None]:
    """The units of an aggregate from `at`, each after 16 bits of length; `skip` bytes stand before all lengths but the
    first. A last None means that it was cut off."""
    while at + 2 <= len(payload):
        size = payload[at] << 8 | payload[at + 1]
        unit = payload[at + 2 : at + 2 + size]
        if len(unit) < size:
            yield None
            return
        if unit:
            yield unit
        at += 2 + size + skip


def pieces(nal: bytes) -> list[bytes]:
    """Units that a camera left in Annex B form within one payload; elsewhere a start code can't occur in a unit."""
    return [piece for piece in _START_CODE.split(nal) if piece]


def sprop(value: str) -> Iterator[bytes]:
    """The parameter sets of an fmtp (base64, by commas); what can't be read is passed over."""
    for word in value.split(",")[:16]:
        try:
            nal = base64.b64decode(word.strip() + "=" * (-len(word.strip()) % 4))
        except (binascii.Error, ValueError):
            continue
        yield from pieces(nal)


class NalPictures:
    """Pictures of a track whose packets come one by one, in order."""

    def __init__(self, unpacker: Unpacker, assembler: Assembler) -> None:
        self._unpacker = unpacker
        self.assembler = assembler

    def push(self, packet: Packet, gap: bool) -> Sequence[Picture]:
        """The pictures that this packet ends. `gap`: something before it is missing. Raises TooLarge."""
        unpacker, assembler = self._unpacker, self.assembler
        ended: list[Picture | None] = []
        if gap:
            unpacker.fragments.flush()
            assembler.tear()
        if packet.timestamp != assembler.timestamp:
            self._add(unpacker.fragments.flush(), ended)
            ended.append(assembler.turn(packet.timestamp))
        units = unpacker.push(packet.payload)
        if not (units or ended or packet.marker or unpacker.torn):
            return ()
        if unpacker.torn:
            unpacker.torn = False
            assembler.tear()
        if units:
            self._add(units, ended)
        if packet.marker:
            self._add(unpacker.fragments.flush(), ended)
            ended.append(assembler.mark())
        return [picture for picture in ended if picture is not None]

    def _add(self, units: list[bytes], ended: list[Picture | None]) -> None:
        for unit in units:
            for nal in pieces(unit) if unit.find(_ANY_START, 0, _JOINED_WITHIN) >= 0 else (unit,):
                ended.append(self.assembler.add(nal))

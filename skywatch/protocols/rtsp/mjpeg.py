"""Motion JPEG (RFC 2435, with ONVIF's header extension): packets -> pictures, each a whole JPEG file."""

from skywatch.protocols.errors import TooLarge
from skywatch.protocols.rtsp import jpeg
from skywatch.protocols.rtsp.pictures import MAX_PICTURE, Picture
from skywatch.protocols.rtsp.rtp import Packet
from skywatch.protocols.rtsp.unit import AccessUnit, Codec

_ONVIF_HEADER = 0xFFD8
_MAX_TABLES = 3 * 128


class MjpegPictures:
    """Pictures of a JPEG track whose packets come one by one, in order.

    `size` is what the session description says: RFC 2435 has 8 bits for each side in steps of 8 pixels, and says 0 for
    a side over 2040.
    """

    def __init__(self, size: tuple[int, int] = (0, 0)) -> None:
        self._announced = size
        self._known_tables: dict[int, tuple[bytes, ...]] = {}
        self._timestamp = -1
        self._pieces: list[bytes] = []
        self._bytes = 0
        self._begun = False
        self._whole = False
        self._header = b""
        self._size = (0, 0)

    def push(self, packet: Packet, gap: bool) -> list[Picture]:
        """The pictures that this packet ends. `gap`: something before it is missing. Raises TooLarge."""
        ended: list[Picture] = []
        if gap:
            self._whole = False
        if packet.timestamp != self._timestamp:
            self._end(ended)
            self._timestamp = packet.timestamp
        if not self._take(packet):
            self._whole = False
        if packet.marker:
            self._end(ended)
        return ended

    def _take(self, packet: Packet) -> bool:
        """False if the packet makes no sense here."""
        payload = packet.payload
        if len(payload) < 8:
            return False
        offset, at = int.from_bytes(payload[1:4], "big"), 8
        restart = 0
        if 64 <= payload[4] < 128:
            restart, at = int.from_bytes(payload[8:10], "big"), 12
        if offset == 0:
            tables, at = self._tables(payload, at)
            if not self._begin(packet, restart, tables):
                return False
        if not self._begun or offset != self._bytes:
            return False
        self._pieces.append(payload[at:])
        self._bytes += len(payload) - at
        if self._bytes > MAX_PICTURE:
            raise TooLarge(f"a picture of more than {MAX_PICTURE >> 20} MB")
        return at <= len(payload)

    def _tables(self, payload: bytes, at: int) -> tuple[tuple[bytes, ...], int]:
        """The quantization tables that this picture uses, none if unknown, and where the scan begins."""
        quality = payload[5]
        if quality < 128:
            return (jpeg.standard_tables(quality) if quality else ()), at
        length = int.from_bytes(payload[at + 2 : at + 4], "big")
        if length == 0:
            return self._known_tables.get(quality, ()), at + 4
        data = payload[at + 4 : at + 4 + length]
        if len(data) < length or length > _MAX_TABLES:
            return (), at + 4 + length
        tables = tuple(_cut(data, precision=payload[at + 1]))
        if quality < 255:
            self._known_tables[quality] = tables
        return tables, at + 4 + length

    def _begin(self, packet: Packet, restart: int, tables: tuple[bytes, ...]) -> bool:
        self._pieces, self._bytes = [], 0
        payload = packet.payload
        width, height = _large(packet.extension) or (payload[6] * 8, payload[7] * 8)
        size = (width or self._announced[0], height or self._announced[1])
        self._begun = bool(tables and all(size)) and payload[4] & 63 < 2
        self._whole = self._begun
        if self._begun:
            self._size = size
            self._header = jpeg.header(*size, payload[4] & 63 == 1, tables, restart)
        return self._begun

    def _end(self, ended: list[Picture]) -> None:
        if self._begun or self._pieces:
            scan = b"".join(self._pieces)
            whole = self._whole and bool(scan)
            tail = b"" if scan.endswith(b"\xff\xd9") else b"\xff\xd9"
            unit = AccessUnit(Codec.MJPEG, self._header + scan + tail, *self._size) if whole else None
            ended.append(Picture(self._timestamp, key=True, whole=whole, unit=unit))
        self._pieces, self._bytes, self._begun, self._whole = [], 0, False, False


def _cut(data: bytes, precision: int) -> list[bytes]:
    """Up to three tables; bit n of `precision` says that table n has 16-bit entries."""
    tables, at = [], 0
    for number in range(3):
        size = 128 if precision >> number & 1 else 64
        if at + size > len(data):
            break
        tables.append(data[at : at + size])
        at += size
    return tables


def _large(extension: tuple[int, bytes] | None) -> tuple[int, int] | None:
    """(width, height) from the frame header that ONVIF's extension repeats (Streaming Specification, 5.1.3)."""
    if extension is None or extension[0] != _ONVIF_HEADER:
        return None
    data, at = extension[1], 0
    while at + 4 <= len(data):
        if data[at] != 0xFF or data[at + 1] == 0xFF:
            at += 1
            continue
        if data[at + 1] in (0xC0, 0xC1) and at + 9 <= len(data):
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    return None

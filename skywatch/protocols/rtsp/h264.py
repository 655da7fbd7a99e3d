"""H.264: its RTP payloads (RFC 6184) and what its NAL units mean (ITU-T H.264, 7.3 and 7.4). Keeps no pictures."""

from collections.abc import Iterator, Mapping

from skywatch.protocols.rtsp import sps
from skywatch.protocols.rtsp.bits import Bits, OutOfBits, unescape
from skywatch.protocols.rtsp.nal import Fragments, length_prefixed, sprop
from skywatch.protocols.rtsp.pictures import Kind, Meaning
from skywatch.protocols.rtsp.sps import Size
from skywatch.protocols.rtsp.unit import Codec

SLICE, PARTITION_A, IDR, SEI, SPS, PPS, DELIMITER = 1, 2, 5, 6, 7, 8, 9
_STAP_A, _STAP_B, _FU_A, _FU_B = 24, 25, 28, 29
_RECOVERY_POINT = 6
_OTHER = Meaning(Kind.OTHER)


class H264Unpacker:
    """Single units, STAP-A, STAP-B, FU-A and FU-B. MTAPs, which no camera sends, count as lost."""

    def __init__(self) -> None:
        self.fragments = Fragments()
        self.torn = False

    def push(self, payload: bytes) -> list[bytes]:
        if len(payload) < 2:
            self.torn = True
            return []
        kind = payload[0] & 31
        if kind in (_FU_A, _FU_B):
            return self._fragment(payload, kind)
        before = self.fragments.flush()
        if kind in (_STAP_A, _STAP_B):
            return before + self._aggregate(payload, 1 if kind == _STAP_A else 3)
        if kind > 23:
            self.torn = True
            return before
        return [*before, payload]

    def _fragment(self, payload: bytes, kind: int) -> list[bytes]:
        flags, start = payload[1], 2
        before: list[bytes] = []
        if flags & 0x80:
            before = self.fragments.flush()
            start = 4 if kind == _FU_B else 2
            self.fragments.begin(bytes([payload[0] & 0xE0 | flags & 31]), payload[start:])
        elif not self.fragments.add(payload[start:]):
            self.torn = True
        return before + self.fragments.flush() if flags & 0x40 else before

    def _aggregate(self, payload: bytes, at: int) -> list[bytes]:
        units = list(length_prefixed(payload, at))
        self.torn = not units or None in units
        return [unit for unit in units if unit is not None]


class H264Grammar:
    """What the units mean."""

    codec = Codec.H264
    required = frozenset({SPS, PPS})

    def meaning(self, nal: bytes) -> Meaning:
        kind = nal[0] & 31
        try:
            if kind in (SLICE, PARTITION_A, IDR):
                return _slice(nal, kind)
            if kind == SPS:
                return Meaning(Kind.PARAMETERS, set_id=(SPS, Bits(unescape(nal[4:], 16)).ue()))
            if kind == PPS:
                return Meaning(Kind.PARAMETERS, set_id=(PPS, Bits(unescape(nal[1:], 16)).ue()))
        except OutOfBits:
            return _OTHER
        if kind == SEI:
            return Meaning(Kind.SEI, recovery=is_recovery_point(nal[1:]))
        return Meaning(Kind.DELIMITER) if kind == DELIMITER else _OTHER

    def size(self, nal: bytes) -> Size | None:
        return sps.h264(nal) if nal[0] & 31 == SPS else None


def _slice(nal: bytes, kind: int) -> Meaning:
    """Many old encoders never send an IDR, but pictures of I slices only: FFmpeg shows those too, and so may we."""
    bits = Bits(unescape(nal[1:], 12))
    first = bits.ue() == 0
    intra = bits.ue() % 5 in (2, 4)
    return Meaning(Kind.SLICE, first, kind == IDR or (intra and kind == SLICE))


def is_recovery_point(messages: bytes) -> bool:
    """Whether SEI messages (payload type and size, 7.3.2.3.1) hold a recovery point, in H.264 and H.265 alike."""
    at = 0
    for _ in range(16):
        kind, at = _sum_of_ff(messages, at)
        if kind == _RECOVERY_POINT:
            return True
        size, at = _sum_of_ff(messages, at)
        at += size
        if at + 2 >= len(messages):
            break
    return False


def _sum_of_ff(data: bytes, at: int) -> tuple[int, int]:
    total = 0
    while at < len(data) and data[at] == 0xFF:
        total, at = total + 255, at + 1
    return (total + data[at], at + 1) if at < len(data) else (-1, at + 1)


def sets_of(parameters: Mapping[str, str]) -> Iterator[bytes]:
    """The parameter sets of the session description."""
    return sprop(parameters.get("sprop-parameter-sets", ""))

"""H.265: its RTP payloads (RFC 7798) and what its NAL units mean (ITU-T H.265, 7.3 and 7.4). Keeps no pictures."""

from collections.abc import Iterator, Mapping

from skywatch.protocols.rtsp import sps
from skywatch.protocols.rtsp.bits import Bits, OutOfBits, unescape
from skywatch.protocols.rtsp.h264 import is_recovery_point
from skywatch.protocols.rtsp.nal import Fragments, length_prefixed, sprop
from skywatch.protocols.rtsp.pictures import Kind, Meaning
from skywatch.protocols.rtsp.sps import Size
from skywatch.protocols.rtsp.unit import Codec

VPS, SPS, PPS, DELIMITER, SEI = 32, 33, 34, 35, 39
_AGGREGATE, _FRAGMENT, _PACI = 48, 49, 50
_FIRST_IRAP, _LAST_IRAP, _LAST_SLICE = 16, 23, 31
_OTHER = Meaning(Kind.OTHER)


class H265Unpacker:
    """Single units, APs and FUs; with decoding order numbers (DONL) where `numbered`. PACI packets, which no camera
    sends, count as lost."""

    def __init__(self, numbered: bool = False) -> None:
        self.fragments = Fragments()
        self.torn = False
        self._donl = 2 if numbered else 0

    def push(self, payload: bytes) -> list[bytes]:
        if len(payload) < 3 + self._donl:
            self.torn = True
            return []
        kind = payload[0] >> 1 & 63
        if kind == _FRAGMENT:
            return self._fragment(payload)
        before = self.fragments.flush()
        if kind == _AGGREGATE:
            return before + self._aggregate(payload)
        if kind >= _PACI:
            self.torn = True
            return before
        return [*before, payload[:2] + payload[4:] if self._donl else payload]

    def _fragment(self, payload: bytes) -> list[bytes]:
        flags = payload[2]
        before: list[bytes] = []
        if flags & 0x80:
            before = self.fragments.flush()
            header = bytes([payload[0] & 0x81 | (flags & 63) << 1, payload[1]])
            self.fragments.begin(header, payload[3 + self._donl :])
        elif not self.fragments.add(payload[3:]):
            self.torn = True
        return before + self.fragments.flush() if flags & 0x40 else before

    def _aggregate(self, payload: bytes) -> list[bytes]:
        units = list(length_prefixed(payload, 2 + self._donl, skip=self._donl // 2))
        self.torn = not units or None in units
        return [unit for unit in units if unit is not None]


class H265Grammar:
    """What the units mean."""

    codec = Codec.H265
    required = frozenset({VPS, SPS, PPS})

    def meaning(self, nal: bytes) -> Meaning:
        if len(nal) < 3 or (nal[0] & 1) << 5 | nal[1] >> 3:
            return _OTHER
        kind = nal[0] >> 1 & 63
        if kind <= _LAST_SLICE:
            return Meaning(Kind.SLICE, nal[2] > 0x7F, _FIRST_IRAP <= kind <= _LAST_IRAP)
        if kind in (VPS, SPS, PPS):
            return _parameters(nal, kind)
        if kind == SEI:
            return Meaning(Kind.SEI, recovery=is_recovery_point(nal[2:]))
        return Meaning(Kind.DELIMITER) if kind == DELIMITER else _OTHER

    def size(self, nal: bytes) -> Size | None:
        return sps.h265(nal) if nal[0] >> 1 & 63 == SPS else None


def _parameters(nal: bytes, kind: int) -> Meaning:
    bits = Bits(unescape(nal[2:], 128))
    try:
        if kind == PPS:
            return Meaning(Kind.PARAMETERS, set_id=(kind, bits.ue()))
        first = bits.take(4)
        if kind == SPS:
            sublayers = bits.take(3)
            bits.flag()
            sps.profile_tier_level(bits, sublayers)
            return Meaning(Kind.PARAMETERS, set_id=(kind, bits.ue()))
    except OutOfBits:
        return _OTHER
    return Meaning(Kind.PARAMETERS, set_id=(kind, first))


def sets_of(parameters: Mapping[str, str]) -> Iterator[bytes]:
    """The parameter sets of the session description."""
    for name in ("sprop-vps", "sprop-sps", "sprop-pps"):
        yield from sprop(parameters.get(name, ""))


def is_numbered(parameters: Mapping[str, str]) -> bool:
    """Whether packets carry DONL fields (RFC 7798, 7.1: sprop-max-don-diff above 0)."""
    value = parameters.get("sprop-max-don-diff", "0")
    return value.isdigit() and int(value[:9]) > 0

"""The size of the picture, as a sequence parameter set tells it (H.264 clause 7.3.2.1, H.265 clause 7.3.2.2)."""

from dataclasses import dataclass

from skywatch.protocols.rtsp.bits import Bits, OutOfBits, unescape

MAX_SIDE = 16384
_WITH_CHROMA = frozenset({44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244})
_SUBSAMPLING = {0: (1, 1), 1: (2, 2), 2: (2, 1), 3: (1, 1)}
_EXTENDED_ASPECT = 255


@dataclass(frozen=True, slots=True)
class Size:
    """Pixels after cropping, and the frame rate that the timing of an H.264 stream promises, if it does."""

    width: int = 0
    height: int = 0
    frame_rate: float | None = None


UNKNOWN = Size()


def h264(nal: bytes) -> Size:
    """Of an H.264 SPS, with its header byte. UNKNOWN if it can't be read; never raises."""
    try:
        return _sane(_h264(Bits(unescape(nal[1:]))))
    except OutOfBits:
        return UNKNOWN


def h265(nal: bytes) -> Size:
    """Of an H.265 SPS, with its two header bytes. UNKNOWN if it can't be read; never raises."""
    try:
        return _sane(_h265(Bits(unescape(nal[2:]))))
    except OutOfBits:
        return UNKNOWN


def _sane(size: Size) -> Size:
    return size if 0 < size.width <= MAX_SIDE and 0 < size.height <= MAX_SIDE else UNKNOWN


def _h264(bits: Bits) -> Size:
    profile = bits.take(8)
    bits.take(16)
    bits.ue()
    chroma, separate = _h264_chroma(bits) if profile in _WITH_CHROMA else (1, False)
    _h264_order(bits)
    bits.ue()
    bits.flag()
    width, rows = 16 * (bits.ue() + 1), bits.ue() + 1
    frames_only = bits.flag()
    if not frames_only:
        bits.flag()
    bits.flag()
    height = 16 * rows * (1 if frames_only else 2)
    across, down = (1, 1) if separate else _SUBSAMPLING.get(chroma, (1, 1))
    left, right, top, bottom = (bits.ue() for _ in range(4)) if bits.flag() else (0, 0, 0, 0)
    height -= (top + bottom) * down * (1 if frames_only else 2)
    return Size(width - (left + right) * across, height, _h264_rate(bits))


def _h264_chroma(bits: Bits) -> tuple[int, bool]:
    chroma = bits.ue()
    separate = bits.flag() if chroma == 3 else False
    bits.ue()
    bits.ue()
    bits.flag()
    if bits.flag():
        for number in range(8 if chroma != 3 else 12):
            if bits.flag():
                _scaling_list(bits, 16 if number < 6 else 64)
    return chroma, separate


def _scaling_list(bits: Bits, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.se()) % 256
        last = following or last


def _h264_order(bits: Bits) -> None:
    bits.ue()
    kind = bits.ue()
    if kind == 0:
        bits.ue()
    elif kind == 1:
        bits.flag()
        bits.se()
        bits.se()
        for _ in range(min(bits.ue(), 255)):
            bits.se()


def _h264_rate(bits: Bits) -> float | None:
    """From the VUI (annex E); broken ones are common and cost only the rate."""
    try:
        if not bits.flag():
            return None
        if bits.flag() and bits.take(8) == _EXTENDED_ASPECT:
            bits.take(32)
        if bits.flag():
            bits.flag()
        if bits.flag():
            bits.take(4)
            if bits.flag():
                bits.take(24)
        if bits.flag():
            bits.ue()
            bits.ue()
        if not bits.flag():
            return None
        tick, scale = bits.take(32), bits.take(32)
    except OutOfBits:
        return None
    rate = scale / (2 * tick) if tick else 0.0
    return rate if 0 < rate <= 1000 else None


def _h265(bits: Bits) -> Size:
    bits.take(4)
    sublayers = bits.take(3)
    bits.flag()
    profile_tier_level(bits, sublayers)
    bits.ue()
    chroma = bits.ue()
    separate = bits.flag() if chroma == 3 else False
    width, height = bits.ue(), bits.ue()
    if bits.flag():
        across, down = (1, 1) if separate else _SUBSAMPLING.get(chroma, (1, 1))
        left, right, top, bottom = (bits.ue() for _ in range(4))
        width -= (left + right) * across
        height -= (top + bottom) * down
    return Size(width, height)


def profile_tier_level(bits: Bits, sublayers: int) -> None:
    """Pass over H.265's profile_tier_level (7.3.3): 88 bits of profile, 8 of level, then what sublayers repeat."""
    bits.take(96)
    present = [(bits.flag(), bits.flag()) for _ in range(sublayers)]
    if sublayers:
        bits.take(2 * (8 - sublayers))
    for profile, level in present:
        bits.take((88 if profile else 0) + (8 if level else 0))

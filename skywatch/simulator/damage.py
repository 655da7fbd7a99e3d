"""Spoils coded pictures so that no decoder can make one of them, while everything around them stays well-formed."""

import random
from dataclasses import replace

from skywatch.simulator.encode import Clip


def damaged(clip: Clip) -> Clip:
    """`clip` with every coded picture turned into noise behind a header that refers to what does not exist."""
    spoil = {"h264": _h264, "h265": _h265, "mjpeg": _jpeg}[clip.codec]
    return replace(clip, frames=tuple(tuple(spoil(unit) for unit in frame) for frame in clip.frames))


def _noise(length: int) -> bytes:
    """Random bytes without zeros: nothing in them looks like a start code."""
    return bytes(random.Random(length).choices(range(1, 256), k=length))


def _h264(unit: bytes) -> bytes:
    """A slice of a picture parameter set that nobody sent: ue(0), ue(7), ue(200), then noise (H.264 7.3.3)."""
    if unit[0] & 0x1F not in (1, 5):
        return unit
    return unit[:1] + bytes((0b10001000, 0b00000110, 0b01001000)) + _noise(max(8, len(unit) - 4))


def _h265(unit: bytes) -> bytes:
    """The like for a slice segment: first of its picture, parameter set ue(60), then noise (H.265 7.3.6.1)."""
    if (unit[0] >> 1) & 0x3F > 31:
        return unit
    return unit[:2] + bytes((0b11000001, 0b11101111)) + _noise(max(8, len(unit) - 4))


def _jpeg(unit: bytes) -> bytes:
    """A picture of another kind than its headers say: a scan that stops before its first block."""
    start = unit.find(b"\xff\xda")
    scan = start + 2 + int.from_bytes(unit[start + 2 : start + 4], "big")
    return unit[:scan] + b"\xff\xd9\x00\xff\xd9"

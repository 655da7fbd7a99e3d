"""Turns frames into one group of pictures by PyAV: H.264, H.265 or MJPEG as cameras send them. Knows no scenes."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
from numpy.typing import NDArray

CODECS = ("h264", "h265", "mjpeg")


@dataclass(frozen=True, slots=True)
class Clip:
    """One closed group of pictures that can be looped: `frames[0]` stands on its own.

    A frame is its NAL units without start codes (the first one with its parameter sets in front), or, for MJPEG, one
    whole JPEG file.
    """

    codec: str
    width: int
    height: int
    frame_rate: int
    frames: tuple[tuple[bytes, ...], ...]

    @property
    def size(self) -> int:
        """Bytes of all frames."""
        return sum(len(unit) for frame in self.frames for unit in frame)


def encode(codec: str, width: int, height: int, frame_rate: int, frames: Iterable[NDArray[np.uint8]]) -> Clip:
    """Encode I420 `frames` of even `width` x `height` as one group of pictures without B-frames, as cameras do."""
    coder = _coder(codec, width, height, frame_rate)
    pixels = coder.pix_fmt or "yuv420p"
    coded: list[bytes] = []
    for number, planes in enumerate(frames):
        frame = av.VideoFrame.from_ndarray(planes, format=pixels)
        frame.pts = number
        coded += [bytes(packet) for packet in coder.encode(frame)]
    coded += [bytes(packet) for packet in coder.encode(None)]
    units = tuple((data,) if codec == "mjpeg" else tuple(nal_units(data)) for data in coded)
    return Clip(codec, width, height, frame_rate, units)


def _coder(codec: str, width: int, height: int, frame_rate: int) -> "av.VideoCodecContext":
    name = {"h264": "libx264", "h265": "libx265", "mjpeg": "mjpeg"}[codec]
    coder = av.VideoCodecContext.create(name, "w")
    assert isinstance(coder, av.VideoCodecContext)  # noqa: S101 - what PyAV makes of a video codec's name
    coder.width, coder.height = width, height
    coder.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    coder.time_base = Fraction(1, frame_rate)
    coder.framerate = Fraction(frame_rate)
    coder.thread_count = 1
    coder.options = _options(codec, height)
    return coder


def _options(codec: str, height: int) -> dict[str, str]:
    endless = "keyint=infinite:scenecut=0:bframes=0:repeat-headers=1"
    if codec == "h264":  # the old 960-line encoders cut a picture into two slices
        slices = 2 if height == 960 else 1
        return {
            "preset": "superfast",
            "tune": "zerolatency",
            "crf": "27",
            "x264-params": f"{endless}:slices={slices}:threads=1",
        }
    if codec == "h265":
        quiet = "log-level=none:info=0:pools=none:frame-threads=1:wpp=0"
        return {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "crf": "28",
            "x265-params": f"keyint=-1:scenecut=0:bframes=0:repeat-headers=1:{quiet}",
        }
    # RFC 2435 carries no Huffman tables: only the standard ones may be used
    return {"huffman": "default", "qmin": "5", "qmax": "5"}


def nal_units(stream: bytes) -> list[bytes]:
    """The NAL units of an Annex B byte stream (H.264 and H.265 annex B), without start codes and trailing zeros."""
    starts: list[int] = []
    at = stream.find(b"\x00\x00\x01")
    while at >= 0:
        starts.append(at)
        at = stream.find(b"\x00\x00\x01", at + 3)
    bounds = [*starts, len(stream)]
    return [stream[start + 3 : end].rstrip(b"\x00") for start, end in pairwise(bounds) if end > start + 3]

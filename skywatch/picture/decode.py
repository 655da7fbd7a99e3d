"""One access unit -> the planes of one picture. FFmpeg (PyAV) does it; this file bounds it and refuses half pictures.

Runs in a worker process: FFmpeg is a C library and cameras are not to be trusted.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import av
import av.logging
import cv2
import numpy as np
from numpy.typing import NDArray

from skywatch.picture.errors import Undecodable
from skywatch.protocols.rtsp.unit import AccessUnit

Plane = NDArray[np.uint8]

MAX_SIDE = 8192
MAX_PIXELS = MAX_SIDE * MAX_SIDE
MAX_BYTES = 32 << 20
"""No keyframe of an honest camera has a tenth of it."""

_DECODERS = {"h264": "h264", "h265": "hevc", "mjpeg": "mjpeg"}
_FULL_RANGE = 2  # AVCOL_RANGE_JPEG
_PLANAR = re.compile(r"yuvj?4[0-4]{2}p|gray")
_DAMAGE = re.compile(r"concealing \d+ DC|error while decoding|overread|Skipping invalid undecodable")
"""What FFmpeg says of a picture that it had to make up in part; it gives the picture out all the same."""

_MAX_BLANK = 0.001
"""More of the picture than this without a value: the decoder left it out (FFmpeg's HEVC does so without a word)."""


@dataclass(frozen=True, slots=True)
class Planes:
    """One picture. `luma` is (height, width) uint8 with 0 black and 255 white, whatever the stream's range was; `cb`
    and `cr` are uint8 around 128, full range too, at the stream's own sampling (half the size, mostly), or None where
    the picture has no colour."""

    luma: Plane
    cb: Plane | None = None
    cr: Plane | None = None


def decode(unit: AccessUnit) -> Planes:
    """The first picture of `unit`. Raises Undecodable if there is none, or only a part of it, or one of more than
    8192 x 8192 pixels. One thread, no state left behind."""
    if unit.codec not in _DECODERS:
        raise Undecodable(f"no decoder for {unit.codec!r}")
    if not 0 < len(unit.data) <= MAX_BYTES:
        raise Undecodable(f"{len(unit.data)} bytes")
    return planes_of(picture_in(_DECODERS[unit.codec], unit.data))


def picture_in(decoder: str, data: bytes, parameters: bytes | None = None) -> av.VideoFrame:
    """The first picture in `data`, by that decoder of FFmpeg's, which is told `parameters` (extradata) before. Raises
    Undecodable if there is none or only a part of it."""
    frames, said = _run(decoder, data, parameters)
    if not frames:
        raise Undecodable(said[-1] if said else "no picture in these bytes")
    frame = frames[0]
    damage = next((line for line in said if _DAMAGE.search(line)), "damaged" if frame.is_corrupt else "")
    if damage:
        raise Undecodable(damage)
    return frame


def _run(decoder: str, data: bytes, parameters: bytes | None) -> tuple[list[av.VideoFrame], list[str]]:
    """What came out of the decoder, and what FFmpeg remarked."""
    context = av.CodecContext.create(decoder, "r")
    if not isinstance(context, av.VideoCodecContext):
        raise Undecodable(f"{decoder} is no decoder of pictures")
    if parameters:
        context.extradata = parameters
    context.thread_count = 1
    context.options = {"max_pixels": str(MAX_PIXELS)}
    frames: list[av.VideoFrame] = []
    with remarks() as said:
        try:
            frames = [*context.decode(av.Packet(data)), *context.decode(None)]
        except (av.FFmpegError, MemoryError) as error:
            said.append((av.logging.ERROR, decoder, getattr(error, "strerror", None) or type(error).__name__))
    return frames, [text.strip()[:200] for _, _, text in said]


@contextmanager
def remarks() -> Iterator[list[tuple[int, str, str]]]:
    """Catch what FFmpeg says inside the block, as (level, part, text), instead of letting it reach a log."""
    av.logging.set_level(av.logging.INFO)
    av.logging.set_skip_repeated(False)  # else it repeats itself later, outside of the block
    with av.logging.Capture(local=True) as said:
        yield said


def planes_of(frame: av.VideoFrame) -> Planes:
    """The planes of a decoded frame, in full range. Raises Undecodable if it is empty, too large, or mostly blank."""
    if not (0 < frame.width <= MAX_SIDE and 0 < frame.height <= MAX_SIDE):
        raise Undecodable(f"{frame.width}x{frame.height} pixels")
    if not _PLANAR.fullmatch(frame.format.name):
        frame = frame.reformat(format="yuv444p" if frame.format.is_rgb else "yuv420p")
    planes = [_array(plane) for plane in frame.planes[:3]]
    if len(planes) == 3 and _blank_share(*planes) > _MAX_BLANK:
        raise Undecodable("part of the picture is missing")
    if frame.color_range != _FULL_RANGE and not frame.format.name.startswith("yuvj"):
        planes = [_looked_up(plane, _widening(chroma=number > 0)) for number, plane in enumerate(planes)]
    return Planes(*(plane.copy() if plane.base is not None else plane for plane in planes))


def _array(plane: Any) -> Plane:
    """The bytes of one plane without the padding at the ends of its lines; a view, not a copy."""
    lines = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    return lines[: plane.height, : plane.width]


def _blank_share(luma: Plane, cb: Plane, cr: Plane) -> float:
    """The share of the picture that is 0 in all planes: FFmpeg's fresh memory. No encoder makes that: it is a green
    outside of the colours that there are."""
    rows, columns = cb.shape
    step_y, step_x = max(1, luma.shape[0] // rows), max(1, luma.shape[1] // columns)
    sampled = luma[::step_y, ::step_x][:rows, :columns]
    nothing = cv2.bitwise_or(cv2.bitwise_or(np.ascontiguousarray(sampled), cb), cr)
    return 1.0 - cv2.countNonZero(nothing) / nothing.size


def _looked_up(plane: Plane, table: Plane) -> Plane:
    return np.asarray(cv2.LUT(plane, table), dtype=np.uint8)


@cache
def _widening(*, chroma: bool) -> Plane:
    """Limited to full range (ITU-R BT.601): luma 16..235, chroma 16..240 around 128 -> 0..255."""
    values = np.arange(256, dtype=np.float64)
    wide = (values - 128) * 255 / 224 + 128 if chroma else (values - 16) * 255 / 219
    return wide.round().clip(0, 255).astype(np.uint8)

"""Small clips, encoded here by PyAV, for tests and servers. Every one moves, and has something to see."""

from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np

_ENCODERS = {"h264": "libx264", "h265": "libx265", "mjpeg": "mjpeg"}


def picture(number: int, width: int, height: int) -> av.VideoFrame:
    """A drifting pattern."""
    across, down = np.meshgrid(np.arange(width), np.arange(height))
    luma = ((across // 8 * 37 + down // 8 * 59 + number * 5) % 200 + 28).astype(np.uint8)
    return av.VideoFrame.from_ndarray(np.dstack([luma, luma[::-1], luma[:, ::-1]]), format="rgb24")


def _options(codec: str, key_int: int, slices: int, extra: str) -> dict[str, str]:
    if codec == "h264":
        params = f"keyint={key_int}:min-keyint=1:scenecut=0:slices={slices}:sliced-threads=0:bframes=0:repeat-headers=1"
        return {"preset": "ultrafast", "x264-params": params + extra}
    if codec == "h265":
        params = f"keyint={key_int}:min-keyint=1:scenecut=0:slices={slices}:bframes=0:repeat-headers=1:log-level=0"
        return {"preset": "ultrafast", "x265-params": params + ":frame-threads=1" + extra}
    return {"huffman": "default"}  # the only tables that RFC 2435 knows


def encoder(
    codec: str, width: int, height: int, key_int: int = 4, slices: int = 1, extra: str = ""
) -> av.VideoCodecContext:
    context = av.CodecContext.create(_ENCODERS[codec], "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height = width, height
    context.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    context.time_base, context.framerate = Fraction(1, 25), Fraction(25)
    context.options = _options(codec, key_int, slices, extra)
    context.thread_count = 1
    return context


@cache
def encoded(
    codec: str,
    width: int = 320,
    height: int = 180,
    pictures: int = 8,
    key_int: int = 4,
    slices: int = 1,
    extra: str = "",
) -> tuple[bytes, ...]:
    """One packet a picture: Annex B, or JPEG files."""
    context = encoder(codec, width, height, key_int, slices, extra)
    made: list[bytes] = []
    for number in range(pictures):
        frame = picture(number, width, height).reformat(format=context.pix_fmt)
        frame.pts = number
        made += [bytes(packet) for packet in context.encode(frame)]
    return (*made, *(bytes(packet) for packet in context.encode(None)))


def write_mp4(path: Path, seconds: int = 4, encoder: str = "libx264") -> None:
    """A clip of 320 x 180 pixels at 25 frames a second, with a keyframe each second: H.264, or what `encoder` makes."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(encoder, rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        own: dict[str, dict[str, object]] = {"libx264": {"preset": "ultrafast", "x264-params": "keyint=25:scenecut=0"}}
        stream.options = own.get(encoder, {"g": "25"})
        for number in range(25 * seconds):
            container.mux(stream.encode(picture(number, 320, 180)))
        container.mux(stream.encode(None))

"""Pictures and access units drawn for these tests, by numpy, OpenCV and PyAV, without the code under test."""

import os
import signal
from fractions import Fraction
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from skywatch.protocols.rtsp.unit import AccessUnit

Picture = NDArray[np.uint8]


def town(seed: int, width: int = 1920, height: int = 1080) -> Picture:
    """(height, width, 3) BGR: walls with windows, poles, signs and grain on the ground; the same town at every size."""
    rng = np.random.default_rng(seed)
    large = np.empty((2160, 3840, 3), np.uint8)
    large[:] = np.linspace(200, 90, 2160, dtype=np.float32)[:, None, None]
    for _ in range(60):
        x, y, w, h = rng.integers(0, 3600), rng.integers(100, 1900), rng.integers(80, 700), rng.integers(80, 600)
        wall = [int(level) for level in rng.integers(60, 220, 3)]
        cv2.rectangle(large, (int(x), int(y)), (int(x + w), int(y + h)), wall, -1)
        for step in range(0, int(w) - 40, 90):
            corner = (int(x) + step + 10, int(y) + 20)
            cv2.rectangle(large, corner, (corner[0] + 40, corner[1] + 50), [level // 2 for level in wall], -1)
    for _ in range(40):
        left, top, lean = int(rng.integers(0, 3840)), int(rng.integers(0, 1000)), int(rng.integers(-90, 90))
        cv2.line(large, (left, top), (left + lean, 2159), (50, 50, 55), int(rng.integers(4, 16)))
    small = cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    small += rng.normal(0, 1.5, (height, width, 1)).astype(np.float32)
    return small.clip(0, 255).astype(np.uint8)


def grey(picture: Picture) -> Picture:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)


def defocused(picture: Picture, radius: float) -> Picture:
    """Through a lens whose disc of confusion has a radius of `radius`, as a share of the width of a 16:9 picture of as
    many pixels; the sensor's grain comes after."""
    pixels = radius * float(np.sqrt(picture.shape[0] * picture.shape[1] * 16 / 9))
    size = 2 * int(np.ceil(pixels)) + 1
    y, x = np.mgrid[:size, :size] - size // 2
    disc = np.clip(pixels + 0.5 - np.hypot(x, y), 0, 1).astype(np.float32)
    soft = cv2.filter2D(picture, cv2.CV_32F, disc / disc.sum())
    grain = np.random.default_rng(5).normal(0, 1.0, picture.shape[:2]).astype(np.float32)
    return (soft + (grain if picture.ndim == 2 else grain[..., None])).clip(0, 255).astype(np.uint8)


def titled(picture: Picture) -> Picture:
    """With date and name written on it, as the camera does after the lens."""
    picture = picture.copy()
    width, height = picture.shape[1], picture.shape[0]
    for words, (x, y) in (("2026-03-01 12:00:00", (0.02, 0.08)), ("VILLAGE GATE 02", (0.7, 0.95))):
        place = (int(x * width), int(y * height))
        for colour, thick in ((0, 6), (255, 2)):
            pen = max(1, thick * width // 1920)
            cv2.putText(picture, words, place, cv2.FONT_HERSHEY_SIMPLEX, width / 1100, (colour,) * 3, pen, cv2.LINE_AA)
    return picture


def encoded(picture: Picture, codec: str, pixels: str = "", **options: str) -> AccessUnit:
    """`picture` (BGR, even sides) as one access unit of `h264`, `h265` or `mjpeg`."""
    height, width = picture.shape[:2]
    pixels = pixels or ("yuvj420p" if codec == "mjpeg" else "yuv420p")
    name = {"h264": "libx264", "h265": "libx265", "mjpeg": "mjpeg"}[codec]
    context: Any = av.CodecContext.create(name, "w")
    context.width, context.height, context.pix_fmt = width, height, pixels
    context.time_base = Fraction(1, 25)
    context.options = {**_QUIETLY[codec], **options}
    if pixels == "gray":  # libswscale would give full range, which H.264 without a word on it is not
        frame = av.VideoFrame.from_ndarray((grey(picture) * (219 / 255) + 16.5).astype(np.uint8), format="gray")
    else:
        frame = av.VideoFrame.from_ndarray(picture, format="bgr24").reformat(format=pixels)
    frame.pts, frame.time_base = 0, context.time_base
    packets = [*context.encode(frame), *context.encode(None)]
    return AccessUnit(codec, bytes(packets[0]), width, height)


_QUIETLY = {
    "h264": {"preset": "ultrafast", "tune": "zerolatency", "crf": "18"},
    "h265": {"preset": "ultrafast", "x265-params": "log-level=none:crf=18"},
    "mjpeg": {"qmin": "2", "qmax": "2"},
}


class Lethal:
    """An access unit that kills the process which looks at it, as a bug in a decoder would."""

    @property
    def codec(self) -> str:
        os.kill(os.getpid(), signal.SIGSEGV)
        return "h264"


class Endless:
    """An access unit that whoever looks at it never finishes with."""

    @property
    def codec(self) -> str:
        while True:
            pass

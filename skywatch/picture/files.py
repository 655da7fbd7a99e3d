"""Picture and video files of a person's own -> planes. Runs in the process of whoever calls it."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from skywatch.picture.decode import MAX_BYTES, Planes, decode, planes_of, remarks
from skywatch.picture.errors import Undecodable
from skywatch.protocols.rtsp.unit import AccessUnit

MAX_FILE = 256 << 20
"""Bytes of a still picture; of a video only a few places are read."""

STILLS = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp", ".ppm", ".pgm"})
CLIPS = frozenset({".mp4", ".avi", ".mkv", ".mov", ".ts", ".h264", ".264", ".h265", ".265", ".hevc", ".mjpeg", ".webm"})
"""What is looked at in a folder; a file that is named is tried whatever its name."""

_JPEG = b"\xff\xd8\xff"
_AHEAD = 1500
"""Frames that are decoded to get from a keyframe to a place in a clip, at most: a minute."""


def in_folder(folder: Path) -> list[Path]:
    """Every picture and clip in `folder` and below, sorted: what has the ending of one and, of stills, its start."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and _is_picture(path))


def read(path: Path) -> Planes:
    """The picture in a file of any kind that OpenCV or FFmpeg reads; the first of a clip. Raises Undecodable, also when
    there is no file."""
    return frames(path, (0.0,))[0]


def frames(path: Path, shares: tuple[float, ...]) -> list[Planes]:
    """The pictures at these shares (0..1, ascending) of a clip's length; a still picture has but one. A clip of fewer
    frames gives fewer. Raises Undecodable.

    The bytes of a still are read here and not by OpenCV, which takes no Chinese file names on every system. A JPEG goes
    the way of a camera's: OpenCV would fill up one that was cut short, and not say so.
    """
    try:
        with path.open("rb") as file:
            start = file.read(16)
            data = start + file.read(MAX_FILE) if _is_still(start) else b""
    except OSError as error:
        raise Undecodable(error.strerror or type(error).__name__) from None
    if data.startswith(_JPEG) and len(data) <= MAX_BYTES:
        return [decode(AccessUnit("mjpeg", data, 0, 0))]
    return [_still(data)] if data else _of_clip(path, shares)


def in_a_row(path: Path, share: float, count: int) -> list[Planes]:
    """`count` frames of a clip, one after the other, from this share of its length on: fewer near its end, none of a
    still picture. Raises Undecodable."""
    try:
        with path.open("rb") as file:
            if _is_still(file.read(16)):
                return []
        with remarks(), av.open(str(path)) as container:
            stream = container.streams.video[0]
            wanted = (stream.start_time or 0) + int(share * _ticks(stream))
            container.seek(wanted, stream=stream)
            coming = iter(container.decode(stream))
            first = _reached(coming, wanted)
            rest = islice(coming, count - 1) if first is not None else ()
            return [planes_of(frame) for frame in (first, *rest) if frame is not None]
    except (av.FFmpegError, OSError, IndexError) as error:
        raise Undecodable(getattr(error, "strerror", None) or type(error).__name__) from None


def _is_picture(path: Path) -> bool:
    ending = path.suffix.lower()
    if ending not in STILLS:
        return ending in CLIPS
    with path.open("rb") as file:
        return _is_still(file.read(16))


def _is_still(start: bytes) -> bool:
    known = (_JPEG, b"\x89PNG", b"BM", b"II*\0", b"MM\0*", b"P5", b"P6")
    return start.startswith(known) or (start[:4] == b"RIFF" and start[8:12] == b"WEBP")


def _still(data: bytes) -> Planes:
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise Undecodable(f"OpenCV: {error.err}") from None
    if picture is None:
        raise Undecodable("no picture in this file")
    luma, cr, cb = cv2.split(cv2.cvtColor(picture, cv2.COLOR_BGR2YCrCb))
    return Planes(*(np.asarray(plane, np.uint8) for plane in (luma, cb, cr)))


def _of_clip(path: Path, shares: tuple[float, ...]) -> list[Planes]:
    try:
        with remarks(), av.open(str(path)) as container:
            if not container.streams.video:
                raise Undecodable("no video in this file")
            found = list(_spread(container, container.streams.video[0], shares))
    except av.FFmpegError as error:
        raise Undecodable(error.strerror or type(error).__name__) from None
    if not found:
        raise Undecodable("no picture in this file")
    return found


def _spread(container: Any, stream: Any, shares: tuple[float, ...]) -> Iterator[Planes]:
    """The first frame at or after each place; what comes after the end is left out, but for the first."""
    begins, length, last = stream.start_time or 0, _ticks(stream), None
    for share in shares:
        wanted = begins + int(share * length)
        if share:
            container.seek(wanted, stream=stream)
        frame = _reached(container.decode(stream), wanted)
        if frame is None or (frame.pts is not None and frame.pts == last):
            return
        last = frame.pts
        yield planes_of(frame)


def _reached(coming: Iterator[Any], wanted: int) -> Any:
    """The first frame at that time or later; the last one where there is none."""
    frame = None
    for number, frame in enumerate(coming):
        if number >= _AHEAD or frame.pts is None or frame.pts >= wanted:
            return frame
    return frame


def _ticks(stream: Any) -> int:
    """The clip's length in the stream's own unit of time; 0 where it does not say."""
    if stream.duration:
        return int(stream.duration)
    whole = stream.container.duration
    return int(whole / av.time_base / stream.time_base) if whole else 0

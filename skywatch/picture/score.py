"""Picture and video files -> features, scores and findings: the core of `skywatch score FILE...`.

Runs in the process of whoever calls it: the files are the user's own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from skywatch.observation import Finding, Verdict
from skywatch.picture.decode import MAX_BYTES, Planes, decode, planes_of, remarks
from skywatch.picture.diagnose import Diagnosis, diagnose
from skywatch.picture.errors import Undecodable
from skywatch.picture.features import Features
from skywatch.picture.limits import Limits
from skywatch.picture.measure import measure
from skywatch.picture.sky import Sky
from skywatch.protocols.rtsp.unit import AccessUnit

_JPEG = b"\xff\xd8\xff"
MAX_FILE = 256 << 20
"""Bytes of a still picture; a video may be longer, only its beginning is read."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One file. Without `features` it could not be looked at: the diagnosis is `unknown` and its finding says why."""

    path: Path
    features: Features | None
    diagnosis: Diagnosis


def score_files(paths: Iterable[Path], sky: Sky | None = None, limits: Limits | None = None) -> tuple[Scored, ...]:
    """Score every file, in order: a still picture, or the first keyframe of a video. Never raises for a file.

    `sky` says by which light they were taken; without it nobody knows, and only what is too dark for any light is dark.
    """
    return tuple(_score(path, sky or Sky(), limits or Limits()) for path in paths)


def to_json(scored: Iterable[Scored]) -> list[dict[str, Any]]:
    """Plain values for `json.dumps`, one object a file; `features` is null where there is no picture."""
    return [
        {
            "file": str(each.path),
            "verdict": each.diagnosis.verdict.value,
            "regime": each.diagnosis.regime,
            "findings": [{"code": finding.code, "detail": finding.detail} for finding in each.diagnosis.findings],
            "scores": {name: round(value, 4) for name, value in each.diagnosis.scores.items()},
            "unjudged": dict(each.diagnosis.unjudged),
            "features": each.features and each.features.to_dict(),
        }
        for each in scored
    ]


def read(path: Path) -> Planes:
    """The picture in a file of any kind that OpenCV or FFmpeg reads. Raises Undecodable, also when there is no file.

    The bytes are read here and not by OpenCV, which takes no Chinese file names on every system. A JPEG goes the way of
    a camera's: OpenCV would fill up one that was cut short, and not say so.
    """
    try:
        with path.open("rb") as file:
            start = file.read(16)
            data = start + file.read(MAX_FILE) if _is_still(start) else b""
    except OSError as error:
        raise Undecodable(error.strerror or type(error).__name__) from None
    if data.startswith(_JPEG) and len(data) <= MAX_BYTES:
        return decode(AccessUnit("mjpeg", data, 0, 0))
    return _still(data) if data else _first_keyframe(path)


def _score(path: Path, sky: Sky, limits: Limits) -> Scored:
    try:
        features = measure(read(path))
    except Undecodable as error:
        finding = Finding(error.code, "decode", str(error))
        return Scored(path, None, Diagnosis(Verdict.UNKNOWN, sky.regime.value, undecodable=finding))
    return Scored(path, features, diagnose(features, sky, limits))


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


def _first_keyframe(path: Path) -> Planes:
    try:
        with remarks(), av.open(str(path)) as container:
            if not container.streams.video:
                raise Undecodable("no video in this file")
            frame = next(container.decode(container.streams.video[0]), None)
            if frame is None:
                raise Undecodable("no picture in this file")
            return planes_of(frame)
    except av.FFmpegError as error:
        raise Undecodable(error.strerror or type(error).__name__) from None

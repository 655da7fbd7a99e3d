"""Folders of real surveillance pictures with an INDEX.csv, as shots: which camera, which day, by which light, how
it was.

An INDEX has a row a file with at least `path`, `camera` and `condition`; `note` may say NIGHT. The day is read from the
file's name (20250131, Jan_31); where the name has none, the file is a day of its own camera only.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

_DAY = re.compile(r"(?:19|20)\d{6}|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)_\d+")
_CLIPS = {".mp4", ".avi", ".mkv", ".mov", ".ts", ".h264"}


@dataclass(frozen=True, slots=True)
class Shot:
    """One file of one fixed camera. `condition` is the truth as the INDEX has it (healthy, weather_fog, torn, ...)."""

    path: Path
    camera: str
    condition: str
    day: str
    night: bool

    @property
    def healthy(self) -> bool:
        """Nothing is wrong with camera and lens; the weather may be what it likes."""
        return self.condition.startswith(("healthy", "weather"))

    @property
    def clear(self) -> bool:
        """Healthy, and no weather in it."""
        return self.condition.startswith("healthy")

    @property
    def is_clip(self) -> bool:
        return self.path.suffix.lower() in _CLIPS

    def frames(self, *shares: float) -> list[Picture]:
        """BGR pictures at these shares (0..1) of the clip; a still has one and the same for all."""
        if not self.is_clip:
            data = np.frombuffer(self.path.read_bytes(), np.uint8)
            return [np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)] * len(shares)
        return _of_clip(self.path, shares)


def shots(folder: Path) -> list[Shot]:
    """Every row of the folder's INDEX.csv whose file is there, in the order of the INDEX."""
    with (folder / "INDEX.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [_shot(folder, row) for row in rows if (folder / row["path"]).exists()]


def by_camera(every: list[Shot]) -> dict[str, list[Shot]]:
    """Shots by camera, in the order of the cameras' first appearance."""
    found: dict[str, list[Shot]] = {}
    for shot in every:
        found.setdefault(shot.camera, []).append(shot)
    return found


def other_days(shot: Shot, every: list[Shot]) -> list[Shot]:
    """Clear shots of the same camera by the same light, of other days: what a reference may be made of."""
    return [
        each
        for each in every
        if each.camera == shot.camera and each.clear and each.night == shot.night and each.day != shot.day
    ]


def _shot(folder: Path, row: dict[str, str]) -> Shot:
    note = row.get("note", "")
    day = _DAY.search(Path(row["path"]).stem)
    night = "NIGHT" in note or "IR" in note.split()
    return Shot(folder / row["path"], row["camera"], row["condition"], day[0] if day else "", night)


def _of_clip(path: Path, shares: tuple[float, ...]) -> list[Picture]:
    last = _count(path) - 1
    wanted = {round(share * last) for share in shares}
    kept: dict[int, Picture] = {}
    for number, frame in enumerate(_decoded(path)):
        if number in wanted:
            kept[number] = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
            if len(kept) == len(wanted):
                break
    end = max(kept)
    return [kept.get(round(share * last), kept[end]) for share in shares]


def _count(path: Path) -> int:
    """Frames in a clip, as its file says; by counting where it doesn't say."""
    with av.open(str(path)) as container:
        told = int(container.streams.video[0].frames)
    return told or sum(1 for _ in _decoded(path))


def _decoded(path: Path) -> Iterator[Any]:
    with av.open(str(path)) as container:
        yield from container.decode(video=0)

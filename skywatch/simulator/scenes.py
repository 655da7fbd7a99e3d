"""Films of streets, each encoded once and shared by all cameras that show the same: in memory, on disk between runs.

`make demo` must have 260 cameras answering within seconds on two cores, so cameras share a few streets, and nothing is
encoded before somebody looks. Knows no network.
"""

import asyncio
import hashlib
import json
import logging
import os
import shutil
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from skywatch.simulator import draw, encode, lens, trouble
from skywatch.simulator.damage import damaged
from skywatch.simulator.encode import Clip
from skywatch.simulator.lens import FRAME_RATE, View
from skywatch.simulator.rtp import Reel, cut

log = logging.getLogger(__name__)

TAKES = 7
TAKE_SECONDS = 300.0
GOP = FRAME_RATE
"""Frames from one keyframe to the next: a second of them. Cameras take one to four; one costs least at the start."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One film: what is seen, how it is coded, and which of the day's moments (0..TAKES-1) it shows."""

    view: View
    codec: str
    take: int = 0
    length: int = GOP
    spoilt: bool = False


def take_at(now: float) -> int:
    """Which moment a camera shows at Unix time `now`. Visits a quarter of an hour apart see seven different ones:
    a healthy picture is never the same twice."""
    return int(now // TAKE_SECONDS) % TAKES


def default_folder() -> Path:
    """Where films stay between runs: `$XDG_CACHE_HOME/skywatch/scenes`, else `~/.cache/skywatch/scenes`."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "skywatch" / "scenes"


class SceneCache:
    """Films by shot. `folder` None keeps them in memory only; at most `keep` bytes are held there.

    Encoding runs in two threads (OpenCV and FFmpeg let go of the interpreter); whoever asks for a shot that is being
    made waits for the same one.
    """

    def __init__(self, folder: Path | None = None, *, keep: int = 256 << 20) -> None:
        self._folder = folder / _version() if folder is not None else None
        self._keep = keep
        self._held = 0
        self._reels: OrderedDict[Shot, Reel] = OrderedDict()
        self._pending: dict[Shot, asyncio.Future[Reel]] = {}
        self._threads = ThreadPoolExecutor(2, "scene")

    def held(self, shot: Shot) -> Reel | None:
        """The film if it is there already. Never waits."""
        reel = self._reels.get(shot)
        if reel is not None:
            self._reels.move_to_end(shot)
        return reel

    async def reel(self, shot: Shot) -> Reel:
        """The film, made now if need be."""
        if reel := self.held(shot):
            return reel
        loop = asyncio.get_running_loop()
        pending = self._pending.get(shot)
        if pending is None or pending.get_loop() is not loop:
            pending = self._pending[shot] = loop.run_in_executor(self._threads, self._fetch, shot)
            pending.add_done_callback(lambda done: self._keep_reel(shot, done))
        return await asyncio.shield(pending)

    async def prepare(self, shots: Iterable[Shot]) -> None:
        """Make `shots` one after the other, leaving a thread free for what is asked for meanwhile."""
        for shot in shots:
            await self.reel(shot)

    async def still(self, view: View, take: int) -> bytes:
        """One picture of `view` as a JPEG file."""
        shot = Shot(view, "mjpeg", take, length=1)
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: film(shot).frames[0][0])

    def close(self) -> None:
        """Begin nothing more; what is being encoded is finished and forgotten."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _keep_reel(self, shot: Shot, done: "asyncio.Future[Reel]") -> None:
        self._pending.pop(shot, None)
        if done.cancelled() or done.exception():
            return
        reel = self._reels[shot] = done.result()
        self._held += reel.size
        while self._held > self._keep and len(self._reels) > 1:
            _, old = self._reels.popitem(last=False)
            self._held -= old.size

    def _fetch(self, shot: Shot) -> Reel:
        clip = self._load(shot)
        if clip is None:
            clip = film(shot)
            self._save(shot, clip)
        return cut(damaged(clip) if shot.spoilt else clip)

    def _file(self, shot: Shot) -> Path | None:
        name = hashlib.sha256(repr((shot.view, shot.codec, shot.take, shot.length)).encode()).hexdigest()[:24]
        return None if self._folder is None else self._folder / f"{name}.clip"

    def _load(self, shot: Shot) -> Clip | None:
        file = self._file(shot)
        if file is None or not file.exists():
            return None
        try:
            return _unpack(file.read_bytes())
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("film %s cannot be read (%s), it is made anew", file.name, error)
            return None

    def _save(self, shot: Shot, clip: Clip) -> None:
        file = self._file(shot)
        if file is None:
            return
        try:
            _make_room(file.parent)
            part = file.with_suffix(f".{os.getpid()}.part")
            part.write_bytes(_pack(clip))
            part.replace(file)
        except OSError as error:
            log.debug("film %s cannot be kept: %s", file.name, error)


def film(shot: Shot) -> Clip:
    """Draw and encode `shot`: pure, and as slow as that is (about 0.1 s at 640x360, 0.6 s at 1920x1080)."""
    view = shot.view
    pictures = lens.frames(view, shot.take, shot.length)
    return encode.encode(shot.codec, view.width, view.height, FRAME_RATE, pictures)


@cache
def _version() -> str:
    """Changes with whatever could change a film."""
    sources = b"".join(Path(str(module.__file__)).read_bytes() for module in (draw, lens, trouble, encode))
    return hashlib.sha256(sources).hexdigest()[:12]


def _make_room(folder: Path) -> None:
    """Create `folder`, and drop what other versions left beside it."""
    if folder.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.parent.iterdir():
        if old != folder and old.is_dir() and len(old.name) == len(folder.name):
            shutil.rmtree(old, ignore_errors=True)


def _pack(clip: Clip) -> bytes:
    head = {
        "codec": clip.codec,
        "width": clip.width,
        "height": clip.height,
        "frame_rate": clip.frame_rate,
        "frames": [[len(unit) for unit in frame] for frame in clip.frames],
    }
    return json.dumps(head).encode() + b"\n" + b"".join(unit for frame in clip.frames for unit in frame)


def _unpack(data: bytes) -> Clip:
    head, _, body = data.partition(b"\n")
    told = json.loads(head)
    at = 0
    frames: list[tuple[bytes, ...]] = []
    for lengths in told["frames"]:
        units = []
        for length in lengths:
            units.append(body[at : at + length])
            at += length
        frames.append(tuple(units))
    if at != len(body) or not frames:
        raise ValueError("its length is wrong")
    return Clip(told["codec"], told["width"], told["height"], told["frame_rate"], tuple(frames))

"""Faults drawn on real pictures by the folder's own `degrade.py`, titled afterwards, and passed through an H.264
encoder as a camera's are. What was made once is kept on disk, as the bytes of its keyframe."""

import hashlib
import importlib.util
import io
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from bench.footage import Picture, Shot
from skywatch.picture.decode import Planes, decode
from skywatch.protocols.rtsp.unit import AccessUnit

CACHE = Path(os.environ.get("SKYWATCH_BENCH_CACHE", Path(__file__).parent / ".cache"))
MARGIN = 0.16
"""Of each side, what `degrade.moved` cuts off."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of `degrade.py` and a severity 1..5. `moved` shows the middle of the picture only: compare with `cropped`
    references. Without a kind, the picture as it is, titled and encoded."""

    kind: str = ""
    severity: int = 0

    @property
    def cropped(self) -> bool:
        return self.kind == "moved"


@cache
def degrader(folder: Path) -> Any:
    """The folder's degrade.py."""
    spec = importlib.util.spec_from_file_location("degrade", folder / "degrade.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(folder / "degrade.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def spoiled(picture: Picture, fault: Fault, seed: int, tools: Any, cropped: bool = False) -> Picture:
    """`picture` with `fault`, then clock and name on it. `cropped`: its middle only, to go with a moved one."""
    if fault.kind == "moved":
        return _titled(tools.moved(picture, fault.severity, seed), seed, tools)
    if cropped:
        picture = np.ascontiguousarray(tools.crop_reference(picture))
    if not fault.kind:
        return _titled(picture, seed, tools)
    worse: Picture = tools.degrade(picture, fault.kind, fault.severity, seed, _clock(seed))
    return worse


def keyframe(
    shot: Shot, share: float, fault: Fault, folder: Path, *, seed: int = 1, mbps: float = 3.0, cropped: bool = False
) -> AccessUnit:
    """One picture of a shot as the camera would send it, from the cache where it was made before."""
    said = f"2|{shot.path.name}|{share}|{fault.kind}|{fault.severity}|{seed}|{mbps}|{cropped}"
    path = CACHE / f"{hashlib.sha256(said.encode()).hexdigest()[:24]}.h264"
    if not path.exists():
        tools = degrader(folder)
        _keep(path, encoded(spoiled(still(shot, share), fault, seed, tools, cropped), mbps))
    return AccessUnit("h264", path.read_bytes(), 0, 0)


def still(shot: Shot, share: float) -> Picture:
    """One picture of a shot without any fault; those of clips are kept, for taking a clip apart is slow."""
    if not shot.is_clip:
        return shot.frames(share)[0]
    path = CACHE / f"{hashlib.sha256(f'{shot.path.name}|{share}'.encode()).hexdigest()[:24]}.png"
    if not path.exists():
        _keep(path, cv2.imencode(".png", shot.frames(share)[0], [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes())
    return np.asarray(cv2.imread(str(path)), np.uint8)


def planes(shot: Shot, share: float, fault: Fault, folder: Path, **how: Any) -> Planes:
    """`keyframe`, decoded by the decoder under test."""
    return decode(keyframe(shot, share, fault, folder, **how))


def encoded(picture: Picture, mbps: float) -> bytes:
    """The second keyframe of a stream that shows `picture` only, by an encoder set like a camera's: by then its rate
    control has settled. `mbps` is meant for 1080p."""
    height, width = (side - side % 2 for side in picture.shape[:2])
    rate = int(mbps * 1e6 * ((width * height) / (1920 * 1080)) ** 0.75)
    context: Any = av.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.framerate, context.bit_rate = 12, rate
    context.options = {
        "preset": "veryfast", "tune": "zerolatency", "g": "4", "maxrate": str(rate), "bufsize": str(rate),
    }  # fmt: skip
    packets = []
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture[:height, :width]), format="bgr24")
    for number in range(5):
        frame.pts = number
        packets += context.encode(frame)
    packets += context.encode(None)
    out = io.BytesIO()
    out.write(bytes([packet for packet in packets if packet.is_keyframe][-1]))
    return out.getvalue()


def _keep(path: Path, data: bytes) -> None:
    """Write whole or not at all: several processes fill the cache at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(data)
    fresh.replace(path)


def _titled(picture: Picture, seed: int, tools: Any) -> Picture:
    titled: Picture = tools._osd(picture, _clock(seed))
    return titled


def _clock(seed: int) -> str:
    return f"2025-03-{1 + seed % 28:02d} {seed * 7 % 24:02d}:{seed * 13 % 60:02d}:{seed * 17 % 60:02d}"

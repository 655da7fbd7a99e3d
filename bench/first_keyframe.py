"""From "look at this camera" to its first picture, decoded: our client beside `cv2.VideoCapture` open and read.

Pairs take turns at GStreamer's RTSP server. It streams a recording for each who comes, from its first keyframe on and
without an encoder, so that the client is what takes the time; a second row has it encode for each, live.
"""

import asyncio
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.programs import started
from bench.rows import Row, skipped
from skywatch.picture.decode import decode
from skywatch.protocols.rtsp import Target, look
from skywatch.simulator.draw import street
from skywatch.simulator.encode import encode

PYTHON = "/usr/bin/python3"
SERVER = Path(__file__).parent.parent / "tests" / "servers" / "gst_rtsp.py"
SIZE = (1920, 1080)
SECONDS, RATE = 8, 25
"""Longer than what `cv2.VideoCapture` listens before it gives the first frame out."""

PAIRS = 11
WALL, CPU, LIVE = (
    "first keyframe, wall time, ours : cv2.VideoCapture",
    "first keyframe and its decoding, CPU, ours : cv2.VideoCapture",
    "the same from a live encoder that starts for each client (for information)",
)
_BARS = {WALL: "at most 1 : 10", CPU: "at most 1 : 2", LIVE: ""}


def run() -> list[Row]:
    """Wall and CPU at 1920x1080, H.264. The server's CPU is nobody's, its time is in both."""
    if reason := _missing():
        return [skipped(what, bar, reason) for what, bar in _BARS.items()]
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.h264"
        clip.write_bytes(_clip())
        with _server(folder, "--coded", str(clip)) as url:
            steady = _pairs(url)
        with _server(folder, "--width", str(SIZE[0]), "--height", str(SIZE[1])) as url:
            live = _pairs(url)
    return [_row(WALL, steady, 10), _row(CPU, steady, 2), _row(LIVE, live, None)]


Pairs = dict[str, float]


def _row(what: str, numbers: Pairs, least: float | None) -> Row:
    kind = "cpu" if what == CPU else "wall"
    ours, theirs, ratio = (numbers[f"{kind}_{name}"] for name in ("ms_ours", "ms_cv2", "ratio"))
    figure = f"1 : {ratio:.1f} ({ours:.1f} ms : {theirs:.0f} ms)"
    return Row(what, _BARS[what], figure, None if least is None else ratio >= least, numbers)


def _clip() -> bytes:
    """A street that passes by, as an elementary stream with a keyframe every second."""
    picture = cv2.cvtColor(street(1, *SIZE), cv2.COLOR_BGR2YUV_I420)
    frames: list[NDArray[np.uint8]] = [np.roll(picture, 4 * number, 1) for number in range(RATE)]
    clip = encode("h264", *SIZE, RATE, frames)
    return SECONDS * b"".join(b"\0\0\0\1" + unit for frame in clip.frames for unit in frame)


def _missing() -> str:
    test = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"
    found = Path(PYTHON).exists() and subprocess.run([PYTHON, "-c", test], capture_output=True).returncode == 0
    return "" if found else "GStreamer's RTSP server (gir1.2-gst-rtsp-server-1.0, python3-gi) is not installed"


@contextmanager
def _server(folder: str, *options: str) -> Iterator[str]:
    with started((PYTHON, str(SERVER), *options), log=Path(folder) / "gst.log") as server:
        yield f"rtsp://127.0.0.1:{server.line()}/stream"


def _pairs(url: str) -> Pairs:
    """Medians over `PAIRS`, after one that does not count. Ours is decoded too, in this process."""
    ours, theirs = [], []
    with asyncio.Runner() as runner:

        def visit() -> None:
            decode(runner.run(look(Target(url), runner.get_loop().time() + 10)).keyframe)

        for _ in range(PAIRS + 1):
            ours.append(_timed(visit))
            theirs.append(_timed(lambda: _capture(url)))
    (wall, cpu), (their_wall, their_cpu) = _medians(ours[1:]), _medians(theirs[1:])
    return {
        "wall_ms_ours": 1000 * wall, "wall_ms_cv2": 1000 * their_wall, "wall_ratio": their_wall / wall,
        "cpu_ms_ours": 1000 * cpu, "cpu_ms_cv2": 1000 * their_cpu, "cpu_ratio": their_cpu / cpu,
    }  # fmt: skip


def _capture(url: str) -> None:
    capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG)
    read, _ = capture.read()
    capture.release()
    if not read:
        raise RuntimeError("cv2.VideoCapture read nothing")


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def _medians(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(wall for wall, _ in pairs), statistics.median(cpu for _, cpu in pairs)

"""What all findings of one decoded picture cost on one core: by itself, and against one and three references.

A street of the simulator, taken at other hours for the references, with noise at the sensor's resolution: a flat
picture would flatter. Beside it, in turn, the number that everybody computes: a busy machine slows both alike, so the
ratio is what is comparable.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy

from collections.abc import Callable, Sequence
from statistics import median

import cv2
import numpy as np

from bench.rows import Row
from skywatch.clock import tick
from skywatch.inventory import Light
from skywatch.picture import Sky, diagnose
from skywatch.picture.compare import taken
from skywatch.picture.decode import Planes
from skywatch.picture.examine import examine
from skywatch.picture.measure import Canvas
from skywatch.picture.reference import Reference
from skywatch.simulator.draw import street

_SIZES = {"1080p": (1920, 1080, 12.0), "4k": (3840, 2160, 40.0)}
"""Width, height, and milliseconds that all findings may take."""
_REFERENCES = (0, 1, 3)
_ROUNDS = 100
_AGAINST_LAPLACIAN = 12.0 / 15.5
"""What the bar at 1080p is on the machine that it was set for, where variance of Laplacian takes 15.5 ms."""
_SKY = Sky(40.0, Light.INFRARED)
_GAINS = (1.0, 0.93, 1.05, 0.86)  # of the picture and of its references: another hour each


def run() -> list[Row]:
    """Milliseconds a picture, the median of 100, at each size, and as a share of variance of Laplacian at 1080p."""
    cv2.setNumThreads(1)
    return [*_rows("1080p", ratio=True), *_rows("4k", ratio=False)]


def _rows(size: str, *, ratio: bool) -> list[Row]:
    width, height, bar = _SIZES[size]
    planes, references = _planes(0, width, height), [taken(Canvas(_planes(hour, width, height))) for hour in (1, 2, 3)]
    picture = street(1, 1920, 1080)
    tasks: list[Callable[[], object]] = [lambda: _laplacian(picture)]
    tasks += [_findings(planes, references[:count]) for count in _REFERENCES]
    laplacian, *ours = _in_turn(tasks)
    rows = [_absolute(size, count, took, bar) for count, took in zip(_REFERENCES, ours, strict=True)]
    return [*rows, *(_relative(count, took, laplacian) for count, took in zip(_REFERENCES, ours, strict=True) if ratio)]


def _absolute(size: str, count: int, took: float, bar: float) -> Row:
    what = f"all findings of one decoded {size} picture, {count} references, one core"
    return Row(what, f"under {bar:.0f} ms", f"{took:.1f} ms", took < bar, {"ms": took})


def _relative(count: int, took: float, laplacian: float) -> Row:
    ratio = took / laplacian
    figure = f"{ratio:.2f} times its {laplacian:.1f} ms"
    what = f"the same at 1080p, {count} references, against variance of Laplacian in 64F"
    bar = f"under {_AGAINST_LAPLACIAN:.2f} times"
    return Row(what, bar, figure, ratio < _AGAINST_LAPLACIAN, {"ratio": ratio, "ms_laplacian": laplacian})


def _findings(planes: Planes, references: Sequence[Reference]) -> Callable[[], object]:
    return lambda: diagnose(examine(planes, references), _SKY)


def _laplacian(picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> object:
    """Grey from BGR, Laplacian in 64F, variance."""
    return cv2.Laplacian(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.CV_64F).var()


def _in_turn(tasks: Sequence[Callable[[], object]]) -> list[float]:
    """Milliseconds of each, the median of the rounds after one that does not count."""
    took: list[list[float]] = [[] for _ in tasks]
    for _ in range(_ROUNDS + 1):
        for task, times in zip(tasks, took, strict=True):
            began = tick()
            task()
            times.append(1000 * (tick() - began))
    return [median(times[1:]) for times in took]


def _planes(hour: int, width: int, height: int) -> Planes:
    """The street at another hour: as bright as that, and with grain of its own."""
    grain = np.random.default_rng(hour).normal(0, 2, (height, width, 1)).astype(np.float32)
    picture = (street(1, width, height) * np.float32(_GAINS[hour]) + grain).clip(0, 255).astype(np.uint8)
    planar = cv2.cvtColor(picture, cv2.COLOR_BGR2YCrCb)
    cr, cb = (cv2.resize(planar[..., at], (width // 2, height // 2), interpolation=cv2.INTER_AREA) for at in (1, 2))
    return Planes(np.ascontiguousarray(planar[..., 0]), np.asarray(cb, np.uint8), np.asarray(cr, np.uint8))

"""What it costs to measure and judge one 1080p luma plane, on one core, once it is decoded.

A street of the simulator, and noise at the sensor's resolution: a flat picture would flatter.
"""

import cv2
import numpy as np

from bench.rows import Row, median_of
from skywatch.clock import tick
from skywatch.inventory import Light
from skywatch.picture import Sky, diagnose
from skywatch.picture.decode import Planes
from skywatch.picture.measure import measure
from skywatch.simulator.draw import street

_BAR_MS = 8.0
_SKY = Sky(40.0, Light.INFRARED)


def run() -> list[Row]:
    """Milliseconds a picture, the median of 100, at 1080p and at 4K, beside variance of Laplacian the usual way."""
    cv2.setNumThreads(1)
    full = _milliseconds(1920, 1080)
    numbers = {"ms_1080p": full, "ms_4k": _milliseconds(3840, 2160), "ms_laplacian_1080p": _laplacian(1920, 1080)}
    figure = "{ms_1080p:.1f} ms (4K {ms_4k:.1f} ms; variance of Laplacian alone {ms_laplacian_1080p:.1f} ms)"
    return [
        Row(
            "scoring one 1080p luma plane, one core",
            f"under {_BAR_MS:.0f} ms",
            figure.format(**numbers),
            full < _BAR_MS,
            numbers,
        )
    ]


def _milliseconds(width: int, height: int) -> float:
    planes = Planes(_luma(width, height))
    return 1000 * median_of(100, lambda: _timed(planes))


def _timed(planes: Planes) -> float:
    began = tick()
    diagnose(measure(planes), _SKY)
    return tick() - began


def _laplacian(width: int, height: int) -> float:
    """The number that everybody computes: grey from BGR, Laplacian in 64F, variance."""
    picture = street(1, width, height)

    def timed() -> float:
        began = tick()
        cv2.Laplacian(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.CV_64F).var()
        return tick() - began

    return 1000 * median_of(30, timed)


def _luma(width: int, height: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    grey = cv2.cvtColor(street(1, width, height), cv2.COLOR_BGR2GRAY).astype(np.float32)
    grain = np.random.default_rng(1).normal(0, 2, grey.shape)
    return np.asarray((grey + grain).clip(0, 255), dtype=np.uint8)

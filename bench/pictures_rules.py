"""The rules that people use instead, on the same pictures: one number each, against a fixed limit."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np

from skywatch.picture.decode import Planes


@dataclass(frozen=True, slots=True)
class Rule:
    """`number` below `limit` is called a fault (above: `above`); no limit where nobody agrees on one."""

    name: str
    number: str
    limit: float | None
    above: bool = False

    def says(self, value: float) -> bool:
        return self.limit is not None and (value > self.limit if self.above else value < self.limit)


RULES = (
    Rule("variance of Laplacian under 100", "laplacian", 100.0),
    Rule("Tenengrad", "tenengrad", None),
    Rule("mean under 50", "mean", 50.0),
    Rule("BRISQUE over 50", "brisque", 50.0, above=True),
)


def naive(planes: Planes) -> dict[str, float]:
    """Of the decoded luma at full size, on-screen text and all, as the recipes go."""
    luma = planes.luma
    across, down = (cv2.Sobel(luma, cv2.CV_32F, *axis) for axis in ((1, 0), (0, 1)))
    found = {
        "laplacian": float(cv2.Laplacian(luma, cv2.CV_64F).var()),
        "tenengrad": float(np.mean(across * across + down * down)),
        "mean": float(luma.mean()),
    }
    return found | ({"brisque": score(luma)} if (score := brisque()) else {})


@cache
def brisque() -> Callable[[Any], float] | None:
    """OpenCV's, where the contributed modules (`opencv-contrib-python`) and its two model files are there."""
    quality: Any = getattr(cv2, "quality", None)
    if quality is None:
        return None
    try:
        found = quality.QualityBRISQUE_create("brisque_model_live.yml", "brisque_range_live.yml")
    except cv2.error:
        return None
    return lambda luma: float(found.compute(cv2.cvtColor(luma, cv2.COLOR_GRAY2BGR))[0])

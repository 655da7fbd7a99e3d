"""What was measured on one picture, as numbers that can be stored. No pictures, no thresholds.

Numbers are kept and judged later (`diagnose.py`), so that limits can be retuned on history.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Self


@dataclass(frozen=True, slots=True)
class Features:
    """The measures of one picture. On-screen text and a rim of 2 % are left out of all of them but `text_share`.

    All but `width` and `height` are taken at one common size, so that they do not depend on the camera's resolution
    (see docs/reference/scores.md for how each is computed and what is usual).
    """

    VERSION: ClassVar[int] = 1
    """Changes when a number of the same name would mean something else."""

    width: int
    height: int
    sharpness: float
    """Steepness of the steepest edges against their own contrast, per pixel of the common size: 0.5 is a jump from one
    pixel to the next, 0.12 a ramp without an edge in it. 0 where nothing was measured."""
    sharp_cells: int
    """How many of the 24 cells of the picture have contrast enough to be measured, 0..24."""
    contrast_share: float
    """Share of the picture with enough contrast around it to tell sharp from soft, 0..1."""
    noise: float
    """Standard deviation of the grain, in levels of luma (0..255), at the common size."""
    luma_p10: float
    luma_p50: float
    luma_p90: float
    """Percentiles of luma, 0..255."""
    colour: float
    """Mean distance of chroma from grey, 0..181; a picture by infrared light has less than 3."""
    text_share: float
    """Share of the picture under on-screen text, 0..1."""

    def to_dict(self) -> dict[str, float]:
        """As plain numbers, with the version: what is stored."""
        return {"version": self.VERSION, **asdict(self)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, float]) -> Self:
        """The features that `to_dict` gave. Raises ValueError when they are of another version, when one is missing, or
        when one is not a finite number."""
        if stored.get("version") != cls.VERSION:
            raise ValueError(f"features of version {stored.get('version')!r}, this skywatch reads {cls.VERSION}")
        missing = [field.name for field in fields(cls) if field.name not in stored]
        if missing:
            raise ValueError(f"features without {', '.join(missing)}")
        numbers: dict[str, Any] = {field.name: _number(field.name, stored[field.name]) for field in fields(cls)}
        return cls(**numbers)


def _number(name: str, value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise ValueError(f"feature {name} is {value!r}")
    return value

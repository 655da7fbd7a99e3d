"""One row of the table: what was measured, what came out, and the bar that it has to pass."""

import os
import platform
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """`figure` is what a person reads; `numbers` the medians and ratios behind it; `met` is None if not run."""

    what: str
    bar: str
    figure: str
    met: bool | None
    numbers: Mapping[str, float] = field(default_factory=dict)


def median_of(rounds: int, measure: Callable[[], float]) -> float:
    """The median of `rounds` measurements, after one that does not count."""
    measure()
    return statistics.median(measure() for _ in range(rounds))


def skipped(what: str, bar: str, why: str) -> Row:
    """A row that could not be measured here, and why."""
    return Row(what, bar, f"not measured: {why}", None)


def machine() -> dict[str, str | int]:
    """What these figures were measured on."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()

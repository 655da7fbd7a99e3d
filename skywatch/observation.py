"""What a visit saw: the one value that probes produce and everything above them consumes.

Pure data, picklable, so that a probe's work can run on another machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """`unknown` is for what could not be looked at: no frame is not a dark frame."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a verdict is what it is.

    `code` is a key of `skywatch.findings.GLOSSARY`. `step` names what was being done (`connect`, `describe`, ...).
    `detail` is evidence as the camera gave it, in English or the camera's words; it never holds a secret. `severity` is
    0 where nobody grades it, else 1 (slight) to 5; slight ones take more visits to be believed. A `remark` is told, and
    is no fault: fog is nobody's to repair.
    """

    code: str
    step: str = ""
    detail: str = ""
    severity: int = 0
    remark: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """What a camera was when it was first seen as it is: its serial number, and codec and size of its main stream
    (`h264 1920x1080`). "" where that is not known yet. A person's word makes it begin anew."""

    serial: str = ""
    stream: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a visit did, and how long it took, in seconds."""

    name: str
    seconds: float
    note: str = ""


def _nothing() -> Mapping[str, float]:
    return {}


def _no_facts() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Observation:
    """What one visit saw.

    `at` is Unix seconds when the visit began; `seconds` how long it took. `numbers` are measurements by name, in SI
    base units (seconds, bits per second, ratios 0..1, pixels); `facts` are texts by name (codec, serial number, ...).
    Which names a probe gives is documented in that probe's file. `judged` are the codes that were looked for, found or
    not, by a probe that judges item by item: of others the visit says nothing, neither that they are there nor that
    they are gone. None: the verdict holds for everything that the probe may find.
    """

    probe: str
    camera: str
    at: float
    seconds: float
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=_nothing)
    facts: Mapping[str, str] = field(default_factory=_no_facts)
    steps: tuple[Step, ...] = ()
    judged: frozenset[str] | None = None

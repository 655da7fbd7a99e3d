"""A baseline as bytes, and back: the file format that docs/reference/baselines.md describes.

    magic, 16 bytes | checksum, CRC-32 of all that follows | version of the format | zlib: facts as JSON, then numbers
    as IEEE 754 halves, a row a look | pictures as they are

Magic, checksum and version stay where they are in every version to come, so that an older skywatch can tell a newer
file from a damaged one.
"""

import json
import math
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from skywatch.picture.baseline import Baseline, Look
from skywatch.picture.features import Features
from skywatch.picture.reference import Reference

MAGIC = b"skywatch.picture"
VERSION = 1

MOST = 64_000
"""Bytes of one baseline: 51,000 for three pictures, the rest for numbers."""

_FRAME = struct.Struct(">16sI")
_VERSION = struct.Struct(">H")
_PART = struct.Struct(">I")
_MOST_FACTS = 1 << 20
_SENSELESS = (ValueError, LookupError, TypeError, AttributeError, OverflowError, struct.error, zlib.error)


class UnusableBaseline(ValueError):
    """The bytes are no baseline of this camera that this skywatch could use; the message says why, in English."""


class NewerBaseline(UnusableBaseline):
    pass


class DamagedBaseline(UnusableBaseline):
    pass


class OtherCamera(UnusableBaseline):
    pass


def to_bytes(baseline: Baseline) -> bytes:
    """At most `MOST` bytes, as long as no reference has more than `reference.MAX_BYTES`."""
    looks = _looks(baseline)
    names = sorted({name for look in looks for name in look.numbers})
    facts = {
        "camera": baseline.camera,
        "regime": baseline.regime,
        "since": baseline.since,
        "version": baseline.version,
        "accepted_at": baseline.accepted_at,
        "accepted_by": baseline.accepted_by,
        "frozen": baseline.frozen,
        "features": Features.VERSION,
        "names": names,
        "at": [look.at for look in looks],
        "references": len(baseline.references),
        "candidate": baseline.candidate is not None,
        "pictures": [[each.width, each.height, *map(len, _parts(each))] for each in _pictures(looks)],
    }
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    rows = [look.numbers.get(name, math.nan) for look in looks for name in names]
    packed = zlib.compress(_PART.pack(len(text)) + text + struct.pack(f"<{len(rows)}e", *rows))
    pictures = b"".join(part for each in _pictures(looks) for part in _parts(each))
    rest = _VERSION.pack(VERSION) + _PART.pack(len(packed)) + packed + pictures
    return _FRAME.pack(MAGIC, zlib.crc32(rest)) + rest


def from_bytes(data: bytes, camera: str = "", regime: str = "") -> Baseline:
    """The baseline that `to_bytes` gave, of this camera and light, or of any where they are empty. Samples that were
    measured otherwise than today are left out: the pictures still hold.

    Raises NewerBaseline, DamagedBaseline, OtherCamera.
    """
    rest = _unframed(data)
    try:
        baseline = _read(rest)
    except _SENSELESS as error:
        raise DamagedBaseline(f"makes no sense ({type(error).__name__})") from None
    if (camera or baseline.camera, regime or baseline.regime) != (baseline.camera, baseline.regime):
        raise OtherCamera(f"is of {baseline.camera}, {baseline.regime}")
    return baseline


def _unframed(data: bytes) -> bytes:
    """What follows the version."""
    if len(data) < _FRAME.size + _VERSION.size or not data.startswith(MAGIC):
        raise DamagedBaseline("is no baseline")
    _, checksum = _FRAME.unpack_from(data)
    if zlib.crc32(data[_FRAME.size :]) != checksum:
        raise DamagedBaseline("is not what was written: its checksum is wrong")
    (version,) = _VERSION.unpack_from(data, _FRAME.size)
    if version > VERSION:
        raise NewerBaseline(f"was written by a newer skywatch (format {version}, not {VERSION})")
    return data[_FRAME.size + _VERSION.size :]


def _read(rest: bytes) -> Baseline:
    (size,) = _PART.unpack_from(rest)
    unpacker = zlib.decompressobj()
    packed = unpacker.decompress(rest[_PART.size : _PART.size + size], _MOST_FACTS)
    (length,) = _PART.unpack_from(packed)
    facts = json.loads(packed[_PART.size : _PART.size + length])
    looks = _read_looks(facts, packed[_PART.size + length :])
    pictures = list(_read_pictures(facts["pictures"], rest[_PART.size + size :]))
    return _assembled(facts, looks, pictures)


def _read_looks(facts: Mapping[str, Any], rows: bytes) -> list[Look]:
    names, times = facts["names"], [float(at) for at in facts["at"]]
    values = struct.unpack(f"<{len(names) * len(times)}e", rows)
    if any(map(math.isinf, values)) or not all(map(math.isfinite, times)):
        raise ValueError("a number is infinite")
    width = len(names)
    tables = (zip(names, values[row * width : (row + 1) * width], strict=True) for row in range(len(times)))
    return [
        Look(at, {name: value for name, value in table if not math.isnan(value)})
        for at, table in zip(times, tables, strict=True)
    ]


def _read_pictures(sizes: Iterable[Sequence[int]], data: bytes) -> Iterator[Reference]:
    for width, height, *lengths in sizes:
        parts = []
        for length in lengths:
            if length < 0 or len(data) < length:
                raise ValueError("a picture is missing")
            parts.append(data[:length])
            data = data[length:]
        if min(width, height) < 1 or not parts[0]:
            raise ValueError("a picture is missing")
        yield Reference(width, height, *parts)
    if data:
        raise ValueError("more than was announced")


def _parts(reference: Reference) -> tuple[bytes, ...]:
    """Its bytes, in the order of its fields."""
    return reference.luma, reference.chroma, reference.profile


def _assembled(facts: Mapping[str, Any], looks: list[Look], pictures: list[Reference]) -> Baseline:
    """`looks` are the references, the candidate, then the samples; the first of them have pictures."""
    pictured = [replace(look, reference=each) for look, each in zip(looks, pictures, strict=False)]
    count, proposed = int(facts["references"]), bool(facts["candidate"])
    if (
        len(pictured) != len(pictures)
        or len(pictures) != count + proposed
        or (facts["accepted_at"] is None) != (count == 0)
    ):
        raise ValueError("pictures that belong to nothing")
    same = facts["features"] == Features.VERSION
    return Baseline(
        camera=str(facts["camera"]),
        regime=str(facts["regime"]),
        since=float(facts["since"]),
        version=int(facts["version"]),
        accepted_at=None if facts["accepted_at"] is None else float(facts["accepted_at"]),
        accepted_by=str(facts["accepted_by"]),
        references=tuple(pictured[:count]),
        samples=tuple(looks[len(pictures) :]) if same else (),
        candidate=pictured[count] if proposed else None,
        frozen=tuple(map(str, facts["frozen"])),
    )


def _looks(baseline: Baseline) -> list[Look]:
    """In the order of the file."""
    proposed = (baseline.candidate,) if baseline.candidate is not None else ()
    return [*baseline.references, *proposed, *baseline.samples]


def _pictures(looks: Iterable[Look]) -> list[Reference]:
    return [look.reference for look in looks if look.reference is not None]

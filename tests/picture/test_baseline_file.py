"""Baselines as bytes: what is written is read again, and whatever is not is named."""

import json
import os
import struct
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.picture import Features
from skywatch.picture.baseline import (
    DAY,
    HOUR,
    MOST_LETTERS,
    MOST_NUMBERS,
    MOST_PICTURES,
    MOST_SAMPLES,
    Baseline,
    Look,
    accept,
    learn,
    look_of,
)
from skywatch.picture.baseline_file import (
    MAGIC,
    MOST,
    DamagedBaseline,
    NewerBaseline,
    OtherCamera,
    UnusableBaseline,
    from_bytes,
    to_bytes,
)
from skywatch.picture.reference import MAX_BYTES, Reference
from tests.picture.healthy import street

CAMERA, LIGHT, BEGIN = "37039915001320000001", "day_colour", 1_780_000_000.0

halves = st.floats(-65504, 65504, width=16)
numbers = st.dictionaries(st.text(max_size=30), halves, max_size=12)
pictures = st.builds(
    Reference,
    st.integers(1, 8192),
    st.integers(1, 8192),
    st.binary(min_size=1, max_size=300),
    st.binary(max_size=90),
    st.binary(max_size=90),
)
times = st.floats(0, 4e9)
with_picture = st.builds(Look, times, numbers, pictures)
without = st.builds(Look, times, numbers)


@st.composite
def baselines(draw: st.DrawFn) -> Baseline:
    known = draw(st.booleans())
    return Baseline(
        camera=draw(st.text(max_size=20)),
        regime=draw(st.text(max_size=20)),
        since=draw(times),
        version=draw(st.integers(1, 10**6)),
        accepted_at=draw(times) if known else None,
        accepted_by=draw(st.text(max_size=MOST_LETTERS)),
        references=tuple(draw(st.lists(with_picture, min_size=1, max_size=3))) if known else (),
        samples=tuple(draw(st.lists(without, max_size=6))) if known else (),
        candidate=draw(st.none() | with_picture),
        frozen=tuple(draw(st.lists(st.text(max_size=9), max_size=3))),
    )


def one() -> Baseline:
    """A camera that was accepted and sampled for a day."""
    reference = Reference(1920, 1080, os.urandom(3000), os.urandom(900))
    baseline = accept(learn(Baseline(CAMERA, LIGHT, BEGIN), look_of(street(), BEGIN, reference)), "王工", BEGIN)
    for hour in range(1, 30):
        baseline = learn(baseline, look_of(street(), BEGIN + hour * HOUR, reference))
    return baseline


ONE = one()
BYTES = to_bytes(ONE)


@given(baselines())
def test_what_is_written_is_read_again(baseline: Baseline) -> None:
    assert from_bytes(to_bytes(baseline), baseline.camera, baseline.regime) == baseline


def test_a_file_says_itself_whose_it_is() -> None:
    assert from_bytes(BYTES) == ONE


@given(st.integers(0, len(BYTES) - 1), st.integers(1, 255))
def test_a_byte_that_flipped_is_damage(where: int, how: int) -> None:
    damaged = bytearray(BYTES)
    damaged[where] ^= how
    with pytest.raises(DamagedBaseline):
        from_bytes(bytes(damaged), CAMERA, LIGHT)


@given(st.integers(0, len(BYTES) - 1))
def test_a_file_that_was_cut_short_is_damage(length: int) -> None:
    with pytest.raises(DamagedBaseline):
        from_bytes(BYTES[:length], CAMERA, LIGHT)


@given(st.binary(max_size=400))
def test_whatever_has_a_right_checksum_is_read_or_named(rest: bytes) -> None:
    framed = MAGIC + struct.pack(">I", zlib.crc32(rest)) + rest
    with pytest.raises(UnusableBaseline):
        from_bytes(framed, CAMERA, LIGHT)


def _with_body(body: bytes) -> bytes:
    rest = struct.pack(">H", 1) + body
    return MAGIC + struct.pack(">I", zlib.crc32(rest)) + rest


@pytest.mark.parametrize("facts", [b"{}", b"[]", b"null", b'{"names": 7, "at": [1]}', b"\xff", b""])
def test_facts_that_make_no_sense_are_damage(facts: bytes) -> None:
    packed = zlib.compress(struct.pack(">I", len(facts)) + facts)
    with pytest.raises(DamagedBaseline):
        from_bytes(_with_body(struct.pack(">I", len(packed)) + packed), CAMERA, LIGHT)


def test_a_body_that_would_grow_to_gigabytes_is_damage() -> None:
    packed = zlib.compress(b"\0" * (64 << 20))
    with pytest.raises(DamagedBaseline):
        from_bytes(_with_body(struct.pack(">I", len(packed)) + packed), CAMERA, LIGHT)


def test_a_file_of_a_newer_skywatch_is_named_so() -> None:
    rest = struct.pack(">H", 2) + b"whatever comes"
    with pytest.raises(NewerBaseline, match="format 2"):
        from_bytes(MAGIC + struct.pack(">I", zlib.crc32(rest)) + rest, CAMERA, LIGHT)


def test_numbers_that_were_measured_otherwise_are_dropped_and_the_acceptance_stays() -> None:
    """As an upgrade finds it: the same file, but its numbers are of another version."""
    body = BYTES[len(MAGIC) + 4 + 2 :]
    (length,) = struct.unpack_from(">I", body)
    packed = zlib.decompress(body[4 : 4 + length])
    (size,) = struct.unpack_from(">I", packed)
    facts = json.loads(packed[4 : 4 + size]) | {"features": Features.VERSION - 1}
    text = json.dumps(facts).encode()
    packed = zlib.compress(struct.pack(">I", len(text)) + text + packed[4 + size :])
    read = from_bytes(_with_body(struct.pack(">I", len(packed)) + packed + body[4 + length :]), CAMERA, LIGHT)
    assert (read.accepted_by, read.pictures, read.samples, read.usual()) == ("王工", ONE.pictures, (), {})


@pytest.mark.parametrize(("camera", "light"), [("2", LIGHT), (CAMERA, "dusk")])
def test_a_file_of_another_camera_or_light_is_named_so(camera: str, light: str) -> None:
    with pytest.raises(OtherCamera, match=CAMERA):
        from_bytes(BYTES, camera, light)


def worst(seed: int) -> Baseline:
    """As large as a baseline can be: three pictures of the largest size, and every number there is, all different."""
    values = [each / 7 for each in range(MOST_NUMBERS)]

    def table(row: int) -> dict[str, float]:
        halved = [struct.unpack("<e", struct.pack("<e", (value * 31 * (row + 3)) % 997))[0] for value in values]
        return {f"group_of_numbers.a_long_name_{index:03}": value for index, value in enumerate(halved)}

    looks = [
        Look(
            BEGIN + row * DAY + 0.123456,
            table(row),
            Reference(3840, 2160, *map(os.urandom, (MAX_BYTES - 3400, 3000, 400))),
        )
        for row in range(MOST_PICTURES)
    ]
    samples = tuple(Look(BEGIN + row * HOUR + 0.123456, table(row + seed)) for row in range(MOST_SAMPLES))
    found = ("colour_cast", "scene_changed", "low_resolution")
    return Baseline(CAMERA, "night_infrared", BEGIN, 17, BEGIN, "王" * MOST_LETTERS, tuple(looks), samples, None, found)


def test_the_largest_baseline_stays_under_64_kilobytes() -> None:
    data = to_bytes(worst(5))
    assert MOST_PICTURES * MAX_BYTES < len(data) <= MOST
    assert from_bytes(data, CAMERA, "night_infrared") == worst_again(data)


def worst_again(data: bytes) -> Baseline:
    return from_bytes(to_bytes(from_bytes(data)))


def test_reading_one_and_what_is_usual_takes_milliseconds() -> None:
    data, began = to_bytes(worst(5)), time.process_time()
    for _ in range(10):
        from_bytes(data).usual()
    assert (time.process_time() - began) / 10 < 0.05

"""Whether a picture stands still between two looks, and whether its light flickers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import av
import cv2
import numpy as np
import pytest

from skywatch.picture import Sky
from skywatch.picture.compare.flicker import flicker
from skywatch.picture.compare.still import sketch, still, still_between
from skywatch.picture.decode import Planes, decode
from skywatch.picture.diagnose import Case, Item
from skywatch.picture.diagnose.signal import flicker_score, judge
from skywatch.picture.examine import examine
from skywatch.picture.features import Features, Still
from skywatch.picture.limits import Limits
from skywatch.picture.measure import Canvas
from skywatch.picture.sketch import MAX_BYTES, Sketch
from skywatch.protocols.rtsp.unit import AccessUnit
from tests.picture.drawn import Picture, encoded, grey, titled, town

VIEW = town(5, 1280, 720)


def sent(picture: Picture, crf: int) -> Planes:
    return decode(encoded(np.ascontiguousarray(picture), "h264", crf=str(crf), preset="veryfast"))


def streamed(pictures: Sequence[Picture]) -> list[Planes]:
    """The keyframes of a stream of 3 Mbit/s but the first, one for each ten of the pictures."""
    context: Any = av.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = pictures[0].shape[1], pictures[0].shape[0], "yuv420p"
    context.framerate, context.bit_rate = 10, 3_000_000
    context.options = {"preset": "veryfast", "tune": "zerolatency", "g": "10", "maxrate": "3M", "bufsize": "3M"}
    packets = []
    for number, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
        frame.pts = number
        packets += context.encode(frame)
    keys = [bytes(packet) for packet in [*packets, *context.encode(None)] if packet.is_keyframe]
    return [decode(AccessUnit("h264", key, 0, 0)) for key in keys[1:]]


def with_clock(picture: Picture, words: str) -> Picture:
    picture = titled(picture)
    cv2.putText(picture, words, (60, 680), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (255, 255, 255), 2, cv2.LINE_AA)
    return picture


def grain(picture: Picture, seed: int, light: float = 1.0) -> Picture:
    noise = np.random.default_rng(seed).normal(0, 1.5, picture.shape[:2])[..., None]
    return np.asarray((picture * light + noise).clip(0, 255), np.uint8)


def frozen(now: Planes, before: Planes) -> Item:
    return judged(replace(examine(now), still=still(Canvas(now), sketch(Canvas(before)))))


def judged(features: Features) -> Item:
    return next(item for item in judge(Case(features, Sky(40.0), Limits(), {})) if item.code == "frozen")


@pytest.mark.parametrize("clocks", [("12:00:01", "12:00:01"), ("12:00:01", "12:14:58")])
def test_the_same_picture_encoded_anew_is_frozen_whether_its_clock_runs_or_not(clocks: tuple[str, str]) -> None:
    before, now = streamed([with_clock(VIEW, clocks[number >= 15]) for number in range(21)])
    assert frozen(now, before).found


def test_fresh_grain_and_a_little_more_light_are_life() -> None:
    before, now = streamed([grain(VIEW, number, light=1 + number / 1000) for number in range(21)])
    assert frozen(now, before).score == pytest.approx(0, abs=0.3)


def test_one_person_who_walks_by_is_life() -> None:
    walked = VIEW.copy()
    walked[300:420, 600:650] = (40, 60, 90)
    assert not frozen(sent(walked, 27), sent(VIEW, 24)).found


def test_a_black_picture_says_nothing_about_standing_still() -> None:
    features = examine(sent(VIEW, 26))
    dim = replace(features, tone=replace(features.tone, p90=20.0), still=Still(0.0, 0.0, 0.0, 0.0))
    assert judged(dim).reason == "too_dark"


def test_a_sketch_is_small_even_of_noise() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (720, 1280), np.uint8)
    assert len(sketch(Canvas(Planes(noise))).data) <= MAX_BYTES


@pytest.mark.parametrize("earlier", [Sketch(1280, 720, b""), Sketch(1280, 720, b"rubbish"), Sketch(640, 360, b"")])
def test_what_cannot_be_read_or_is_of_another_size_is_no_look(earlier: Sketch) -> None:
    assert still(Canvas(Planes(grey(VIEW))), earlier) is None


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (3, 8), (240, 352)])
def test_pictures_of_any_shape_are_compared_with_themselves(shape: tuple[int, int]) -> None:
    canvas = Canvas(Planes(np.full(shape, 90, np.uint8)))
    same = still_between(canvas, canvas)
    assert same is not None
    assert (same.changed, same.drift, same.grain, same.most) == (0, 0, 0, 0)


def clip(*gains: float, bands: float = 0.0) -> list[Canvas]:
    view, rows = grey(VIEW).astype(np.float32), np.linspace(0, 4 * np.pi, 720)[:, None]
    lit = [view * (gain + bands * np.sin(rows + 2.3 * number)) for number, gain in enumerate(gains)]
    return [Canvas(Planes(each.clip(0, 255).astype(np.uint8))) for each in lit]


def score(canvases: list[Canvas]) -> float:
    measured = flicker(canvases)
    assert measured is not None
    return flicker_score(measured)


def test_light_that_pumps_or_rolls_is_flicker() -> None:
    assert score(clip(1, 0.9, 1, 0.92, 1, 0.9)) > 0.5
    assert score(clip(1, 0.96, 0.9, 0.95, 1, 0.95, 0.9, 0.96, 1)) > 0.5
    assert score(clip(*[0.9] * 6, bands=0.08)) > 0.5


def test_a_step_a_slow_change_and_an_exposure_that_overshoots_are_none() -> None:
    assert score(clip(1, 1, 1, 0.7, 0.7, 0.7)) == 0
    assert score(clip(1, 0.97, 0.94, 0.91, 0.88, 0.85)) == 0
    assert score(clip(1, 1, 0.6, 0.8, 0.8, 0.8)) == 0


def test_a_car_that_drives_through_is_none() -> None:
    frames = []
    for place in range(6):
        picture = grey(VIEW).copy()
        picture[250:600, 200 * place : 200 * place + 250] = 255
        frames.append(Canvas(Planes(picture)))
    assert score(frames) < 0.5


def test_flicker_takes_four_frames_of_one_size() -> None:
    assert flicker(clip(1, 0.9, 1)) is None
    assert flicker([*clip(1, 0.9, 1), Canvas(Planes(np.zeros((90, 160), np.uint8)))]) is None

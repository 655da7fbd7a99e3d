"""What is measured on a picture: sharpness above all, at every size, with and without text on it."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skywatch.picture import Features
from skywatch.picture.decode import Planes
from skywatch.picture.diagnose.lens import blur_score
from skywatch.picture.diagnose.light import darkness_score
from skywatch.picture.measure import measure
from skywatch.picture.measure.text import text_mask
from tests.picture.drawn import Picture, defocused, grey, titled, town


def seen(picture: Picture) -> Features:
    return measure(Planes(grey(picture) if picture.ndim == 3 else picture))


SEVERITIES = (0.0008, 0.0031, 0.0062, 0.0125)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_more_defocus_the_higher_the_score(seed: int) -> None:
    picture = town(seed, 1280, 720)
    scores = [blur_score(seen(titled(defocused(picture, radius)))) for radius in SEVERITIES]
    assert scores == sorted(scores)
    assert scores[0] < 0.3
    assert scores[-1] > scores[1] + 0.3


@settings(max_examples=25, deadline=None)
@given(less=st.floats(0, 1), more=st.floats(0, 1))
def test_the_less_light_the_higher_the_score(less: float, more: float) -> None:
    less, more = sorted((less, more))
    picture = grey(town(1, 640, 360))
    bright = darkness_score(seen((picture * more).astype(np.uint8)))
    dim = darkness_score(seen((picture * less).astype(np.uint8)))
    assert 0 <= bright <= dim <= 1


@pytest.mark.parametrize(
    "size", [(352, 264), (640, 480), (1280, 960), (1920, 1080), (2560, 1440), (3840, 2160), (1080, 1920), (1536, 1536)]
)
def test_a_sharp_picture_is_sharp_at_every_size_and_a_soft_one_soft(size: tuple[int, int]) -> None:
    picture = town(3, *size)
    assert blur_score(seen(picture)) < 0.35
    assert blur_score(seen(defocused(picture, 0.0125))) > 0.5


def test_the_same_view_scores_alike_at_all_usual_sizes() -> None:
    view = defocused(town(4, 3840, 2160), 0.005)
    sizes = [(640, 360), (1280, 720), (1920, 1080), (3840, 2160)]
    shrunk = [np.asarray(cv2.resize(view, size, interpolation=cv2.INTER_AREA), np.uint8) for size in sizes]
    scores = [blur_score(seen(picture)) for picture in shrunk]
    assert max(scores) - min(scores) < 0.08


def test_writing_on_a_blurred_picture_does_not_make_it_sharp() -> None:
    soft = defocused(town(5), 0.0125)
    plain, written = blur_score(seen(soft)), blur_score(seen(titled(soft)))
    assert abs(plain - written) < 0.03


def test_writing_on_a_black_picture_does_not_light_it() -> None:
    black = np.zeros((1080, 1920, 3), np.uint8)
    assert darkness_score(seen(titled(black))) > 0.97


def test_writing_is_found_and_most_of_a_plain_picture_is_not_writing() -> None:
    sheet = np.full((300, 480), 90, np.uint8)
    assert cv2.countNonZero(text_mask(sheet)) == 0
    mask = text_mask(grey(titled(np.repeat(sheet[..., None], 3, axis=2))))
    assert mask[17:24, 15:140].mean() > 200  # the date
    assert mask[100:200].max() == 0


def test_a_picture_full_of_fine_marks_is_not_taken_for_a_page_of_writing() -> None:
    marks = np.full((300, 480), 60, np.uint8)
    marks[::6, :] = 250
    marks[1::6, ::3] = 250
    assert text_mask(marks).max() == 0


def test_fog_lowers_contrast_and_not_the_score() -> None:
    picture = grey(town(6)).astype(np.float32)
    foggy = (picture * 0.35 + 120).astype(np.uint8)
    assert abs(blur_score(seen(foggy)) - blur_score(seen(picture.astype(np.uint8)))) < 0.1


def test_a_lamp_in_a_black_picture_does_not_make_it_bright() -> None:
    night = np.full((1080, 1920), 5, np.uint8)
    cv2.circle(night, (900, 300), 90, (255,), -1)
    assert darkness_score(seen(night)) > 0.9


def test_grain_is_measured() -> None:
    plain = np.full((300, 480), 100, np.float32)
    grainy = plain + np.random.default_rng(1).normal(0, 4, plain.shape)
    assert seen(grainy.astype(np.uint8)).grain.noise == pytest.approx(4, abs=0.8)
    assert seen(plain.astype(np.uint8)).grain.noise == pytest.approx(0, abs=0.2)


def test_pure_grain_has_no_edges() -> None:
    grainy = np.full((1080, 1920), 40, np.float32) + np.random.default_rng(2).normal(0, 12, (1080, 1920))
    assert seen(grainy.clip(0, 255).astype(np.uint8)).sharpness.cells < 8


def test_colour_is_the_distance_from_grey() -> None:
    luma, half = np.full((100, 200), 90, np.uint8), np.full((50, 100), 128, np.uint8)
    assert measure(Planes(luma)).colour.strength == 0
    assert measure(Planes(luma, half, half)).colour.strength == 0
    assert measure(Planes(luma, half + np.uint8(30), half + np.uint8(40))).colour.strength == pytest.approx(50)


@settings(max_examples=40, deadline=None)
@given(
    width=st.integers(1, 90), height=st.integers(1, 90), level=st.integers(0, 255), seed=st.none() | st.integers(0, 99)
)
def test_any_picture_is_measured_down_to_a_single_pixel(width: int, height: int, level: int, seed: int | None) -> None:
    picture = np.full((height, width), level, np.uint8)
    if seed is not None:
        picture = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    features = seen(picture)
    assert (features.width, features.height) == (width, height)
    assert Features.from_dict(features.to_dict()) == features
    assert 0 <= features.sharpness.steepness <= 1
    assert 0 <= features.tone.p10 <= features.tone.p50 <= features.tone.p90 <= 255


@pytest.mark.parametrize("shape", [(1, 8192), (8192, 1), (3, 5000), (1, 1)])
def test_a_picture_of_no_shape_costs_nothing(shape: tuple[int, int]) -> None:
    assert seen(np.full(shape, 77, np.uint8)).sharpness.cells == 0

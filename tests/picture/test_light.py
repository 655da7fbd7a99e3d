"""Light, colour, grain and interference: faults drawn by the physics of them, and what looks like them and is none."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skywatch.inventory import Light
from skywatch.picture import Features, Limits, Sky
from skywatch.picture.compare.cast import cast
from skywatch.picture.compare.model import model, taken
from skywatch.picture.diagnose import Case, Item, light, tint
from skywatch.picture.diagnose.light import dark_score, glare_score, stops
from skywatch.picture.diagnose.tint import hue, span
from skywatch.picture.measure.canvas import Canvas
from skywatch.picture.measure.colour import colour
from skywatch.picture.measure.grain import grain
from skywatch.picture.measure.stripes import stripes
from skywatch.picture.measure.tone import tone
from skywatch.picture.usual import Usual, usual
from tests.picture.drawn import Picture, grey, titled, town
from tests.picture.healthy import coloured, planes_of, street

DAY, ANY = Sky(40.0, Light.NONE), Sky()
INFRARED, UNLIT = (Sky(-30.0, lamp) for lamp in (Light.INFRARED, Light.NONE))
GOOD = street()

Gains = tuple[float, float, float]


@cache
def scene(width: int = 960, height: int = 540) -> Picture:
    """A town under a sky, by day."""
    return town(3, width, height)


def exposed(picture: Picture, by: float, gains: Gains = (1, 1, 1)) -> Picture:
    """`picture` with so many stops more light, and with these gains of blue, green and red, in linear light."""
    linear = (picture.astype(np.float32) / 255) ** 2.2 * 2.0**by * np.array(gains, np.float32)
    return np.asarray(np.clip(linear, 0, 1) ** (1 / 2.2) * 255 + 0.5, np.uint8)


def added(picture: Picture, extra: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]") -> Picture:
    return (picture.astype(np.float32) + extra[..., None]).clip(0, 255).astype(np.uint8)


def snowed(picture: Picture, sigma: float) -> Picture:
    return added(picture, np.random.default_rng(7).normal(0, sigma, picture.shape[:2]).astype(np.float32))


def striped(picture: Picture, levels: float, period: float, slant: float) -> Picture:
    """With a wave of so many levels, `period` as a share of the width, the stripes upright at 0 degrees."""
    rows, columns = picture.shape[:2]
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    along = x * np.cos(np.radians(slant)) + y * np.sin(np.radians(slant))
    wave: np.ndarray[tuple[int, ...], np.dtype[np.float32]] = np.sin(2 * np.pi * along / (period * columns) + 1)
    return added(picture, levels * wave)


def night(lamps: int) -> Picture:
    """A dark street; each lamp has a glare."""
    picture = exposed(scene(), -6)
    for number in range(lamps):
        cv2.circle(picture, (150 + 300 * number, 120), 16, (235, 245, 255), -1)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 4), np.uint8)


def measured(picture: Picture, reference: Picture | None = None) -> Features:
    """The numbers that this file is about; the others are of a good picture."""
    canvas = Canvas(planes_of(picture))
    against = None if reference is None else cast(canvas, model(taken(Canvas(planes_of(reference)))))
    tones, colours = tone(canvas), colour(canvas)
    return replace(GOOD, tone=tones, colour=colours, grain=grain(canvas), stripes=stripes(canvas), cast=against)


def answers(features: Features, sky: Sky, known: Mapping[str, Usual] | None = None) -> dict[str, Item]:
    """By code."""
    case = Case(features, sky, Limits(), known or {})
    return {item.code: item for judge in (light.judge, tint.judge) for item in judge(case)}


def judged(picture: Picture, sky: Sky, reference: Picture | None = None, *, learned: bool = False) -> dict[str, Item]:
    """Of `picture`, against that reference; `learned`: what is usual is known from it, too."""
    known = None
    if learned and reference is not None:
        known = {name: usual([number]) for name, number in measured(reference).numbers().items()}
    return answers(measured(picture, reference), sky, known)


def codes(items: dict[str, Item]) -> set[str]:
    return {code for code, item in items.items() if item.found}


def item(code: str, features: Features, sky: Sky, known: Mapping[str, Usual] | None = None) -> Item:
    return answers(features, sky, known)[code]


def shining(top: float, glow: float = 0.0, body: float = 20.0) -> Features:
    return replace(GOOD, tone=replace(GOOD.tone, p10=5.0, p50=body, p90=body, top=top, glow=glow))


# dark


@pytest.mark.parametrize("sky", [DAY, ANY])
@pytest.mark.parametrize("by", [-3.0, -4.0])
def test_three_stops_too_dark_is_dark_whatever_is_written_on_it(by: float, sky: Sky) -> None:
    assert "dark" in codes(judged(titled(exposed(scene(), by)), sky))
    assert "dark" not in codes(judged(titled(scene()), sky))


def test_a_night_with_lamps_is_not_dark_and_one_without_is_asked_for_nothing() -> None:
    assert "dark" not in codes(judged(night(lamps=2), ANY))
    assert judged(night(lamps=0), UNLIT)["dark"].reason == "unlit_night"


def test_by_night_dark_is_what_is_far_under_the_nights_usual() -> None:
    dim = shining(60.0)
    assert item("dark", dim, UNLIT, {"tone.top": Usual(250.0, 2.0, 9)}).found
    assert not item("dark", dim, UNLIT, {"tone.top": Usual(70.0, 10.0, 9)}).found


def test_a_camera_that_is_always_dim_is_not_dark_again() -> None:
    assert item("dark", shining(90.0), DAY).found
    assert not item("dark", shining(90.0), DAY, {"tone.top": Usual(110.0, 5.0, 9)}).found


def test_infrared_light_need_not_be_bright() -> None:
    dim = shining(95.0, body=60.0)
    assert item("dark", dim, INFRARED).found
    assert not item("dark", replace(dim, colour=coloured(0.0)), INFRARED).found


@given(one=st.floats(0, 255), other=st.floats(0, 255))
def test_less_light_never_scores_less_dark(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert dark_score(shining(low)) >= dark_score(shining(high))
    assert stops(low) <= stops(high) <= 0


# light_failed


def test_a_light_that_failed_is_not_called_dark_as_well() -> None:
    found = answers(shining(30.0, body=8.0), INFRARED)
    assert codes(found) & {"dark", "light_failed"} == {"light_failed"}
    assert found["dark"].reason == "light_failed"


def test_a_light_fails_against_what_is_usual_though_street_lamps_go_on_shining() -> None:
    dim = shining(240.0, 230.0, body=30.0)
    lit = {"tone.p50": Usual(90.0, 3.0, 9), "tone.p90": Usual(120.0, 3.0, 9)}
    assert not item("light_failed", dim, INFRARED).found
    assert item("light_failed", dim, INFRARED, lit).found


@pytest.mark.parametrize(
    ("sky", "reason"),
    [(DAY, "daylight"), (UNLIT, "unlit_night"), (ANY, "unstated"), (Sky(0.0, Light.INFRARED), "dusk")],
)
def test_nothing_fails_where_no_light_is_asked_for(sky: Sky, reason: str) -> None:
    assert item("light_failed", shining(0.0, body=0.0), sky).reason == reason


# overexposed


def test_two_stops_too_many_are_seen_against_the_reference_and_three_without() -> None:
    assert "overexposed" in codes(judged(exposed(scene(), 2), DAY, scene()))
    assert "overexposed" in codes(judged(exposed(scene(), 3), DAY))
    assert "overexposed" not in codes(judged(scene(), DAY, scene())) | codes(judged(scene(), DAY))


def test_a_white_sky_is_not_overexposed() -> None:
    glaring = scene().copy()
    glaring[:160] = 255
    assert "overexposed" not in codes(judged(glaring, DAY, scene())) | codes(judged(glaring, DAY))


def test_white_fog_is_not_overexposed() -> None:
    fog = (scene() * 0.15 + 200).astype(np.uint8)
    assert "overexposed" not in codes(judged(fog, DAY, scene())) | codes(judged(fog, DAY))


def test_glare_has_the_documented_meaning() -> None:
    bright = [replace(GOOD, tone=replace(GOOD.tone, p50=p50, white=white)) for p50, white in ((255, 0), (68.85, 1))]
    assert [glare_score(each) for each in bright] == [0, pytest.approx(0.5, abs=0.01)]


# colour_cast


@pytest.mark.parametrize(
    ("gains", "name"),
    [
        ((0.79, 0.79, 1.26), "red"),
        ((1.26, 0.79, 0.79), "blue"),
        ((0.79, 1.26, 0.79), "green"),
        ((0.79, 1.26, 1.26), "yellow"),
        ((1.26, 0.79, 1.26), "magenta"),
        ((1.26, 1.26, 0.79), "cyan"),
    ],
)
def test_a_cast_is_found_and_named_against_the_reference(gains: Gains, name: str) -> None:
    found = judged(exposed(scene(), 0, gains), DAY, scene())
    assert f"towards {name}" in found["colour_cast"].detail
    assert codes(found) == {"colour_cast"}


def test_a_sunset_is_no_cast() -> None:
    sunset = scene().copy()
    sunset[:370] = exposed(sunset[:370], 0, (0.6, 0.8, 1.6))
    assert "colour_cast" not in codes(judged(sunset, DAY, scene()))


def test_a_picture_without_colour_has_no_cast() -> None:
    assert judged(grey(scene()), INFRARED, scene())["colour_cast"].reason == "no_colour"


def test_without_a_reference_no_colour_is_wrong() -> None:
    pink = exposed(scene(), 0, (1.2, 0.25, 1.2))
    assert judged(pink, DAY)["colour_cast"].reason == "no_baseline"
    assert "colour_cast" in codes(judged(pink, DAY, scene()))


@given(red=st.floats(-3, 3), blue=st.floats(-3, 3))
def test_a_hue_is_the_channel_that_stands_alone(red: float, blue: float) -> None:
    assert span(red, blue) >= 0
    assert span(red, blue) == pytest.approx(max(red, blue, 0) - min(red, blue, 0))
    assert hue(red, blue) in {"red", "green", "blue", "cyan", "magenta", "yellow"}


# mono_by_day


def test_a_camera_in_colour_that_is_grey_by_day_has_a_stuck_filter() -> None:
    found = judged(grey(scene()), DAY, scene(), learned=True)
    assert "mono_by_day" in codes(found)
    assert "mono_by_day" not in codes(judged(scene(), DAY, scene(), learned=True))


def test_a_camera_that_was_always_grey_is_left_alone() -> None:
    assert judged(grey(scene()), DAY, grey(scene()), learned=True)["mono_by_day"].reason == "no_colour"


def test_a_grey_picture_of_which_nothing_is_known_is_remarked_on_by_day_only() -> None:
    features = replace(GOOD, colour=coloured(0.0))
    by_day = item("mono_by_day", features, DAY)
    assert by_day.found
    assert by_day.remark
    assert item("mono_by_day", features, ANY).reason == "no_baseline"
    assert item("mono_by_day", features, INFRARED).reason == "by_day_only"


def test_an_infrared_night_against_the_days_usual_is_not_mono_by_day() -> None:
    dim = replace(shining(180.0, body=60.0), colour=coloured(0.0))
    days = {"tone.p50": Usual(130.0, 5.0, 3), "colour.strength": Usual(9.0, 1.0, 3)}
    assert item("mono_by_day", dim, ANY, days).reason == "other_light"


# noise


def test_snow_is_found_with_and_without_what_is_usual() -> None:
    assert "noise" in codes(judged(snowed(scene(), 10), DAY))
    assert "noise" in codes(judged(snowed(scene(), 4), DAY, scene(), learned=True))
    assert "noise" not in codes(judged(scene(), DAY)) | codes(judged(scene(), DAY, scene(), learned=True))


def test_grain_that_is_usual_by_night_is_no_noise() -> None:
    grainy = replace(GOOD, grain=replace(GOOD.grain, quiet=2.2))
    assert item("noise", grainy, DAY).found
    assert item("noise", grainy, UNLIT).reason == "no_baseline"
    assert not item("noise", grainy, DAY, {"grain.quiet": Usual(2.1, 0.1, 9), "tone.p50": Usual(120.0, 3.0, 9)}).found


def test_fine_detail_all_over_but_for_the_sky_is_no_noise() -> None:
    detail = np.random.default_rng(3).integers(0, 2, (135, 240)).astype(np.uint8) * 120
    leaves = np.repeat(np.asarray(cv2.resize(detail, (960, 540)), np.uint8)[..., None], 3, axis=2)
    leaves[:100] = 190
    assert "noise" not in codes(judged(leaves, DAY))


# stripes


@settings(max_examples=8, deadline=None)
@given(period=st.floats(0.009, 0.07), slant=st.sampled_from([0.0, 90.0, 53.0, -30.0]))
def test_stripes_are_found_and_measured_at_every_period_and_slant(period: float, slant: float) -> None:
    features = measured(striped(scene(), 18, period, slant))
    assert item("stripes", features, ANY).found
    assert features.stripes.period == pytest.approx(period, rel=0.12)


@pytest.mark.parametrize("size", [(352, 288), (1280, 720), (1080, 1920)])
def test_stripes_do_not_depend_on_the_size(size: tuple[int, int]) -> None:
    assert "stripes" in codes(judged(striped(scene(*size), 14, 0.03, 53), DAY))
    assert "stripes" not in codes(judged(scene(*size), DAY))


def test_a_fence_over_half_of_the_picture_is_no_interference() -> None:
    fenced = scene().copy()
    fenced[270:] = striped(fenced, 60, 0.02, 0)[270:]
    assert "stripes" not in codes(judged(fenced, DAY))


def test_stripes_that_a_view_always_has_are_part_of_it() -> None:
    blinds = striped(scene(), 20, 0.03, 90)
    assert "stripes" not in codes(judged(blinds, DAY, blinds, learned=True))


# anything at all


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (np.zeros((1, 1, 3), np.uint8), {"dark", "mono_by_day"}),
        (np.full((480, 640, 3), 255, np.uint8), {"overexposed", "mono_by_day"}),
        (np.full((480, 640, 3), (0, 135, 0), np.uint8), {"dark"}),
        (np.full((2, 900, 3), 90, np.uint8), {"dark", "mono_by_day"}),
    ],
    ids=["one pixel", "all white", "all green", "a line"],
)
def test_every_picture_is_measured_and_judged(picture: Picture, expected: set[str]) -> None:
    for reference in (None, picture):
        found = judged(picture, DAY, reference)
        assert all(each.score is None or 0 <= each.score <= 1 for each in found.values())
        assert codes(found) == expected if reference is None else codes(found) <= expected

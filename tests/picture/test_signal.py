"""Whether there is a picture of the world at all: black, no signal, placeholders, half pictures, masks and menus."""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skywatch.inventory import Light
from skywatch.picture import Features, Sky
from skywatch.picture.decode import Planes, decode
from skywatch.picture.diagnose import Case, Item
from skywatch.picture.diagnose.signal import judge
from skywatch.picture.limits import Limits
from skywatch.picture.measure import measure
from skywatch.picture.score import read
from skywatch.picture.usual import Usual
from tests.picture.cards import CARDS
from tests.picture.drawn import Picture, encoded, grey, titled, town
from tests.real import shared

DAY, NIGHT, UNLIT = Sky(40.0), Sky(-40.0, Light.INFRARED), Sky(-40.0, Light.NONE)


def sent(picture: Picture, crf: str = "24") -> Planes:
    """The picture as a camera sends it, decoded."""
    return decode(encoded(np.ascontiguousarray(picture), "h264", crf=crf))


def items(features: Features, sky: Sky = DAY, usual: dict[str, Usual] | None = None) -> dict[str, Item]:
    found = list(judge(Case(features, sky, Limits(), usual or {})))
    assert len({item.code for item in found}) == len(found)
    return {item.code: item for item in found}


def found(planes: Planes, sky: Sky = DAY) -> list[str]:
    return [code for code, item in items(measure(planes), sky).items() if item.found]


def grainy(picture: Picture, sigma: float, seed: int = 1) -> Picture:
    grain = np.random.default_rng(seed).normal(0, sigma, picture.shape)
    return (picture + grain).clip(0, 255).astype(np.uint8)


def plain(blue: int, green: int, red: int, width: int = 960, height: int = 540) -> Picture:
    return np.full((height, width, 3), (blue, green, red), np.uint8)


VIEW = town(3, 960, 540)


@pytest.mark.parametrize("level", [0, 10, 18])
@pytest.mark.parametrize("sigma", [0.0, 0.6, 2.0])
def test_black_with_a_bright_clock_on_it_is_black(level: int, sigma: float) -> None:
    assert found(sent(titled(grainy(plain(level, level, level), sigma)))) == ["black"]


@pytest.mark.parametrize(
    "colour", [(255, 0, 0), (180, 10, 10), (128, 128, 128), (0, 135, 0), (20, 20, 200), (60, 40, 30)]
)
def test_one_colour_is_no_signal(colour: tuple[int, int, int]) -> None:
    assert found(sent(titled(plain(*colour)))) == ["no_signal"]
    assert found(sent(grainy(plain(*colour), 2.0))) == ["no_signal"]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.__name__)
@pytest.mark.parametrize("size", [(352, 288), (1920, 1080)])
def test_placeholders_of_all_styles_are_no_signal(card: Callable[[int, int], Picture], size: tuple[int, int]) -> None:
    assert found(sent(card(*size))) == ["no_signal"]


def foggy(picture: Picture) -> Picture:
    return grainy((picture * 0.04 + np.linspace(150, 170, picture.shape[0])[:, None, None]).astype(np.uint8), 0.7)


def covered(picture: Picture) -> Picture:
    y, x = np.mgrid[-1 : 1 : picture.shape[0] * 1j, -1 : 1 : picture.shape[1] * 1j]
    return grainy((30 + 14 * np.cos(x + 0.3) * np.cos(0.8 * y))[..., None].repeat(3, axis=2).astype(np.uint8), 2)


def overexposed(picture: Picture) -> Picture:
    return np.asarray((picture.astype(np.float32) * 6).clip(0, 255), np.uint8)


def night_with_a_lamp(picture: Picture) -> Picture:
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]]
    lamp = 300 / (1 + np.hypot(x - 500, y - 150) / 12)
    return np.asarray(lamp[..., None].repeat(3, axis=2).clip(0, 255), np.uint8)


@pytest.mark.parametrize("weather", [lambda picture: picture, foggy, covered, overexposed, night_with_a_lamp])
@pytest.mark.parametrize("sky", [DAY, NIGHT])
def test_the_world_is_not_drawn(weather: Callable[[Picture], Picture], sky: Sky) -> None:
    assert found(sent(titled(weather(VIEW))), sky) == []


def test_all_white_is_left_to_exposure() -> None:
    assert found(sent(plain(255, 255, 255))) == []


def test_black_by_night_is_all_one_level_and_without_a_lamp_is_not_judged() -> None:
    features = measure(sent(plain(4, 4, 4)))
    assert items(features)["black"].hides
    assert items(features, NIGHT)["black"].hides
    assert items(features, UNLIT)["black"].reason == "unlit_night"
    a_trace = replace(features, tone=replace(features.tone, glow=features.tone.p10 + 4))
    assert items(a_trace)["black"].found
    assert not items(a_trace, NIGHT)["black"].found


def test_behind_a_placeholder_nothing_is_judged() -> None:
    judged = items(measure(sent(CARDS[0](960, 540))))
    assert {code: item.reason for code, item in judged.items() if item.reason == "no_picture"}.keys() == {
        "torn", "frozen", "flicker", "menu", "privacy_mask",
    }  # fmt: skip


def rows_repeat(picture: Picture) -> None:
    picture[240:] = picture[239:240]


def columns_repeat(picture: Picture) -> None:
    picture[:, 400:] = picture[:, 399:400]


def a_band_smears(picture: Picture) -> None:
    picture[160:400, 208:] = picture[160:400, 207:208]


def grey_below(picture: Picture) -> None:
    picture[272:288, 400:] = 128
    picture[288:] = 128


def green_above(picture: Picture) -> None:
    picture[:176] = (0, 135, 0)


def bands_shifted(picture: Picture) -> None:
    for top, by in ((96, 130), (208, -200), (304, 310), (400, -90)):
        picture[top : top + 48] = np.roll(picture[top : top + 48], by, axis=1)


def blocks_mixed_up(picture: Picture) -> None:
    rng, whole = np.random.default_rng(4), picture.copy()
    for top in range(192, 432, 16):
        for left in range(0, 944, 16):
            y, x = int(rng.integers(0, 520)), int(rng.integers(0, 940))
            picture[top : top + 16, left : left + 16] = whole[y : y + 16, x : x + 16]


TEARS = [rows_repeat, columns_repeat, a_band_smears, grey_below, green_above, bands_shifted, blocks_mixed_up]


@pytest.mark.parametrize("tear", TEARS, ids=lambda tear: tear.__name__)
@pytest.mark.parametrize("seed", [3, 8])
def test_half_decoded_pictures_are_torn(tear: Callable[[Picture], None], seed: int) -> None:
    picture = town(seed, 960, 540)
    tear(picture)
    assert found(sent(titled(picture))) == ["torn"]


def test_a_wall_of_slats_is_not_torn() -> None:
    y, x = np.mgrid[:540, :960]
    slats = 120 + 50 * np.sign(np.sin((x + y / 30) / 9)) + y / 20
    assert found(sent(grainy(slats[..., None].repeat(3, axis=2).astype(np.uint8), 1.0))) == []


def masked(picture: Picture, *boxes: tuple[int, int, int, int]) -> Features:
    picture = picture.copy()
    for left, top, width, height in boxes:
        picture[top : top + height, left : left + width] = (20, 20, 20)
    return measure(sent(picture))


def test_a_small_mask_is_a_remark_and_a_large_one_a_fault() -> None:
    small, large = masked(VIEW, (300, 150, 200, 160)), masked(VIEW, (200, 100, 500, 300))
    assert items(small)["privacy_mask"].found
    assert items(small)["privacy_mask"].remark
    assert items(large)["privacy_mask"].found
    assert not items(large)["privacy_mask"].remark


def test_a_mask_that_is_always_there_is_usual_and_a_second_one_is_not() -> None:
    one = masked(VIEW, (300, 150, 200, 160))
    assert one.masks is not None
    usual = {"masks.masked": Usual(one.masks.masked, 0.0, 3)}
    assert not items(one, usual=usual)["privacy_mask"].found
    assert items(masked(VIEW, (300, 150, 200, 160), (600, 300, 200, 160)), usual=usual)["privacy_mask"].found


def test_an_open_menu_is_found_and_is_no_mask() -> None:
    picture = VIEW.copy()
    picture[80:460, 200:760] = (90, 60, 30)
    for line, words in enumerate(("MAIN MENU", "EXPOSURE    AUTO", "WHITE BALANCE  ATW", "3D NR     ON", "EXIT")):
        cv2.putText(
            picture, words, (240, 150 + 70 * line), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (255, 255, 255), 2, cv2.LINE_AA
        )
    assert found(sent(picture)) == ["menu"]


@pytest.mark.parametrize("side", [1, 16, 63])
def test_a_picture_of_next_to_nothing_is_too_small_to_be_judged(side: int) -> None:
    judged = items(measure(Planes(np.full((side, side), 90, np.uint8))))
    assert {item.reason for item in judged.values()} == {"too_small"}


@settings(max_examples=25, deadline=None)
@given(width=st.integers(1, 200), height=st.integers(1, 200), seed=st.integers(0, 99), level=st.integers(0, 255))
def test_any_picture_has_a_score_or_a_reason_for_every_item(width: int, height: int, seed: int, level: int) -> None:
    luma = np.full((height, width), level, np.uint8)
    luma[: height // 2] = np.random.default_rng(seed).integers(0, 256, (height // 2, width), np.uint8)
    for item in items(measure(Planes(luma))).values():
        assert (item.score is None) == bool(item.reason)
        assert item.score is None or 0 <= item.score <= 1


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "code"),
    [("placeholder_inuse", "no_signal"), ("placeholder_offline", "no_signal"), ("torn", "torn")],
)
def test_real_failures_have_their_names(name: str, code: str) -> None:
    assert found(read(shared("footage", "scenes", f"ons_fail_{name}.jpg"))) == [code]


def test_grey_is_measured_without_colour() -> None:
    assert found(Planes(grey(VIEW))) == []

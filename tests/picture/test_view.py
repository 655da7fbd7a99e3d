"""Moved, another scene, covered: by drawn towns, with references taken in another light."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skywatch.inventory import Light
from skywatch.picture import Features, Limits, Sky
from skywatch.picture.compare import model, taken
from skywatch.picture.compare.choice import alike
from skywatch.picture.decode import Planes
from skywatch.picture.diagnose.case import Case, Item
from skywatch.picture.diagnose.view import changed_score, covered_score, judge, moved_score, shapeless_score
from skywatch.picture.examine import examine
from skywatch.picture.features import Scene, View
from skywatch.picture.measure.canvas import Canvas
from skywatch.picture.reference import Reference
from tests.picture.drawn import Picture, defocused, grey, titled, town
from tests.picture.healthy import planes_of

DAY = Sky(40.0, Light.INFRARED)
WIDTH, HEIGHT = 960, 540


def other_day(picture: Picture) -> Picture:
    """By the light of another hour: brighter, flatter, a large shadow, and a lorry where there was none."""
    later = picture.astype(np.float32) * 0.8 + 40
    later[:, : WIDTH // 3] *= 0.75
    cv2.rectangle(later, (600, 400), (680, 460), (60.0, 60.0, 160.0), -1)
    return later.clip(0, 255).astype(np.uint8)


def reference(picture: Picture) -> Reference:
    return taken(Canvas(planes_of(titled(picture))))


def shifted(picture: Picture, right: float, down: float, turn: float = 0.0) -> Picture:
    """`picture` as by a camera that turned: shares of the width, degrees clockwise. The rim is made up."""
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), -turn, 1.0)
    matrix[:, 2] += np.array((right * WIDTH, down * WIDTH))
    moved = cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
    return np.asarray(moved, np.uint8)


def hand(picture: Picture, share: float) -> Picture:
    """A smooth, dark, reddish thing over the left `share` of the picture, its edge out of focus."""
    edge = np.clip((np.arange(WIDTH) - share * WIDTH) / 40 + 0.5, 0, 1)[None, :, None]
    skin = np.array([60.0, 70.0, 110.0]) * np.linspace(0.7, 1.2, HEIGHT)[:, None, None]
    grain = np.random.default_rng(2).normal(0, 2, (HEIGHT, WIDTH, 1))
    return (picture * edge + (skin + grain) * (1 - edge)).clip(0, 255).astype(np.uint8)


def fogged(picture: Picture, left: float) -> Picture:
    """`left` of the contrast is left at the upper rim, all of it at the lower."""
    clear = np.linspace(left, 1.0, HEIGHT)[:, None, None]
    return (picture * clear + 205 * (1 - clear)).astype(np.uint8)


TOWN = town(7, WIDTH, HEIGHT)
BEFORE = reference(other_day(TOWN))


def seen(picture: Picture, references: Sequence[Reference] = (BEFORE,)) -> Features:
    return examine(planes_of(titled(picture)), references)


def view(picture: Picture, references: Sequence[Reference] = (BEFORE,)) -> View:
    found = seen(picture, references).view
    assert found is not None
    return found


def judged(features: Features) -> dict[str, Item]:
    """By the judge of views alone."""
    return {item.code: item for item in judge(Case(features, DAY, Limits()))}


def found(picture: Picture, references: Sequence[Reference] = (BEFORE,)) -> list[str]:
    return [code for code, item in judged(seen(picture, references)).items() if item.found]


def test_the_same_view_on_another_day_has_nothing_in_it_that_is_not_meant_to_be() -> None:
    assert found(TOWN) == []
    assert all(item.score is not None for item in judged(seen(TOWN)).values())


@pytest.mark.parametrize(("right", "down", "turn"), [(0.03, 0, 0), (-0.06, 0.04, 1.2), (0.1, -0.05, -3), (0, 0, 6)])
def test_a_camera_that_moved_says_how_far(right: float, down: float, turn: float) -> None:
    where = view(shifted(TOWN, right, down, turn))
    assert where.shift_x == pytest.approx(right, abs=0.008)
    assert where.shift_y == pytest.approx(down, abs=0.008)
    assert where.turn == pytest.approx(turn, abs=0.8)
    assert found(shifted(TOWN, right, down, turn)) == ["moved"]


def test_wind_on_the_mast_is_no_movement() -> None:
    assert found(shifted(TOWN, 0.004, 0.002)) == []


def test_text_that_stays_in_its_place_does_not_hide_a_movement() -> None:
    written = [titled(shifted(TOWN, share, 0)) for share in (0, 0.05)]
    for row in range(80, 500, 70):
        for picture in written:
            cv2.putText(picture, "VILLAGE GATE 02", (40, row), cv2.FONT_HERSHEY_SIMPLEX, 1, (255, 255, 255), 2)
    assert found(written[1], [reference(written[0])]) == ["moved"]


def test_another_place_is_another_scene_and_no_movement() -> None:
    items = judged(seen(town(99, WIDTH, HEIGHT)))
    assert items["scene_changed"].found
    assert items["moved"].reason == "not_found"


@pytest.mark.parametrize("share", [0.25, 0.5, 0.8])
def test_a_hand_over_a_part_is_found_where_it_is(share: float) -> None:
    covered = judged(seen(hand(TOWN, share)))["covered"]
    assert covered.found
    assert "hidden" in covered.detail
    hidden = np.array(view(hand(TOWN, share)).hidden).reshape(8, 12)
    assert hidden[:, 8:].sum() < hidden[:, :8].sum()


def test_a_hand_over_more_is_worse() -> None:
    severities = [judged(seen(hand(TOWN, share)))["covered"].severity for share in (0.02, 0.3, 0.7)]
    assert severities == sorted(severities)
    assert severities[0] < severities[-1]


def test_a_hand_before_the_sky_alone_is_found_and_a_red_sunset_is_not() -> None:
    sky = np.full((HEIGHT, WIDTH, 3), (225, 215, 205), np.uint8)
    sky[270:] = TOWN[270:]
    before, covered, sunset = reference(sky), sky.copy(), sky.copy()
    covered[:220, :480] = hand(sky, 1.0)[:220, :480]
    covered = np.asarray(cv2.GaussianBlur(covered, (0, 0), 6), np.uint8)
    covered[240:] = sky[240:]
    glow = np.linspace(0, 1, 270)[:, None, None] * np.array([120.0, 60.0, 10.0])
    sunset[:270] = (sunset[:270] - glow).astype(np.uint8)
    references = [before, reference(other_day(sky))]
    assert found(covered, references) == ["covered"]
    assert found(sunset, references) == found(sunset, [before]) == []


def test_against_one_reference_more_has_to_be_hidden_than_against_two() -> None:
    """What stood before the camera on the one day may just be gone."""
    other = other_day(other_day(TOWN))
    odds = [view(hand(TOWN, 0.1), [BEFORE, reference(other)][:count]).odds for count in (1, 2)]
    assert odds[0] is not None
    assert odds[1] is not None
    assert odds[0] < odds[1]


def test_fog_hides_what_is_far_and_covers_nothing() -> None:
    for left in (0.3, 0.1, 0.03):
        assert found(fogged(TOWN, left)) == []


def test_what_a_reference_showed_on_one_day_only_is_not_missed() -> None:
    lorry = TOWN.copy()
    cv2.rectangle(lorry, (0, 100), (500, 500), (40, 90, 40), -1)
    lorry[120:480:8, 20:480] = 220
    other = reference(other_day(TOWN))
    assert found(hand(TOWN, 0.0), [reference(lorry), other]) == []


def test_a_bag_over_the_lens_is_found_without_any_reference() -> None:
    rng = np.random.default_rng(3)
    dim = np.linspace(55, 75, WIDTH)[None, :, None] + rng.normal(0, 4, (HEIGHT, WIDTH, 1))
    bag = np.repeat(dim, 3, axis=2).clip(0, 255).astype(np.uint8)
    assert judged(seen(bag, ()))["covered"].found
    assert judged(seen(bag))["covered"].found


def test_dense_fog_is_no_bag() -> None:
    fog = (TOWN * 0.03 + 170).astype(np.uint8)
    assert not judged(seen(fog, ()))["covered"].found
    assert found(fog) == []


def test_a_dark_picture_with_something_in_it_is_no_bag() -> None:
    assert not judged(seen((TOWN * 0.3).astype(np.uint8), ()))["covered"].found


def test_focus_is_not_mixed_up_with_cover_or_movement() -> None:
    assert found(defocused(TOWN, 0.006)) == []


def test_a_night_is_not_compared_with_a_day() -> None:
    night = grey((TOWN * 0.25).astype(np.uint8))
    night[:300] = 12
    items = judged(seen(night))
    assert items["covered"].reason in ("other_light", "too_dark")
    assert not items["scene_changed"].found


def test_another_shape_is_said_to_be_one() -> None:
    items = judged(seen(TOWN[:, :600]))
    assert {code: items[code].reason for code in ("moved", "scene_changed")} == {
        "moved": "other_shape",
        "scene_changed": "other_shape",
    }


def test_without_a_reference_nothing_is_said_of_movement() -> None:
    items = judged(seen(TOWN, ()))
    assert items["moved"].reason == items["scene_changed"].reason == "no_baseline"


def test_another_resolution_of_the_same_shape_is_the_same_view() -> None:
    small = cv2.resize(TOWN, (640, 360), interpolation=cv2.INTER_AREA)
    assert found(np.asarray(small, np.uint8)) == []


def test_the_reference_most_like_the_picture_comes_first() -> None:
    models = [model(reference(picture)) for picture in (town(99, WIDTH, HEIGHT), shifted(TOWN, 0.05, 0), TOWN)]
    assert alike(Canvas(planes_of(other_day(TOWN))), models) == [models[2], *alike(Canvas(planes_of(TOWN)), models)[1:]]


def test_one_of_several_framings_is_enough() -> None:
    references = [reference(shifted(TOWN, 0.1, 0)), reference(town(99, WIDTH, HEIGHT)), BEFORE]
    assert found(TOWN, references) == []


@pytest.mark.parametrize(
    "luma",
    [
        np.zeros((1, 1), np.uint8),
        np.full((2, 3), 255, np.uint8),
        np.full((HEIGHT, WIDTH), 255, np.uint8),
        np.zeros((HEIGHT, WIDTH), np.uint8),
        np.full((HEIGHT, WIDTH), 77, np.uint8),
    ],
)
def test_a_picture_of_nothing_moves_nothing_and_is_no_other_scene(luma: np.ndarray) -> None:
    items = judged(examine(Planes(luma), [BEFORE]))
    assert not items["moved"].found
    assert not items["scene_changed"].found
    nothing = taken(Canvas(Planes(luma)))
    assert not any(item.found for item in judged(examine(planes_of(TOWN), [nothing])).values())


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_never_scores_less(one: float, other: float) -> None:
    less, more = sorted((one, other))
    for score in (moved_score, changed_score):
        assert 0 <= score(less) <= score(more) <= 1
    assert 0 <= covered_score(8 * less - 4, more) <= covered_score(8 * more - 4, more) <= 1
    assert covered_score(4.0, less) <= covered_score(4.0, more)


@given(st.floats(0, 0.2), st.floats(0, 255))
@settings(max_examples=50)
def test_a_bright_or_a_rugged_picture_is_not_shapeless(relief: float, luma: float) -> None:
    assert shapeless_score(Scene(relief, 130.0)) == 0
    assert shapeless_score(Scene(0.07 + relief, luma)) == 0

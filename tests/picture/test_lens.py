"""Focus, movement, dirt, haze: by drawn towns, with references taken in another light."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.inventory import Light
from skywatch.picture import Features, Limits, Sky
from skywatch.picture.compare import Unreadable, model, taken
from skywatch.picture.decode import Planes
from skywatch.picture.diagnose import diagnose
from skywatch.picture.diagnose.case import Case, Item
from skywatch.picture.diagnose.lens import dirt_score, judge, streak_score, wider_score
from skywatch.picture.diagnose.resolution import resolution_score
from skywatch.picture.examine import examine
from skywatch.picture.features import Edges
from skywatch.picture.measure import profile
from skywatch.picture.measure.canvas import Canvas
from skywatch.picture.reference import MAX_BYTES, Reference
from skywatch.picture.usual import Usual
from skywatch.picture.weather import Neighbours
from tests.picture.drawn import Picture, defocused, grey, titled
from tests.picture.healthy import planes_of, street

DAY = Sky(40.0, Light.INFRARED)
SIZES = [(1920, 1080), (960, 540), (640, 480), (352, 288), (540, 960)]


def yard(seed: int, width: int = 960, height: int = 540) -> Picture:
    """(height, width, 3) BGR: roofs and walls at every angle before one another. A town's edges are upright and
    level only, and a streak needs edges of every direction to be told."""
    rng = np.random.default_rng(seed)
    large = np.full((2 * height, 2 * width, 3), 150, np.uint8)
    for _ in range(420):
        middle, size = rng.random(2) * (2 * width, 2 * height), rng.uniform(0.012, 0.09, 2) * 2 * width
        box = cv2.boxPoints((middle.tolist(), size.tolist(), float(rng.uniform(0, 180))))
        cv2.fillPoly(large, [box.round().astype(np.int32)], rng.integers(30, 225, 3).tolist())
    small = cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    return (small + rng.normal(0, 1.2, (height, width, 1))).clip(0, 255).astype(np.uint8)


def other_day(picture: Picture) -> Picture:
    """By the light of another hour, with other grain and a lorry where there was none."""
    later = picture.astype(np.float32) * 0.8 + 30
    height, width = picture.shape[:2]
    cv2.rectangle(later, (width // 2, height // 2), (width * 3 // 5, height * 3 // 5), (60.0, 60.0, 160.0), -1)
    later += np.random.default_rng(9).normal(0, 1.5, (height, width, 1))
    return later.clip(0, 255).astype(np.uint8)


def shaken(picture: Picture, length: float, degrees: float) -> Picture:
    """Drawn out by `length` (a share of the longer side) along `degrees`: 0 along the rows, 90 up and down."""
    pixels = length * max(picture.shape[:2])
    side = 2 * int(np.ceil(pixels / 2)) + 3
    streak = np.zeros((8 * side, 8 * side), np.float32)
    reach = 4 * pixels * np.array((np.cos(np.radians(degrees)), np.sin(np.radians(degrees))))
    ends = [tuple((4 * side + sign * reach).round().astype(int).tolist()) for sign in (-1, 1)]
    cv2.line(streak, ends[0], ends[1], 1.0, 8)
    small = cv2.resize(streak, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.filter2D(picture, -1, small / small.sum()), np.uint8)


def dirty(picture: Picture, share: float = 0.5) -> Picture:
    """Behind patches of grease that cover `share` of it: soft and veiled."""
    height, width = picture.shape[:2]
    field = np.random.default_rng(4).normal(0, 1, (7, 12)).astype(np.float32)
    field = np.asarray(cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
    patches = cv2.GaussianBlur((field > np.quantile(field, 1 - share)).astype(np.float32), (0, 0), 0.01 * width)[
        ..., None
    ]
    soft = defocused(picture, 0.01).astype(np.float32) * 0.75 + 45
    return (picture * (1 - patches) + soft * patches).clip(0, 255).astype(np.uint8)


def foggy(picture: Picture, left: float = 0.25) -> Picture:
    """With `left` of its contrast, before a bright veil."""
    grain = np.random.default_rng(3).normal(0, 0.7, picture.shape[:2])[..., None]
    return (picture * left + 190 * (1 - left) + grain).clip(0, 255).astype(np.uint8)


def reference(picture: Picture) -> Reference:
    return taken(Canvas(planes_of(titled(other_day(picture)))))


def against(picture: Picture, usual: Picture) -> Features:
    return examine(planes_of(titled(picture)), [reference(usual)])


def items(features: Features, neighbours: Neighbours = Neighbours.UNKNOWN) -> dict[str, Item]:
    return {item.code: item for item in judge(Case(features, DAY, Limits(), {}, neighbours))}


def found(features: Features, neighbours: Neighbours = Neighbours.UNKNOWN) -> list[str]:
    return [item.code for item in items(features, neighbours).values() if item.found]


@pytest.mark.parametrize("size", SIZES)
def test_a_sharp_picture_of_another_day_is_sharp(size: tuple[int, int]) -> None:
    picture = yard(1, *size)
    assert found(against(picture, picture)) == []


@pytest.mark.parametrize("size", SIZES)
def test_defocus_by_a_third_of_a_per_cent_of_the_width_is_blur(size: tuple[int, int]) -> None:
    picture = yard(1, *size)
    assert found(against(defocused(picture, 0.0031), picture)) == ["blur"]


@pytest.mark.parametrize("degrees", [0, 30, 90, 140])
def test_a_shaken_picture_is_told_with_the_direction(degrees: int) -> None:
    picture = yard(2, 960, 540)
    features = against(shaken(picture, 0.01, degrees), picture)
    assert found(features) == ["motion_blur"]
    edges = features.edges
    assert edges is not None
    assert edges.direction is not None
    assert abs((edges.direction - degrees + 90) % 180 - 90) < 15


def test_patches_of_grease_are_a_dirty_lens() -> None:
    picture = yard(3, 960, 540)
    assert found(against(dirty(picture), picture)) == ["dirty_lens"]


def test_fog_is_a_remark_and_no_fault_of_the_lens() -> None:
    picture = yard(1, 960, 540)
    features = against(foggy(picture), picture)
    assert found(features) == ["low_contrast"]
    assert items(features)["low_contrast"].remark


def test_fog_that_no_camera_around_sees_is_a_veil_on_the_lens() -> None:
    picture = yard(1, 960, 540)
    assert found(against(foggy(picture), picture), Neighbours.ALONE) == ["dirty_lens"]


@pytest.mark.parametrize("gain", [0.7, 1.15])
def test_dim_and_bright_light_change_nothing(gain: float) -> None:
    picture = yard(5, 640, 480)
    assert found(against((picture * gain).clip(0, 255).astype(np.uint8), picture)) == []


def test_softness_is_told_once() -> None:
    picture = yard(1, 640, 480)
    for worse in (defocused(picture, 0.0062), shaken(picture, 0.016, 60), dirty(picture, 0.7)):
        lens = [code for code in found(against(worse, picture)) if code != "low_contrast"]
        assert len(lens) == 1


def test_a_smaller_picture_than_the_reference_is_not_called_blurred_for_that() -> None:
    features = examine(planes_of(yard(1, 480, 270)), [reference(yard(1, 1920, 1080))])
    assert features.edges is not None
    assert features.edges.blur is None
    assert "blur" not in found(features)


@pytest.mark.parametrize(
    "luma",
    [
        np.full((1, 1), 90, np.uint8),
        np.full((288, 352), 128, np.uint8),
        np.full((288, 352), 255, np.uint8),
        np.zeros((288, 352), np.uint8),
        np.tile(np.linspace(40, 220, 352).astype(np.uint8), (288, 1)),
    ],
)
def test_a_picture_without_edges_is_unknown_and_not_blurred(luma: Picture) -> None:
    flat = Planes(luma)
    for features in (
        examine(flat),
        examine(flat, [taken(Canvas(flat))]),
        examine(flat, [reference(yard(1, 352, 288))]),
    ):
        judged = items(features)
        assert all(judged[code].score is None and judged[code].reason for code in ("blur", "motion_blur", "dirty_lens"))


def test_what_is_usual_at_a_camera_is_not_unusual() -> None:
    features = against(defocused(yard(1, 640, 480), 0.0031), yard(1, 640, 480))
    edges = features.edges
    assert edges is not None
    assert edges.blur is not None
    usual = {"edges.blur": Usual(edges.blur, 0.01, 40), "edges.streak": Usual(edges.streak or 0, 0.01, 40)}
    codes = [item.code for item in judge(Case(features, DAY, Limits(), usual)) if item.found]
    assert codes == []


def test_by_itself_a_picture_is_judged_for_blur_only() -> None:
    judged = items(examine(planes_of(yard(1, 640, 480))))
    assert judged["blur"].score is not None
    assert not judged["blur"].found
    assert {judged[code].reason for code in ("motion_blur", "dirty_lens")} == {"no_baseline"}


def test_by_itself_only_dense_fog_is_told() -> None:
    assert found(examine(planes_of(foggy(yard(1, 640, 480), 0.15)))) == ["low_contrast"]
    assert found(examine(planes_of(yard(1, 640, 480)))) == []


@pytest.mark.parametrize(("expected", "wanted"), [((1920, 1080), []), ((2560, 1440), ["low_resolution"]), (None, [])])
def test_a_picture_smaller_than_the_ledger_says(expected: tuple[int, int] | None, wanted: Sequence[str]) -> None:
    features = replace(street(), width=1920, height=1080)
    assert [each.code for each in diagnose(features, DAY, expected=expected).findings] == wanted


@pytest.mark.parametrize("score", [wider_score, streak_score, dirt_score, lambda value: resolution_score(1 - value)])
@given(values=st.lists(st.floats(-1, 1), min_size=2, max_size=5).map(sorted))
def test_scores_never_fall_while_things_get_worse(score: object, values: list[float]) -> None:
    assert callable(score)
    scores = [score(value) for value in values]
    assert scores == sorted(scores)
    assert 0 <= scores[0] <= scores[-1] <= 1


def test_a_profile_is_kept_in_a_few_bytes_and_read_again() -> None:
    seen = Canvas(Planes(grey(yard(1, 640, 480)))).profile
    again = profile.unpacked(seen.packed())
    assert len(seen.packed()) == profile.BYTES < 200
    assert again.width == seen.width
    np.testing.assert_allclose(again.blur, seen.blur, atol=0.002)
    np.testing.assert_allclose(again.towards, seen.towards, atol=0.002)


@given(st.binary(max_size=2 * profile.BYTES))
def test_bytes_that_are_no_profile_are_refused(data: bytes) -> None:
    try:
        read = profile.unpacked(data)
    except ValueError:
        return
    assert read.packed() == data


def test_a_reference_with_a_broken_profile_is_unreadable() -> None:
    good = reference(yard(1, 640, 480))
    assert len(good.luma) + len(good.chroma) + len(good.profile) <= MAX_BYTES
    with pytest.raises(Unreadable):
        model(replace(good, profile=b"\x09" + good.profile[1:]))


def test_a_reference_of_before_profiles_still_says_what_went_soft() -> None:
    picture = yard(3, 640, 480)
    old = replace(reference(picture), profile=b"")
    edges = examine(planes_of(titled(dirty(picture))), [old]).edges
    assert edges is not None
    assert edges.blur is None
    assert edges.lacking is not None
    assert edges.lacking > 0.05


def test_numbers_of_edges_are_stored_and_read_again() -> None:
    features = against(yard(1, 352, 288), yard(1, 352, 288))
    assert Features.from_dict(features.to_dict()) == features
    assert isinstance(features.edges, Edges)

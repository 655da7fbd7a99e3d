"""Real cameras that were covered and turned by hand, and one that wasn't: each rightly named."""

from functools import cache

import av
import cv2
import numpy as np
import pytest

from skywatch.picture import Features, Limits, Sky
from skywatch.picture.compare import taken
from skywatch.picture.decode import Planes
from skywatch.picture.diagnose.case import Case
from skywatch.picture.diagnose.view import judge
from skywatch.picture.examine import examine
from skywatch.picture.measure.canvas import Canvas
from tests.picture.drawn import Picture
from tests.picture.healthy import planes_of
from tests.real import shared

pytestmark = pytest.mark.real


@cache
def frames(clip: str) -> list[Planes]:
    """Every tenth frame, the first included."""
    path = shared("footage", "clips", *clip.split("/"))
    with av.open(str(path)) as container:
        pictures = [each.to_ndarray(format="bgr24") for n, each in enumerate(container.decode(video=0)) if n % 10 == 0]
    return [planes_of(np.asarray(picture, np.uint8)) for picture in pictures]


def found(clip: str, references: list[int], number: int) -> list[str]:
    """What is found on frame `number`, with references of the same clip."""
    pictures = frames(clip)
    features = examine(pictures[number // 10], [taken(Canvas(pictures[each // 10])) for each in references])
    return codes(features)


def codes(features: Features) -> list[str]:
    return [item.code for item in judge(Case(features, Sky(), Limits())) if item.found]


CORRIDOR = "tamper/mirafra_1.mp4"
CABIN = "tamper/mirafra_3.mp4"


@pytest.mark.parametrize("number", range(100, 1950, 150))
def test_people_in_a_corridor_are_no_tampering(number: int) -> None:
    assert found(CORRIDOR, [0, 60, 660], number) == []


def test_a_camera_that_is_being_turned_has_moved() -> None:
    assert found(CORRIDOR, [0, 60, 660], 2010) == ["moved"]


@pytest.mark.parametrize("number", range(2160, 2970, 90))
def test_a_camera_turned_to_the_wall_shows_another_scene(number: int) -> None:
    assert found(CORRIDOR, [0, 60, 660], number) == ["scene_changed"]


@pytest.mark.parametrize("number", [210, 220])
def test_a_hand_on_the_lens_covers_it(number: int) -> None:
    assert found(CABIN, [140, 160, 170], number) == ["covered"]
    assert found(CABIN, [10, 20], number) == ["covered"]


@pytest.mark.parametrize("number", [50, 60])
def test_a_camera_that_was_pushed_has_moved(number: int) -> None:
    assert "moved" in found(CABIN, [10, 20], number)


def turned(picture: Planes, degrees: float) -> Planes:
    """The middle of a picture, by a camera that was turned."""
    height, width = picture.luma.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    luma: Picture = np.asarray(cv2.warpAffine(picture.luma, matrix, (width, height)), np.uint8)
    y, x = height // 6, width // 6
    return Planes(np.ascontiguousarray(luma[y:-y, x:-x]))


def test_a_real_view_turned_by_four_degrees_says_so() -> None:
    pictures = frames(CORRIDOR)
    features = examine(turned(pictures[120], 4.0), [taken(Canvas(turned(pictures[0], 0.0)))])
    assert codes(features) == ["moved"]
    assert features.view is not None
    assert features.view.turn == pytest.approx(4.0, abs=0.8)

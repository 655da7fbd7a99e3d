"""The evidence, drawn: every mark is where the numbers say, and nothing is drawn that nobody measured."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from skywatch.picture.explain import drawn, explain
from skywatch.picture.features import Edges, Features, View
from skywatch.picture.score import Scored, scored
from skywatch.picture.vouched import vouched
from tests.picture.drawn import Picture, titled, town

ORANGE, RED, BLUE = ((0, 140, 255), (40, 40, 230), (230, 160, 30))


def seen(folder: Path, picture: Picture) -> Scored:
    path = folder / "门.png"
    path.write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    return next(scored([path]))


def sheet(one: Scored, features: Features) -> Picture:
    assert one.shown is not None
    return drawn(one.shown, features, replace(one, features=features))


def share(picture: Picture, colour: tuple[int, int, int]) -> float:
    """Of the first 400 lines and 640 columns that have exactly this colour."""
    return float((picture[:400, :640] == colour).all(axis=2).mean())


def width_of(path: Path) -> int:
    picture = cv2.imread(str(path))
    assert picture is not None
    return int(picture.shape[1])


@pytest.fixture
def plain(tmp_path: Path) -> Scored:
    return seen(tmp_path, np.full((360, 640, 3), 120, np.uint8))


def with_view(one: Scored, **numbers: object) -> Features:
    assert one.features is not None
    return replace(one.features, view=View(1.0, **numbers))  # type: ignore[arg-type]


def test_what_is_covered_is_outlined(plain: Scored) -> None:
    hidden = tuple(1.0 if row < 4 and column < 6 else 0.0 for row in range(8) for column in range(12))
    assert plain.features is not None
    assert share(sheet(plain, plain.features), RED) == 0
    marked = sheet(plain, with_view(plain, hidden=hidden))
    lines = np.argwhere((marked[:450, :800] == RED).all(axis=2))
    assert lines.max(axis=0) == pytest.approx([225, 400], abs=6)  # a quarter of 800 x 450: the upper left


def test_an_arrow_says_where_everything_went(plain: Scored) -> None:
    still = with_view(plain, shift_x=0.0, shift_y=0.0, turn=0.0, distance=0.0)
    assert share(sheet(plain, still), BLUE) == 0
    moved = sheet(plain, with_view(plain, shift_x=0.1, shift_y=0.0, turn=1.0, distance=0.1))
    columns = np.argwhere((moved[:450, :800] == BLUE).all(axis=2))[:, 1]
    assert columns.min() >= 390
    assert columns.max() == pytest.approx(480, abs=8)


def test_soft_places_are_tinted_and_sharp_ones_are_not(plain: Scored) -> None:
    assert plain.features is not None
    places = tuple(0.1 if number == 0 else 1.0 for number in range(54))
    edges = Edges(0.1, 0.1, 0.1, 0.0, 0.5, 0.1, 0.9, 1.0, places)
    tinted = sheet(plain, replace(plain.features, edges=edges))
    assert tuple(tinted[40, 40]) != (120, 120, 120)
    assert tinted[40, 40][2] > tinted[40, 40][0] + 50
    assert tuple(tinted[300, 500]) == (120, 120, 120)


def test_writing_is_hatched(tmp_path: Path) -> None:
    written = seen(tmp_path, titled(np.full((720, 1280, 3), 90, np.uint8)))
    assert written.features is not None
    assert (sheet(written, written.features)[:450, :800] == (0, 220, 255)).all(axis=2).any()


def test_the_reference_stands_beside_the_picture(tmp_path: Path) -> None:
    picture = town(1, 640, 360)
    path, other = tmp_path / "a.png", tmp_path / "b.png"
    for each in (path, other):
        each.write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    alone, beside = next(scored([path])), next(scored([path], known=vouched([other])))
    for one, name in ((alone, "alone.png"), (beside, "beside.png")):
        explain(one, tmp_path / name)
    widths = [width_of(tmp_path / name) for name in ("alone.png", "beside.png")]
    assert widths[1] - widths[0] == 800


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3), (2160, 3840)])
def test_a_picture_of_any_size_is_drawn(tmp_path: Path, size: tuple[int, int]) -> None:
    one = seen(tmp_path, np.full((*size, 3), 90, np.uint8))
    explain(one, tmp_path / "out.png")
    assert width_of(tmp_path / "out.png") <= 800 + 480


def test_without_a_picture_there_is_nothing_to_draw(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no picture"):
        explain(next(scored([tmp_path / "none.png"])), tmp_path / "out.png")

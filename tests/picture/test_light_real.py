"""Light, colour, grain and interference on real footage: one picture a camera, faults drawn before title and codec."""

from collections.abc import Callable

import pytest

from skywatch.picture import Features, Sky, diagnose
from skywatch.picture.compare.model import taken
from skywatch.picture.decode import Planes
from skywatch.picture.examine import examine
from skywatch.picture.measure import Canvas, measure
from skywatch.picture.score import read
from skywatch.picture.usual import usual
from tests.picture.test_real import by_night, degraded, healthy, index, of, one_a_camera
from tests.real import shared

pytestmark = pytest.mark.real
DAY, ANY = Sky(40.0), Sky()
OURS = {"dark", "light_failed", "overexposed", "colour_cast", "mono_by_day", "noise", "stripes"}

Row = dict[str, str]


def codes(features: Features, sky: Sky, known: Features | None = None) -> set[str]:
    usually = {name: usual([value]) for name, value in known.numbers().items()} if known else {}
    return OURS & {found.code for found in diagnose(features, sky, usual=usually).findings if not found.remark}


def small(row: Row) -> bool:
    """One of the quick ones by day, in colour."""
    return healthy(row) and not by_night(row) and row["width"] in {"352", "480"} and "grayscale" not in row["condition"]


def share_found(code: str, kind: str, severity: int) -> float:
    rows = one_a_camera(small)
    assert len(rows) > 8
    return sum(code in codes(measure(degraded(row, kind, severity)), DAY) for row in rows) / len(rows)


def of_another_day(wanted: Callable[[Row], bool]) -> tuple[Planes, Planes]:
    """The first and the last picture of those that `wanted` likes."""
    rows = [row for row in index() if wanted(row)]
    return read(of(rows[0])), read(of(rows[-1]))


def test_nothing_is_wrong_with_the_light_of_healthy_cameras() -> None:
    rows = one_a_camera(lambda row: row["condition"].startswith(("healthy", "weather")) and row["width"] != "1920")
    assert len(rows) > 30
    found = {row["path"]: codes(measure(read(of(row))), ANY if by_night(row) else DAY) for row in rows}
    assert {path: what for path, what in found.items() if what} == {}


@pytest.mark.parametrize(
    ("code", "kind", "severity", "least"),
    [
        ("dark", "under", 3, 1.0),
        ("overexposed", "over", 4, 0.85),
        ("noise", "snow", 3, 0.9),
        ("stripes", "stripes", 4, 0.9),
    ],
)
def test_gross_faults_need_no_reference(code: str, kind: str, severity: int, least: float) -> None:
    assert share_found(code, kind, severity) >= least


@pytest.mark.parametrize("kind", ["ir_night", "rain_lamp"])
def test_drawn_nights_are_no_faults(kind: str) -> None:
    rows = one_a_camera(small)
    found = [row["path"] for row in rows if codes(measure(degraded(row, kind, 3)), ANY)]
    assert found == []


def test_a_grey_picture_of_a_camera_in_colour_is_a_stuck_filter() -> None:
    grey = read(shared("footage", "scenes", "ons_fail_healthy_grayscale.jpg"))
    in_colour = measure(read(shared("footage", "scenes", "ons_00001_01251_20200620_2010.jpg")))
    assert "mono_by_day" in codes(measure(grey), DAY, in_colour)


def test_months_between_two_days_are_no_cast_and_no_exposure() -> None:
    first, last = of_another_day(lambda row: row["camera"] == "tfl_625" and healthy(row) and not by_night(row))
    assert codes(examine(last, [taken(Canvas(first))]), DAY, measure(first)) == set()

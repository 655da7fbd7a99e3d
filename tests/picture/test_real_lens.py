"""Real footage against references of other days: sharp days stay sharp, rain and fog are no fault of the lens, faults
are found and rightly named."""

import csv
from functools import cache
from pathlib import Path

import pytest

from skywatch.inventory import Light
from skywatch.picture import Sky, diagnose
from skywatch.picture.compare import taken
from skywatch.picture.decode import Planes
from skywatch.picture.examine import examine
from skywatch.picture.measure.canvas import Canvas
from skywatch.picture.reference import Reference
from skywatch.picture.score import read
from tests.picture.test_real import degraded
from tests.real import shared

pytestmark = pytest.mark.real
DAY = Sky(40.0, Light.INFRARED)
SKYLINE = "sg_tb1"
LENS = {"blur", "motion_blur", "dirty_lens"}


@cache
def rows(condition: str) -> tuple[dict[str, str], ...]:
    """The shots of a camera over a skyline, five months of them."""
    with shared("footage", "INDEX.csv").open(encoding="utf-8") as file:
        every = csv.DictReader(file)
        return tuple(row for row in every if row["camera"] == SKYLINE and row["condition"].startswith(condition))


def of(row: dict[str, str]) -> Path:
    return shared("footage", *row["path"].split("/"))


@cache
def reference() -> Reference:
    return taken(Canvas(read(of(rows("healthy")[0]))))


def found(planes: Planes) -> set[str]:
    return {each.code for each in diagnose(examine(planes, [reference()]), DAY).findings}


def test_other_days_are_sharp() -> None:
    others = rows("healthy")[3::3]
    assert len(others) >= 3
    assert {row["path"]: found(read(of(row))) & LENS for row in others if found(read(of(row))) & LENS} == {}


def test_rain_and_haze_are_no_fault_of_the_lens() -> None:
    weather = rows("weather")
    assert weather
    assert [found(read(of(row))) & LENS for row in weather] == [set()] * len(weather)


@pytest.mark.parametrize(("kind", "wanted"), [("defocus", "blur"), ("motion", "motion_blur")])
def test_faults_of_severity_3_are_found_and_named(kind: str, wanted: str) -> None:
    seen = [found(degraded(row, kind, 3)) & LENS for row in rows("healthy")[4:10:2]]
    assert seen == [{wanted}] * len(seen)


def test_dirt_over_most_of_the_lens_is_found_and_named() -> None:
    """Where anything is left to be compared: behind dirt that is thick enough nothing is."""
    seen = [found(degraded(row, "dirty", 4)) & LENS for row in rows("healthy")[4:13:2]]
    assert seen.count({"dirty_lens"}) >= 3
    assert all(codes <= {"dirty_lens"} for codes in seen)

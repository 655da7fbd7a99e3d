"""Real footage: healthy pictures pass by day, by night, in fog and rain; pictures out of focus do not."""

import csv
import importlib.util
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from skywatch.inventory import Light
from skywatch.picture import Diagnosis, Sky, diagnose
from skywatch.picture.decode import Planes, decode
from skywatch.picture.measure import measure
from skywatch.picture.score import read
from tests.picture.drawn import Picture, encoded, titled
from tests.real import shared

pytestmark = pytest.mark.real
DAY, NIGHT = Sky(40.0, Light.INFRARED), Sky(-40.0, Light.INFRARED)


@cache
def index() -> list[dict[str, str]]:
    with shared("footage", "INDEX.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def one_a_camera(wanted: Callable[[dict[str, str]], bool]) -> list[dict[str, str]]:
    """The first picture of each camera that `wanted` likes."""
    return list({row["camera"]: row for row in reversed(index()) if wanted(row)}.values())


def by_night(row: dict[str, str]) -> bool:
    return "NIGHT" in row["note"] or "IR night" in row["note"]


def healthy(row: dict[str, str]) -> bool:
    return row["condition"].startswith("healthy")


def of(row: dict[str, str]) -> Path:
    return shared("footage", *row["path"].split("/"))


def judged(planes: Planes, row: dict[str, str]) -> Diagnosis:
    return diagnose(measure(planes), NIGHT if by_night(row) else DAY)


def found(rows: list[dict[str, str]]) -> dict[str, list[str]]:
    """Path -> codes, of those pictures at which something was found that is more than a remark: a camera that gives no
    colour by day is told of as long as nobody knows whether it ever did."""
    seen = {row["path"]: faults(judged(read(of(row)), row)) for row in rows}
    return {path: codes for path, codes in seen.items() if codes}


def faults(judged: Diagnosis) -> list[str]:
    return [finding.code for finding in judged.findings if not finding.remark]


def test_healthy_cameras_pass() -> None:
    rows = one_a_camera(healthy)
    assert len(rows) > 30
    assert found(rows) == {}


def test_healthy_cameras_pass_when_nobody_knows_the_time() -> None:
    rows = one_a_camera(healthy)
    found = {row["path"]: faults(diagnose(measure(read(of(row))), Sky())) for row in rows}
    assert {path: codes for path, codes in found.items() if codes} == {}


def test_fog_and_rain_are_no_faults_of_the_lens() -> None:
    fog = one_a_camera(lambda row: row["condition"] == "weather_fog")
    rain = one_a_camera(lambda row: row["condition"] == "weather_mild")
    assert len(fog) > 8
    assert found(fog + rain) == {}


def degraded(row: dict[str, str], kind: str, severity: int) -> Planes:
    """The picture with a fault, then titled, then through an H.264 encoder and the decoder under test."""
    spec = importlib.util.spec_from_file_location("degrade", shared("footage", "degrade.py"))
    assert spec is not None
    assert spec.loader is not None
    degrade: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(degrade)
    picture = _picture(of(row))
    worse: Picture = titled(degrade.degrade(picture, kind, severity, seed=1))
    even = np.ascontiguousarray(worse[: worse.shape[0] // 2 * 2, : worse.shape[1] // 2 * 2])
    return decode(encoded(even, "h264", crf="28"))


def _picture(path: Path) -> Picture:
    if path.suffix == ".jpg":
        return np.asarray(cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR), np.uint8)
    with av.open(str(path)) as container:
        return np.asarray(next(container.decode(video=0)).to_ndarray(format="bgr24"), np.uint8)


SMALL = {"768", "1280", "640"}  # one of a few sizes: enough to see, and quick


def share_found(kind: str, severity: int, *codes: str) -> float:
    """By any of these names, of the pictures that could be judged: the top view of an empty road has too few edges
    (`intel_car`)."""
    rows = one_a_camera(lambda row: healthy(row) and not by_night(row) and row["width"] in SMALL)
    seen = [judged(degraded(row, kind, severity), row) for row in rows]
    hits = [not set(faults(each)).isdisjoint(codes) for each in seen if "too_flat" not in each.unjudged.values()]
    assert len(hits) >= 10
    return sum(hits) / len(hits)


def test_severe_defocus_is_found_at_every_camera() -> None:
    assert share_found("defocus", 5, "blur") == 1.0


def test_defocus_of_severity_4_is_found_at_most_cameras() -> None:
    assert share_found("defocus", 4, "blur") >= 0.85


def test_pictures_six_stops_too_dark_are_found_at_every_camera() -> None:
    assert share_found("under", 5, "dark", "black") == 1.0

"""A picture with one fault carries that fault's finding and no strange others: what hides what."""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from skywatch.findings import GLOSSARY
from skywatch.inventory import Light
from skywatch.picture import Features, Sky, diagnose
from skywatch.picture.compare import taken
from skywatch.picture.decode import Planes, decode
from skywatch.picture.diagnose import HIDES, REASONS
from skywatch.picture.examine import examine
from skywatch.picture.measure import Canvas
from skywatch.picture.usual import Usual
from tests.picture.drawn import Picture, defocused, encoded, titled, town
from tests.picture.healthy import lit, sharp, street

DAY, NIGHT = Sky(40.0), Sky(-40.0, Light.INFRARED)
VIEW = town(5, 960, 540)
SIGHT = {code for codes in HIDES.values() for code in codes}


def sent(picture: Picture) -> Planes:
    return decode(encoded(np.ascontiguousarray(titled(picture)), "h264", crf="24"))


REFERENCE = taken(Canvas(sent(VIEW)))


def codes(features: Features, sky: Sky = DAY) -> list[str]:
    return [finding.code for finding in diagnose(features, sky).findings]


def brighter(picture: Picture, stops: float) -> Picture:
    light = (picture / 255.0) ** 2.2 * 2.0**stops
    return np.asarray(np.clip(light, 0, 1) ** (1 / 2.2) * 255, np.uint8)


def snow(picture: Picture) -> Picture:
    return np.asarray(np.clip(picture + np.random.default_rng(1).normal(0, 22, picture.shape), 0, 255), np.uint8)


def lying_bands(picture: Picture) -> Picture:
    rows = np.arange(picture.shape[0], dtype=np.float32)[:, None, None]
    return np.asarray(np.clip(picture + 25 * np.sin(rows * (2 * np.pi / 40)), 0, 255), np.uint8)


def upright_bands(picture: Picture) -> Picture:
    columns = np.arange(picture.shape[1], dtype=np.float32)[None, :, None]
    return np.asarray(np.clip(picture + 25 * np.sin(columns * (2 * np.pi / 30)), 0, 255), np.uint8)


def covered_whole(picture: Picture) -> Picture:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 90) * 0.12 + (20, 28, 45), np.uint8)


def horizon_in_fog(picture: Picture) -> Picture:
    """The farther up, the more of the airlight: what is far is gone in one piece."""
    through = np.interp(np.arange(picture.shape[0]), (0, 270, 540), (0.06, 0.15, 0.5))[:, None, None]
    return np.asarray(picture * through + (214, 211, 208) * (1 - through), np.uint8)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda picture: brighter(picture, 3), "overexposed"),
        (lambda picture: brighter(picture, -4), "dark"),
        (snow, "noise"),
        (lying_bands, "stripes"),
        (upright_bands, "stripes"),
        (lambda picture: defocused(picture, 0.0062), "blur"),
        (covered_whole, "covered"),
        (horizon_in_fog, "low_contrast"),
    ],
)
def test_one_fault_has_one_finding(spoil: Callable[[Picture], Picture], code: str) -> None:
    assert codes(examine(sent(spoil(VIEW)), [REFERENCE])) == [code]


def test_the_table_names_findings_and_reasons() -> None:
    assert set(HIDES) | SIGHT <= GLOSSARY.keys()
    assert set(HIDES) <= REASONS.keys()


def test_what_is_hidden_is_unjudged_for_what_hides_it() -> None:
    dark = diagnose(lit(sharp(street(), 0.2), 2, 5, 12), DAY)
    assert "blur" not in dark.scores
    white = replace(street(), tone=replace(street().tone, p50=250, white=0.9))
    grainy = replace(white, grain=replace(white.grain, quiet=9.0))
    assert diagnose(grainy, DAY).unjudged["noise"] == "overexposed"


@pytest.mark.parametrize(("height", "code"), [(1.4, "blur"), (7.5, "stripes")])
def test_of_two_that_hide_each_other_the_more_severe_is_told(height: float, code: str) -> None:
    """Rows of bricks out of focus are as regular as interference; strong interference softens edges."""
    soft = sharp(street(), 0.2 if code == "blur" else 0.3)
    assert codes(replace(soft, stripes=replace(soft.stripes, height=height))) == [code]


def test_one_that_is_hidden_itself_hides_nothing() -> None:
    noisy = replace(sharp(street(), 0.3), grain=replace(street().grain, quiet=12.0))
    assert codes(noisy) == ["noise"]
    white = replace(noisy, tone=replace(noisy.tone, p50=250, white=0.9))
    assert codes(white) == ["overexposed"]
    assert diagnose(white, DAY).unjudged["blur"] == "overexposed"


def test_a_picture_black_by_night_has_one_finding() -> None:
    dead = examine(sent(np.zeros_like(VIEW)))
    assert codes(dead, NIGHT) == codes(dead) == ["black"]
    seen = np.asarray(VIEW * 0.03 + 2, np.uint8)
    assert codes(examine(sent(seen)), NIGHT) == ["light_failed"]


def test_a_pale_wall_in_view_is_no_fog() -> None:
    pale = lit(street(), 118, 150, 190)
    assert pale.scene is not None
    assert "low_contrast" not in codes(replace(pale, scene=replace(pale.scene, relief=0.08)))
    flat = replace(pale, scene=replace(pale.scene, relief=0.03))
    assert "low_contrast" in codes(flat)
    usual = {"tone.p10": Usual(112.0, 2.0, 5)}
    assert "low_contrast" not in [finding.code for finding in diagnose(flat, DAY, usual=usual).findings]

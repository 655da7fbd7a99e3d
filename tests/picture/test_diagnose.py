"""What is called a fault: by table, on numbers alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.findings import GLOSSARY
from skywatch.inventory import Light
from skywatch.observation import Verdict
from skywatch.picture import Diagnosis, Features, Limits, Sky, diagnose, say_why
from skywatch.picture.diagnose import REASONS, blur_score, darkness_score

GOOD = Features(1920, 1080, 0.43, 24, 0.7, 0.5, 60.0, 120.0, 190.0, 15.0, 0.02)
SOFT = replace(GOOD, sharpness=0.22)
SOFTISH = replace(GOOD, sharpness=0.32)
BLACK = replace(GOOD, sharpness=0.0, sharp_cells=0, contrast_share=0.0, luma_p10=1, luma_p50=2, luma_p90=4, colour=0)
GLOOMY = replace(GOOD, luma_p10=15, luma_p50=30, luma_p90=60)
LIT_GATE = replace(GOOD, luma_p10=8, luma_p50=25, luma_p90=90, colour=1)
FOG = replace(GOOD, sharpness=0.1, sharp_cells=3, contrast_share=0.01)
TINY = replace(GOOD, width=176, height=144, sharpness=0.2)

DAY, DUSK = Sky(40.0, Light.INFRARED), Sky(0.0, Light.INFRARED)
INFRARED, WHITE, UNLIT = (Sky(-30.0, light) for light in (Light.INFRARED, Light.WHITE, Light.NONE))
UNSTATED = Sky()


@pytest.mark.parametrize(
    ("features", "sky", "codes", "verdict", "unjudged"),
    [
        (GOOD, DAY, (), Verdict.PASS, {}),
        (SOFT, DAY, ("blur",), Verdict.FAIL, {}),
        (BLACK, DAY, ("dark",), Verdict.FAIL, {"blur": "too_dark"}),
        (GLOOMY, DAY, ("dark",), Verdict.FAIL, {}),
        (FOG, DAY, (), Verdict.UNKNOWN, {"blur": "too_flat"}),
        (TINY, DAY, (), Verdict.UNKNOWN, {"blur": "too_small"}),
        (GOOD, DUSK, (), Verdict.PASS, {"darkness": "dusk"}),
        (SOFT, DUSK, ("blur",), Verdict.FAIL, {"darkness": "dusk"}),
        (BLACK, DUSK, (), Verdict.UNKNOWN, {"darkness": "dusk", "blur": "too_dark"}),
        (LIT_GATE, INFRARED, (), Verdict.PASS, {}),
        (BLACK, INFRARED, ("light_failed",), Verdict.FAIL, {"blur": "too_dark"}),
        (BLACK, Sky(-30.0, Light.LASER), ("light_failed",), Verdict.FAIL, {"blur": "too_dark"}),
        (BLACK, WHITE, ("light_failed",), Verdict.FAIL, {"blur": "too_dark"}),
        (SOFT, WHITE, ("blur",), Verdict.FAIL, {}),
        (BLACK, UNLIT, (), Verdict.UNKNOWN, {"darkness": "unlit_night", "blur": "unlit_night"}),
        (LIT_GATE, UNLIT, (), Verdict.PASS, {"darkness": "unlit_night"}),
        (SOFT, UNLIT, ("blur",), Verdict.FAIL, {"darkness": "unlit_night"}),
        (BLACK, UNSTATED, ("dark",), Verdict.FAIL, {"blur": "too_dark"}),
        (LIT_GATE, UNSTATED, (), Verdict.PASS, {}),
    ],
)
def test_what_is_wrong_depends_on_the_light(
    features: Features, sky: Sky, codes: tuple[str, ...], verdict: Verdict, unjudged: dict[str, str]
) -> None:
    diagnosis = diagnose(features, sky)
    assert tuple(finding.code for finding in diagnosis.findings) == codes
    assert diagnosis.verdict is verdict
    assert diagnosis.unjudged == unjudged
    assert diagnosis.regime == sky.regime.value


@pytest.mark.parametrize(
    ("features", "sky", "blurred"),
    [
        (SOFTISH, DAY, True),
        (SOFTISH, INFRARED, False),
        (SOFTISH, DUSK, False),
        (SOFTISH, UNSTATED, True),
        (replace(SOFTISH, colour=1.0), UNSTATED, False),  # no colour: a camera in its night mode
        (replace(SOFTISH, luma_p50=30, luma_p90=60), DAY, False),  # dark, and called so
    ],
)
def test_lamps_and_grain_are_allowed_softer_edges(features: Features, sky: Sky, blurred: bool) -> None:
    assert ("blur" in [finding.code for finding in diagnose(features, sky).findings]) is blurred


def test_a_blur_that_was_not_judged_has_no_score() -> None:
    assert "blur" not in diagnose(FOG, DAY).scores
    assert diagnose(GOOD, DAY).scores.keys() == {"blur", "darkness"}


@pytest.mark.parametrize(
    ("sharpness", "score"), [(0.0, 1), (0.12, 1), (0.2265, 0.75), (0.333, 0.5), (0.3865, 0.25), (0.44, 0), (0.6, 0)]
)
def test_the_blur_score_has_the_documented_meaning(sharpness: float, score: float) -> None:
    assert blur_score(replace(GOOD, sharpness=sharpness)) == pytest.approx(score)


@pytest.mark.parametrize(("median", "bright", "score"), [(0, 0, 1), (60, 70, 0.5), (20, 110, 0.5), (130, 200, 0)])
def test_the_darkness_score_has_the_documented_meaning(median: float, bright: float, score: float) -> None:
    assert darkness_score(replace(GOOD, luma_p50=median, luma_p90=bright)) == pytest.approx(score)


@given(one=st.floats(0, 1), other=st.floats(0, 1))
def test_scores_are_monotone(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert blur_score(replace(GOOD, sharpness=low)) >= blur_score(replace(GOOD, sharpness=high))
    dim, bright = (replace(GOOD, luma_p50=200 * light, luma_p90=255 * light) for light in (low, high))
    assert darkness_score(dim) >= darkness_score(bright)


@pytest.mark.parametrize(
    ("limits", "features", "sky", "codes"),
    [
        (Limits(blur=0.9), SOFT, DAY, ()),
        (Limits(blur=0.01), GOOD, DAY, ("blur",)),
        (Limits(blur_by_night=0.9), SOFT, INFRARED, ()),
        (Limits(dark=0.95), GLOOMY, DAY, ()),
        (Limits(dark_unstated=0.1), GLOOMY, UNSTATED, ("dark",)),
        (Limits(light_failed=0.1), LIT_GATE, INFRARED, ("light_failed",)),
        (Limits(too_flat_for_blur=1), FOG, DAY, ("blur",)),
        (Limits(too_small_for_blur=1), TINY, DAY, ("blur",)),
        (Limits(too_dark_for_blur=0.1), replace(SOFT, luma_p90=60, luma_p50=30), INFRARED, ()),
    ],
)
def test_every_limit_can_be_set(limits: Limits, features: Features, sky: Sky, codes: tuple[str, ...]) -> None:
    assert tuple(finding.code for finding in diagnose(features, sky, limits).findings) == codes


def test_every_limit_is_described() -> None:
    assert [name for name, field in Limits.model_fields.items() if not field.description] == []


@given(
    sharpness=st.floats(0, 0.6),
    cells=st.integers(0, 24),
    luma=st.tuples(*[st.floats(0, 255)] * 3).map(sorted),
    elevation=st.none() | st.floats(-90, 90),
    light=st.sampled_from(Light),
)
def test_every_picture_gets_a_verdict_that_its_findings_explain(
    sharpness: float, cells: int, luma: list[float], elevation: float | None, light: Light
) -> None:
    features = replace(
        GOOD, sharpness=sharpness, sharp_cells=cells, luma_p10=luma[0], luma_p50=luma[1], luma_p90=luma[2]
    )
    diagnosis: Diagnosis = diagnose(features, Sky(elevation, light))
    assert (diagnosis.verdict is Verdict.FAIL) is bool(diagnosis.findings)
    assert all(finding.code in GLOSSARY for finding in diagnosis.findings)
    assert all(0 <= score <= 1 for score in diagnosis.scores.values())
    assert set(diagnosis.unjudged.values()) <= REASONS.keys()
    if light is Light.NONE:
        assert "light_failed" not in [finding.code for finding in diagnosis.findings]


def test_reasons_are_said_in_words() -> None:
    assert say_why("too_dark") == REASONS["too_dark"]
    assert say_why("something else") == "something else"

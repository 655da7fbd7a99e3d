"""What holds of every diagnosis, and what light does to it: by table, on numbers alone. What each kind of fault looks
like is tested in the files of its own."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skywatch.findings import GLOSSARY
from skywatch.inventory import Light
from skywatch.observation import Verdict
from skywatch.picture import Features, Limits, Sky, diagnose, say_why
from skywatch.picture.compare import taken
from skywatch.picture.compare.still import sketch, still
from skywatch.picture.diagnose import JUDGES, REASONS, Case
from skywatch.picture.diagnose.case import between, judged
from skywatch.picture.diagnose.lens import blur_score
from skywatch.picture.diagnose.light import darkness_score
from skywatch.picture.examine import examine
from skywatch.picture.measure import Canvas
from tests.picture.drawn import town
from tests.picture.healthy import lit, planes_of, sharp, street

GOOD = street()
SOFT = sharp(GOOD, 0.22)
GLOOMY = lit(GOOD, 15, 30, 60)
FOG = sharp(GOOD, 0.1, cells=3)

DAY, DUSK = Sky(40.0, Light.INFRARED), Sky(0.0, Light.INFRARED)
INFRARED, WHITE, UNLIT = (Sky(-30.0, light) for light in (Light.INFRARED, Light.WHITE, Light.NONE))
SKIES = [DAY, DUSK, INFRARED, WHITE, UNLIT, Sky(-30.0, Light.LASER), Sky()]


@pytest.mark.parametrize("sky", SKIES)
def test_a_good_picture_passes_by_any_light(sky: Sky) -> None:
    diagnosis = diagnose(GOOD, sky)
    assert diagnosis.findings == ()
    assert diagnosis.verdict is Verdict.PASS
    assert diagnosis.regime == sky.regime.value


@pytest.mark.parametrize("sky", SKIES)
def test_a_soft_picture_is_blurred_by_any_light(sky: Sky) -> None:
    diagnosis = diagnose(SOFT, sky)
    assert "blur" in [finding.code for finding in diagnosis.findings]
    assert diagnosis.verdict is Verdict.FAIL


def test_a_blur_that_was_not_judged_has_a_reason_and_no_score() -> None:
    diagnosis = diagnose(FOG, DAY)
    assert "blur" not in diagnosis.scores
    assert diagnosis.unjudged["blur"] == "too_flat"
    assert diagnosis.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("features", [GOOD, SOFT, GLOOMY, FOG, lit(GOOD, 0, 1, 2), lit(GOOD, 255, 255, 255)])
@pytest.mark.parametrize("sky", SKIES)
def test_everything_that_is_minded_is_answered_once(features: Features, sky: Sky) -> None:
    items = diagnose(features, sky).items
    assert [code for code, count in Counter(item.code for item in items).items() if count > 1] == []
    assert {item.code for item in items} >= {"blur"}
    assert all((item.score is None) is bool(item.reason) for item in items)
    assert all(bool(item.detail) for item in items if item.found)


def test_every_judge_minds_something() -> None:
    case = Case(GOOD, DAY, Limits())
    assert [judge.__module__ for judge in JUDGES if judge.__module__.endswith("lens") and not list(judge(case))] == []


def test_what_is_above_its_limit_is_found_and_the_further_the_worse() -> None:
    assert not judged("blur", 0.5, 0.5, "").found
    severities = [judged("blur", score, 0.5, "why").severity for score in (0.51, 0.61, 0.71, 0.81, 0.91, 1.0)]
    assert severities == [1, 2, 3, 4, 5, 5]
    assert judged("blur", 1.0, 1.0, "").severity == 0


@given(value=st.floats(-1e6, 1e6))
def test_a_broken_line_stays_between_its_ends(value: float) -> None:
    points = ((0.0, 1.0), (10.0, 0.5), (20.0, 0.0))
    assert 0 <= between(value, *points) <= 1
    assert between(value, *points) >= between(value + 1, *points)


@pytest.mark.parametrize(
    ("sharpness", "score"), [(0.0, 1), (0.12, 1), (0.2265, 0.75), (0.333, 0.5), (0.3865, 0.25), (0.44, 0), (0.6, 0)]
)
def test_the_blur_score_has_the_documented_meaning(sharpness: float, score: float) -> None:
    assert blur_score(sharp(GOOD, sharpness)) == pytest.approx(score)


@pytest.mark.parametrize(("median", "bright", "score"), [(0, 0, 1), (60, 70, 0.5), (20, 110, 0.5), (130, 200, 0)])
def test_the_darkness_score_has_the_documented_meaning(median: float, bright: float, score: float) -> None:
    assert darkness_score(lit(GOOD, 0, median, bright)) == pytest.approx(score)


@given(one=st.floats(0, 1), other=st.floats(0, 1))
def test_scores_are_monotone(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert blur_score(sharp(GOOD, low)) >= blur_score(sharp(GOOD, high))
    dim, bright = (lit(GOOD, 0, 200 * light, 255 * light) for light in (low, high))
    assert darkness_score(dim) >= darkness_score(bright)


@pytest.mark.parametrize(
    ("limits", "features", "sky", "found"),
    [
        (Limits(blur=0.9), SOFT, DAY, False),
        (Limits(blur=0.1), GOOD, DAY, False),
        (Limits(blur=0.01), sharp(GOOD, 0.42), DAY, True),
        (Limits(blur_by_night=0.9), SOFT, INFRARED, False),
        (Limits(too_flat_for_blur=1), FOG, DAY, True),
        (Limits(too_dark_for_blur=0.1), lit(SOFT, 10, 30, 60), INFRARED, False),
    ],
)
def test_the_limits_of_blur_can_be_set(limits: Limits, features: Features, sky: Sky, found: bool) -> None:
    assert ("blur" in [finding.code for finding in diagnose(features, sky, limits).findings]) is found


def test_every_limit_is_described() -> None:
    assert [name for name, field in Limits.model_fields.items() if not field.description] == []


@settings(max_examples=60, deadline=None)
@given(
    steepness=st.floats(0, 0.6),
    cells=st.integers(0, 24),
    luma=st.tuples(*[st.floats(0, 255)] * 3).map(sorted),
    elevation=st.none() | st.floats(-90, 90),
    light=st.sampled_from(Light),
)
def test_every_picture_gets_a_verdict_that_its_findings_explain(
    steepness: float, cells: int, luma: list[float], elevation: float | None, light: Light
) -> None:
    features = lit(sharp(GOOD, steepness, cells), *luma)
    diagnosis = diagnose(features, Sky(elevation, light))
    faults = [item for item in diagnosis.items if item.found and not item.remark]
    assert (diagnosis.verdict is Verdict.FAIL) is bool(faults)
    assert all(item.code in GLOSSARY for item in diagnosis.items)
    assert all(0 <= score <= 1 for score in diagnosis.scores.values())
    assert set(diagnosis.unjudged.values()) <= REASONS.keys()
    if light is Light.NONE:
        assert "light_failed" not in [finding.code for finding in diagnosis.findings]


def everything() -> Features:
    """Features with every group in them."""
    picture = planes_of(town(1, 640, 360))
    later = planes_of(town(2, 640, 360))
    return replace(examine(picture, [taken(Canvas(picture))]), still=still(Canvas(picture), sketch(Canvas(later))))


def test_a_number_that_is_none_judges_nothing_and_breaks_nothing() -> None:
    features = everything()
    for name in features.numbers():
        group, _, number = name.rpartition(".")
        if not group:
            continue
        broken = replace(getattr(features, group), **{number: float("nan")})
        diagnosis = diagnose(replace(features, **{group: broken}), DAY)
        assert {item.reason for item in diagnosis.items} == {"no_number"}, name
        assert diagnosis.verdict is Verdict.UNKNOWN


def test_a_steepness_that_is_no_number_is_named() -> None:
    diagnosis = diagnose(sharp(GOOD, float("nan")), DAY)
    assert diagnosis.unjudged["blur"] == "no_number"
    assert diagnosis.verdict is Verdict.UNKNOWN


def test_reasons_are_said_in_words() -> None:
    assert say_why("too_dark") == REASONS["too_dark"]
    assert say_why("something else") == "something else"

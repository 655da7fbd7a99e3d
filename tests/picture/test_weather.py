"""Fog or a fogged dome: what the cameras around one say of it."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.picture.features import Edges
from skywatch.picture.sky import Regime
from skywatch.picture.usual import Usual
from skywatch.picture.weather import AGE, MOST, Air, Look, Neighbours, compared, visibility
from tests.picture.healthy import street

WEATHER, ALONE, UNKNOWN = Neighbours
CLEAR, HAZY = 0.97, 0.4


def look(visibility: float, at: float = 600.0, regime: Regime = Regime.DAY, *, sound: bool = True) -> Look:
    return Look(at, regime, visibility, sound)


def air(others: Iterable[Look], village: str = "v") -> Air:
    """One look of each other camera of a village."""
    air = Air()
    for number, each in enumerate(others):
        air.note(village, f"{village}{number}", each)
    return air


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ([], UNKNOWN),
        ([HAZY, HAZY], UNKNOWN),
        ([HAZY, HAZY, HAZY], WEATHER),
        ([HAZY, HAZY, CLEAR], WEATHER),
        ([HAZY, CLEAR, CLEAR], UNKNOWN),
        ([CLEAR, CLEAR, CLEAR], ALONE),
        ([CLEAR, CLEAR, CLEAR, HAZY], ALONE),
        ([CLEAR, CLEAR, 0.8], ALONE),
        ([CLEAR, 0.8, 0.8], UNKNOWN),
        ([CLEAR] * 5 + [HAZY] * 5, WEATHER),
        ([CLEAR] * 6 + [HAZY] * 4, UNKNOWN),
        ([1.4, 1.1, 0.99], ALONE),
    ],
)
def test_what_a_village_says_of_one_that_sees_badly(others: list[float], said: Neighbours) -> None:
    village = Air()
    village.note("v", "me", look(HAZY, 500))
    for number, each in enumerate(others):
        village.note("v", f"v{number}", look(each))
    assert village.around("v", "me", look(HAZY)) is said


@pytest.mark.parametrize(("count", "said"), [(7, UNKNOWN), (8, ALONE), (300, ALONE)])
def test_where_a_village_is_too_small_the_township_is_asked(count: int, said: Neighbours) -> None:
    town = Air()
    town.note("small", "me", look(HAZY, 500))
    for number in range(count):
        town.note(f"v{number // 3}", f"c{number}", look(CLEAR))
    assert town.around("small", "me", look(HAZY)) is said


def test_the_village_goes_before_the_township_for_fog_lies_in_valleys() -> None:
    town = air([look(CLEAR)] * 50, "hill")
    for number in range(3):
        town.note("valley", f"valley{number}", look(HAZY))
    assert town.around("valley", "valley0", look(HAZY, 601)) is UNKNOWN, (
        "two others are too few, and the hill disagrees"
    )
    town.note("valley", "valley3", look(HAZY))
    assert town.around("valley", "valley0", look(HAZY, 601)) is WEATHER


def test_the_first_camera_that_fog_reaches_is_not_alone() -> None:
    village = air([look(CLEAR, at) for at in range(0, 600, 100)])
    assert village.around("v", "me", look(HAZY, 600)) is UNKNOWN, "nobody was looked at since"
    village.note("v", "me", look(HAZY, 600))
    for number, at in enumerate((620, 640, 660)):
        village.note("v", f"v{number}", look(HAZY, at))
    assert village.around("v", "me", look(HAZY, 780)) is WEATHER


def test_a_dome_that_fogs_up_is_alone_as_soon_as_the_others_were_looked_at_again() -> None:
    village = air([look(CLEAR, at) for at in (100, 200, 300)])
    said = []
    for at in (600, 780, 1140, 1860):
        said.append(village.around("v", "me", look(HAZY, at)))
        village.note("v", "me", look(HAZY, at))
        village.note("v", f"v{len(said) % 3}", look(CLEAR, at + 10))
    assert said == [UNKNOWN, UNKNOWN, UNKNOWN, ALONE]


@pytest.mark.parametrize(
    "others",
    [
        [look(CLEAR, 600, Regime.INFRARED)] * 5,
        [look(CLEAR, 600, Regime.DUSK)] * 5,
        [look(CLEAR, sound=False)] * 5,
        [look(CLEAR, 600 - AGE - 1)] * 5,
    ],
    ids=["by another light", "at dusk", "faults of their own", "too long ago"],
)
def test_looks_that_say_nothing_of_the_weather_now(others: list[Look]) -> None:
    village = air(others)
    village.note("v", "me", look(HAZY, 0))
    assert village.around("v", "me", look(HAZY)) is UNKNOWN


def test_by_night_lamps_of_any_kind_are_compared() -> None:
    village = air([look(CLEAR, 600, regime) for regime in (Regime.INFRARED, Regime.WHITE, Regime.UNLIT)])
    village.note("v", "me", look(HAZY, 500, Regime.INFRARED))
    assert village.around("v", "me", look(HAZY, 700, Regime.INFRARED)) is ALONE


def test_of_a_picture_without_place_nobody_says_anything() -> None:
    village = air([look(CLEAR, 600, Regime.UNSTATED)] * 5)
    village.note("v", "me", look(HAZY, 500, Regime.UNSTATED))
    assert village.around("v", "me", look(HAZY, 700, Regime.UNSTATED)) is UNKNOWN


def test_who_is_watched_no_longer_says_nothing() -> None:
    village = air([look(CLEAR)] * 3)
    village.note("v", "me", look(HAZY, 500))
    assert village.around("v", "me", look(HAZY)) is ALONE
    village.forget("v1")
    assert village.around("v", "me", look(HAZY)) is UNKNOWN


def test_ten_thousand_cameras_cost_no_more_than_a_few() -> None:
    town = air([look(CLEAR)] * 10_000, "far")
    town.note("near", "me", look(HAZY, 500))
    for number in range(6 * MOST):
        town.note("night", f"n{number}", look(CLEAR, 600, Regime.INFRARED))
    assert town.around("near", "me", look(HAZY)) is UNKNOWN, "behind so many of another light nobody is sought"


@given(st.lists(st.floats(0, 2), min_size=1, max_size=60))
def test_most_of_them_decide_and_never_both_ways(others: list[float]) -> None:
    said = compared(others)
    hazy, clear = sum(each < 0.75 for each in others), sum(each > 0.85 for each in others)
    assert said is not WEATHER or hazy * 2 >= len(others)
    assert said is not ALONE or clear * 3 >= len(others) * 2
    assert compared(sorted(others)) is said
    assert compared([min(each, 0.5) for each in others]) is WEATHER
    assert compared([max(each, 0.9) for each in others]) is ALONE


@given(st.integers(1, 11), st.lists(st.floats(0, 2), min_size=3, max_size=30))
def test_a_few_liars_change_no_verdict_of_a_clear_village(liars: int, others: list[float]) -> None:
    honest = [0.95] * (4 * liars)
    assert compared([*honest, *others[:liars]]) is ALONE
    assert compared([0.3] * (4 * liars) + others[:liars]) is WEATHER


@pytest.mark.parametrize(
    ("measured", "usual", "said"),
    [
        (0.82, {}, 1.0),
        (0.41, {}, 0.5),
        (0.6, {"edges.visibility": Usual(0.6, 0.1, 20)}, 1.0),
        (0.3, {"edges.visibility": Usual(0.6, 0.1, 20)}, 0.5),
        (0.1, {"edges.visibility": Usual(0.01, 0.1, 20)}, 0.5),
        (None, {}, None),
    ],
)
def test_visibility_is_over_what_is_usual_at_the_camera(
    measured: float | None, usual: dict[str, Usual], said: float | None
) -> None:
    edges = Edges(None, None, None, None, None, None, None, measured)
    assert visibility(replace(street(), edges=edges), usual) == pytest.approx(said)
    assert visibility(replace(street(), edges=None), usual) is None

"""What a camera's baseline learns, and what it never does."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.picture import Features, Regime
from skywatch.picture.baseline import (
    DAY,
    HOUR,
    MOST_NUMBERS,
    MOST_PICTURES,
    MOST_SAMPLES,
    RENEWED,
    Baseline,
    Look,
    NotFinite,
    NothingToAccept,
    accept,
    fits_light,
    freeze,
    learn,
    look_of,
    propose,
    reset,
    wants_picture,
    wants_sample,
)
from skywatch.picture.reference import MAX_BYTES, Reference
from tests.picture.healthy import coloured, sharp, street

BEGIN = 1_780_000_000.0
CAMERA = "37039915001320000001"


def picture(name: str = "as it was") -> Reference:
    return Reference(1920, 1080, name.encode(), b"colours")


def look(at: float, name: str = "as it was", numbers: Mapping[str, float] | None = None) -> Look:
    return Look(at, numbers or {"sharpness.steepness": 0.5}, picture(name))


def begun(regime: str = Regime.DAY) -> Baseline:
    return Baseline(CAMERA, regime, BEGIN)


def accepted(at: float = BEGIN, numbers: Mapping[str, float] | None = None) -> Baseline:
    return accept(learn(begun(), look(at, "accepted", numbers)), "Wang", at)


def hours(baseline: Baseline, count: int, begin: float = BEGIN + HOUR, step: float = HOUR) -> Baseline:
    """After `count` healthy looks."""
    for number in range(count):
        baseline = learn(baseline, look(begin + number * step, f"look {number}"))
    return baseline


looks = st.builds(
    look,
    st.floats(BEGIN, BEGIN + 400 * DAY),
    st.text(max_size=5).map(lambda text: f"x{text}"),
)
steps = st.lists(
    st.one_of(
        looks.map(lambda each: lambda baseline: learn(baseline, each)),
        looks.map(lambda each: lambda baseline: propose(baseline, each) if baseline.accepted else baseline),
        st.sets(st.sampled_from(["blur", "moved", "fog"])).map(lambda found: lambda baseline: freeze(baseline, found)),
    ),
    max_size=60,
)


# --- before anybody accepted


@given(st.lists(looks, max_size=80))
def test_until_a_person_accepts_there_is_nothing_to_compare_with(seen: list[Look]) -> None:
    baseline = begun()
    for each in seen:
        baseline = learn(baseline, each)
    assert (baseline.pictures, baseline.samples, baseline.trusted, baseline.usual()) == ((), (), False, {})


def test_the_newest_healthy_look_is_kept_for_a_person_to_see() -> None:
    baseline = hours(begun(), 5)
    assert baseline.candidate is not None
    assert baseline.candidate.reference == picture("look 4")


def test_it_is_kept_once_an_hour() -> None:
    baseline = learn(begun(), look(BEGIN, "first"))
    assert learn(baseline, look(BEGIN + HOUR - 1, "too soon")) == baseline


def test_a_clock_that_was_in_the_future_blocks_nothing() -> None:
    baseline = learn(begun(), look(BEGIN + 1000 * DAY, "in 2029"))
    assert learn(baseline, look(BEGIN, "today")).candidate == look(BEGIN, "today")


def test_a_camera_that_never_had_a_healthy_look_has_nothing_to_be_accepted() -> None:
    with pytest.raises(NothingToAccept):
        accept(freeze(begun(), {"blur"}), "Wang", BEGIN)


def test_a_picture_that_is_too_large_to_keep_is_no_candidate() -> None:
    large = replace(look(BEGIN), reference=Reference(1920, 1080, b"x" * (MAX_BYTES + 1)))
    assert learn(begun(), large).candidate is None


# --- acceptance


def test_what_a_person_accepts_is_the_first_reference_from_then_on() -> None:
    baseline = accepted(BEGIN + HOUR)
    assert baseline.pictures == (picture("accepted"),)
    assert (baseline.accepted, baseline.accepted_by, baseline.version, baseline.candidate) == (True, "Wang", 1, None)
    assert not baseline.trusted


def test_numbers_are_trusted_after_enough_looks_over_a_day() -> None:
    assert not hours(accepted(), 22).trusted
    assert hours(accepted(), 24).trusted
    assert not hours(accepted(), 4, step=DAY).trusted
    assert hours(accepted(), 5, step=DAY).trusted


def test_what_is_usual_is_the_middle_and_the_spread_of_the_samples() -> None:
    baseline = accepted(numbers={"tone.p50": 100.0})
    for number, level in enumerate((90.0, 110.0, 95.0, 105.0, 250.0, 100.0)):
        baseline = learn(baseline, look(BEGIN + (number + 1) * DAY, numbers={"tone.p50": level}))
    usual = baseline.usual()["tone.p50"]
    assert (usual.centre, usual.looks) == (100.0, 7)
    assert usual.spread == pytest.approx(1.4826 * 5.0)


def test_a_number_that_few_looks_had_is_not_usual() -> None:
    baseline = hours(accepted(), 30)
    odd = learn(baseline, look(BEGIN + 40 * HOUR, numbers={"cast.strength": 1.0}))
    assert "cast.strength" not in odd.usual()
    assert "sharpness.steepness" in odd.usual()


# --- samples


@given(st.lists(st.floats(BEGIN, BEGIN + 3 * 365 * DAY), max_size=300))
def test_samples_are_few_and_an_hour_apart(times: list[float]) -> None:
    baseline = accepted()
    for at in times:
        baseline = learn(baseline, look(at))
    slots = [each.at // HOUR for each in baseline.samples]
    assert len(slots) <= MOST_SAMPLES
    assert len(set(slots)) == len(slots)
    assert list(baseline.samples) == sorted(baseline.samples, key=lambda each: each.at)
    assert all(each.reference is None for each in baseline.samples)


def test_samples_are_spread_evenly_over_the_whole_life_and_all_hours_of_the_day() -> None:
    baseline = hours(accepted(), 2000)
    ages = [(each.at - BEGIN) / (2000 * HOUR) for each in baseline.samples]
    assert len(ages) == MOST_SAMPLES
    quarters = [sum(begin <= age < begin + 0.25 for age in ages) for begin in (0, 0.25, 0.5, 0.75)]
    assert min(quarters) >= 5
    assert len({int(each.at // HOUR) % 24 for each in baseline.samples}) >= 15


def clouding(days: int, each_day: float) -> Iterator[Look]:
    """A lens that loses a little every day, looked at every hour of ten a day."""
    for day in range(days):
        for hour in range(10):
            yield look(BEGIN + day * DAY + hour * HOUR, numbers={"sharpness.steepness": 0.44 - day * each_day})


@pytest.mark.parametrize("each_day", [0.0006, 0.002])
def test_however_slowly_a_lens_clouds_one_day_it_is_far_from_usual(each_day: float) -> None:
    baseline, days = accepted(), int(0.3 / each_day)
    for each in clouding(days, each_day):
        baseline = learn(baseline, each)
    assert baseline.usual()["sharpness.steepness"].centre > 0.44 - 0.3 + 0.08


# --- references


def test_a_reference_is_renewed_now_and_then_and_the_accepted_one_stays() -> None:
    baseline = hours(accepted(), 24 * 60)
    first, second, third = baseline.references
    assert first.reference == picture("accepted")
    assert third.at - second.at >= RENEWED
    assert BEGIN + 60 * DAY - third.at < 2 * RENEWED


def test_a_look_whose_picture_did_not_stand_the_test_renews_nothing() -> None:
    baseline = hours(accepted(), 30)
    at = next(at for at in (BEGIN + (60 + hour) * HOUR for hour in range(500)) if wants_picture(baseline, at))
    after = learn(baseline, replace(look(at), reference=None))
    assert after.references == baseline.references
    assert len(after.samples) == len(baseline.samples) + 1


@given(steps)
def test_whatever_happens_the_accepted_picture_stays_and_pictures_are_three_at_most(steps: list[object]) -> None:
    baseline = accepted()
    for step in steps:
        baseline = step(baseline)  # type: ignore[operator]
    assert baseline.pictures[0] == picture("accepted")
    assert len(baseline.references) + (baseline.candidate is not None) <= MOST_PICTURES
    assert all(each.reference is not None for each in baseline.references)


# --- frozen


@given(looks, st.booleans())
def test_while_anything_is_found_nothing_is_learned(seen: Look, known: bool) -> None:
    frozen = freeze(accepted() if known else begun(), {"covered"})
    assert frozen.frozen == ("covered",)
    assert learn(frozen, seen) == frozen
    assert not wants_sample(frozen, seen.at)
    assert not wants_picture(frozen, seen.at)


def test_when_it_is_over_learning_goes_on() -> None:
    baseline = freeze(freeze(accepted(), {"covered"}), ())
    assert len(learn(baseline, look(BEGIN + 2 * HOUR)).samples) == 2


# --- another scene


def moved(baseline: Baseline) -> Baseline:
    return propose(freeze(baseline, {"moved"}), look(BEGIN + 90 * DAY, "turned"))


def test_a_changed_scene_is_kept_for_a_person_and_judges_nothing() -> None:
    before = hours(accepted(), 24 * 60)
    after = moved(before)
    assert after.candidate is not None
    assert (after.samples, after.pictures[0]) == (before.samples, before.pictures[0])


def test_a_changed_scene_that_is_accepted_begins_all_anew() -> None:
    after = accept(moved(hours(accepted(), 24 * 60)), "Li", BEGIN + 91 * DAY)
    assert (after.pictures, after.version, after.accepted_by, after.frozen) == ((picture("turned"),), 2, "Li", ())
    assert [each.at for each in after.samples] == [BEGIN + 90 * DAY]
    assert (after.since, after.trusted, after.usual()) == (BEGIN + 91 * DAY, False, {})


def test_a_camera_that_was_turned_back_proposes_no_more() -> None:
    baseline = freeze(moved(accepted()), ())
    assert learn(baseline, look(BEGIN + 91 * DAY)).candidate is None


def test_an_accepted_camera_with_nothing_new_has_nothing_to_be_accepted() -> None:
    with pytest.raises(NothingToAccept):
        accept(hours(accepted(), 30), "Wang", BEGIN)


def test_a_reset_forgets_all_and_counts_on() -> None:
    assert reset(hours(accepted(), 30), BEGIN + DAY) == Baseline(CAMERA, Regime.DAY, BEGIN + DAY, version=2)


# --- numbers


def test_a_look_keeps_every_number_but_the_size() -> None:
    kept = look_of(street(), BEGIN)
    assert street().numbers().keys() - kept.numbers.keys() == {"width", "height"}
    assert kept.numbers["sharpness.steepness"] == pytest.approx(0.43, rel=1e-3)


def test_there_is_room_for_all_numbers_that_a_picture_can_have() -> None:
    assert len(street().numbers()) + 25 < MOST_NUMBERS


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_is_refused(value: float) -> None:
    with pytest.raises(NotFinite, match=r"sharpness\.steepness"):
        look_of(sharp(street(), value), BEGIN)


@pytest.mark.parametrize(
    ("regime", "then", "now", "fits"),
    [
        (Regime.DUSK, 15.0, 0.5, False),
        (Regime.INFRARED, 0.5, 15.0, False),
        (Regime.INFRARED, 0.5, 0.6, True),
        (Regime.DUSK, 15.0, 3.0, True),
        (Regime.DAY, 15.0, 0.5, True),
    ],
)
def test_colour_and_infrared_are_not_compared_but_by_day(regime: Regime, then: float, now: float, fits: bool) -> None:
    known = accept(learn(begun(regime), look(BEGIN, numbers={"colour.strength": then})), "Wang", BEGIN)
    seen: Features = replace(street(), colour=coloured(now))
    assert fits_light(known, seen) is fits
    assert fits_light(begun(regime), seen)

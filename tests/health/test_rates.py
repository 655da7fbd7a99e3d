"""The rates of a small township, worked out by hand."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.health import (
    FORMULAS,
    CameraState,
    Headcount,
    Past,
    Rate,
    State,
    headcount,
    mean,
    shares,
    total,
    unseen,
)
from skywatch.health.periods import together
from skywatch.inventory import Camera, Inventory, Kind, Village
from skywatch.observation import Verdict

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN


def township(**villages: tuple[int, int, int]) -> Inventory:
    """Villages by name: (planned, enabled, disabled) cameras."""
    places = {
        code: Village(code, code, Kind.VILLAGE, planned, "feed", "uplink", "contractor", 117.0, 36.0)
        for code, (planned, _, _) in villages.items()
    }
    cameras = [
        Camera(f"{code}{number}", "", code, "192.0.2.1", enabled=number < enabled)
        for code, (_, enabled, disabled) in villages.items()
        for number in range(enabled + disabled)
    ]
    return Inventory(villages=places, cameras={camera.code: camera for camera in cameras})


def is_(camera: str, state: State, intact: Verdict = UNKNOWN, alive: float | None = None) -> CameraState:
    return replace(unseen(camera, 0.0), state=state, intact=intact, alive=alive)


def states(**cameras: tuple[State, Verdict]) -> Mapping[str, CameraState]:
    """Each camera's state; those that are up or down have answered before."""
    return {
        code: is_(code, state, intact, None if state is State.UNKNOWN else 1.0)
        for code, (state, intact) in cameras.items()
    }


TOWN = township(east=(4, 3, 1), west=(2, 2, 0), road=(1, 0, 0), spare=(0, 1, 0))
NOW = states(
    east0=(State.UP, PASS),
    east1=(State.UP, FAIL),
    east2=(State.DOWN, FAIL),
    west0=(State.UP, UNKNOWN),
    west1=(State.MAINTENANCE, UNKNOWN),
)


def test_every_enabled_camera_is_counted_once() -> None:
    counts = headcount(TOWN, NOW)
    assert counts["east"] == Headcount(
        planned=4, enabled=3, online=2, down=1, intact=1, faulty=1, connected=3, places=1, covered=1, working=1
    )
    assert counts["west"] == Headcount(
        planned=2, enabled=2, online=1, maintenance=1, unjudged=1, connected=2, places=1, covered=1, working=1
    )
    assert counts["road"] == Headcount(planned=1, places=1)


def test_a_camera_that_nobody_has_a_state_for_is_unknown() -> None:
    assert headcount(TOWN, NOW)["spare"] == Headcount(enabled=1, unknown=1)


def test_the_township_by_every_formula() -> None:
    town = total(headcount(TOWN, NOW).values())
    assert town.online_now == Rate(3, 6, "online_now")
    assert town.intact_now == Rate(1, 3, "intact_now")
    assert town.installation == Rate(6, 7, "installation")
    assert town.coverage == Rate(2, 3, "coverage")
    assert town.coverage_now == Rate(2, 3, "coverage_now")
    assert town.networking == Rate(5, 6, "networking")


def test_a_village_without_cameras_has_no_online_rate() -> None:
    assert headcount(TOWN, NOW)["road"].online_now.ratio is None


def test_a_place_that_is_dark_is_covered_but_not_working() -> None:
    counts = headcount(TOWN, states(east0=(State.DOWN, FAIL), east1=(State.DOWN, FAIL), east2=(State.DOWN, FAIL)))
    assert (counts["east"].coverage.ratio, counts["east"].coverage_now.ratio) == (1, 0)


def test_every_formula_is_said_in_words() -> None:
    town = total(headcount(TOWN, NOW).values())
    rates = [town.online_now, town.intact_now, town.installation, town.coverage, town.coverage_now, town.networking]
    durations = mean(shares(TOWN, {}, 0.0).values())
    period = together([])
    rates += [period.mean_online, period.mean_intact, period.online, period.intact]
    assert {rate.formula for rate in (*rates, *durations.online, *durations.intact)} == FORMULAS.keys()


def past(*changes: tuple[float, State]) -> Past:
    lived = Past.since(0.0)
    for at, state in changes:
        lived.state.append(at, state)
        lived.intact.append(at, state)
    return lived


def test_the_online_rate_by_duration_is_the_mean_of_each_cameras_share() -> None:
    pasts = {
        "east0": past((0, State.UP)),
        "east1": past((0, State.UP), (50, State.DOWN)),
        "east2": past((0, State.UNKNOWN), (99, State.DOWN)),
        "west0": past((0, State.UNKNOWN)),
    }
    by_village = shares(TOWN, pasts, 100.0, [100.0])
    assert by_village["east"].online == (Rate(1.5, 3, "online_time"),)
    assert by_village["west"].online == (Rate(0, 0, "online_time"),)
    assert by_village["west"].online[0].ratio is None, "nobody watched"
    assert mean(by_village.values()).online[0].ratio == 0.5


def test_every_camera_weighs_the_same_in_the_townships_mean() -> None:
    pasts = {"east0": past((0, State.UP)), "east1": past((0, State.UP)), "west0": past((0, State.DOWN))}
    assert mean(shares(TOWN, pasts, 100.0, [100.0]).values()).online[0].ratio == pytest.approx(2 / 3)


def test_disabled_cameras_are_nowhere() -> None:
    assert "east3" in TOWN.cameras
    pasts = {"east3": past((0, State.DOWN))}
    assert shares(TOWN, pasts, 100.0, [100.0])["east"].online[0].denominator == 0


def test_the_two_forms_of_a_rate_disagree_and_say_so() -> None:
    """Down for all but the last second: online now, hardly ever online."""
    lived = past((0, State.DOWN), (99, State.UP))
    now = headcount(TOWN, states(east0=(State.UP, PASS)))["east"].online_now
    over_time = shares(TOWN, {"east0": lived}, 100.0, [100.0])["east"].online[0]
    assert now.numerator == 1
    assert over_time.ratio == pytest.approx(0.01)
    assert FORMULAS[now.formula] != FORMULAS[over_time.formula]


@given(st.lists(st.tuples(st.sampled_from(list(State)), st.sampled_from(list(Verdict))), max_size=12))
def test_the_parts_of_a_headcount_make_the_whole(cameras: list[tuple[State, Verdict]]) -> None:
    town = township(v=(5, len(cameras), 0))
    count = headcount(town, states(**{f"v{i}": camera for i, camera in enumerate(cameras)}))["v"]
    assert count.online + count.down + count.unknown + count.maintenance == count.enabled == len(cameras)
    assert count.intact + count.faulty + count.unjudged == count.online

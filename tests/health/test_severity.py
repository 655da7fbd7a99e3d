"""Findings with a severity: gross ones are believed soon, slight ones late, and nothing at the first look."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.health import CameraState, Flip, Grade, Rules, State, revive
from skywatch.observation import Verdict
from tests.health.eyes import CODE, brief, look, looks, seen, watch

SEVERITIES = st.lists(st.integers(0, 5), min_size=1, max_size=14)
UP = [seen(0, "P"), seen(1, "P", "stream")]


def told(severities: Sequence[int], rules: Rules | None = None) -> list[tuple[int, str]]:
    """(number of the look that it is dated at, standing or absent) for each flip of the finding."""
    _, flips = watch([*UP, *looks(severities)], rules or Rules(gap=1e9))
    return [(round((at - 10) / 180), text.split()[1]) for at, text in brief(flips, "finding")]


@pytest.mark.parametrize(
    ("severities", "flips"),
    [
        ([5], []),
        ([5, 5], [(0, "standing")]),
        ([5, 0, 5], [(0, "standing")]),
        ([5, 0, 0, 5], []),
        ([4, 4], []),
        ([4, 3, 3], [(0, "standing")]),
        ([3, 0, 3, 3], [(0, "standing")]),
        ([3, 0, 3, 0, 3], []),
        ([1, 1, 1], []),
        ([1, 2, 1, 2], [(0, "standing")]),
        ([1, 0, 1, 0, 1, 1], [(0, "standing")]),
        ([1, 0, 1, 0, 1, 0, 1], []),
        ([1, 1, 5], []),
        ([1, 1, 5, 5], [(0, "standing")]),
        ([1, 5, 0, 5], [(1, "standing")]),
        ([5, 1], []),
        ([5, 5, 0], [(0, "standing")]),
        ([5, 5, 0, 0], [(0, "standing"), (2, "absent")]),
        ([1, 1, 1, 1, 0, 0, 0], [(0, "standing")]),
        ([1, 1, 1, 1, 0, 0, 0, 0], [(0, "standing"), (4, "absent")]),
        ([1, 1, 1, 1, 0, 1, 0, 0, 1, 0], [(0, "standing"), (4, "absent")]),
    ],
)
def test_how_often_it_must_be_seen_depends_on_how_severe_it_is(
    severities: list[int], flips: list[tuple[int, str]]
) -> None:
    assert told(severities) == flips


@given(SEVERITIES, st.lists(st.integers(0, 4), min_size=14, max_size=14))
def test_a_fault_that_is_worse_is_never_believed_later(severities: list[int], more: list[int]) -> None:
    worse = [min(5, severity + extra) for severity, extra in zip(severities, more, strict=False)]
    assert first(worse) <= first(severities)


def first(severities: Sequence[int]) -> float:
    """How many looks it took until the finding stood."""
    return next((count for count in range(1, len(severities) + 1) if told(severities[:count])), float("inf"))


@given(SEVERITIES, st.integers(1, 3), st.integers(0, 2), st.integers(1, 4))
def test_it_stands_exactly_when_some_grade_has_its_looks(
    severities: list[int], gross: int, spare: int, slight: int
) -> None:
    rules = Rules(grades=(Grade(4, gross, gross + spare), Grade(1, slight, slight + 2)), gap=1e9)
    proven = next((count for count in range(1, len(severities) + 1) if _borne_out(severities[:count], rules)), None)
    flips = told(severities, rules)
    assert bool(flips) is (proven is not None)
    if proven:
        assert told(severities[: proven - 1], rules) == []
        assert told(severities[:proven], rules)[0][1] == "standing"


def _borne_out(severities: Sequence[int], rules: Rules) -> bool:
    """The rule, said once more and plainly."""
    return any(
        sum(severity >= grade.severity for severity in severities[-grade.of :]) >= grade.looks for grade in rules.grades
    )


@given(st.lists(st.booleans(), max_size=14))
def test_what_has_no_severity_comes_and_goes_as_ever(present: list[bool]) -> None:
    rules = Rules(grades=(Grade(1, 20, 20),))
    visits = [seen(60.0 * i, "P", "heartbeat", *(["clock_wrong"] if there else [])) for i, there in enumerate(present)]
    assert brief(watch(visits, rules)[1], "finding") == brief(watch(visits)[1], "finding")


# --- not judged is neither found nor gone


@given(SEVERITIES, st.lists(st.integers(0, 4), min_size=14, max_size=14))
def test_looks_that_could_not_judge_it_change_nothing(severities: list[int], nights: list[int]) -> None:
    mixed = []
    for index, (severity, dark) in enumerate(zip(severities, nights, strict=False)):
        mixed.append(look(10 + 180 * index, {"blur": severity}))
        mixed += [look(20 + 180 * index + night, {}, judged=["moved"]) for night in range(dark)]
    _, flips = watch([*UP, *mixed], Rules(gap=1e9))
    assert [text for _, text in brief(flips, "finding")] == [f"picture.blur {new}" for _, new in told(severities)]


def test_a_lamp_that_failed_by_night_has_failed_by_day() -> None:
    night = [look(at, {"light_failed": 5}, judged=["light_failed"]) for at in (10, 190)]
    day = [look(at, {}, judged=["blur", "moved"]) for at in range(400, 4000, 900)]
    state, flips = watch([*UP, *night, *day], Rules(gap=1e9))
    assert [mark.what for mark in state.findings] == ["picture.light_failed"]
    assert (state.intact, len(brief(flips, "finding"))) == (Verdict.FAIL, 1)


def test_a_part_of_a_picture_that_can_be_judged_proves_life() -> None:
    state, _ = watch([look(10, {}, judged=["moved"])])
    assert state.state is State.UP


# --- intact


def test_a_camera_is_intact_until_what_was_seen_is_believed() -> None:
    rules = Rules(gap=1e9)
    state, _ = watch([*UP, *looks([2, 2, 2])], rules)
    assert state.intact is Verdict.PASS
    state, flips = watch(looks([2], start=900), rules, state)
    assert state.intact is Verdict.FAIL
    assert brief(flips, "intact") == [(10, "fail")]


def test_it_is_intact_again_when_the_last_finding_has_ended() -> None:
    rules = Rules(gap=1e9)
    state, _ = watch([*UP, *(look(at, {"blur": 5, "moved": 5}) for at in (10, 190))], rules)
    state, flips = watch([look(at, {"blur": 5}) for at in (400, 600)], rules, state)
    assert (state.intact, brief(flips, "finding")) == (Verdict.FAIL, [(400, "picture.moved absent")])
    state, flips = watch([look(at, {}) for at in (800, 1000)], rules, state)
    assert brief(flips, "intact") == [(800, "pass")]


def test_fog_is_told_and_the_camera_stays_intact() -> None:
    fog = [look(at, {"low_contrast": 5}, judged=["low_contrast"], remarks=["low_contrast"]) for at in (10, 190, 370)]
    state, flips = watch([*UP, *fog])
    assert [mark.what for mark in state.findings] == ["picture.low_contrast"]
    assert (state.intact, brief(flips, "intact")) == (Verdict.PASS, [(1, "pass")])


def test_two_looks_in_a_row_at_the_same_lorry_are_one() -> None:
    rules = Rules(apart=90.0)
    lorry = [look(at, {"blur": 5}) for at in (10, 30, 50, 70)]
    state, flips = watch([*UP, *lorry], rules)
    assert (state.findings, state.in_doubt("picture")) == ((), True)
    _, flips = watch([look(110, {"blur": 5})], rules, state)
    assert brief(flips, "finding") == [(10, "picture.blur standing")]


def test_a_finding_from_before_a_restart_ends_by_two_of_three() -> None:
    before = _stood()
    after = revive(CODE, 2000.0, before.findings)
    state, flips = watch([look(at, {}) for at in (2010, 2190)], Rules(gap=1e9), after)
    assert brief(flips, "finding") == [(2010, "picture.blur absent")]
    assert state.findings == ()


def _stood() -> CameraState:
    state, _ = watch([*UP, *(look(at, {"blur": 5}) for at in (10, 190))], Rules(gap=1e9))
    return state


# --- whatever comes


@given(
    st.lists(
        st.tuples(
            st.floats(0, 400),
            st.dictionaries(st.sampled_from(["blur", "moved", "low_contrast"]), st.integers(0, 5), max_size=3),
            st.sets(st.sampled_from(["blur", "moved", "low_contrast"])),
            st.sets(st.sampled_from(["blur", "low_contrast"])),
            st.sampled_from("PFU "),
        ),
        max_size=30,
    ),
    st.sampled_from([0.0, 100.0]),
)
def test_whatever_is_seen_a_camera_is_at_fault_exactly_while_a_fault_of_it_stands(
    seen_: list[tuple[float, dict[str, int], set[str], set[str], str]], apart: float
) -> None:
    rules, now = Rules(gap=1e9, apart=apart), 10.0
    state, flips = watch(UP, rules)
    for pause, found, judged, remarks, heartbeat in seen_:
        now += pause
        state, more = watch([look(now, found, judged, remarks)], rules, state)
        flips += more
        faulty = any(mark.faulty for mark in state.marks)
        assert (state.verdict("picture") is Verdict.FAIL) is (faulty and not state.down)
        if heartbeat.strip():
            state, more = watch([seen(now, heartbeat)], rules, state)
            flips += more
    _chained(flips)


def _chained(flips: Sequence[Flip]) -> None:
    last: dict[tuple[str, str], Flip] = {}
    for flip in flips:
        before = last.get((flip.kind, flip.what))
        assert flip.old != flip.new
        assert before is None or (flip.old == before.new and flip.at >= before.at)
        assert flip.noticed >= flip.at
        last[flip.kind, flip.what] = flip

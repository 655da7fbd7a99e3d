"""Intact and not, findings that come and go, and outages that hide nothing."""

import pytest

from skywatch.health import State
from skywatch.observation import Verdict
from tests.health.eyes import blurred, brief, row, seen, watch

# --- intact


def test_a_camera_that_was_never_seen_working_is_neither_intact_nor_not() -> None:
    state, _ = watch(row("PPP"))
    assert (state.state, state.intact) == (State.UP, Verdict.UNKNOWN)


def test_a_camera_whose_stream_runs_is_intact() -> None:
    _, flips = watch([seen(0, "P"), seen(5, "P", "stream")])
    assert brief(flips, "intact") == [(5, "pass")]


def test_a_night_without_light_leaves_a_camera_intact() -> None:
    state, _ = watch([seen(0, "P"), seen(5, "P", "stream"), *row("UUUU", 10, 10, "picture")])
    assert state.intact is Verdict.PASS


def test_a_confirmed_fault_of_the_picture_ends_it_at_its_first_sight() -> None:
    _, flips = watch([seen(0, "P"), seen(5, "P", "stream"), *row("FF", 10, 20, "picture")])
    assert brief(flips, "intact") == [(5, "pass"), (10, "fail")]


def test_a_wrong_clock_is_a_remark_and_no_fault() -> None:
    state, flips = watch([seen(0, "P", "stream"), *(seen(at, "P", "heartbeat", "clock_wrong") for at in (10, 70))])
    assert state.intact is Verdict.PASS
    assert brief(flips, "finding") == [(10, "heartbeat.clock_wrong standing")]


def test_a_dead_camera_is_not_intact() -> None:
    _, flips = watch([seen(0, "P", "stream"), *row("FF", 60, 10)])
    assert brief(flips, "intact") == [(0, "pass"), (60, "fail")]


def test_with_a_device_that_says_nothing_the_pictures_are_intact_still() -> None:
    state, _ = watch([seen(0, "P", "stream"), *row("FFF", 10, 10, "device")])
    assert state.intact is Verdict.PASS


# --- an outage hides nothing and explains everything


def test_a_fault_of_the_picture_from_before_the_outage_stands_through_it() -> None:
    state, flips = watch(
        [*row("FF", 60, 10), seen(80, "F", "stream", "timeout"), seen(90, "U", "picture", "timeout")], state=blurred()
    )
    assert state.state is State.DOWN
    assert [mark.what for mark in state.findings] == ["picture.blur"]
    assert state.verdict("picture") is Verdict.UNKNOWN, "no frame is not a blurred frame"
    assert brief(flips, "finding") == []


def test_it_stands_again_as_soon_as_the_camera_is_back() -> None:
    state, flips = watch([*row("FF", 60, 10), *row("PP", 200, 10)], state=blurred())
    assert (state.state, state.intact) == (State.UP, Verdict.FAIL)
    assert brief(flips, "intact") == []


def test_failures_during_an_outage_are_no_faults_of_the_stream() -> None:
    down, _ = watch([seen(0, "P"), seen(1, "P", "stream"), *row("FF", 60, 10)])
    state, flips = watch([seen(at, "F", "stream", "timeout") for at in (80, 90, 100, 110)], state=down)
    assert state.findings == ()
    assert flips == []
    track = state.track("stream")
    assert track is not None
    assert track.verdict is Verdict.PASS


def test_a_stream_found_dead_just_before_the_camera_was_is_part_of_the_outage() -> None:
    visits = [seen(0, "P", "stream"), seen(60, "P"), *(seen(at, "F", "stream", "timeout") for at in (100, 110))]
    state, before = watch(visits)
    assert brief(before, "finding") == [(100, "stream.timeout standing")]
    state, flips = watch([seen(120, "F", "heartbeat", "timeout"), seen(130, "F", "heartbeat", "timeout")], state=state)
    assert brief(flips, "finding") == [(120, "heartbeat.timeout standing"), (100, "stream.timeout absent")]
    state, flips = watch([*row("PP", 200, 10), seen(220, "P", "stream")], state=state)
    assert brief(flips, "intact") == [(200, "unknown"), (220, "pass")], "its stream was never proven broken"


# --- findings


@pytest.mark.parametrize(
    ("present", "flips"),
    [
        ("1", []),
        ("11", [(0, "standing")]),
        ("101", [(0, "standing")]),
        ("1001", []),
        ("110", [(0, "standing")]),
        ("1100", [(0, "standing"), (120, "absent")]),
        ("11010", [(0, "standing"), (120, "absent")]),
        ("110011", [(0, "standing"), (120, "absent"), (240, "standing")]),
    ],
)
def test_a_finding_comes_and_goes_by_two_of_three(present: str, flips: list[tuple[float, str]]) -> None:
    visits = [seen(60.0 * i, "P", "heartbeat", *(["clock_wrong"] if c == "1" else [])) for i, c in enumerate(present)]
    assert [(at, text.split()[1]) for at, text in brief(watch(visits)[1], "finding")] == flips


def test_the_latest_evidence_is_kept() -> None:
    state, _ = watch([seen(at, "P", "heartbeat", "clock_wrong") for at in (0, 60, 120, 180)])
    (mark,) = state.findings
    assert (mark.since, mark.finding.detail) == (0, "180")


def test_a_visit_that_could_not_judge_says_nothing_of_findings() -> None:
    state, flips = watch([*(seen(at, "F", "picture", "blur") for at in (0, 60)), *row("UUUUUU", 120, 10, "picture")])
    assert [mark.what for mark in state.findings] == ["picture.blur"]
    assert len(brief(flips, "finding")) == 1


def test_the_reason_for_not_knowing_is_kept() -> None:
    state, _ = watch([seen(0, "P"), seen(10, "U", "picture", "undecodable")])
    track = state.track("picture")
    assert track is not None
    assert track.why is not None
    assert track.why.code == "undecodable"
    state, _ = watch([seen(20, "P", "picture")], state=state)
    track = state.track("picture")
    assert track is not None
    assert track.why is None


def test_the_same_code_twice_in_a_visit_is_one_finding() -> None:
    state, _ = watch([seen(at, "F", "picture", "blur", "blur") for at in (0, 60)])
    assert len(state.findings) == 1


def test_a_visit_that_is_not_answered_does_not_mend_what_was_found_in_an_answer() -> None:
    """A camera whose stream gave no video dies: that its stream times out before its heartbeat does is no repair."""
    silent = [seen(0, "F", "stream", "no_video"), seen(10, "F", "stream", "no_video")]
    state, _ = watch([*silent, *(seen(at, "F", "stream", "timeout") for at in (20, 30, 40, 50))])
    assert "stream.no_video" in [mark.what for mark in state.findings]
    state, _ = watch([*silent, *(seen(at, "P", "stream") for at in (20, 30))])
    assert state.findings == ()

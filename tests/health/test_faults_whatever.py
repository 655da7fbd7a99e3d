"""Whatever happens to a township: nothing is told twice, nothing ends without proof or a reason, and every dead camera
is accounted for exactly once."""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from skywatch.health.board import Board
from skywatch.health.causes import LIFELESS
from skywatch.health.fault import EventKind, Life
from skywatch.health.plain import from_plain, to_plain
from tests.health.night import TOWN, Night, Plan

SMALL: Plan = {
    "a": ("f1", "u1", 3),
    "b": ("f2", "u1", 2),
    "c": ("f2", "u2", 2),
    "d": ("f3", "u2", 1),
}
CAMERAS = [f"{code}{n}" for code, row in SMALL.items() for n in range(row[2])]
GROUPS = [["a0", "a1", "a2"], ["b0", "b1"], ["b0", "b1", "c0", "c1"], ["a0", "a1", "a2", "b0", "b1"], CAMERAS]
FINDINGS = ["picture.blur", "picture.covered", "stream.no_video", "heartbeat.clock_wrong", "picture.light_failed"]
SOME = st.sampled_from([*[[camera] for camera in CAMERAS], *GROUPS])


class Township(RuleBasedStateMachine):
    """Anything, in any order, at any speed."""

    def __init__(self) -> None:
        super().__init__()
        self.night = Night(SMALL)
        self.findings: set[tuple[str, str]] = set()
        self.people = 0

    @rule(cameras=SOME)
    def die(self, cameras: list[str]) -> None:
        self.night.die(*cameras)

    @rule(cameras=SOME)
    def live(self, cameras: list[str]) -> None:
        self.night.live(*cameras)

    @rule(camera=st.sampled_from(CAMERAS), what=st.sampled_from(FINDINGS))
    def find_or_lose(self, camera: str, what: str) -> None:
        if camera in self.night.truly_dead or camera in self.night._seen_dead:
            return
        if (camera, what) in self.findings:
            self.findings.discard((camera, what))
            self.night.lose(camera, what)
        else:
            self.findings.add((camera, what))
            self.night.find(camera, what)

    @rule(cameras=SOME, on=st.booleans())
    def maintenance(self, cameras: list[str], on: bool) -> None:
        now = set(self.night.worked_on)
        chosen = [camera for camera in cameras if (camera in now) is not on]
        (self.night.maintain if on else self.night.resume)(*chosen)

    @rule(seconds=st.sampled_from([5, 30, 100, 200, 700, 4000]))
    def wait(self, seconds: float) -> None:
        self.night.wait(seconds, every=5 if seconds < 1000 else 60)

    @rule(seconds=st.sampled_from([-3600.0, -60.0, 3600.0]))
    def clock_is_set(self, seconds: float) -> None:
        self.night.now += seconds

    @rule()
    def restart(self) -> None:
        self.night.turn()
        assert from_plain(Board, to_plain(self.night.board)) == self.night.board
        self.night.restart()

    @rule(data=st.data(), kind=st.sampled_from([EventKind.ACKNOWLEDGED, EventKind.NOTE, EventKind.CLOSED]))
    def say(self, data: Any, kind: EventKind) -> None:
        if self.night.open:
            self.people += 1
            self.night.said(data.draw(st.sampled_from(self.night.open)), kind, f"p{self.people % 3}", "because")

    @invariant()
    def nothing_is_told_twice(self) -> None:
        told = [event.fault for event in self.night.events if event.kind is EventKind.TOLD]
        assert len(told) == len(set(told))
        late = [event.fault for event in self.night.events if event.kind is EventKind.OVERDUE]
        assert len(late) == len(set(late))

    @invariant()
    def a_life_is_in_order(self) -> None:
        lives: dict[int, bool] = {}
        for event in self.night.events:
            if event.kind is EventKind.OPENED:
                assert event.fault not in lives
                lives[event.fault] = True
            elif event.kind is EventKind.REOPENED:
                assert lives[event.fault] is False
                lives[event.fault] = True
            elif event.kind in (EventKind.CLOSED, EventKind.ABSORBED):
                assert lives[event.fault] is True
                lives[event.fault] = False
            elif event.kind is not EventKind.NOTE:
                assert lives[event.fault] is True, event
        assert {id_ for id_, open_ in lives.items() if open_} == set(self.night.board.open)

    @invariant()
    def nothing_ends_without_proof_or_a_reason(self) -> None:
        reasons = {event.fault for event in self.night.events if event.kind is EventKind.CLOSED and event.text}
        for fault in self.night.board.closed.values():
            assert fault.life is Life.CLOSED
            assert fault.proven or fault.part_of or fault.id in reasons

    @invariant()
    def every_dead_camera_is_accounted_for_once(self) -> None:
        board = self.night.board
        for fault in board.open.values():
            if fault.cause in LIFELESS:
                mine = {camera for camera, dead in board.dead.items() if dead.fault == fault.id}
                assert mine == fault.cameras, (fault, mine)
        lifeless = [fault for fault in board.open.values() if fault.cause in LIFELESS]
        assert sum(len(fault.cameras) for fault in lifeless) == len({c for fault in lifeless for c in fault.cameras})

    @invariant()
    def one_fault_for_each_cause_and_subject(self) -> None:
        keys = [(fault.subject, fault.cause) for fault in self.night.open]
        assert len(keys) == len(set(keys))

    @invariant()
    def no_more_is_told_than_happened_to_cameras_that_are_not_worked_on(self) -> None:
        for fault in self.night.open:
            if fault.suppressed:
                assert fault.cameras <= self.night.board.maintenance

    def teardown(self) -> None:
        """When everything is well again and people have gone, every fault ends."""
        night = self.night
        night.live(*CAMERAS)
        night.resume(*sorted(night.worked_on))
        night.wait(1200)
        for camera, what in sorted(self.findings):
            night.lose(camera, what)
        night.wait(1200)
        night.wait(40 * 3600, every=1800)
        assert night.open == []
        assert not night.board.dead
        assert not night.board.held
        assert not night.board.mending
        assert not night.board.asked


Township.TestCase.settings = settings(
    max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
TestTownship = Township.TestCase

__all__ = ["TOWN", "TestTownship"]

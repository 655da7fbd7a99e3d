"""The board while a step is made: working copies, the events so far, and how a fault moves through its life. Only
`faults.py`, `explain.py` and `words.py` use it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from skywatch.health.board import Board, Dead, Mending, Policy, Step
from skywatch.health.causes import LIFELESS, severity_of
from skywatch.health.fault import OWN_OUTAGE, Cause, Event, EventKind, Fault, Owner, Scope, Subject
from skywatch.health.places import Places

Key = tuple[Subject, Cause]

LONGEST_PAUSE = 30.0
"""While anything is suspected, seconds after which it is thought about again, news or not."""


class Desk:
    """Mutable, for one step, and then `done`. `now` is wall time, `steady` seconds that never go back; `dying` are the
    cameras that are found dead in this step."""

    def __init__(self, board: Board, now: float, places: Places, policy: Policy) -> None:
        self.now, self.places, self.policy = now, places, policy
        self.steady = board.steady + max(0.0, now - board.now)
        self.last, self.explained = board.last, board.explained
        self.open, self.closed = dict(board.open), dict(board.closed)
        self.dead, self.found = dict(board.dead), dict(board.found)
        self.held, self.mending = dict(board.held), dict(board.mending)
        self.asked, self.looks = dict(board.asked), dict(board.looks)
        self.called, self.words = dict(board.called), dict(board.words)
        self.maintenance = set(board.maintenance)
        self.asks: set[str] = set()
        self.calls: set[str] = set()
        self.events: list[Event] = []
        self.dying: frozenset[str] = frozenset()
        self._before = board
        self._members: dict[int, set[str]] = {}
        self._more: dict[int, set[str]] = {}
        self._moved: dict[tuple[int, EventKind], dict[str, float]] = {}
        self._ids = {_key(fault.subject, fault.cause): id_ for id_, fault in self.open.items()}

    # --- faults

    def find(self, subject: Subject, cause: Cause) -> Fault | None:
        """The open fault of this cause, if there is one."""
        id_ = self._ids.get(_key(subject, cause))
        return self.open[id_] if id_ is not None else None

    def change(self, fault: Fault, **changes: Any) -> Fault:
        """The open fault with these fields changed."""
        if "cameras" in changes:
            self._members.pop(fault.id, None)
        after = replace(fault, **changes)
        self.open[fault.id] = after
        return after

    def say(
        self, fault: Fault, kind: EventKind, at: float, *, text: str = "", who: str = "", tell: bool = False
    ) -> None:
        """One event more. Under maintenance nobody is told anything, but that it is over."""
        heard = tell and (not fault.suppressed or kind is EventKind.CLOSED)
        self._flush(fault.id)
        self.events.append(Event(fault.id, kind, at, self.now, who, text, (), heard))

    def begin(
        self,
        cause: Cause,
        subject: Subject,
        owner: Owner,
        since: float,
        cameras: Iterable[str],
        *,
        finding: str = "",
        severity: int = 0,
        evidence: str = "",
        why: tuple[str, ...] = (),
    ) -> Fault:
        """A new fault, or the one that it was lately, again. Told at once."""
        members = frozenset(cameras)
        before = self._lately(subject, cause, since)
        if before is not None:
            return self._again(before, since, members, evidence, why)
        self.last += 1
        severity = severity_of(cause, finding, severity)
        deadline = self.policy.deadlines.of(cause, severity, self.now)
        fault = Fault(
            self.last, cause, subject, owner, finding, severity, since, self.now, deadline, members, members,
            evidence, why, told=self.now,
        )  # fmt: skip
        self.open[fault.id] = fault
        self._ids[_key(subject, cause)] = fault.id
        opened = Event(fault.id, EventKind.OPENED, since, self.now, "", evidence, tuple(sorted(members)))
        self.events += [opened, replace(opened, kind=EventKind.TOLD, at=self.now, text="", tell=True)]
        return fault

    def _lately(self, subject: Subject, cause: Cause, since: float) -> Fault | None:
        key, oldest = _key(subject, cause), since - self.policy.reopen
        same = [
            fault
            for fault in self.closed.values()
            if not fault.part_of and _key(fault.subject, fault.cause) == key and (fault.closed or 0.0) >= oldest
        ]
        return same[-1] if same else None

    def _again(
        self, before: Fault, since: float, members: frozenset[str], evidence: str, why: tuple[str, ...]
    ) -> Fault:
        del self.closed[before.id]
        fault = replace(
            before, since=since, closed=None, proven=False, suppressed=False, cameras=members, ever=members,
            deadline=self.policy.deadlines.of(before.cause, before.severity, self.now),
            evidence=evidence or before.evidence, why=why or before.why,
        )  # fmt: skip
        self.open[fault.id] = fault
        self._ids[_key(fault.subject, fault.cause)] = fault.id
        self.say(fault, EventKind.REOPENED, since, text=evidence, tell=not fault.flapping)
        return self.returned(fault, since)

    def returned(self, fault: Fault, at: float) -> Fault:
        """It had ended, and is back. Once too often, and it is a flapping one."""
        policy = self.policy
        lifeless = fault.cause in LIFELESS
        within = policy.restless if lifeless else policy.days_restless
        times = (*fault.came_back, at)[-policy.flaps :]
        fault = self.change(fault, returns=fault.returns + 1, came_back=times)
        if fault.flapping or len(times) < policy.flaps or times[-1] - times[0] > within:
            return fault
        cause = Cause.FLAPPING if fault.cause is Cause.OUTAGE else fault.cause
        fault = self.change(fault, flapping=True, cause=cause)
        self.say(fault, EventKind.FLAPPING, at, tell=True)
        return fault

    def members(self, id_: int) -> set[str]:
        """The cameras of an open fault as they are by now; `Fault.cameras` follows when the step is done. Ten thousand
        cameras come and go in one step, and each would copy all the others."""
        if id_ not in self._members:
            self._members[id_] = set(self.open[id_].cameras)
        return self._members[id_]

    def grow(self, fault: Fault, camera: str, at: float) -> None:
        """One camera more is part of it."""
        self._moved.setdefault((fault.id, EventKind.GREW), {})[camera] = at
        self.members(fault.id).add(camera)
        if camera not in fault.ever:
            self._more.setdefault(fault.id, set()).add(camera)

    def shrink(self, fault: Fault, camera: str, at: float) -> None:
        """One camera is part of it no longer."""
        self._moved.setdefault((fault.id, EventKind.SHRANK), {})[camera] = at
        self.members(fault.id).discard(camera)

    def count(self, id_: int) -> int:
        """How many cameras were part of it this time."""
        return len(self.open[id_].ever) + len(self._more.get(id_, ()))

    def _settle(self, id_: int) -> Fault:
        """The open fault with the cameras that it has by now."""
        fault = self.open[id_]
        members, more = self._members.pop(id_, None), self._more.pop(id_, None)
        if members is not None and members != fault.cameras:
            fault = self.change(fault, cameras=frozenset(members))
        return self.change(fault, ever=fault.ever | more) if more else fault

    def mend(self, fault: Fault, at: float, *, split: bool = False) -> None:
        """It seems to be over: from now on it has to stay so."""
        known = self.mending.get(fault.id)
        since = known.since if known and known.split == split else self.steady
        self.mending[fault.id] = Mending(since, max(at, known.at if known else at), split)

    def close(self, fault: Fault, at: float, *, proven: bool, who: str = "", text: str = "") -> Fault:
        """It is over; what is still dead of a group is suspected anew."""
        fault = self._settle(fault.id)
        ended = max(at, fault.since)
        self.say(fault, EventKind.CLOSED, ended, who=who, text=text, tell=True)
        return self._put_away(replace(fault, closed=ended, proven=proven))

    def absorb(self, fault: Fault, into: Fault) -> None:
        """It was part of that one all along. Whoever was told must know."""
        fault = self._settle(fault.id)
        self.say(fault, EventKind.ABSORBED, self.now, text=str(into.id), tell=True)
        self._put_away(replace(fault, closed=max(self.now, fault.since), part_of=into.id))

    def void(self, fault: Fault, at: float) -> None:
        """The finding was the beginning of an outage, which is another fault's business."""
        self.say(fault, EventKind.ABSORBED, at, text=Cause.OUTAGE.value, tell=True)
        self._put_away(replace(fault, closed=max(at, fault.since), part_of=OWN_OUTAGE))

    def _put_away(self, fault: Fault) -> Fault:
        self.open.pop(fault.id)
        self._ids.pop(_key(fault.subject, fault.cause), None)
        self.mending.pop(fault.id, None)
        self.closed[fault.id] = fault
        return fault

    # --- cameras

    def suspect(self, camera: str, dead: Dead) -> None:
        """Why this camera is dead is to be found out, from now on."""
        self.dead[camera] = replace(dead, fault=0, noticed=self.steady)

    def attribute(self, camera: str, fault: Fault) -> None:
        """This camera is dead because of that fault."""
        was = self.dead[camera]  # spelled out: ten thousand of these in one step
        self.dead[camera] = Dead(
            was.since, was.noticed, fault.id, was.finding, was.detail, was.left_over, was.confirmed
        )

    def ask(self, cameras: Iterable[str], again: float) -> None:
        """Have their heartbeats looked at, unless they were asked at or after `again` already."""
        fresh = [camera for camera in cameras if self.asked.get(camera, -1.0) < again]
        self.asks.update(fresh)
        self.asked.update(dict.fromkeys(fresh, self.steady))

    # --- the end of the step

    def done(self) -> Step:
        """The next board, and all that happened."""
        for id_ in {id_ for id_, _ in self._moved}:
            self._flush(id_)
        for id_ in {*self._members, *self._more}:
            self._settle(id_)
        oldest = self.now - self.policy.reopen
        closed = {id_: fault for id_, fault in self.closed.items() if (fault.closed or 0.0) >= oldest}
        idle = not self.held and not any(dead.suspected for dead in self.dead.values())
        board = Board(
            self.now, self.steady, self.last, self.open, closed, self.dead, self.found, self.held, self.mending,
            {} if idle else self.asked, {} if idle else self.looks, {} if idle else self.called,
            {} if idle else self.words, frozenset(self.maintenance), self.explained, self._due(),
        )  # fmt: skip
        return Step(board, tuple(self.events), frozenset(self.asks), frozenset(self.calls), self._changed())

    def _flush(self, id_: int) -> None:
        """What grew and shrank in this step is one event each."""
        for kind in (EventKind.GREW, EventKind.SHRANK):
            if cameras := self._moved.pop((id_, kind), None):
                last = max(cameras.values())
                self.events.append(Event(id_, kind, last, self.now, cameras=tuple(sorted(cameras))))

    def _changed(self) -> tuple[Fault, ...]:
        before = {**self._before.open, **self._before.closed}
        after = {**self.open, **self.closed}
        return tuple([fault for id_, fault in after.items() if before.get(id_) is not fault])

    def patience_of(self, fault: Fault, mending: Mending) -> float:
        """How long it has to stay mended, in seconds."""
        if fault.flapping:
            return self.policy.quiet if fault.cause in LIFELESS else self.policy.days_quiet
        if mending.split:
            return self.policy.settle
        lately = fault.came_back and self.now - fault.came_back[-1] <= self.policy.restless
        return self.policy.doubt if lately else self.policy.prove

    def _due(self) -> float:
        """When something happens by the passing of time alone; steady seconds that lie ahead, from now on."""
        policy, ahead = self.policy, float("inf")
        waits = [mending.since + self.patience_of(self.open[id_], mending) for id_, mending in self.mending.items()]
        suspected = {dead.noticed for dead in self.dead.values() if not dead.fault and dead.confirmed}
        for begun in (*self.held.values(), *suspected):
            waits += (begun + policy.hold, begun + policy.patience)
        if suspected:
            waits.append(self.explained + LONGEST_PAUSE)
        for wait in waits:
            if self.steady < wait < self.steady + ahead:
                ahead = wait - self.steady
        deadlines = [fault.deadline for fault in self.open.values() if fault.late is None and fault.deadline > self.now]
        return min([self.now + ahead, *deadlines])


def of_camera(camera: str) -> Subject:
    return Subject(Scope.CAMERA, camera)


def _key(subject: Subject, cause: Cause) -> Key:
    """What makes a fault the same: a camera that came and went is still the one that was out."""
    return subject, Cause.OUTAGE if cause is Cause.FLAPPING else cause

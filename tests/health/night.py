"""A night at the fault engine, for its tests: a township in which things die and come back, seen by a monitor that
looks at each camera once a minute and, when it is asked, at once."""

import json
from collections.abc import Mapping

from skywatch.health.board import Board, Change, Look, News, Policy, Reload, Sentinel
from skywatch.health.camera import Flip, FlipKind, Standing, State
from skywatch.health.fault import Event, EventKind, Fault
from skywatch.health.faults import heard, restarted, step
from skywatch.health.places import Places
from skywatch.health.plain import from_plain, to_plain
from skywatch.health.sayings import say
from skywatch.inventory import Camera, Contractor, Feed, Inventory, Kind, Uplink, Village

NOON = 1_779_854_400.0  # a Wednesday in May 2026, 12:00 in Shandong
CONFIRM = 15.0
"""Seconds from the first failed look to a flip."""

Plan = Mapping[str, tuple[str, str, int]]
"""village: (feed, uplink, number of cameras)."""

TOWN: Plan = {
    "a": ("f1", "u1", 12),
    "b": ("f2", "u1", 4),
    "c": ("f2", "u2", 4),
    "d": ("f3", "u2", 3),
    "e": ("f4", "u3", 2),
    "f": ("f4", "u3", 1),
    "g": ("f5", "u3", 4),
}


def inventory(plan: Plan = TOWN) -> Inventory:
    """A township by this plan. Cameras are called after their village: `a0`, `a1`."""
    villages = {
        code: Village(code, code.upper(), Kind.VILLAGE, count, feed, uplink, "lu", 118.0, 36.0)
        for code, (feed, uplink, count) in plan.items()
    }
    cameras = [
        Camera(f"{code}{n}", f"{code}{n}", code, "127.0.0.1") for code, row in plan.items() for n in range(row[2])
    ]
    return Inventory(
        villages,
        {camera.code: camera for camera in cameras},
        {feed: Feed(feed, feed, "supply") for feed, _, _ in plan.values()},
        {uplink: Uplink(uplink, uplink, "联通") for _, uplink, _ in plan.values()},
        {"lu": Contractor("lu", "Lu")},
    )


class Night:
    """Time goes on by `wait`; everything else happens now."""

    def __init__(
        self, plan: Plan = TOWN, sentinels: Mapping[str, bool] | None = None, policy: Policy | None = None
    ) -> None:
        self.places = Places.of(inventory(plan), sentinels)
        self.policy = policy or Policy()
        self.now = NOON
        self.board = Board(now=self.now)
        self.events: list[Event] = []
        self.truly_dead: set[str] = set()
        self.alive_sentinels = set(self.places.sentinels)
        self._seen_dead: set[str] = set()
        self._unknown: set[str] = set()
        self._failed: dict[str, float] = {}
        self._passed: dict[str, float] = {}
        self._news: list[News] = []
        self._order = {code: index for index, code in enumerate(sorted(self.places.village))}
        self.deaf: set[str] = set()
        self.worked_on: set[str] = set()
        self.mute = False

    # --- what happens

    def die(self, *cameras: str) -> None:
        self.truly_dead |= set(cameras)

    def live(self, *cameras: str) -> None:
        self.truly_dead -= set(cameras)

    def village(self, *codes: str) -> list[str]:
        return [camera for code in codes for camera in self.places.cameras[code]]

    def find(self, camera: str, what: str, severity: int = 0, *, remark: bool = False, at: float | None = None) -> None:
        self._flip(camera, FlipKind.FINDING, what, Standing.ABSENT, Standing.STANDING, at, severity, remark)

    def lose(self, camera: str, what: str, at: float | None = None) -> None:
        self._flip(camera, FlipKind.FINDING, what, Standing.STANDING, Standing.ABSENT, at)

    def maintain(self, *cameras: str) -> None:
        for camera in cameras:
            self.worked_on.add(camera)
            self._flip(camera, FlipKind.STATE, "", self._below(camera), State.MAINTENANCE)

    def resume(self, *cameras: str) -> None:
        for camera in cameras:
            self.worked_on.discard(camera)
            self._flip(camera, FlipKind.STATE, "", State.MAINTENANCE, self._below(camera))

    def _below(self, camera: str) -> State:
        return State.UNKNOWN if camera in self._unknown else State.DOWN if camera in self._seen_dead else State.UP

    def reload(self, plan: Plan) -> None:
        self.places = Places.of(inventory(plan))
        self._news.append(Reload())

    def restart(self) -> None:
        """Everything through JSON, every camera unknown, and those that are worked on told first."""
        self.board = restarted(from_plain(Board, json.loads(json.dumps(to_plain(self.board)))), self.now)
        self._seen_dead.clear()
        self._failed.clear()
        self._unknown = set(self.places.village)
        self.maintain(*sorted(self.worked_on))

    def said(self, fault: Fault, kind: EventKind, who: str, text: str = "") -> None:
        done = say(self.board, self.now, fault.id, kind, who, text, self.places, self.policy)
        self.board = done.board
        self.events += done.events

    def wait(self, seconds: float, every: float = 5.0) -> None:
        """Let time pass, with a step of the engine every few seconds."""
        until = self.now + seconds
        self.turn()
        while self.now < until:
            self.now += every
            self._poll()
            self.turn()

    def turn(self) -> None:
        """One step of the engine with what happened since the last one."""
        news, self._news = self._news, []
        done = step(self.board, self.now, news, self.places, self.policy)
        self.board = done.board
        self.events += done.events
        for camera in done.asks:
            if camera not in self.deaf:
                self._look(camera)
        for village in () if self.mute else done.calls:
            self._news.append(Sentinel(village, village in self.alive_sentinels))

    # --- what the monitor would do

    def _poll(self) -> None:
        turn = int(self.now / 5) % 12
        for camera in self.places.village:
            if self._order[camera] % 12 == turn and camera not in self.deaf:
                self._look(camera)
        for camera, at in list(self._failed.items()):
            if self.now - at >= CONFIRM:
                del self._failed[camera]
                self._confirm(camera, at)

    def _look(self, camera: str) -> None:
        dead = camera in self.truly_dead
        if dead and camera not in self._seen_dead:
            self._failed.setdefault(camera, self.now)
        elif not dead:
            self._failed.pop(camera, None)
            if camera in self._seen_dead or camera in self._unknown:
                before = State.UNKNOWN if camera in self._unknown else State.DOWN
                self._seen_dead.discard(camera)
                self._unknown.discard(camera)
                if camera not in self.worked_on:
                    self._flip(camera, FlipKind.STATE, "", before, State.UP)
        if self.board.heeds(camera):
            self._news.append(Look(camera, not dead, camera in self._seen_dead))

    def _confirm(self, camera: str, at: float) -> None:
        if camera in self.truly_dead and camera not in self._seen_dead:
            before = State.UNKNOWN if camera in self._unknown else State.UP
            self._seen_dead.add(camera)
            self._unknown.discard(camera)
            if camera not in self.worked_on:
                self._flip(camera, FlipKind.STATE, "", before, State.DOWN, at)

    def _flip(
        self, camera: str, kind: FlipKind, what: str, old: str, new: str, at: float | None = None, severity: int = 0,
        remark: bool = False,
    ) -> None:  # fmt: skip
        flip = Flip(camera, self.now if at is None else at, self.now, kind, what, old, new)
        self._news.append(Change(flip, severity, remark))

    # --- what came of it

    @property
    def open(self) -> list[Fault]:
        return list(self.board.open.values())

    @property
    def causes(self) -> list[str]:
        """Cause and subject of every open fault, such as `feed f1`, in the order they were opened."""
        return [f"{fault.cause} {fault.subject.code}".strip() for fault in self.open]

    @property
    def one(self) -> Fault:
        (fault,) = self.open
        return fault

    def told(self, *kinds: EventKind) -> list[str]:
        """What people were told, in order; only of these kinds, if any are given."""
        return [str(event.kind) for event in self.events if event.tell and (not kinds or event.kind in kinds)]

    def lives(self, fault: int) -> list[str]:
        return [str(event.kind) for event in self.events if event.fault == fault]


def out(camera: str = "a1", policy: Policy | None = None) -> Night:
    """A night in which that camera has been told to be out."""
    night = Night(policy=policy)
    night.die(camera)
    night.wait(300)
    return night


__all__ = ["NOON", "TOWN", "Night", "heard", "inventory", "out"]

"""Whether a village lives, as far as the looks of these minutes tell. Reads the desk, and says whom to ask."""

from dataclasses import dataclass
from enum import StrEnum

from skywatch.health.board import Dead
from skywatch.health.causes import LIFELESS
from skywatch.health.desk import Desk

SLACK = 15.0
"""Seconds before a death was noticed in which a proof of life already says that its camera was not part of it: by then
the dead one had failed once, and once more."""


class Life(StrEnum):
    """What a village counts as. `empty`: nobody there could tell."""

    ALIVE = "alive"
    DEAD = "dead"
    OPEN = "open"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Village:
    """A village at this moment: the cameras that died lately, and how many others answered, failed once, or were not
    looked at. Cameras under maintenance, and those long dead, are not counted."""

    code: str
    life: Life
    dead: tuple[str, ...]
    alive: int
    failing: tuple[str, ...]
    unseen: tuple[str, ...]

    @property
    def counted(self) -> int:
        return len(self.dead) + self.alive + len(self.failing) + len(self.unseen)


class Villages:
    """The villages of one step, each looked at once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[str, Village] = {}
        self.suspects: dict[str, list[str]] = {}
        self._final: set[str] = set()
        self._reach: dict[int, frozenset[str]] = {}
        noticed: dict[str, list[float]] = {}
        place = desk.places.village
        for camera, dead in desk.dead.items():
            if not dead.fault and dead.confirmed and camera not in desk.maintenance:
                self.suspects.setdefault(place[camera], []).append(camera)
                noticed.setdefault(place[camera], []).append(dead.noticed)
        self._first = {village: min(times) for village, times in noticed.items()}
        self.floor = min(self._first.values(), default=desk.steady) - SLACK
        """Looks before it, in steady seconds, are second looks at nothing."""
        self._since: dict[str, float] = {}
        for village, times in noticed.items():
            last = max(times) - SLACK
            for other in desk.places.related(village):
                if last > self._since.get(other, 0.0):
                    self._since[other] = last

    def since(self, village: str) -> float:
        """Looks at this village from here on, in steady seconds, count as second looks: since the last death on its
        lines."""
        return self._since.get(village, self.floor)

    def reach(self, fault: int) -> frozenset[str]:
        """The villages in which cameras are dead by this fault; none for 0."""
        if fault not in self._reach:
            members = self._desk.members(fault) if fault in self._desk.open else set[str]()
            self._reach[fault] = frozenset(self._desk.places.village[camera] for camera in members)
        return self._reach[fault]

    def waited(self, village: str) -> float:
        """Seconds since its first death was noticed."""
        return self._desk.steady - self._first[village]

    def give_up(self, village: str) -> None:
        """Nobody waits for its looks any longer: it is judged by what there is."""
        self._final.add(village)
        self._known.pop(village, None)

    def of(self, code: str) -> Village:
        """How that village is now."""
        if code not in self._known:
            self._known[code] = self._look(code)
        return self._known[code]

    def ask(self, code: str) -> None:
        """Have everybody looked at who has not answered yet."""
        village = self.of(code)
        self._desk.ask(village.unseen, self.since(code))

    def _look(self, code: str) -> Village:
        dead, alive, failing, unseen = list[str](), 0, list[str](), list[str]()
        since = self.since(code)
        for camera in self._desk.places.cameras[code]:
            record = self._desk.dead.get(camera)
            seen = self._desk.looks.get(camera)
            if camera in self._desk.maintenance:
                continue
            if record is not None:
                if record.suspected or fresh(self._desk, record):
                    dead.append(camera)
            elif seen is None or seen.when < since:
                unseen.append(camera)
            elif seen.alive:
                alive += 1
            else:
                failing.append(camera)
        life = self._judge(code, len(dead), alive, len(failing), len(unseen))
        return Village(code, life, tuple(dead), alive, tuple(failing), tuple(unseen))

    def _judge(self, code: str, dead: int, alive: int, failing: int, unseen: int) -> Life:
        share = self._desk.policy.share
        if code in self._final:
            dead, failing, unseen = dead + failing, 0, 0
        total = dead + alive + failing + unseen
        if not total:
            return Life.EMPTY
        if alive > (1.0 - share) * total:
            return Life.ALIVE
        if dead >= share * total:
            return Life.DEAD
        return Life.ALIVE if code in self._final else Life.OPEN


def fresh(desk: Desk, record: Dead) -> bool:
    """Whether it died so lately that its death may turn out to be part of a greater one."""
    fault = desk.open.get(record.fault)
    lately = desk.steady - record.noticed <= desk.policy.together
    return fault is not None and lately and fault.cause in LIFELESS and not fault.flapping

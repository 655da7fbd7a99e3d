"""The second look: whom to look at once more before anything is told, and when all is known that can be.
Asks by the desk; tells nothing."""

from collections import Counter
from collections.abc import Iterable

from skywatch.health.desk import Desk
from skywatch.health.fault import Scope, Subject
from skywatch.health.village import Life, Villages

SAMPLE = 2
"""Cameras of every other link that are looked at before a link is blamed: it may be the station's own."""


class Station:
    """Whether it is the station itself that is cut off; each link is asked about once in a step."""

    def __init__(self, desk: Desk, villages: Villages) -> None:
        self._desk, self._villages = desk, villages
        self._counts: dict[Subject, Counter[bool | None]] = {}
        self._total: Counter[bool | None] = Counter()
        self._lives: dict[str, bool | None] = {}
        self._known: dict[Subject, bool | None] = {}
        self._open: list[str] | None = None

    def settled(self, code: str) -> bool:
        """Whether it is known if more is dead than this village's link. If a sample says so, everybody is asked."""
        return self._verdict(code) is False or (self._verdict(code) is True and not self._unknown())

    def suspected(self, code: str) -> bool:
        """Whether the sample of the other links is as dead as this village's own."""
        return self._verdict(code) is True

    def dead(self, code: str) -> bool:
        """Whether nearly every village is dead, so that it is nobody's link and nobody's power."""
        if not self.suspected(code):
            return False
        lives = Counter(self._villages.of(other).life for other in self._desk.places.cameras)
        return lives[Life.DEAD] >= self._desk.policy.share * (lives[Life.DEAD] + lives[Life.ALIVE])

    def _verdict(self, code: str) -> bool | None:
        """True: the sample is dead; False: it lives, or this link does; None: it was not looked at yet."""
        uplink = self._desk.places.uplink_of(code)
        if uplink not in self._known:
            self._known[uplink] = self._judge(uplink)
        return self._known[uplink]

    def _judge(self, uplink: Subject) -> bool | None:
        group = self._desk.places.villages[uplink]
        if any(self._villages.of(other).life not in (Life.DEAD, Life.EMPTY) for other in group):
            return False
        total = self._count() - self._counts[uplink]
        unseen, dead, alive = total[None], total[False], total[True]
        if unseen:
            self._desk.ask([code for code, life in self._lives.items() if life is None], self._villages.floor)
        if unseen > (dead + alive) // 4:
            return None
        return dead > 0 and dead >= self._desk.policy.share * (dead + alive)

    def _count(self) -> Counter[bool | None]:
        """How the samples of all links are, together; `_counts` has them one by one."""
        if not self._counts:
            for subject, codes in self._desk.places.villages.items():
                if subject.scope is Scope.UPLINK:
                    lives = {camera: self._life(camera) for camera in self._firsts(codes)}
                    self._lives.update(lives)
                    self._counts[subject] = Counter(lives.values())
                    self._total.update(lives.values())
        return self._total

    def _firsts(self, codes: Iterable[str]) -> list[str]:
        places = self._desk.places
        firsts = (next(filter(self._eligible, places.cameras[code]), None) for code in codes)
        return [camera for camera in firsts if camera is not None][:SAMPLE]

    def _eligible(self, camera: str) -> bool:
        desk, record = self._desk, self._desk.dead.get(camera)
        long_dead = record is not None and desk.steady - record.noticed > desk.policy.together
        return camera not in desk.maintenance and not long_dead

    def _life(self, camera: str) -> bool | None:
        """Whether it lives; None where nobody has looked."""
        if camera in self._desk.dead:
            return False
        seen = self._desk.looks.get(camera)
        return None if seen is None or seen.when < self._villages.floor else seen.alive

    def _unknown(self) -> list[str]:
        """Villages of which it is not known; they are asked."""
        if self._open is None:
            self._open = [code for code in self._desk.places.cameras if self._villages.of(code).life is Life.OPEN]
            for code in self._open:
                self._villages.ask(code)
        return self._open


def is_settled(desk: Desk, villages: Villages, station: Station, code: str) -> bool:
    """Whether all is known that bears on this village; if not, it is asked for."""
    life = villages.of(code).life
    if life is Life.OPEN:
        villages.ask(code)
        return False
    if life is not Life.DEAD:
        return True
    unknown = [other for other in desk.places.related(code) if villages.of(other).life is Life.OPEN]
    for other in unknown:
        villages.ask(other)
    waiting = _call(desk, code, villages.since(code))
    return not unknown and not waiting and station.settled(code)


def give_up(desk: Desk, villages: Villages, station: Station, code: str) -> None:
    """It took too long: what is not known by now is judged by what there is."""
    everywhere = station.suspected(code)
    for other in desk.places.cameras if everywhere else (code, *desk.places.related(code)):
        villages.give_up(other)


def _call(desk: Desk, code: str, since: float) -> bool:
    """Ask the village's sentinel, if it has one; whether it has still to answer."""
    word = desk.words.get(code)
    if code not in desk.places.sentinels or (word is not None and word.when >= since):
        return False
    if desk.called.get(code, -1.0) < since:
        desk.calls.add(code)
        desk.called[code] = desk.steady
    return True

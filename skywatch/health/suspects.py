"""Which cause the dead cameras of these minutes have: the cheapest explanation that the second look leaves. Pure.

Every kind of common cause has a cost, a part of a group that lives makes it dearer, a sentinel's word settles what it
can; then it is the old set cover: the cause that explains most for its cost, until all is explained.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from skywatch.health.desk import Desk
from skywatch.health.fault import Cause, Scope, Subject
from skywatch.health.places import STATION
from skywatch.health.village import Life, Village, Villages

COST = {Cause.FEED: 2.0, Cause.UPLINK: 3.0, Cause.VILLAGE: 3.0, Cause.STATION: 4.0, Cause.OUTAGE: 3.0}
"""How unlikely each is by itself. Power goes more often than a line, in the country; a village's own switch or modem
about as seldom as a line."""

PARTIAL = 2.5
"""What it costs, at most, that some villages of the group live: so much if half of them do, nothing if none does."""

COINCIDENCE = 1.2
"""What it costs that two causes come in the same minutes. A storm takes two power lines; it seldom takes one and, on
the same link, the switch of another village."""

KNOWN = 0.5
"""What it costs where the very fault is open already."""

NEVER = 100.0
"""What a sentinel rules out."""

LIKELY = -1.0
"""What a sentinel speaks for."""

CHEAP = 0.25
"""A cause that costs so little for each village is taken without looking at others: none could be as cheap."""

CAUSE_OF = {
    Scope.FEED: Cause.FEED,
    Scope.UPLINK: Cause.UPLINK,
    Scope.VILLAGE: Cause.VILLAGE,
    Scope.STATION: Cause.STATION,
}


@dataclass(frozen=True, slots=True)
class Guess:
    """One cause that would explain the dead `villages`; `living` are those of its group that answer."""

    subject: Subject
    cause: Cause
    villages: tuple[str, ...]
    living: tuple[str, ...]
    cost: float


@dataclass(frozen=True, slots=True)
class Words:
    """What the sentinels of some villages say together: the links live, a link is dead, or nothing that helps."""

    answers: bool
    silent: bool
    unbacked: bool
    none: bool


def explained(desk: Desk, villages: Villages, dark: Collection[str], station: bool) -> list[Guess]:
    """The causes of these dead villages. `station`: nearly everything that was asked is dead."""
    left, guesses = set(dark), list[Guess]()
    whole = _guess(desk, villages, STATION, ()) if station else None
    if whole is not None and whole.cost <= CHEAP * len(whole.villages):
        guesses.append(whole)
        left -= set(whole.villages)
    while left:
        wanted = dict.fromkeys(subject for code in sorted(left) for subject in subjects(desk, code, station))
        made = [guess for subject in wanted if (guess := _guess(desk, villages, subject, guesses))]
        best = min(made, key=lambda guess: (guess.cost / len(guess.villages), -len(guess.villages)))
        guesses.append(best)
        left -= set(best.villages)
    return _together(desk, villages, guesses)


def _together(desk: Desk, villages: Villages, guesses: list[Guess]) -> list[Guess]:
    """The same, where several causes on one link in the same minutes are less likely than one: a branch of it."""
    for uplink in dict.fromkeys(desk.places.uplink_of(guess.villages[0]) for guess in guesses):
        group = set(desk.places.villages[uplink])
        parts = [guess for guess in guesses if guess.subject != uplink and group.issuperset(guess.villages)]
        one = _guess(desk, villages, uplink, [guess for guess in guesses if guess not in parts])
        apart = sum(guess.cost for guess in parts) + COINCIDENCE * (len(parts) - 1)
        if len(parts) > 1 and one is not None and one.cost < apart:
            guesses = [*(guess for guess in guesses if guess not in parts), one]
    return guesses


def subjects(desk: Desk, village: str, station: bool) -> Iterable[Subject]:
    """What it may be a part of."""
    own = (desk.places.feed_of(village), desk.places.uplink_of(village), Subject(Scope.VILLAGE, village))
    return (STATION, *own) if station else own


def _guess(desk: Desk, villages: Villages, subject: Subject, taken: Iterable[Guess]) -> Guess | None:
    """What it would cost to believe in it; None where it explains nothing more, or makes no sense."""
    gone = {code for guess in taken for code in guess.villages}
    group = [villages.of(code) for code in desk.places.villages[subject] if code not in gone]
    alone = subject.scope is Scope.VILLAGE
    members = frozenset(desk.places.villages[subject])
    dead = [each for each in group if each.life is Life.DEAD and (alone or _free(desk, villages, each, members))]
    living = tuple([each.code for each in group if each.life is Life.ALIVE])
    cause = CAUSE_OF[subject.scope]
    known = desk.find(subject, cause) is not None
    many = sum(len(each.dead) + len(each.failing) for each in dead) > 1
    if alone:
        cause = Cause.VILLAGE if many or known else Cause.OUTAGE
    elif not known and (not many or (living and len(dead) < 2)):
        return None
    if not dead:
        return None
    partial = min(PARTIAL, 2.0 * PARTIAL * len(living) / (len(living) + len(dead)))
    cost = COST[cause] + partial + _verdict(cause, sentinels(desk, villages, dead))
    return Guess(subject, cause, tuple([each.code for each in dead]), living, KNOWN if known else cost)


def _free(desk: Desk, villages: Villages, village: Village, group: frozenset[str]) -> bool:
    """Whether it may be part of this group's fault: what another one explains already only together with all of it."""
    return all(villages.reach(id_) <= group for id_ in {desk.dead[camera].fault for camera in village.dead})


def sentinels(desk: Desk, villages: Villages, dead: Iterable[Village]) -> Words:
    """What the sentinels of these villages said since they died."""
    answers = silent = unbacked = False
    none = True
    for each in dead:
        backed, word = desk.places.sentinels.get(each.code), desk.words.get(each.code)
        if backed is None or word is None or word.when < villages.since(each.code):
            continue
        none = False
        answers |= word.alive
        silent |= backed and not word.alive
        unbacked |= not backed and not word.alive
    return Words(answers, silent, unbacked, none)


def _verdict(cause: Cause, words: Words) -> float:
    """What the sentinels' words add to the cost. One that answers proves the link; one that is silent though it has a
    battery proves that it is not the power."""
    if cause in (Cause.UPLINK, Cause.STATION):
        return NEVER if words.answers else LIKELY if words.silent else 0.0
    if cause is Cause.FEED:
        return NEVER if words.silent else LIKELY if words.answers else 0.0
    return 0.0

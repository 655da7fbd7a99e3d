"""From dead cameras to faults: what begins, grows or is absorbed once the second look is over. Moves the desk."""

from collections import Counter
from collections.abc import Iterable

from skywatch.health.causes import GROUPS
from skywatch.health.desk import Desk, of_camera
from skywatch.health.fault import Cause, Fault, Owner, Scope, Subject
from skywatch.health.second import Station, give_up, is_settled
from skywatch.health.suspects import Guess, explained, sentinels
from skywatch.health.village import Life, Village, Villages

MANY, SELDOM = 200, 5.0
"""With more suspects than that, it is enough to think about them again after so many seconds."""


def explain(desk: Desk) -> None:
    """Attribute every suspicion that can be attributed now, and ask for what is missing."""
    suspects = [code for code, dead in desk.dead.items() if not dead.fault and dead.confirmed]
    if not suspects or (len(suspects) > MANY and desk.steady - desk.explained < SELDOM):
        return
    desk.explained = desk.steady
    _join(desk, suspects)
    villages = Villages(desk)
    if not villages.suspects:
        return
    station = Station(desk, villages)
    waiting = [code for code in villages.suspects if not _known(desk, villages, station, code)]
    dark = list[str]()
    for code in villages.suspects:
        if code in waiting:
            continue
        if villages.of(code).life is Life.DEAD:
            dark.append(code)
        else:
            _alone(desk, villages, code)
    ripe = {code for code in dark if villages.waited(code) >= (desk.policy.patience if waiting else desk.policy.hold)}
    if not ripe:
        return
    everywhere = any(station.dead(code) for code in dark)
    for guess in explained(desk, villages, dark, everywhere):
        if not ripe.isdisjoint(guess.villages):
            _believe(desk, villages, guess)


def _known(desk: Desk, villages: Villages, station: Station, code: str) -> bool:
    """Whether the second look at this village and all that bears on it is over; it does not last for ever."""
    if is_settled(desk, villages, station, code):
        return True
    if villages.waited(code) < desk.policy.patience:
        return False
    give_up(desk, villages, station, code)
    return True


def _join(desk: Desk, suspects: Iterable[str]) -> None:
    """A camera of a village that is dead by a fault already is part of it."""
    groups = [fault for fault in desk.open.values() if fault.cause in GROUPS]
    if not groups:
        return
    tally = Counter((desk.places.village[code], dead.fault) for code, dead in desk.dead.items() if dead.fault)
    covering: dict[str, Fault | None] = {}
    for code in suspects:
        if code in desk.maintenance:
            continue
        village = desk.places.village[code]
        if village not in covering:
            covering[village] = next((fault for fault in groups if _covers(desk, fault, village, tally)), None)
        fault = covering[village]
        if fault is not None:
            _take_in(desk, fault, code)


def _covers(desk: Desk, fault: Fault, village: str, tally: Counter[tuple[str, int]]) -> bool:
    """Whether a camera that dies in `village` is dead by this fault."""
    mending = desk.mending.get(fault.id)
    if mending is not None and not fault.flapping:
        return False
    if fault.cause is Cause.STATION:
        return True
    return 2 * tally[village, fault.id] >= len(desk.places.cameras[village])


def _take_in(desk: Desk, fault: Fault, camera: str) -> None:
    desk.attribute(camera, fault)
    desk.grow(desk.open[fault.id], camera, desk.dead[camera].since)


def _alone(desk: Desk, villages: Villages, code: str) -> None:
    """Dead cameras of a village that lives: each is a fault by itself."""
    for camera in villages.suspects[code]:
        if desk.steady - desk.dead[camera].noticed >= desk.policy.hold:
            _outage(desk, camera, villages.of(code))


def _outage(desk: Desk, camera: str, village: Village) -> None:
    dead = desk.dead[camera]
    why = ["left_over"] if dead.left_over else []
    why += ["alone"] if village.alive else ["unseen_neighbours"] if len(village.unseen) else []
    owner = desk.places.contractor_of(village.code)
    said = f"{dead.finding}: {dead.detail}" if dead.detail else dead.finding
    fault = desk.begin(
        Cause.OUTAGE, of_camera(camera), owner, dead.since, [camera], finding=dead.finding, evidence=said,
        why=tuple(why),
    )  # fmt: skip
    desk.attribute(camera, fault)


def _believe(desk: Desk, villages: Villages, guess: Guess) -> None:
    """That cause it is."""
    group = [villages.of(code) for code in guess.villages]
    cameras = [camera for each in group for camera in each.dead]
    if guess.cause is Cause.OUTAGE:
        for camera in cameras:
            if not desk.dead[camera].fault:
                _outage(desk, camera, group[0])
        return
    since = min(desk.dead[camera].since for camera in cameras)
    before = {camera: desk.dead[camera].fault for camera in cameras}
    fault = desk.find(guess.subject, guess.cause)
    if fault is None:
        fault = desk.begin(
            guess.cause, guess.subject, _owner(desk, villages, guess), since, cameras,
            evidence=_evidence(desk, guess, group, cameras), why=_why(desk, villages, guess),
        )  # fmt: skip
    for camera in cameras:
        if before[camera] != fault.id:
            _move(desk, camera, before[camera], fault)


def _move(desk: Desk, camera: str, before: int, fault: Fault) -> None:
    """From a suspicion, or from a fault that turns out to be part of this one."""
    desk.attribute(camera, fault)
    current = desk.open[fault.id]
    if camera not in desk.members(fault.id):
        desk.grow(current, camera, desk.dead[camera].since)
    old = desk.open.get(before)
    if old is not None:
        desk.members(old.id).discard(camera)
        if not desk.members(old.id):
            desk.absorb(old, fault)


def _owner(desk: Desk, villages: Villages, guess: Guess) -> Owner:
    """Of a village alone the sentinel tells whose it is: the supply's, or the line's."""
    if guess.cause is Cause.VILLAGE:
        code = guess.subject.code
        words = sentinels(desk, villages, [villages.of(code)])
        if words.answers:
            return desk.places.owners[desk.places.feed_of(code)]
        if words.silent:
            return desk.places.owners[desk.places.uplink_of(code)]
    return desk.places.owners[guess.subject]


def _evidence(desk: Desk, guess: Guess, group: Iterable[Village], cameras: list[str]) -> str:
    """Counts, for whoever wants to check."""
    total = sum(each.counted for each in group)
    living = len(guess.living)
    ways = Counter(desk.dead[camera].finding or "?" for camera in cameras)
    times = [desk.dead[camera].since for camera in cameras]
    said = ", ".join(f"{way} {count}" for way, count in ways.most_common())
    return (
        f"{len(cameras)} of {total} cameras in {len(guess.villages)} of {len(guess.villages) + living} villages; "
        f"within {max(times) - min(times):.0f} s; {said}"
    )


def _why(desk: Desk, villages: Villages, guess: Guess) -> tuple[str, ...]:
    """What speaks for the cause, and what else it may be."""
    if guess.cause is Cause.STATION:
        return ("nearly_everything",)
    words = sentinels(desk, villages, [villages.of(code) for code in guess.villages])
    told = (
        "sentinel_answers" if words.answers
        else "sentinel_silent" if words.silent
        else "sentinel_unbacked" if words.unbacked
        else "no_sentinel"
    )  # fmt: skip
    return (*_extent(desk, guess), *(["power_or_link"] if _same(desk, villages, guess) else []), told)


def _extent(desk: Desk, guess: Guess) -> list[str]:
    places, some = desk.places, guess.villages[0]
    if guess.cause is Cause.VILLAGE:
        feed = len(places.villages[places.feed_of(some)]) > 1
        uplink = len(places.villages[places.uplink_of(some)]) > 1
        return ["feed_lives"] * feed + ["uplink_lives"] * uplink
    kind = "feed" if guess.cause is Cause.FEED else "uplink"
    alone = len(places.villages[guess.subject]) == 1
    return [f"only_village_of_{kind}" if alone else f"part_of_{kind}" if guess.living else f"all_of_{kind}"]


def _same(desk: Desk, villages: Villages, guess: Guess) -> bool:
    """Whether power and link would look the same from here, and no sentinel tells."""
    words = sentinels(desk, villages, [villages.of(code) for code in guess.villages])
    if words.answers or words.silent or guess.cause is Cause.VILLAGE:
        return False
    other = Scope.UPLINK if guess.cause is Cause.FEED else Scope.FEED
    groups = {_group(desk, code, other) for code in guess.villages}
    return len(groups) == 1 and set(desk.places.villages[next(iter(groups))]) <= set(guess.villages)


def _group(desk: Desk, code: str, scope: Scope) -> Subject:
    return desk.places.uplink_of(code) if scope is Scope.UPLINK else desk.places.feed_of(code)

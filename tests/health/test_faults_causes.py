"""What is told when cameras die: one camera, a village, a power line, a link, everything."""

import pytest

from skywatch.health.fault import Cause, EventKind, Owner, Party, Scope, Subject
from tests.health.night import NOON, Night, Plan

ALL = "a b c d e f g"


@pytest.mark.parametrize(
    ("villages", "causes"),
    [
        ("a", ["feed f1"]),  # twelve cameras, alone on their power line
        ("b c", ["feed f2"]),  # two villages on two links
        ("a b", ["uplink u1"]),  # two villages on two power lines
        ("c", ["village c"]),  # others on its power line and on its link answer
        ("d", ["feed f3"]),  # alone on its power line: that is likelier than its switch
        ("e f", ["feed f4"]),  # one of the two has a single camera
        ("c d", ["uplink u2"]),
        ("c d g", ["uplink u2", "feed f5"]),
        ("b c d", ["feed f2", "feed f3"]),  # or link u2 and village b, which costs more
        ("e f g", ["uplink u3"]),
        ("a c d", ["uplink u2", "feed f1"]),
        (ALL, ["station"]),
        ("a b c d e f", ["station"]),  # all but four cameras
    ],
)
def test_villages_that_die_together_have_the_cause_that_explains_most(villages: str, causes: list[str]) -> None:
    night = Night()
    night.die(*night.village(*villages.split()))
    night.wait(600)
    assert sorted(night.causes) == sorted(causes)
    assert night.told() == ["told"] * len(causes)
    assert {camera for fault in night.open for camera in fault.cameras} == night.truly_dead


def test_a_power_cut_in_a_village_of_twelve_cameras_is_one_alert() -> None:
    night = Night()
    night.die(*night.village("a"))
    night.wait(3600)
    night.live(*night.village("a"))
    night.wait(1200)
    assert night.told() == ["told", "closed"]
    assert night.lives(1) == ["opened", "told", *["shrank"] * night.lives(1).count("shrank"), "closed"]
    closed = night.board.closed[1]
    assert closed.proven
    assert closed.owner == Owner(Party.POWER, "supply")
    assert closed.since == NOON + 5
    assert len(closed.ever) == 12


@pytest.mark.parametrize(
    ("villages", "owner"),
    [
        ("a1", Owner(Party.CONTRACTOR, "lu")),
        ("b c", Owner(Party.POWER, "supply")),
        ("a b", Owner(Party.CARRIER, "联通")),
        ("c", Owner(Party.CONTRACTOR, "lu")),
        (ALL, Owner(Party.STATION, "")),
    ],
)
def test_each_cause_has_its_owner(villages: str, owner: Owner) -> None:
    night = Night()
    night.die(*([villages] if villages == "a1" else night.village(*villages.split())))
    night.wait(600)
    assert night.one.owner == owner


def test_a_camera_that_dies_alone_is_an_outage() -> None:
    night = Night()
    night.die("a1")
    night.wait(600)
    assert night.one.cause is Cause.OUTAGE
    assert night.one.subject == Subject(Scope.CAMERA, "a1")
    assert night.one.why == ("alone",)


def test_two_cameras_of_four_are_two_outages() -> None:
    night = Night()
    night.die("b0", "b1")
    night.wait(600)
    assert sorted(night.causes) == ["outage b0", "outage b1"]


def test_a_village_with_one_camera_that_dies_alone_is_an_outage() -> None:
    night = Night()
    night.die("f0")
    night.wait(900)
    assert night.causes == ["outage f0"]


def test_nothing_is_told_before_the_others_were_looked_at() -> None:
    night = Night()
    night.deaf |= set(night.village("b", "c"))  # nobody there can be looked at
    night.die("b0")
    night.deaf.discard("b0")
    night.wait(400)
    assert night.open == []
    night.wait(200)  # but not for ever
    assert night.causes == ["outage b0"]
    assert night.one.why == ("unseen_neighbours",)


def test_what_is_back_before_anything_was_told_is_never_told() -> None:
    night = Night()
    night.die(*night.village("a"))
    night.wait(120)
    night.live(*night.village("a"))
    night.wait(900)
    assert night.events == []
    assert not night.board.dead
    assert not night.board.asked


BRANCHY: Plan = {code: (f"f{code}" if code in "ab" else f"f{n // 2}", "u1", 3) for n, code in enumerate("abcdefgh")} | {
    "x": ("f2", "u2", 3)
}


@pytest.mark.parametrize(
    ("villages", "causes"),
    [
        ("c d", ["feed f1"]),  # one power line
        ("c d g", ["uplink u1"]),  # a power line and a village, of eight on the link: a branch of the link
        ("c e g", ["uplink u1"]),
        ("c d a", ["feed f1", "feed fa"]),  # two power lines: a storm
        ("e f", ["feed f2"]),  # x on the same power line lives: most of it is dead, and little of the link
        ("e", ["village e"]),
    ],
)
def test_a_branch_of_a_link_is_one_fault_and_a_storm_is_one_for_each_power_line(
    villages: str, causes: list[str]
) -> None:
    night = Night(BRANCHY)
    night.die(*night.village(*villages.split()))
    night.wait(600)
    assert sorted(night.causes) == causes
    assert night.told() == ["told"] * len(causes)


# --- sentinels

SAME: Plan = {
    "a": ("f1", "u1", 4),
    "b": ("f2", "u2", 4),
    "c": ("f3", "u3", 4),
    "d": ("f3", "u4", 4),
    "e": ("f4", "u4", 4),
}


@pytest.mark.parametrize(
    ("village", "backed", "answers", "cause", "party", "why"),
    [
        ("a", None, True, "feed f1", Party.POWER, "power_or_link"),
        ("a", True, True, "feed f1", Party.POWER, "sentinel_answers"),
        ("a", True, False, "uplink u1", Party.CARRIER, "sentinel_silent"),
        ("a", False, True, "feed f1", Party.POWER, "sentinel_answers"),
        ("a", False, False, "feed f1", Party.POWER, "sentinel_unbacked"),
        ("c", None, True, "uplink u3", Party.CARRIER, "no_sentinel"),  # alone on its link; its power line lives
        ("c", True, True, "village c", Party.POWER, "sentinel_answers"),
        ("c", True, False, "uplink u3", Party.CARRIER, "sentinel_silent"),
        ("e", None, True, "feed f4", Party.POWER, "no_sentinel"),
        ("e", True, True, "feed f4", Party.POWER, "sentinel_answers"),
        ("e", True, False, "village e", Party.CARRIER, "sentinel_silent"),
    ],
)
def test_a_sentinel_tells_power_from_link(
    village: str, backed: bool | None, answers: bool, cause: str, party: Party, why: str
) -> None:
    night = Night(SAME, {} if backed is None else {village: backed})
    if not answers:
        night.alive_sentinels.clear()
    night.die(*night.village(village))
    night.wait(600)
    assert night.causes == [cause]
    assert night.one.owner.party is party
    assert why in night.one.why


def test_a_sentinel_that_never_says_anything_is_not_waited_for_for_ever() -> None:
    night = Night(SAME, {"a": True})
    night.mute = True
    night.die(*night.village("a"))
    night.wait(400)
    assert night.open == []
    night.wait(200)
    assert night.causes == ["feed f1"]
    assert "no_sentinel" in night.one.why


# --- growing, splitting, joining


def test_the_power_is_back_and_two_cameras_stay_dead() -> None:
    night = Night()
    night.die(*night.village("b", "c"))
    night.wait(900)
    night.live(*night.village("b"), "c0", "c1")
    back = night.now
    night.wait(1500)
    assert night.causes == ["outage c2", "outage c3"]
    feed = night.board.closed[1]
    assert feed.proven
    assert back < (feed.closed or 0) <= back + 60
    assert {fault.since for fault in night.open} <= {NOON + at for at in range(5, 40, 5)}  # when they died
    assert all("left_over" in fault.why for fault in night.open)
    assert night.told() == ["told", "closed", "told", "told"]


def test_one_village_of_two_is_back_and_the_other_is_its_own_fault() -> None:
    night = Night()
    night.die(*night.village("b", "c"))
    night.wait(900)
    night.live(*night.village("b"))
    night.wait(1800)
    assert night.causes == ["village c"]
    assert night.one.since < NOON + 60


def test_a_camera_that_dies_in_a_dark_village_joins_its_fault() -> None:
    night = Night()
    night.die(*night.village("b"), "c0", "c1", "c2")  # c3 has a battery
    night.wait(900)
    assert night.causes == ["feed f2"]
    night.die("c3")
    night.wait(300)
    assert night.causes == ["feed f2"]
    assert "c3" in night.one.cameras
    assert night.lives(1)[-1] == "grew"
    assert night.told() == ["told"]


def test_a_camera_that_was_dead_before_keeps_its_own_fault() -> None:
    night = Night()
    night.die("a1")
    night.wait(3600)
    night.die(*night.village("a"))
    night.wait(900)
    assert sorted(night.causes) == ["feed f1", "outage a1"]
    assert "a1" not in next(fault for fault in night.open if fault.cause is Cause.FEED).ever
    night.live(*night.village("a"))
    night.die("a1")
    night.wait(1200)
    assert night.causes == ["outage a1"]


def test_a_camera_told_minutes_before_its_line_died_was_part_of_it() -> None:
    night = Night()
    night.die("a1")
    night.wait(300)
    assert night.causes == ["outage a1"]
    night.die(*night.village("a"))
    night.wait(600)
    assert night.causes == ["feed f1"]
    assert night.board.closed[1].part_of == 2
    assert not night.board.closed[1].proven
    assert night.told() == ["told", "told", "absorbed"] or night.told() == ["told", "absorbed", "told"]
    assert len(night.one.cameras) == 12


def test_a_line_that_dies_village_by_village_ends_as_one_fault() -> None:
    night = Night()
    night.die(*night.village("b"))
    night.wait(600)
    assert night.causes == ["village b"]
    night.die(*night.village("c"))
    night.wait(600)
    assert night.causes == ["feed f2"]
    assert night.board.closed[1].part_of == 2


def test_a_picture_fault_from_before_the_outage_stays_what_it_is() -> None:
    night = Night()
    night.find("a1", "picture.covered", 5)
    night.wait(60)
    night.die(*night.village("a"))
    night.wait(3600)
    assert sorted(night.causes) == ["feed f1", "picture a1"]
    night.live(*night.village("a"))
    night.wait(1200)
    assert night.causes == ["picture a1"]
    night.lose("a1", "picture.covered")
    night.wait(300)
    assert night.open == []
    assert night.board.closed[1].proven


def test_a_finding_that_was_the_first_sign_of_the_outage_is_not_told() -> None:
    night = Night()
    seen = night.now
    night.find("a1", "stream.timeout")
    night.wait(5)
    night.die("a1")
    night.lose("a1", "stream.timeout", at=seen)
    night.wait(600)
    assert night.causes == ["outage a1"]
    assert night.told() == ["told"]


def test_a_stream_that_fails_on_a_camera_that_lives_is_told_after_a_second_look() -> None:
    night = Night()
    night.find("a1", "stream.no_video")
    night.wait(100)
    assert night.open == []
    night.wait(200)
    assert night.causes == ["stream a1"]
    assert night.one.finding == "no_video"


def test_everything_back_at_once_ends_the_station_fault_and_nothing_is_left() -> None:
    night = Night()
    night.die(*night.village(*ALL.split()))
    night.wait(1200)
    night.live(*night.village(*ALL.split()))
    night.wait(900)
    assert night.told() == ["told", "closed"]
    assert night.open == []
    assert not night.board.dead


def test_cameras_in_maintenance_do_not_hide_that_their_village_is_dark() -> None:
    night = Night()
    night.maintain("c0", "c1")
    night.wait(10)
    night.die(*night.village("c"))
    night.wait(600)
    assert night.causes == ["village c"]
    assert night.one.cameras == {"c2", "c3"}


def test_evidence_counts_what_died() -> None:
    night = Night()
    night.die(*night.village("b", "c"))
    night.wait(600)
    assert night.one.evidence.startswith("8 of 8 cameras in 2 of 2 villages")
    assert [event.kind for event in night.events] == [EventKind.OPENED, EventKind.TOLD]
    assert len(night.events[0].cameras) == 8

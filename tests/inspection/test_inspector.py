"""A round of thorough looks: everything once, what failed once more, in bounded time, gone on with after a restart."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from skywatch.clock import ManualClock
from skywatch.inspection import Inspector, Order, key_of
from skywatch.inspection.thorough import plain, verdict_of
from skywatch.inventory import Camera
from skywatch.observation import Finding, Observation, Verdict
from skywatch.scheduler import Limits, Scheduler
from skywatch.store import Batch, Looked, Round
from tests.notify.desk import CODE, INVENTORY, NOON, OTHER

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
MINUTE = 60.0


def seen(probe: str, verdict: Verdict, *codes: str, remark: bool = False) -> Observation:
    return Observation(probe, CODE, NOON, 0.1, verdict, tuple(Finding(code, remark=remark) for code in codes))


WELL = [seen("heartbeat", PASS), seen("picture", PASS), seen("stream", PASS), seen("picture", PASS)]
DEAD = [seen("heartbeat", FAIL, "timeout")]


@pytest.mark.parametrize(
    ("looks", "online", "verdict"),
    [
        (WELL, True, PASS),
        (DEAD, False, FAIL),
        ([*WELL, seen("picture", FAIL, "blur")], True, PASS),  # one of three: a lorry, a bird
        ([*WELL[:3], seen("picture", FAIL, "blur"), seen("picture", FAIL, "blur")], True, FAIL),
        ([*WELL[:1], seen("stream", FAIL, "no_video")], True, FAIL),
        ([*WELL[:1], seen("picture", UNKNOWN, "undecodable"), seen("stream", PASS)], True, UNKNOWN),
        ([*WELL, *[seen("picture", PASS, "low_contrast", remark=True)] * 3], True, PASS),  # fog
    ],
)
def test_what_the_looks_say_together(looks: list[Observation], online: bool, verdict: Verdict) -> None:
    assert verdict_of(looks, online) is verdict


def test_an_inspection_keeps_why_something_could_not_be_judged() -> None:
    kept = plain([WELL[0], seen("picture", UNKNOWN, "undecodable"), WELL[2]], True)
    assert [each["code"] for each in kept["findings"]] == ["undecodable"]


class Hall:
    """An inspector, its scheduler under a manual clock, and what was written down. `answers` says what a look at a
    camera sees; it may depend on how often that camera was looked at."""

    def __init__(self, answers: Mapping[str, Callable[[int], list[Observation]]], seconds: float = 1.0) -> None:
        self.clock = ManualClock(NOON)
        self.scheduler = Scheduler(self.clock, ramp=1.0)
        self.answers, self.seconds = answers, seconds
        self.count: dict[str, int] = {}
        self.looks: dict[str, Looked] = {}
        self.rounds: dict[int, Round] = {}
        self.inspector = Inspector(INVENTORY, self.look, self.clock, self.note, Order(30 * MINUTE, 180 * MINUTE))
        self.scheduler.replace(self.inspector.jobs(), Limits())
        self.task: asyncio.Task[None] | None = None

    async def look(self, camera: Camera) -> tuple[list[Observation], bytes | None]:
        await self.clock.sleep(self.seconds)
        self.count[camera.code] = self.count.get(camera.code, 0) + 1
        return self.answers[camera.code](self.count[camera.code]), b"jpeg"

    def note(self, batch: Batch) -> None:
        self.rounds |= batch.rounds
        self.looks |= {each.camera: each for each in batch.looks}

    def hurry(self, keys: list[str]) -> None:
        assert all(self.scheduler.hurry(key) for key in keys)

    async def pass_time(self, minutes: float) -> None:
        for _ in range(int(minutes)):
            await self.clock.advance(MINUTE)
            self.inspector.tick()


async def running(hall: Hall) -> Hall:
    hall.task = asyncio.create_task(hall.scheduler.run())
    await hall.pass_time(1)
    return hall


async def test_every_camera_is_looked_at_once_and_the_round_is_over() -> None:
    hall = await running(Hall(dict.fromkeys((CODE, OTHER), lambda _: WELL)))
    hall.hurry(hall.inspector.begin("day", NOON))
    await hall.pass_time(5)
    assert hall.count == {CODE: 1, OTHER: 1}
    assert hall.looks[CODE].thumbnail == b"jpeg"
    assert hall.rounds[1].ended is not None
    assert hall.inspector.round is None
    await hall.scheduler.stop(0)


async def test_what_failed_is_looked_at_once_more_later_and_the_later_look_counts() -> None:
    hall = await running(Hall({CODE: lambda n: WELL if n > 1 else DEAD, OTHER: lambda _: DEAD}))
    hall.hurry(hall.inspector.begin("day", NOON))
    await hall.pass_time(10)
    assert hall.count == {CODE: 1, OTHER: 1}
    assert hall.rounds[1].ended is None
    await hall.pass_time(40)
    assert hall.count == {CODE: 2, OTHER: 2}
    assert {code: (look.verdict, look.tries) for code, look in hall.looks.items()} == {
        CODE: (PASS, 2),
        OTHER: (FAIL, 2),
    }
    assert hall.rounds[1].ended is not None
    await hall.scheduler.stop(0)


async def test_a_round_is_over_in_bounded_time_and_says_what_it_did_not_reach() -> None:
    hall = await running(Hall(dict.fromkeys((CODE, OTHER), lambda _: WELL), seconds=10 * 3600.0))
    hall.hurry(hall.inspector.begin("night", NOON))
    await hall.pass_time(185)
    assert hall.rounds[1].ended is not None
    assert {look.verdict for look in hall.looks.values()} == {UNKNOWN}
    assert hall.looks[CODE].seen["findings"][0]["code"] == "not_reached"
    await hall.scheduler.stop(0)


async def test_after_a_restart_only_the_rest_is_looked_at() -> None:
    hall = await running(Hall(dict.fromkeys((CODE, OTHER), lambda _: WELL)))
    begun = Round(7, NOON, "day", NOON)
    assert hall.inspector.resume(begun, {CODE}) == [key_of(OTHER)]
    hall.hurry([key_of(OTHER)])
    await hall.pass_time(5)
    assert hall.count == {OTHER: 1}
    assert hall.rounds[7].ended is not None
    await hall.scheduler.stop(0)


async def test_nothing_is_looked_at_while_no_round_goes_on() -> None:
    hall = await running(Hall(dict.fromkeys((CODE, OTHER), lambda _: WELL)))
    await hall.pass_time(30)
    assert hall.count == {}
    await hall.scheduler.stop(0)


async def test_a_reload_in_the_middle_of_a_round_changes_its_patience_and_waits_for_no_camera_that_is_gone() -> None:
    hall = await running(Hall({CODE: lambda _: DEAD, OTHER: lambda _: DEAD}))
    hall.hurry(hall.inspector.begin("day", NOON))
    await hall.pass_time(5)
    without = replace(INVENTORY, cameras={CODE: INVENTORY.cameras[CODE]})
    hall.inspector.adopt(without, Order(30 * MINUTE, 20 * MINUTE))
    hall.scheduler.replace(hall.inspector.jobs(), Limits())
    assert set(hall.inspector.waiting) == {CODE}
    assert hall.rounds[1].ended is None
    await hall.pass_time(20)
    assert hall.rounds[1].ended is not None
    await hall.scheduler.stop(0)


async def test_a_round_ends_when_the_last_camera_that_it_waits_for_leaves_the_ledger() -> None:
    hall = await running(Hall({CODE: lambda _: WELL, OTHER: lambda _: DEAD}))
    hall.hurry(hall.inspector.begin("day", NOON))
    await hall.pass_time(5)
    hall.inspector.adopt(replace(INVENTORY, cameras={CODE: INVENTORY.cameras[CODE]}), Order())
    await hall.pass_time(1)
    assert hall.rounds[1].ended is not None
    await hall.scheduler.stop(0)

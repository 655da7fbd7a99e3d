"""Reloads: what stays keeps its time, what goes is left to finish, what comes is phased in."""

import pytest

from skywatch.clock import ManualClock
from skywatch.scheduler import Job, Limits, Scheduler
from tests.scheduler.diary import Diary, running


async def test_a_reload_keeps_the_due_times_of_what_stays() -> None:
    clock = ManualClock()
    diary, scheduler = Diary(clock), Scheduler(clock, ramp=0.0)
    scheduler.replace([diary.job("stays"), diary.job("goes")])
    async with running(scheduler):
        await clock.advance(30.0)
        scheduler.replace([diary.job("stays"), diary.job("comes")])
        await clock.advance(120.0)
    assert [round(at) for at in diary.times("stays")] == [0, 60, 120]
    assert diary.times("goes") == [0.0]
    assert diary.times("comes")[0] == pytest.approx(30.0, abs=0.1)


async def test_a_job_that_goes_while_it_runs_is_left_to_finish() -> None:
    clock = ManualClock()
    ended: list[str] = []
    scheduler = Scheduler(clock, ramp=0.0)

    async def long() -> None:
        await clock.sleep(20.0)
        ended.append("long")

    scheduler.replace([Job("long", "a", (), 60.0, long)])
    async with running(scheduler):
        await clock.advance(5.0)
        scheduler.replace([])
        await clock.advance(300.0)
        assert ended == ["long"]
        assert (scheduler.started, scheduler.jobs, scheduler.running) == (1, 0, 0)


async def test_a_camera_that_comes_back_at_once_is_not_visited_twice_at_a_time() -> None:
    clock = ManualClock()
    diary, scheduler = Diary(clock), Scheduler(clock, ramp=0.0)
    scheduler.replace([diary.job("x", takes=20.0)])
    async with running(scheduler):
        await clock.advance(5.0)
        scheduler.replace([])
        scheduler.replace([diary.job("x", takes=20.0)])
        await clock.advance(50.0)
    assert diary.most["lane:x"] == 1
    assert [round(at) for at in diary.times("x")][:2] == [0, 20]


async def test_a_reload_that_changes_pools_gives_back_what_was_taken() -> None:
    clock = ManualClock()
    diary, scheduler = Diary(clock), Scheduler(clock, Limits(per_pool=1), ramp=0.0)
    scheduler.replace(
        [diary.job("a", 30.0, pools=("old",), takes=5.0), diary.job("b", 30.0, pools=("old",), takes=5.0)]
    )
    async with running(scheduler):
        await clock.advance(1.0)
        assert (scheduler.running, scheduler.backlog) == (1, 1)
        scheduler.replace(
            [diary.job("a", 30.0, pools=("new",), takes=5.0), diary.job("b", 30.0, pools=("new",), takes=5.0)]
        )
        await clock.advance(100.0)
    assert diary.most["old"] == diary.most["new"] == 1
    assert min(len(diary.times(key)) for key in "ab") >= 3


async def test_a_new_period_holds_at_once() -> None:
    clock = ManualClock()
    diary, scheduler = Diary(clock), Scheduler(clock, ramp=0.0)
    scheduler.replace([diary.job("x", 86400.0)])
    async with running(scheduler):
        await clock.advance(10.0)
        scheduler.replace([diary.job("x", 20.0)])
        await clock.advance(60.0)
    assert len(diary.times("x")) == 4


async def test_new_limits_hold_at_once() -> None:
    clock = ManualClock()
    diary, scheduler = Diary(clock), Scheduler(clock, Limits(overall=1), ramp=0.0)
    jobs = [diary.job(f"{number}", takes=50.0) for number in range(6)]
    scheduler.replace(jobs)
    async with running(scheduler):
        await clock.advance(1.0)
        assert scheduler.running == 1
        scheduler.replace(jobs, Limits(overall=4))
        await clock.advance(1.0)
        assert scheduler.running == 4


async def test_two_jobs_of_one_name_are_a_mistake() -> None:
    diary = Diary(ManualClock())
    with pytest.raises(ValueError, match="two jobs are called x"):
        Scheduler(diary.clock).replace([diary.job("x"), diary.job("x")])


@pytest.mark.parametrize("period", [0.0, -1.0, float("nan")])
def test_a_period_of_nothing_is_a_mistake(period: float) -> None:
    with pytest.raises(ValueError, match="a period of"):
        Diary(ManualClock()).job("x", period)


def test_a_limit_of_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="would let nothing run"):
        Limits(pools={"uplink:x": 0})


async def test_a_job_can_be_hurried() -> None:
    clock = ManualClock()
    diary, scheduler = Diary(clock), Scheduler(clock, ramp=0.0)
    scheduler.replace([diary.job("x", takes=1.0)])
    async with running(scheduler):
        await clock.advance(30.0)
        assert scheduler.hurry("x")
        await clock.advance(0.5)
        assert not scheduler.hurry("x"), "it runs already"
        assert not scheduler.hurry("nobody")
        await clock.advance(60.0)
    assert [round(at) for at in diary.times("x")] == [0, 30, 60]

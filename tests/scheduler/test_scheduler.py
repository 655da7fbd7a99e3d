"""The loop: due times, limits, reloads, broken jobs and stops. Under a clock that stands still."""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Iterable

import pytest

from skywatch.clock import ManualClock
from skywatch.scheduler import Job, Limits, Scheduler
from tests.scheduler.diary import Diary, running


async def test_every_job_runs_within_the_ramp_and_then_once_a_period() -> None:
    clock = ManualClock()
    diary, scheduler = Diary(clock), Scheduler(clock, ramp=30.0)
    scheduler.replace(diary.job(f"{number}") for number in range(50))
    async with running(scheduler):
        await clock.advance(31.0)
        assert {key for _, key in diary.runs} == {f"{number}" for number in range(50)}
        await clock.advance(600.0)
    for number in range(50):
        first, *grid = diary.times(f"{number}")
        assert first <= 30.0
        gaps = {round(b - a, 1) for a, b in itertools.pairwise(grid)}
        assert gaps <= {59.9, 60.0, 60.1}
        assert grid[0] - first <= 60.1


async def test_from_cold_everything_is_looked_at_as_fast_as_the_limits_allow() -> None:
    clock = ManualClock()
    diary, scheduler = Diary(clock), Scheduler(clock, Limits(overall=10, per_pool=10), ramp=0.0)
    scheduler.replace(diary.job(f"{number}", takes=1.0) for number in range(100))
    async with running(scheduler):
        await clock.advance(10.5)
        assert {key for _, key in diary.runs} == {f"{number}" for number in range(100)}


async def test_no_limit_is_ever_broken() -> None:
    clock = ManualClock()
    diary = Diary(clock)
    scheduler = Scheduler(clock, Limits(overall=7, per_pool=3, pools={"uplink:thin": 1}), ramp=5.0)
    uplinks = ("uplink:a", "uplink:b", "uplink:thin")
    scheduler.replace(
        diary.job(f"{camera}/{probe}", 20.0, lane=f"{camera}", pools=(uplinks[camera % 3],), takes=0.7 + camera % 4)
        for camera in range(12)
        for probe in range(3)
    )
    async with running(scheduler):
        await clock.advance(300.0)
    assert diary.most["all"] == 7
    assert (diary.most["uplink:a"], diary.most["uplink:thin"]) == (3, 1)
    assert max(diary.most[f"lane:{camera}"] for camera in range(12)) == 1
    assert {key for _, key in diary.runs} == {f"{camera}/{probe}" for camera in range(12) for probe in range(3)}


async def test_a_job_may_want_to_run_sooner() -> None:
    clock = ManualClock()
    diary, scheduler = Diary(clock), Scheduler(clock, ramp=0.0)
    pauses = iter([10.0, 20.0])
    scheduler.replace([diary.job("sick", wants=lambda: next(pauses, None))])
    async with running(scheduler):
        await clock.advance(119.0)
    assert [round(at, 1) for at in diary.times("sick")] == [0.0, 10.0, 30.0, 60.0]


async def test_a_slow_job_skips_the_points_it_missed() -> None:
    clock = ManualClock()
    diary, scheduler = Diary(clock), Scheduler(clock, ramp=0.0)
    scheduler.replace([diary.job("slow", 10.0, takes=25.0)])
    async with running(scheduler):
        await clock.advance(100.0)
    assert [round(at) for at in diary.times("slow")] == [0, 30, 60, 90]


async def test_a_wall_clock_that_is_set_matters_to_nobody() -> None:
    clock = ManualClock()
    diary, scheduler = Diary(clock), Scheduler(clock, ramp=0.0)
    scheduler.replace([diary.job("steady")])
    async with running(scheduler):
        await clock.advance(30.0)
        clock.jump(-3600.0)
        await clock.advance(60.0)
        clock.jump(+86400.0)
        await clock.advance(60.0)
    assert [round(at) for at in diary.times("steady")] == [0, 60, 120]


async def test_a_broken_job_is_told_once_counted_always_and_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    clock = ManualClock()
    diary, scheduler = Diary(clock), Scheduler(clock, ramp=0.0)

    async def broken() -> None:
        raise RuntimeError("a mistake of ours")

    async def cancels_itself() -> None:
        raise asyncio.CancelledError

    jobs = [Job("broken", "a", (), 60.0, broken), Job("cancels", "b", (), 60.0, cancels_itself), diary.job("well")]
    scheduler.replace(jobs)
    with caplog.at_level(logging.ERROR, "skywatch.scheduler"):
        async with running(scheduler):
            await clock.advance(190.0)
    assert len(diary.times("well")) == 4
    assert scheduler.failed == 8
    assert sorted(record.getMessage() for record in caplog.records) == ["the job broken broke", "the job cancels broke"]


async def test_a_job_that_is_called_wrongly_is_a_broken_job() -> None:
    clock = ManualClock()
    scheduler = Scheduler(clock, ramp=0.0)

    def at_once() -> Awaitable[None]:
        raise ValueError("before it even began")

    scheduler.replace([Job("hasty", "a", (), 60.0, at_once)])
    async with running(scheduler):
        await clock.advance(1.0)
        assert (scheduler.failed, scheduler.running) == (1, 0)


async def test_lateness_is_told_and_remembered() -> None:
    clock = ManualClock()
    told: list[tuple[str, float]] = []
    diary = Diary(clock)
    scheduler = Scheduler(
        clock, Limits(overall=1), ramp=0.0, on_start=lambda job, late: told.append((job.key, round(late)))
    )
    assert scheduler.lateness() == 0
    scheduler.replace(diary.job(key, 1000.0, takes=5.0) for key in "abc")
    async with running(scheduler):
        await clock.advance(2.0)
        assert (scheduler.running, scheduler.backlog) == (1, 2)
        await clock.advance(20.0)
        assert [late for _, late in told] == [0, 5, 10]
        assert scheduler.lateness(0.99) == pytest.approx(10, abs=0.1)
        assert scheduler.lateness(0.0) == 0
        assert scheduler.started == 3


# --- the beat


async def test_the_loop_beats_even_when_nothing_is_due() -> None:
    clock = ManualClock()
    scheduler = Scheduler(clock, beat=1.0)
    async with running(scheduler):
        for _ in range(20):
            await clock.advance(1.0)
            assert clock.steady() - scheduler.last_beat <= 1.0


async def test_the_beat_does_not_wait_for_jobs_that_hang() -> None:
    clock = ManualClock()
    diary, scheduler = Diary(clock), Scheduler(clock, Limits(overall=2), ramp=0.0)
    scheduler.replace(diary.job(f"{number}", takes=1e9) for number in range(5))
    async with running(scheduler):
        await clock.advance(100.0)
        assert clock.steady() - scheduler.last_beat <= 1.0


async def test_before_it_runs_and_after_it_stops_it_does_not_beat() -> None:
    clock = ManualClock()
    scheduler = Scheduler(clock)
    async with running(scheduler):
        await clock.advance(5.0)
    await clock.advance(5.0)
    assert scheduler.last_beat == 5.0


# --- stop


async def test_a_stop_waits_for_what_runs() -> None:
    clock = ManualClock()
    diary, scheduler = Diary(clock), Scheduler(clock, Limits(overall=1), ramp=0.0)
    scheduler.replace([diary.job("a", takes=3.0), diary.job("b", takes=3.0)])
    loop = asyncio.create_task(scheduler.run())
    await clock.advance(1.0)
    stop = asyncio.create_task(scheduler.stop(grace=10.0))
    await clock.advance(2.5)
    assert stop.done()
    assert loop.done()
    assert [key for _, key in diary.runs] == ["a"], "nothing new was begun"
    assert diary.now["all"] == 0


async def test_a_stop_cancels_what_does_not_end_in_time() -> None:
    clock = ManualClock()
    diary, scheduler = Diary(clock), Scheduler(clock, ramp=0.0)
    scheduler.replace([diary.job("hangs", takes=1e9)])
    loop = asyncio.create_task(scheduler.run())
    await clock.advance(1.0)
    stop = asyncio.create_task(scheduler.stop(grace=5.0))
    await clock.advance(4.9)
    assert not stop.done()
    await clock.advance(0.2)
    await stop
    assert loop.done()
    assert diary.now["all"] == 0
    assert scheduler.failed == 0


async def test_cancelling_the_loop_ends_every_job() -> None:
    clock = ManualClock()
    diary, scheduler = Diary(clock), Scheduler(clock, ramp=0.0)
    scheduler.replace(diary.job(key, takes=1e9) for key in "abc")
    loop = asyncio.create_task(scheduler.run())
    await clock.advance(1.0)
    assert diary.now["all"] == 3
    loop.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loop
    assert diary.now["all"] == 0


async def test_a_cold_start_of_thousands_leaves_the_loop_its_turns() -> None:
    clock = ManualClock()
    scheduler = Scheduler(clock, Limits(overall=1000, per_pool=1000), ramp=0.0)

    async def quick() -> None:
        """Done."""

    def jobs() -> Iterable[Job]:
        return (Job(f"{number}", f"{number}", ("pool",), 3600.0, quick) for number in range(5000))

    scheduler.replace(jobs())
    async with running(scheduler):
        await asyncio.sleep(0)
        assert scheduler.started <= 1000
        await clock.advance(1.0)
        assert scheduler.started >= 5000

"""The clock that stands until it is moved."""

import asyncio

from skywatch.clock import ManualClock


async def test_sleepers_wake_in_the_order_of_their_times_at_their_own_time() -> None:
    clock, woken = ManualClock(1000.0), list[tuple[str, float]]()

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((name, clock.now()))

    tasks = [asyncio.create_task(sleeper(name, seconds)) for name, seconds in (("c", 3.0), ("a", 1.0), ("b", 1.0))]
    await clock.advance(2.0)
    assert woken == [("a", 1001.0), ("b", 1001.0)]
    await clock.advance(2.0)
    assert woken[2:] == [("c", 1003.0)]
    await asyncio.gather(*tasks)


async def test_who_wakes_may_sleep_again_within_the_span() -> None:
    clock, beats = ManualClock(), list[float]()

    async def heart() -> None:
        while True:
            await clock.sleep(1.0)
            beats.append(clock.steady())

    task = asyncio.create_task(heart())
    await clock.advance(3600.0)
    assert beats == [float(second) for second in range(1, 3601)]
    task.cancel()


async def test_a_long_chain_of_tasks_gets_all_the_turns_it_needs() -> None:
    clock, links = ManualClock(), list[int]()

    async def link(number: int) -> None:
        links.append(number)
        if number < 500:
            await asyncio.create_task(link(number + 1))

    async def begin() -> None:
        await clock.sleep(1.0)
        await link(0)

    task = asyncio.create_task(begin())
    await clock.advance(1.0)
    assert len(links) == 501
    await task


async def test_a_task_that_spins_does_not_hold_the_clock_for_ever() -> None:
    clock = ManualClock()

    async def spin() -> None:
        while True:
            await asyncio.sleep(0)

    task = asyncio.create_task(spin())
    await clock.advance(1.0)
    assert clock.steady() == 1.0
    task.cancel()


async def test_setting_the_wall_clock_wakes_nobody() -> None:
    clock = ManualClock(1000.0)
    task = asyncio.create_task(clock.sleep(10.0))
    await clock.advance(1.0)
    clock.jump(3600.0)
    await clock.advance(1.0)
    assert not task.done()
    assert (clock.now(), clock.steady()) == (4602.0, 2.0)
    await clock.advance(8.0)
    assert task.done()


async def test_a_sleeper_that_was_cancelled_is_left_alone() -> None:
    clock = ManualClock()
    task = asyncio.create_task(clock.sleep(1.0))
    await clock.advance(0.5)
    task.cancel()
    await clock.advance(1.0)
    assert task.cancelled()

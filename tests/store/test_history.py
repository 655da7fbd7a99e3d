"""What is remembered over restarts, and what happens when the file fails."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skywatch.clock import ManualClock
from skywatch.health import Flip, FlipKind, State, Uptime, uptime
from skywatch.observation import Verdict
from skywatch.store import History
from skywatch.store.prune import Retention
from tests.health.eyes import CODE, row, seen, watch
from tests.real import ROOT
from tests.store.past import finding, lived, rows, state

OTHER = "37010000001320000002"
DAY = 86400.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history.db"


async def test_a_new_history_is_empty_and_well(path: Path) -> None:
    history = await History.open(path, 1000.0)
    assert history.healthy
    assert history.restore() == {}
    await history.close(1001.0)


async def test_without_a_path_nothing_is_remembered_and_nothing_is_wrong() -> None:
    history = await History.open(None, 1000.0)
    history.record([state(1000, "unknown", "up")])
    await history.flush(1001.0)
    assert (history.healthy, history.pending, history.restore()) == (True, 0, {})
    await history.close(1002.0)


async def test_the_time_without_skywatch_is_unknown(path: Path) -> None:
    await lived(path, [state(1100, "unknown", "up"), state(1500, "up", "down")])
    history = await History.open(path, 5000.0)
    camera, past = history.restore()[CODE]
    assert camera.state is State.UNKNOWN
    assert uptime(past.state, 1000, 5000) == Uptime(up=400, down=500, unknown=100 + 3000)
    assert camera.alive == 1500
    await history.close(5000.0)


async def test_every_restart_is_remembered(path: Path) -> None:
    await lived(path, [state(1100, "unknown", "up")])
    await lived(path, [state(3100, "unknown", "up")], 3000, 4000)
    await lived(path, [], 5000, 6000)
    history = await History.open(path, 7000.0)
    _, past = history.restore()[CODE]
    assert list(past.state.spans) == [
        (1100, State.UP), (2000, State.UNKNOWN), (3100, State.UP), (4000, State.UNKNOWN),
    ]  # fmt: skip
    await history.close(7000.0)


async def test_intactness_is_remembered_like_the_state(path: Path) -> None:
    flips = [Flip(CODE, at, at, FlipKind.INTACT, "", old, new) for at, old, new in (
        (1100.0, "unknown", "pass"), (1500.0, "pass", "fail"))]  # fmt: skip
    await lived(path, [state(1100, "unknown", "up"), *flips])
    history = await History.open(path, 3000.0)
    camera, past = history.restore()[CODE]
    assert camera.intact is Verdict.UNKNOWN
    assert uptime(past.intact, 1000, 3000) == Uptime(up=400, down=500, unknown=1100)
    await history.close(3000.0)


async def test_findings_that_stood_stand_again_with_their_date_and_evidence(path: Path) -> None:
    flips = [
        finding(1100, "standing"),
        finding(1100, "standing", "stream.busy"),
        finding(1200, "absent", "stream.busy"),
    ]
    await lived(path, [state(1050, "unknown", "up"), *flips])
    await lived(path, [], 3000, 4000)
    history = await History.open(path, 5000.0)
    camera, _ = history.restore()[CODE]
    (mark,) = camera.findings
    assert (mark.what, mark.since, mark.finding.step, mark.finding.detail) == ("picture.blur", 1100, "score", "0.93")
    await history.close(5000.0)


async def test_what_is_restored_goes_on_as_if_nothing_had_been(path: Path) -> None:
    """Visits, a restart, more visits; the flips of both runs make one chain."""
    _, flips = watch([*row("PPFF", 1000, 60), *(seen(at, "P", "heartbeat", "clock_wrong") for at in (1240, 1250))])
    await lived(path, flips, 900, 1300)
    history = await History.open(path, 2000.0)
    camera, past = history.restore()[CODE]
    camera, flips = watch([seen(2010, "P", "heartbeat", "clock_wrong"), *row("FF", 2100, 10)], state=camera)
    for flip in flips:
        past.take(flip)
    history.record(flips)
    await history.close(2200.0)
    assert uptime(past.state, 900, 2200) == Uptime(up=120 + 60 + 90, down=120 + 100, unknown=100 + 710)
    again = await History.open(path, 2200.0)
    assert list(again.restore()[CODE][1].state.spans)[:-1] == list(past.state.spans)
    await again.close(2200.0)


async def test_the_history_is_handed_over_once(path: Path) -> None:
    await lived(path, [state(1100, "unknown", "up")])
    history = await History.open(path, 3000.0)
    assert history.restore().keys() == {CODE}
    assert history.restore() == {}
    await history.close(3000.0)


async def test_it_is_written_by_itself_every_second(path: Path) -> None:
    clock = ManualClock(1000.0)
    history = await History.open(path, clock.now())
    task = asyncio.create_task(history.run(clock))
    history.record([state(1000, "unknown", "up")])
    await clock.advance(1.5)
    await history.close(clock.now())
    task.cancel()
    assert rows(path, "SELECT at, new FROM flip") == [(1000.0, "up")]


async def test_a_second_close_does_nothing(path: Path) -> None:
    history = await History.open(path, 1000.0)
    await history.close(1001.0)
    await history.close(1002.0)
    await history.flush(1003.0)
    assert rows(path, "SELECT until, clean FROM open") == [(1001.0, 1)]


# --- killed

VICTIM = """
import asyncio, itertools, sys
from pathlib import Path
from skywatch.health import Flip, FlipKind
from skywatch.store import History
from skywatch.store.prune import Retention

async def main():
    history = await History.open(Path(sys.argv[1]), 1000.0)
    for second in itertools.count(1000):
        old, new = ("up", "down") if second % 2 else ("down", "up")
        history.record([Flip(f"camera{n}", second, second, FlipKind.STATE, "", old, new) for n in range(20)])
        await history.flush(float(second))
        print(second, flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize("after", [1, 7, 40])
async def test_a_kill_loses_nothing_that_was_written_and_leaves_nothing_half_done(path: Path, after: int) -> None:
    victim = subprocess.Popen([sys.executable, "-c", VICTIM, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert victim.stdout is not None
    written = [float(victim.stdout.readline()) for _ in range(after)][-1]
    os.kill(victim.pid, signal.SIGKILL)
    rest = victim.stdout.read().split()
    victim.stdout.close()
    victim.wait()
    last = float(rest[-1]) if rest else written
    history = await History.open(path, 9000.0)
    restored = history.restore()
    assert len(restored) == 20
    ends = {tuple(past.state.spans)[-1] for _, past in restored.values()}
    assert len(ends) == 1, "one transaction: all cameras or none"
    ((gap, now),) = ends
    assert (now, last <= gap <= last + 1) == (State.UNKNOWN, True)
    assert rows(path, "SELECT clean FROM open ORDER BY id") == [(0,), (0,)]
    await history.close(9000.0)


# --- age and clocks


async def test_old_spans_are_forgotten_and_their_seconds_are_not(path: Path) -> None:
    start = 100 * DAY
    flips = [state(start + n * DAY / 2, *(("down", "up") if n % 2 else ("up", "down"))) for n in range(100)]
    history = await History.open(path, start)
    history.record(
        [*flips, finding(start, "standing"), finding(start + DAY, "absent"), finding(start, "standing", "x.y")]
    )
    await history.close(start + 50 * DAY)
    before = await up_and_down(path, start + 50 * DAY)
    history = await History.open(path, start + 51 * DAY, retention=Retention(changes=10 * DAY))
    await history.flush(start + 51 * DAY)
    await history.close(start + 51 * DAY)
    (kept,) = rows(path, "SELECT count(*) FROM flip WHERE kind = 'state'")[0]
    assert kept == 17 + 1 + 1, "eight days and a half, the span that reaches into them, and the gap"
    assert rows(path, "SELECT what FROM flip WHERE kind = 'finding'") == [("x.y",)], "what stands is never forgotten"
    assert await up_and_down(path, start + 52 * DAY) == before == (25 * DAY, 25 * DAY)


async def up_and_down(path: Path, now: float) -> tuple[float, float]:
    history = await History.open(path, now)
    camera, past = history.restore()[CODE]
    await history.close(now)
    ever = past.state.ever(camera.settled)
    return ever.up, ever.down


async def test_a_clock_that_was_set_back_while_skywatch_was_off_begins_where_it_ended(path: Path) -> None:
    await lived(path, [state(1_000_100, "unknown", "up")], 1_000_000, 1_003_600)
    history = await History.open(path, 1_000_000.0)
    camera, past = history.restore()[CODE]
    assert (camera.seen, past.state.since) == (1_003_600, 1_003_600)
    await history.close(1_000_010.0)


async def test_a_history_from_the_future_is_copied_and_believed_no_longer(path: Path) -> None:
    now = 1_000 * DAY
    await lived(
        path, [state(now, "unknown", "up"), state(now + 40 * 365 * DAY, "up", "down")], now, now + 41 * 365 * DAY
    )
    history = await History.open(path, now + 60)
    _, past = history.restore()[CODE]
    assert uptime(past.state, now, now + 60) == Uptime(up=60)
    assert past.state.since <= now + 60
    await history.close(now + 70)
    assert len(list(path.parent.glob("*.future-*"))) == 1


SPANS = st.lists(
    st.tuples(st.integers(0, 50), st.sampled_from([CODE, OTHER]), st.sampled_from(list(State)), st.booleans()),
    max_size=30,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SPANS)
def test_whatever_happened_in_however_many_runs_the_sums_are_right(
    tmp_path_factory: pytest.TempPathFactory, spans: list[tuple[int, str, State, bool]]
) -> None:
    """Against a list of one state for each second; True restarts skywatch, with ten seconds of nobody watching."""
    truth, end = asyncio.run(live(tmp_path_factory.mktemp("any") / "history.db", spans))
    for camera, (found, expected) in truth.items():
        assert found == expected, camera
    assert end >= 0


async def live(path: Path, spans: list[tuple[int, str, State, bool]]) -> tuple[dict[str, tuple[Uptime, Uptime]], int]:
    now, history = 0, await History.open(path, 0.0)
    seconds: dict[str, list[State]] = {}
    for step, camera, new, restart in spans:
        now += step
        told = seconds.setdefault(camera, [])
        told += [told[-1] if told else State.UNKNOWN] * (now - len(told))
        history.record([state(float(now), "unknown", new, camera)])
        seconds[camera] = [*told[:now], new]
        if restart:
            await history.close(float(now + 1))
            for each in seconds.values():
                each += [each[-1]] * (now + 1 - len(each)) + [State.UNKNOWN] * 10
            now += 11
            history = await History.open(path, float(now))
    await history.close(float(now + 1))
    history = await History.open(path, float(now + 1))
    found = {}
    for camera, (_, past) in history.restore().items():
        told = seconds[camera]
        told += [told[-1]] * (now + 1 - len(told))
        expected = Uptime(
            *(float(told.count(each)) for each in (State.UP, State.DOWN, State.UNKNOWN, State.MAINTENANCE))
        )
        found[camera] = (uptime(past.state, 0, now + 1), expected)
    await history.close(float(now + 1))
    return found, now

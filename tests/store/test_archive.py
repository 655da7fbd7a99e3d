"""The history, read while somebody else writes it: what every camera was in any period."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skywatch.health import Flip, State, Uptime, uptime
from skywatch.health.periods import by_group, sums
from skywatch.health.tally import HOUR
from skywatch.inventory import Camera, Inventory, Kind, Village
from skywatch.observation import Observation, Verdict
from skywatch.store import History
from skywatch.store.archive import NoHistory, opened
from skywatch.store.file import Foreign
from tests.health.eyes import CODE
from tests.store.past import lived, rows, state

OTHER = "37010000001320000002"


async def test_a_period_is_read_while_the_daemon_writes(tmp_path: Path) -> None:
    path = tmp_path / "h.db"
    history = await History.open(path, 1000.0)
    history.record([state(1100, "unknown", "up"), state(1500, "up", "down")])
    await history.flush(2000.0)
    with opened(path) as archive:
        past = archive.pasts(1200, 1900)[CODE]
        assert uptime(past.state, 1200, 1900) == Uptime(up=300, down=400)
        assert archive.watched(0, 5000) == [(1000, 2000)]
    await history.close(2000.0)


async def test_after_the_last_word_nobody_watched(tmp_path: Path) -> None:
    await lived(tmp_path / "h.db", [state(1100, "unknown", "up")], until=2000)
    with opened(tmp_path / "h.db") as archive:
        past = archive.pasts(1000, 5000)[CODE]
    assert uptime(past.state, 1000, 5000) == Uptime(up=900, unknown=100 + 3000)


def test_without_a_file_there_is_no_history(tmp_path: Path) -> None:
    with pytest.raises(NoHistory), opened(tmp_path / "none.db"):
        pass


def test_the_file_of_somebody_else_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "h.db").write_bytes(b"")
    with pytest.raises(Foreign), opened(tmp_path / "h.db"):
        pass


SPAN = st.tuples(st.floats(1, 900), st.sampled_from(["up", "down", "unknown", "maintenance"]))


@given(spans=st.lists(SPAN, max_size=20), cut=st.tuples(st.floats(900, 9000), st.floats(0, 5000)))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_period_is_exact(tmp_path: Path, spans: list[tuple[float, str]], cut: tuple[float, float]) -> None:
    path = tmp_path / "h.db"
    for old in tmp_path.glob("h.db*"):
        old.unlink()
    at, was, flips = 1000.0, "unknown", list[Flip]()
    truth: list[tuple[float, str]] = [(1000.0, was)]
    for seconds, new in spans:
        at += seconds
        if new != was:
            flips.append(state(at, was, new))
            truth.append((at, new))
            was = new
    await lived(path, flips, since=1000.0, until=at + 100)
    truth.append((at + 100, "unknown"))
    start, end = cut[0], cut[0] + cut[1]
    with opened(path) as archive:
        past = archive.pasts(start, end).get(CODE)
    expected = dict.fromkeys(State, 0.0)
    for (begin, name), (finish, _) in zip(truth, [*truth[1:], (end, "")], strict=True):
        expected[State(name)] += max(0.0, min(finish, end) - max(begin, start))
    if past is not None:
        got = uptime(past.state, start, end)
        for name in ("up", "down", "maintenance"):
            assert getattr(got, name) == pytest.approx(expected[State(name)], abs=1e-6)


def place(code: str) -> Village:
    return Village(code, code, Kind.VILLAGE, 1, f"feed-{code}", "line", "firm", 118.0, 36.0)


async def test_groups_keep_both_formulas_and_their_denominators(tmp_path: Path) -> None:
    inventory = Inventory(
        {code: place(code) for code in ("a", "b")},
        {CODE: Camera(CODE, "one", "a", "h"), OTHER: Camera(OTHER, "two", "b", "h")},
    )
    flips = [state(1000, "unknown", "up"), state(1000, "unknown", "down", OTHER), state(1800, "down", "unknown", OTHER)]
    await lived(tmp_path / "h.db", flips, until=2000)
    with opened(tmp_path / "h.db") as archive:
        each = sums(archive.pasts(1000, 2000), 1000, 2000)
    whole = by_group(inventory, each, "township")[""]
    assert (whole.mean_online.numerator, whole.mean_online.denominator) == (1.0, 2)
    assert (whole.online.numerator, whole.online.denominator) == (1000.0, 1800.0)
    assert by_group(inventory, each, "feed")["feed-b"].online.ratio == 0.0
    assert set(by_group(inventory, each, "camera")) == {CODE, OTHER}


async def test_what_was_measured_is_added_up_by_hour_and_day(tmp_path: Path) -> None:
    path = tmp_path / "h.db"
    history = await History.open(path, 0.0, day_of=lambda at: at - at % (24 * HOUR))
    for at, seconds in ((10.0, 0.5), (20.0, 1.5), (HOUR + 5, 1.0)):
        history.measured(Observation("heartbeat", CODE, at, 0.1, Verdict.PASS, numbers={"round_trip": seconds}))
        await history.flush(at)
    history.measured(Observation("heartbeat", CODE, HOUR + 9, 5.0, Verdict.FAIL))
    await history.close(2 * HOUR)
    found = "SELECT start, visits, failed, answers, answering, slowest FROM"
    assert rows(path, f"{found} hourly ORDER BY start") == [(0, 2, 0, 2, 2.0, 1.5), (HOUR, 2, 1, 1, 1.0, 1.0)]
    assert rows(path, f"{found} daily") == [(0, 4, 1, 3, 3.0, 1.5)]


async def test_what_could_not_be_written_is_not_lost_and_not_counted_twice(tmp_path: Path) -> None:
    path = tmp_path / "h.db"
    history = await History.open(path, 0.0, timeout=0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    history.measured(Observation("heartbeat", CODE, 10.0, 0.1, Verdict.PASS, numbers={"round_trip": 1.0}))
    await history.flush(11.0)
    assert not history.healthy
    history.measured(Observation("heartbeat", CODE, 12.0, 0.1, Verdict.PASS, numbers={"round_trip": 2.0}))
    other.execute("ROLLBACK")
    other.close()
    await history.close(20.0)
    assert rows(path, "SELECT visits, answering FROM hourly") == [(2, 3.0)]

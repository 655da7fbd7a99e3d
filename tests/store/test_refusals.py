"""What is remembered of refused passwords over a restart."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.clock import ManualClock
from skywatch.credentials import Credentials
from skywatch.probes.accounts import HOUR, Account, Accounts
from skywatch.store import Refusals

HOST = "10.0.0.9"
SECRET = Credentials("admin", "correct horse")
OTHER = Credentials("admin", "battery staple")


def accounts(path: Path, clock: ManualClock) -> Accounts:
    """What a process has that starts now."""
    remembered = Refusals(path, clock)
    return Accounts(
        recall=lambda host, who: Account(*remembered.recall(host, who)),
        keep=lambda host, who, account: remembered.keep(host, who, account.refusals, account.closed_until),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "refusals.jsonl"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_800_000_000.0)


def tried(path: Path, clock: ManualClock, secret: Credentials = SECRET) -> int:
    """How often a process that starts now tries a wrong password before it is told not to."""
    now, tries = accounts(path, clock), 0
    while not now.of(HOST, secret).closed_for(clock.steady()):
        now.refused(HOST, secret, clock.steady())
        tries += 1
    return tries


def test_however_often_it_is_restarted_a_wrong_password_is_tried_no_more(path: Path, clock: ManualClock) -> None:
    assert [tried(path, clock) for _ in range(5)] == [2, 0, 0, 0, 0]


async def test_the_pause_goes_on_over_a_restart_and_grows(path: Path, clock: ManualClock) -> None:
    tried(path, clock)
    await clock.advance(HOUR - 1)
    assert accounts(path, clock).of(HOST, SECRET).closed_for(clock.steady()) == pytest.approx(1.0)
    await clock.advance(2)
    assert tried(path, clock) == 1
    assert accounts(path, clock).of(HOST, SECRET).closed_for(clock.steady()) == pytest.approx(2 * HOUR)


def test_a_password_that_was_changed_meanwhile_is_tried_at_once(path: Path, clock: ManualClock) -> None:
    tried(path, clock)
    assert tried(path, clock, OTHER) == 2


def test_a_success_is_remembered_too(path: Path, clock: ManualClock) -> None:
    tried(path, clock)
    accounts(path, clock).accepted(HOST, SECRET)
    assert accounts(path, clock).of(HOST, SECRET) == Account()


async def test_what_is_long_over_is_forgotten(path: Path, clock: ManualClock) -> None:
    tried(path, clock)
    await clock.advance(80 * HOUR)
    accounts(path, clock)
    assert HOST not in path.read_text()


def test_a_clock_that_was_set_back_closes_nothing_for_longer_than_a_day(path: Path, clock: ManualClock) -> None:
    tried(path, clock)
    early = ManualClock(1_000_000_000.0)
    assert accounts(path, early).of(HOST, SECRET).closed_for(early.steady()) == 24 * HOUR


def test_neither_the_password_nor_enough_to_find_it_is_in_the_file(path: Path, clock: ManualClock) -> None:
    tried(path, clock)
    assert SECRET.password not in path.read_text()
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert {len(row["mark"]) for row in rows if "mark" in row} == {4}


def test_without_a_place_to_write_it_says_so_once_and_goes_on(
    tmp_path: Path, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    assert tried(tmp_path / "file" / "refusals.jsonl", clock) == 2
    assert len(caplog.records) == 1


@given(st.lists(st.text(max_size=60) | st.sampled_from(['{"host": 1}', "[]", '{"salt": 7}', '{"salt": "x"}', "nan"])))
def test_whatever_is_in_the_file_it_is_read_and_mended(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    path = tmp_path_factory.mktemp("state") / "refusals.jsonl"
    clock = ManualClock(1_800_000_000.0)
    path.write_text("\n".join(lines), encoding="utf-8", errors="replace")
    assert tried(path, clock) == 2
    assert tried(path, clock) == 0

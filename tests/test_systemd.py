"""What the service manager hears, over a real datagram socket."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.clock import ManualClock
from skywatch.systemd import Notifier, feed, watchdog_interval


class Manager:
    """The service manager's end of $NOTIFY_SOCKET."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._socket.bind("\0" + address[1:] if address.startswith("@") else address)

    def heard(self) -> list[str]:
        """Every datagram since the last call."""
        datagrams = []
        with contextlib.suppress(BlockingIOError):
            while True:
                datagrams.append(self._socket.recv(4096).decode())
        return datagrams

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    abstract = f"@skywatch-test-{os.getpid()}-{tmp_path.name}"
    manager = Manager(abstract if request.param == "abstract" else str(tmp_path / "notify"))
    yield manager
    manager.close()


@pytest.fixture
def notifier(manager: Manager) -> Notifier:
    return Notifier.of({"NOTIFY_SOCKET": manager.address})


def test_each_word_is_one_datagram(manager: Manager, notifier: Notifier) -> None:
    assert notifier.ready("260 cameras")
    assert notifier.status("258 of 260 up")
    assert notifier.reloading(12.5)
    assert notifier.ready()
    assert notifier.alive()
    assert notifier.stopping()
    assert manager.heard() == [
        "READY=1\nSTATUS=260 cameras",
        "STATUS=258 of 260 up",
        "RELOADING=1\nMONOTONIC_USEC=12500000",
        "READY=1",
        "WATCHDOG=1",
        "STOPPING=1",
    ]


def test_a_status_cannot_smuggle_in_another_field(manager: Manager, notifier: Notifier) -> None:
    notifier.status("张家村\nMAINPID=1\r\n  断电 ")
    assert manager.heard() == ["STATUS=张家村 MAINPID=1 断电"]


def test_a_long_status_is_cut_between_characters(manager: Manager, notifier: Notifier) -> None:
    notifier.status("村" * 2000)
    (told,) = manager.heard()
    assert told == "STATUS=" + "村" * (1024 // 3)


def test_without_a_service_manager_nothing_happens() -> None:
    assert not Notifier.of({}).ready()


@pytest.mark.parametrize("address", ["vsock:2:1234", "relative/path"])
def test_an_address_of_another_kind_tells_nobody(address: str) -> None:
    assert not Notifier(address).ready()


def test_a_manager_that_went_away_fails_nothing(manager: Manager, notifier: Notifier) -> None:
    manager.close()
    assert not notifier.alive()


def test_a_manager_that_does_not_read_blocks_nothing(manager: Manager, notifier: Notifier) -> None:
    delivered = [notifier.alive() for _ in range(5000)]
    assert delivered[0]
    assert not delivered[-1]


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "500000", "WATCHDOG_PID": "42"}, 0.5),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "43"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": ""}, None),
        ({"WATCHDOG_USEC": "-1"}, None),
        ({"WATCHDOG_USEC": "30s"}, None),
        ({"WATCHDOG_USEC": "３０"}, None),
        ({"WATCHDOG_PID": "42"}, None),
    ],
)
def test_the_watchdog_interval_is_read_as_systemd_means_it(environment: dict[str, str], expected: float | None) -> None:
    assert watchdog_interval(environment, pid=42) == expected


def test_the_watchdog_asks_for_this_process() -> None:
    environment = {"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": str(os.getpid())}
    assert watchdog_interval(environment) == 1.0


@given(st.dictionaries(st.sampled_from(["WATCHDOG_USEC", "WATCHDOG_PID"]), st.text(max_size=8)))
def test_no_environment_breaks_the_reading(environment: dict[str, str]) -> None:
    interval = watchdog_interval(environment, pid=42)
    assert interval is None or interval > 0


@asynccontextmanager
async def feeding(
    notifier: Notifier, interval: float, last_beat: Callable[[], float], clock: ManualClock
) -> AsyncIterator[None]:
    task = asyncio.create_task(feed(notifier, interval, last_beat, clock))
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def test_the_dog_is_fed_at_half_its_interval(manager: Manager, notifier: Notifier) -> None:
    clock = ManualClock()
    async with feeding(notifier, 30.0, clock.steady, clock):
        await clock.advance(14.9)
        assert manager.heard() == ["WATCHDOG=1"]
        await clock.advance(0.2)
        assert manager.heard() == ["WATCHDOG=1"]
        await clock.advance(60)
        assert manager.heard() == ["WATCHDOG=1"] * 4


async def test_a_stuck_scheduler_starves_the_dog_within_one_and_a_half_intervals(
    manager: Manager, notifier: Notifier, caplog: pytest.LogCaptureFixture
) -> None:
    clock = ManualClock()
    last_beat = 4.0
    async with feeding(notifier, 30.0, lambda: last_beat, clock):
        await clock.advance(15)
        assert manager.heard() == ["WATCHDOG=1"] * 2
        await clock.advance(600)
        assert manager.heard() == []
    told = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert told == ["the scheduler has not come round for 26.0 s; the watchdog is not fed any more"]


async def test_a_scheduler_that_comes_back_in_time_is_fed_again(manager: Manager, notifier: Notifier) -> None:
    clock = ManualClock()
    beats = [0.0]
    async with feeding(notifier, 30.0, lambda: beats[-1], clock):
        await clock.advance(30)
        manager.heard()
        beats.append(clock.steady())
        await clock.advance(15)
        assert manager.heard() == ["WATCHDOG=1"]


async def test_somebody_setting_the_wall_clock_starves_nobody(manager: Manager, notifier: Notifier) -> None:
    clock = ManualClock()
    async with feeding(notifier, 30.0, clock.steady, clock):
        clock.jump(-86400)
        await clock.advance(15)
        assert manager.heard() == ["WATCHDOG=1"] * 2

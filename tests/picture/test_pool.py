"""The worker processes: what a picture may do to them, and that nobody else notices."""

import asyncio
import gc
import multiprocessing
import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from skywatch.findings import GLOSSARY
from skywatch.picture import Features, PictureError, Undecodable, WorkerCrashed, Workers, WorkerTimedOut
from skywatch.protocols.rtsp.unit import AccessUnit
from tests.picture.drawn import Endless, Lethal, encoded, town

PICTURE = encoded(town(1, 640, 360), "h264")
LETHAL: Any = Lethal()
ENDLESS: Any = Endless()


def soon(seconds: float = 30.0) -> float:
    return asyncio.get_running_loop().time() + seconds


def worker_processes() -> list[multiprocessing.process.BaseProcess]:
    return [child for child in multiprocessing.active_children() if child.name == "pebble_pool_worker"]


async def test_a_picture_is_measured_in_another_process() -> None:
    async with Workers(1) as workers:
        features = (await workers.examine(PICTURE, soon())).features
    assert isinstance(features, Features)
    assert (features.width, features.height) == (640, 360)
    assert features.sharpness.steepness > 0.3
    assert (workers.crashes, workers.timeouts) == (0, 0)


async def test_many_pictures_at_once_are_all_measured() -> None:
    units = [PICTURE, encoded(town(2, 320, 240), "h265"), encoded(town(3, 352, 288), "mjpeg")] * 5
    async with Workers(2) as workers:
        seen = await asyncio.gather(*(workers.examine(unit, soon()) for unit in units))
    assert [each.features.width for each in seen] == [640, 320, 352] * 5


async def test_garbage_is_undecodable_and_costs_no_worker() -> None:
    async with Workers(1) as workers:
        await workers.ready()
        before = [process.pid for process in worker_processes()]
        with pytest.raises(Undecodable):
            await workers.examine(AccessUnit("h264", b"\0\0\0\1\x65" + os.urandom(3000), 0, 0), soon())
        assert (await workers.examine(PICTURE, soon())).features.width == 640
        assert [process.pid for process in worker_processes()] == before
    assert workers.crashes == 0


async def test_a_picture_that_kills_its_worker_costs_one_error() -> None:
    async with Workers(1) as workers:
        await workers.ready()
        with pytest.raises(WorkerCrashed):
            await workers.examine(LETHAL, soon())
        assert workers.crashes >= 1
        assert (await workers.examine(PICTURE, soon())).features.width == 640


async def test_a_picture_that_kills_its_worker_harms_no_other() -> None:
    async with Workers(2) as workers:
        await workers.ready()
        units = [PICTURE, PICTURE, LETHAL, PICTURE, PICTURE]
        seen = await asyncio.gather(*(workers.examine(unit, soon()) for unit in units), return_exceptions=True)
    assert [type(each).__name__ for each in seen] == ["Examined", "Examined", "WorkerCrashed", "Examined", "Examined"]


async def test_a_picture_that_hangs_costs_its_time_out() -> None:
    async with Workers(1, timeout=0.3) as workers:
        await workers.ready()
        with pytest.raises(WorkerTimedOut, match="hung"):
            await workers.examine(ENDLESS, soon())
        assert workers.timeouts == 1
    async with Workers(1) as workers:
        with pytest.raises(WorkerTimedOut, match="deadline"):
            await workers.examine(ENDLESS, soon(0.3))
        assert (await workers.examine(PICTURE, soon())).features.width == 640
        assert (workers.crashes, workers.timeouts) == (0, 1)


async def test_an_idle_worker_that_is_killed_costs_nothing() -> None:
    async with Workers(1) as workers:
        await workers.ready()
        for process in worker_processes():
            assert process.pid is not None
            os.kill(process.pid, signal.SIGKILL)
        assert (await workers.examine(PICTURE, soon())).features.width == 640


async def test_a_deadline_that_has_passed_is_a_time_out() -> None:
    async with Workers(1) as workers:
        with pytest.raises(WorkerTimedOut):
            await workers.examine(PICTURE, soon(-1.0))


async def test_a_picture_that_wants_too_much_memory_is_refused_by_its_worker() -> None:
    large = encoded(town(1, 3840, 2160), "mjpeg")
    async with Workers(1, memory=100 << 20) as workers:
        with pytest.raises(PictureError):
            await workers.examine(large, soon())
        assert (await workers.examine(PICTURE, soon())).features.width == 640


async def test_cancelling_a_visit_leaves_the_workers_well() -> None:
    async with Workers(1) as workers:
        await workers.ready()
        visit = asyncio.create_task(workers.examine(ENDLESS, soon()))
        await asyncio.sleep(0)
        visit.cancel()
        with pytest.raises(asyncio.CancelledError):
            await visit
        assert (await workers.examine(PICTURE, soon())).features.width == 640


async def test_no_process_stays_behind() -> None:
    async with Workers(2) as workers:
        await workers.ready()
        assert len(worker_processes()) == 2
    gc.collect()
    assert worker_processes() == []


async def test_workers_that_nobody_asked_anything_end_too() -> None:
    async with Workers(1):
        pass
    assert worker_processes() == []


def test_the_daemon_itself_loads_neither_opencv_nor_ffmpeg() -> None:
    code = "import sys, skywatch.picture; print([name for name in ('cv2', 'av', 'numpy') if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


@pytest.mark.parametrize("error", [Undecodable, WorkerCrashed, WorkerTimedOut])
def test_every_failure_is_in_the_glossary(error: type[PictureError]) -> None:
    assert issubclass(error, PictureError)
    assert error.code in GLOSSARY

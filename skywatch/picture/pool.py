"""Worker processes that decode and measure pictures, so that a camera's bytes never reach the daemon's own memory.

Pebble holds them. A worker that crashes or hangs is replaced and costs one error; a pool that breaks altogether is
replaced by a fresh one. Workers are forked from a fork server that has the libraries loaded and none of the daemon's
sockets, so a new one is there in milliseconds.
"""

import asyncio
import functools
import logging
import multiprocessing
import signal
from collections.abc import Callable, Sequence
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from skywatch.picture.errors import WorkerCrashed, WorkerTimedOut
from skywatch.picture.examined import Asked, Examined
from skywatch.picture.reference import Reference
from skywatch.picture.sketch import Sketch
from skywatch.protocols.rtsp.unit import AccessUnit, Packets

log = logging.getLogger(__name__)
T = TypeVar("T")

MEMORY = 1 << 30
"""Bytes of data that a worker may hold: enough for a picture of 8192 x 8192, and not the machine."""

_START = 60.0
"""Seconds in which the first worker must be there, on a machine that does much else."""


class Workers:
    """`count` processes. `timeout` is how many seconds a worker may spend on one picture before it counts as hung;
    after `max_tasks` pictures a worker is replaced: what a decoder leaks, it takes with it. `memory` bounds each, in
    bytes.

    An asynchronous context manager: entering starts the processes in the background, leaving ends them. `crashes` and
    `timeouts` count the workers that died on a picture and the pictures that were given up, since the start.
    """

    def __init__(self, count: int, *, timeout: float = 10.0, max_tasks: int = 2000, memory: int = MEMORY) -> None:
        self.count = count
        self.timeout = timeout
        self.crashes = 0
        self.timeouts = 0
        self._make = functools.partial(_start, count, max_tasks, memory)
        self._pool: asyncio.Task[ProcessPool] | None = None
        self._ending: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._current()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pool, self._pool = self._pool, None
        endings = [*self._ending, *([_end(pool)] if pool else [])]
        await asyncio.gather(*endings)

    async def ready(self) -> None:
        """Return once a worker has everything loaded. Raises PictureError if none comes up."""
        await self._run(_warm, asyncio.get_running_loop().time() + _START)

    async def examine(
        self,
        unit: AccessUnit | Packets,
        deadline: float,
        references: Sequence[Reference] = (),
        earlier: Sketch | None = None,
        want_reference: bool = False,
        want_thumbnail: bool = False,
    ) -> Examined:
        """The picture in `unit`, or the first whole one in packets of a codec that our client doesn't take apart,
        measured by `deadline` (event-loop time): by itself, against `references`, and against the `earlier` look.

        Raises Undecodable, WorkerCrashed, WorkerTimedOut: all of them PictureError.
        """
        asked = Asked(tuple(references), earlier, want_reference, want_thumbnail)
        return await self._run(functools.partial(_examine, unit, asked), deadline)

    async def _run(self, work: Callable[[], T], deadline: float) -> T:
        """`work` done by a worker; it must be picklable, by reference to this file."""
        try:
            async with asyncio.timeout_at(deadline):
                try:
                    return await self._once(work)
                except (
                    BrokenProcessPool
                ):  # mostly an idle worker that somebody killed; nothing is wrong with the picture
                    return await self._once(work)
        except TimeoutError as error:
            self.timeouts += 1
            raise WorkerTimedOut("the decoder hung" if error.args else "not decoded by the deadline") from None
        except ProcessExpired as error:
            self.crashes += 1
            raise WorkerCrashed(f"the decoder died ({_cause(error.exitcode)})") from None
        except BrokenProcessPool as error:
            raise WorkerCrashed(f"no worker ({error.__cause__ or error})") from None

    async def _once(self, work: Callable[[], T]) -> T:
        """Raises BrokenProcessPool, with that pool already given up, when it is of no more use."""
        starting = self._current()
        try:
            pool = await asyncio.shield(starting)
            future = pool.schedule(work, timeout=self.timeout)
            return await asyncio.wrap_future(future)
        except (BrokenProcessPool, RuntimeError, OSError) as error:  # RuntimeError: pebble's word for a broken pool
            if isinstance(error, TimeoutError | ProcessExpired):
                raise
            self._give_up(starting)
            raise BrokenProcessPool(type(error).__name__) from error

    def _current(self) -> asyncio.Task[ProcessPool]:
        if self._pool is None:
            self._pool = asyncio.create_task(asyncio.to_thread(self._make), name="picture workers start")
        return self._pool

    def _give_up(self, broken: asyncio.Task[ProcessPool]) -> None:
        """End a broken pool in the background, once; the next picture gets a fresh one."""
        if self._pool is not broken:
            return
        self._pool = None
        self.crashes += 1
        log.warning("the picture workers broke down; starting new ones")
        ending = asyncio.create_task(_end(broken), name="picture workers end")
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)


def _start(count: int, max_tasks: int, memory: int) -> ProcessPool:
    """Start the processes. Takes a second the first time, when the fork server loads the libraries."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["skywatch.picture.worker"])
    pool = ProcessPool(count, max_tasks, functools.partial(_prepare, memory), context=context)
    if not pool.active:  # asking starts it
        raise BrokenProcessPool("not started")
    return pool


async def _end(starting: asyncio.Task[ProcessPool]) -> None:
    try:
        pool = await asyncio.shield(starting)
    except (BrokenProcessPool, OSError):
        return
    pool.stop()  # type: ignore[no-untyped-call]
    await asyncio.to_thread(pool.join)


def _cause(exitcode: int) -> str:
    try:
        return signal.Signals(-exitcode).name
    except ValueError:
        return f"exit status {exitcode}"


# What is sent to a worker is the name of one of these. They import the libraries there, never in the daemon.


def _prepare(memory: int) -> None:
    from skywatch.picture import worker

    worker.prepare(memory)


def _warm() -> None:
    """Nothing: whoever answers has been prepared."""


def _examine(unit: AccessUnit | Packets, asked: Asked) -> Examined:
    from skywatch.picture import worker

    return worker.examine(unit, asked)

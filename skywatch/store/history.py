"""What skywatch remembers over restarts: a queue in front of the file, emptied about once a second by one writer
thread. The event loop never waits for the disk, and a file that fails never stops the watching."""

import asyncio
import logging
import sqlite3
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from skywatch.clock import Clock
from skywatch.health import DAY, Flip
from skywatch.observation import Observation
from skywatch.store.affairs import Word
from skywatch.store.announced import Announced
from skywatch.store.file import Foreign, is_damage, keep_copy, open_file
from skywatch.store.present import Present
from skywatch.store.prune import Retention
from skywatch.store.record import Affairs, Batch, DayOf, Record, Restored, last_word, squeeze, utc_day

log = logging.getLogger(__name__)

MOST_PENDING = 100_000
"""So many flips wait in memory for a file that can't be written; then the oldest are lost, and counted."""

_KEPT = Retention()
_TROUBLE = (sqlite3.Error, OSError, Foreign)


class History:
    """Made by `History.open`. `healthy` is False while what happens can't be written down; it is tried again with every
    `flush`. `lost` counts flips that never got there. Without a path there is no file, and nothing is remembered.
    `affairs` is what was going on when the last run ended.
    """

    def __init__(self, path: Path | None, retention: Retention, timeout: float, day_of: DayOf) -> None:
        self._path, self._retention, self._timeout, self._day_of = path, retention, timeout, day_of
        self._writer = ThreadPoolExecutor(1, "history") if path else None
        self._record: Record | None = None
        self._waiting = Batch()
        self._restored: Restored = {}
        self._spoken: list[Word] = []
        self._last_word = 0
        self._announced: tuple[Announced, ...] = ()
        self._present = Present()
        self.affairs = Affairs()
        self._next_prune = 0.0
        self._closed = False
        self._turn = asyncio.Lock()
        self._writing: asyncio.Task[bool] | None = None
        self.healthy = True
        self.lost = 0

    @classmethod
    async def open(
        cls,
        path: Path | None,
        now: float,
        *,
        retention: Retention = _KEPT,
        timeout: float = 2.0,
        day_of: DayOf = utc_day,
    ) -> "History":
        """The history in the file at `path`, made where there is none. Raises nothing: where the file can't be had,
        `healthy` says so. `now` is Unix seconds; `retention` how long each kind is kept; `timeout` how long, in
        seconds, a lock of somebody else is waited for; `day_of` when a day of the station begins."""
        history = cls(path, retention, timeout, day_of)
        if history._writer is not None and await history._write(now, last=False):
            await history._remember()
        return history

    def restore(self) -> Restored:
        """Every camera that had a history when it was opened, by code: its state (unknown, with the findings that
        stood) and its past, in which the time without skywatch is unknown. To be asked once: it is handed over."""
        restored, self._restored = self._restored, {}
        return restored

    def record(self, flips: Iterable[Flip]) -> None:
        """Remember these, in this order, with the next `flush`. Costs nothing and never waits."""
        if self._path is None:
            return
        self._waiting.flips.extend(flips)
        self._bound()

    def measured(self, seen: Observation) -> None:
        """Add up what a visit measured, for the hour and the day. Costs microseconds and never waits."""
        if self._path is not None:
            self._waiting.tallies.add(seen)

    def note(self, batch: Batch) -> None:
        """Remember all of `batch` with the next `flush`, in one transaction: faults with their events, the messages
        made of them, and the words that they came from."""
        if self._path is not None:
            self._waiting.follow(batch)
            self._bound()

    def words(self) -> list[Word]:
        """What people have said since this was asked last. Whoever heeds one notes its id in the batch that makes it
        true (`Batch.heeded`); one that is not heeded is said again after a restart."""
        spoken, self._spoken = self._spoken, []
        return spoken

    @property
    def announced(self) -> tuple[Announced, ...]:
        """Maintenance that people have announced, as of the last flush."""
        return self._announced

    def _bound(self) -> None:
        """A file that can't be written for days must not fill the memory: the oldest flips are lost, and counted."""
        if (excess := len(self._waiting.flips) - MOST_PENDING) > 0:
            del self._waiting.flips[:excess]
            self.lost += excess

    async def run(self, clock: Clock, interval: float = 1.0) -> None:
        """Write every `interval` seconds, until cancelled."""
        while True:
            await clock.sleep(interval)
            await self.flush(clock.now())

    async def flush(self, now: float) -> None:
        """Write what waits, and that all is known up to `now`. Raises nothing; what can't be written waits on."""
        if self._writer is not None and not self._closed:
            self._writing = asyncio.ensure_future(self._write(now, last=False))
            await asyncio.shield(self._writing)  # who is cancelled in the middle must not leave flips half handed over

    async def close(self, now: float) -> None:
        """Write what waits, end the run in good order, and let go of the file. A second close does nothing."""
        if self._closed or self._writer is None:
            return
        self._closed = True
        if not await self._write(now, last=True) and self.pending:
            log.error("%d changes of state could not be written down and are lost", self.pending)
        self._writer.shutdown(wait=False)

    @property
    def pending(self) -> int:
        """Flips that wait for the file."""
        return len(self._waiting.flips)

    async def _write(self, now: float, last: bool) -> bool:
        """Hand what waits to the writer. False, and it waits on, if that failed."""
        assert self._writer is not None  # noqa: S101 - callers asked
        async with self._turn:
            batch, self._waiting = self._waiting, Batch()
            loop = asyncio.get_running_loop()
            try:
                await loop.run_in_executor(self._writer, self._put, batch, now, last)
            except _TROUBLE as error:
                batch.follow(self._waiting)
                self._waiting = batch
                self._bound()
                self._ill(error)
                return False
            self._well()
            if not last:
                await self._hear(loop, now)
                await loop.run_in_executor(self._writer, self._prune, now)
            return True

    async def _hear(self, loop: asyncio.AbstractEventLoop, now: float) -> None:
        spoken, announced = await loop.run_in_executor(self._writer, self._listen, now)
        if announced != self._announced:
            self._announced = announced
        self._spoken += spoken
        self._last_word = max([self._last_word, *(word.id for word in spoken)])

    async def _remember(self) -> None:
        try:
            reading = asyncio.get_running_loop().run_in_executor(self._writer, self._read)
            self._restored, self.affairs = await reading
        except _TROUBLE as error:
            self._ill(error)

    def _ill(self, error: Exception) -> None:
        level = logging.ERROR if self.healthy else logging.DEBUG
        log.log(level, "the history %s can't be written (%s); watching goes on without it", self._path, error)
        self.healthy = False

    def _well(self) -> None:
        if not self.healthy:
            log.warning("the history %s is written again", self._path)
        self.healthy = True

    # in the writer's thread

    def _put(self, batch: Batch, now: float, last: bool) -> None:
        if self._record is None:
            self._record = self._begin(now)
        try:
            self._store(self._record, batch, now)
            if last:
                self._record.end(now)
        except sqlite3.DatabaseError as error:
            if is_damage(error):  # opened anew next time, which sets it aside
                self._record.connection.close()
                self._record = None
            raise

    def _store(self, record: Record, batch: Batch, now: float) -> None:
        """What makes no sense to the file is left out, and takes nothing else with it."""
        written = [batch]
        try:
            record.write(batch, now)
        except sqlite3.IntegrityError as error:
            written, senseless = record.salvage(batch, now)
            for part in senseless:
                log.error("%s make no sense to the history (%s) and are left out", part, error)
                self.lost += len(part.flips)
        for part in written:
            self._present.written(part, now)

    def _begin(self, now: float) -> Record:
        assert self._path is not None  # noqa: S101 - there is no writer without a path
        connection = open_file(self._path, now, timeout=self._timeout)
        try:
            until = last_word(connection)
            if until is not None and until > now + DAY:
                copy = keep_copy(connection, self._path, now, "future")
                log.error("the history %s ends in the future; what is dated after now counts as now; as it was: %s",
                          self._path, copy.name)  # fmt: skip
                squeeze(connection, now)
            return Record.begin(connection, self._present.until or now, self._day_of, self._present.since(until))
        except BaseException:
            connection.close()
            raise

    def _read(self) -> tuple[Restored, Affairs]:
        return (self._record.restore(), self._record.affairs()) if self._record else ({}, Affairs())

    def _listen(self, now: float) -> tuple[list[Word], tuple[Announced, ...]]:
        """Words that nobody has read yet, and what is announced; as before while the file is in trouble."""
        try:
            return self._record.heard(self._last_word, now) if self._record else ([], self._announced)
        except sqlite3.Error:
            return [], self._announced

    def _prune(self, now: float) -> None:
        """Once a day. What can't be pruned now is pruned tomorrow."""
        if self._record is None or now < self._next_prune:
            return
        self._next_prune = now + DAY
        try:
            self._record.prune(now, self._retention)
        except sqlite3.Error as error:
            log.warning("the history %s can't be pruned (%s); it grows until tomorrow", self._path, error)

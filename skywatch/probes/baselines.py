"""Where the baselines of cameras are: read and changed as values, whatever keeps their bytes. What can't be used costs
the baseline, never the look."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from skywatch.picture.baseline import Baseline
from skywatch.picture.baseline_file import NewerBaseline, UnusableBaseline, from_bytes, to_bytes

log = logging.getLogger(__name__)

Change = Callable[[Baseline | None], Baseline | None]


class Files(Protocol):
    """What keeps the bytes: `skywatch.store.Baselines`."""

    def read(self, camera: str, light: str) -> bytes | None: ...

    def change(self, camera: str, light: str, change: Callable[[bytes | None], bytes | None]) -> None: ...

    def set_aside(self, camera: str, light: str) -> Path | None: ...


class Nowhere:
    """For who remembers nothing: a camera that no configuration knows."""

    def read(self, _camera: str, _light: str) -> bytes | None:
        return None

    def change(self, _camera: str, _light: str, _change: Callable[[bytes | None], bytes | None]) -> None:
        """Nothing is kept."""

    def set_aside(self, _camera: str, _light: str) -> Path | None:
        return None


class Untouched:
    """For who only looks: what `files` keep is read, and nothing of it changed."""

    def __init__(self, files: Files) -> None:
        self.read = files.read

    def change(self, _camera: str, _light: str, _change: Callable[[bytes | None], bytes | None]) -> None:
        """Nothing is kept."""

    def set_aside(self, _camera: str, _light: str) -> Path | None:
        return None


class Baselines:
    """The baselines that `files` keep. Every method blocks, and belongs in one of the threads of `reading` and
    `writing`: who waits for a lock or a slow disk is in nobody's way, and least of all in that of who reads."""

    def __init__(self, files: Files | None = None) -> None:
        self.files: Files = files or Nowhere()
        self.reading = ThreadPoolExecutor(2, "baselines read")
        self.writing = ThreadPoolExecutor(2, "baselines write")
        self._newer: set[tuple[str, str]] = set()
        self._trouble = threading.Event()

    def find(self, camera: str, regime: str) -> Baseline | None:
        """The baseline, or None where there is none that can be used. A damaged one is set aside, with a word in the
        log; one that a newer skywatch wrote is left alone. Raises OSError."""
        data = self.files.read(camera, regime)
        if data is None:
            return None
        try:
            return from_bytes(data, camera, regime)
        except NewerBaseline as error:
            self._leave(camera, regime, error)
        except UnusableBaseline as error:
            self._set_aside(camera, regime, error)
        return None

    def change(self, camera: str, regime: str, change: Change) -> None:
        """Keep what `change` makes of what is there now; None, or the same, writes nothing. Raises OSError, and what
        `change` raises."""
        try:
            self.files.change(camera, regime, lambda data: _changed(data, camera, regime, change))
        except NewerBaseline as error:
            self._leave(camera, regime, error)
        except UnusableBaseline as error:
            self._set_aside(camera, regime, error)
            self.files.change(camera, regime, lambda data: _changed(data, camera, regime, change))

    def recall(self, camera: str, regime: str) -> Baseline | None:
        """`find`; where the disk is in trouble, None and a word in the log."""
        try:
            return self.find(camera, regime)
        except OSError as error:
            self._complain("read", error)
            return None

    def keep(self, camera: str, regime: str, change: Change) -> None:
        """`change`; where the disk is in trouble, nothing is learned, and the log says so once until it works again."""
        try:
            self.change(camera, regime, change)
        except OSError as error:
            self._complain("written", error)
            return
        if self._trouble.is_set():
            self._trouble.clear()
            log.warning("baselines of pictures are written again")

    def _complain(self, what: str, error: OSError) -> None:
        level = logging.DEBUG if self._trouble.is_set() else logging.WARNING
        self._trouble.set()
        log.log(level, "baselines of pictures cannot be %s (%s): nothing is learned until they can", what, error)

    def _leave(self, camera: str, regime: str, error: UnusableBaseline) -> None:
        if (camera, regime) not in self._newer:
            self._newer.add((camera, regime))
            log.warning("the baseline of %s, %s, %s; it is left alone and not used", camera, regime, error)

    def _set_aside(self, camera: str, regime: str, error: UnusableBaseline) -> None:
        kept = self.files.set_aside(camera, regime)
        if kept is not None:
            log.error("the baseline of %s, %s, %s; it is kept as %s, and a new one begun", camera, regime, error, kept)


def _changed(data: bytes | None, camera: str, regime: str, change: Change) -> bytes | None:
    before = None if data is None else from_bytes(data, camera, regime)
    after = change(before)
    return None if after is None or after == before else to_bytes(after)

"""Baselines of pictures on disk: a small file for each camera and light, in one folder. Bytes; knows no pictures.

The daemon and the command line may write at the same moment: whoever changes a file holds the folder's lock from
reading to writing. A file is written whole beside its place and then renamed, so that a reader needs no lock.
"""

import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote

log = logging.getLogger(__name__)

MOST = 1 << 20
"""Bytes that are read of one file; none of ours is a tenth as long."""

_ENDING = ".baseline"
_PAUSE = 0.02


class Locked(OSError):
    """Somebody else keeps the folder's lock."""


class Baselines:
    """The files in `folder`. All of it blocks, and belongs in a thread; whoever else holds the lock is waited for, but
    not longer than `patience` seconds."""

    def __init__(self, folder: Path, patience: float = 2.0) -> None:
        self.folder = folder
        self._tries = max(1, round(patience / _PAUSE))

    def read(self, camera: str, light: str) -> bytes | None:
        """What was written last, or None. Raises OSError, also where the file is far too long."""
        try:
            with self._path(camera, light).open("rb") as file:
                data = file.read(MOST + 1)
        except FileNotFoundError:
            return None
        if len(data) > MOST:
            raise OSError(f"more than {MOST} bytes in {self._path(camera, light)}")
        return data

    def change(self, camera: str, light: str, change: Callable[[bytes | None], bytes | None]) -> None:
        """Write what `change` makes of what is there; nothing where it gives None. Nobody else writes in between.

        Raises OSError (Locked), with the file as it was, and whatever `change` raises.
        """
        if not self.folder.is_dir():
            self.folder.mkdir(parents=True, exist_ok=True)
            _hand_over(self.folder, self.folder.parent)
        with self._locked():
            fresh = change(self.read(camera, light))
            if fresh is not None:
                self._write(self._path(camera, light), fresh)

    def set_aside(self, camera: str, light: str) -> Path | None:
        """Rename a file that is of no use, so that a new one can be begun and a person can look at it. The name that it
        has now; None where there is none any more. Raises OSError."""
        path = self._path(camera, light)
        kept = path.with_name(path.name + ".damaged")
        with self._locked():
            if not path.exists():
                return None
            path.replace(kept)
        return kept

    def all(self) -> Iterator[tuple[str, str]]:
        """(camera, light) of every file, in the order of the names. Raises OSError."""
        if not self.folder.is_dir():
            return
        for path in sorted(self.folder.glob(f"*{_ENDING}")):
            camera, _, light = path.name.removesuffix(_ENDING).rpartition(".")
            yield unquote(camera), unquote(light)

    def _path(self, camera: str, light: str) -> Path:
        """Nothing in a code leads out of the folder."""
        return self.folder / f"{_plain(camera)}.{_plain(light)}{_ENDING}"

    def _write(self, path: Path, data: bytes) -> None:
        """Whole or not at all, a power cut included: an acceptance is a person's work."""
        beside = path.with_name(path.name + ".new")
        try:
            with beside.open("wb") as file:
                file.write(data)
                file.flush()
                _hand_over(beside, self.folder)
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = self.folder / ".lock"
        with lock.open("ab") as file:
            _hand_over(lock, self.folder)
            for _ in range(self._tries):
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    time.sleep(_PAUSE)
            else:
                raise Locked(f"{self.folder} is being changed by somebody else")
            yield  # closing the file gives the lock back


def _hand_over(path: Path, like: Path) -> None:
    """What root makes belongs to whom the folder belongs to: `skywatch baseline accept` is typed by root, too, and the
    daemon isn't root."""
    if os.geteuid() == 0:
        owner = like.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def _plain(name: str) -> str:
    return quote(name, safe="").replace(".", "%2E")

"""The history's file, for commands: read beside the daemon, and words left for it. What goes wrong is told."""

import getpass
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from skywatch.config import Config
from skywatch.i18n import _
from skywatch.store.archive import Archive, NoHistory, opened
from skywatch.store.file import Foreign
from skywatch.terminal import Failure


def path_of(config: Config) -> Path:
    """Where the history is."""
    return config.settings.state_dir / "history.sqlite"


@contextmanager
def reading(config: Config) -> Iterator[Archive]:
    """The history for reading. Raises Failure where there is none, or none that can be read."""
    try:
        with opened(path_of(config)) as archive:
            yield archive
    except NoHistory as error:
        raise Failure(_("{path}: skywatch has not run here yet").format(path=error)) from None
    except (Foreign, sqlite3.Error) as error:
        raise Failure(str(error)) from None


@contextmanager
def writing(config: Config) -> Iterator[sqlite3.Connection]:
    """The history for a word to the daemon; each statement is a transaction of its own. Raises Failure."""
    with reading(config):
        pass  # it is there, and ours
    try:
        with closing(sqlite3.connect(path_of(config), timeout=10.0, isolation_level=None)) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            yield connection
    except sqlite3.Error as error:
        raise Failure(_("{path} cannot be written: {error}").format(path=path_of(config), error=error)) from None


def who_am_i(given: str | None) -> str:
    """The name that goes with a word: as given, else the system's."""
    if given:
        return given
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):
        return "?"

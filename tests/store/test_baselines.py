"""The files of baselines: written whole, by one at a time, and what happens when the disk won't."""

import errno
import fcntl
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.store import Baselines
from skywatch.store.baselines import MOST, Locked

CODE, LIGHT = "37039915001320000001", "day_colour"


@pytest.fixture
def files(tmp_path: Path) -> Baselines:
    return Baselines(tmp_path / "state" / "baselines")


def write(files: Baselines, data: bytes, camera: str = CODE, light: str = LIGHT) -> None:
    files.change(camera, light, lambda _before: data)


def test_what_is_written_is_read_by_whoever_comes(files: Baselines) -> None:
    assert files.read(CODE, LIGHT) is None
    write(files, b"one")
    assert Baselines(files.folder).read(CODE, LIGHT) == b"one"
    assert files.read(CODE, "dusk") is None


def test_a_change_is_told_what_is_there(files: Baselines) -> None:
    write(files, b"one")
    files.change(CODE, LIGHT, lambda before: (before or b"") + b" more")
    assert files.read(CODE, LIGHT) == b"one more"


def test_a_change_that_gives_nothing_writes_nothing(files: Baselines) -> None:
    files.change(CODE, LIGHT, lambda _before: None)
    assert list(files.all()) == []


def test_a_change_that_fails_leaves_all_as_it_was(files: Baselines) -> None:
    write(files, b"one")
    with pytest.raises(ZeroDivisionError):
        files.change(CODE, LIGHT, lambda _before: bytes(1 // 0))
    write(files, b"two")
    assert files.read(CODE, LIGHT) == b"two"


@given(st.dictionaries(st.tuples(st.text(max_size=20), st.text(max_size=8)), st.binary(max_size=9), max_size=6))
def test_every_camera_and_light_has_its_own_file_whatever_it_is_called(
    tmp_path_factory: pytest.TempPathFactory, known: dict[tuple[str, str], bytes]
) -> None:
    known = {
        (camera, light): data
        for (camera, light), data in known.items()
        if (camera + light).isprintable() and "\ud800" not in camera + light
    }
    files = Baselines(tmp_path_factory.mktemp("state"))
    for (camera, light), data in known.items():
        write(files, data, camera, light)
    assert {(camera, light): files.read(camera, light) for camera, light in files.all()} == known
    assert {path.parent for path in files.folder.rglob("*")} <= {files.folder}


def test_a_code_leads_out_of_no_folder(files: Baselines) -> None:
    write(files, b"x", "../../etc/passwd", "..")
    assert {path.parent for path in files.folder.parent.rglob("*") if path.is_file()} == {files.folder}
    assert list(files.all()) == [("../../etc/passwd", "..")]


def test_before_anything_was_written_there_is_none(files: Baselines) -> None:
    assert (list(files.all()), files.set_aside(CODE, LIGHT) if files.folder.exists() else None) == ([], None)


def test_a_file_that_is_set_aside_can_be_looked_at_and_is_no_baseline_any_more(files: Baselines) -> None:
    write(files, b"damaged")
    kept = files.set_aside(CODE, LIGHT)
    assert kept is not None
    assert kept.read_bytes() == b"damaged"
    assert (files.read(CODE, LIGHT), list(files.all())) == (None, [])
    assert files.set_aside(CODE, LIGHT) is None


def test_a_file_without_end_is_not_read(files: Baselines) -> None:
    write(files, b"x")
    next(files.folder.glob("*.baseline")).write_bytes(bytes(MOST + 1))
    with pytest.raises(OSError, match="more than"):
        files.read(CODE, LIGHT)


# --- at the same moment


def test_of_many_who_change_one_file_none_is_lost(files: Baselines) -> None:
    write(files, b"")

    def add() -> None:
        for _ in range(25):
            files.change(CODE, LIGHT, lambda before: (before or b"") + b"x")

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert files.read(CODE, LIGHT) == b"x" * 100


ADDING = """
import sys
from pathlib import Path
from skywatch.store import Baselines
for _ in range(25):
    Baselines(Path(sys.argv[1])).change(sys.argv[2], "day_colour", lambda before: (before or b"") + b"x")
"""


def test_the_daemon_and_the_command_line_take_turns(files: Baselines) -> None:
    others = [subprocess.Popen([sys.executable, "-c", ADDING, str(files.folder), CODE]) for _ in range(2)]
    for _ in range(25):
        files.change(CODE, LIGHT, lambda before: (before or b"") + b"x")
    assert [other.wait(60) for other in others] == [0, 0]
    assert files.read(CODE, LIGHT) == b"x" * 75


def test_whoever_keeps_the_lock_is_not_waited_for_for_ever(files: Baselines) -> None:
    write(files, b"one")
    with (files.folder / ".lock").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Locked):
            write(Baselines(files.folder, patience=0.1), b"two")
        assert files.read(CODE, LIGHT) == b"one"
    write(files, b"two")
    assert files.read(CODE, LIGHT) == b"two"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_writes_belongs_to_whom_the_folder_belongs_to(files: Baselines) -> None:
    files.folder.parent.mkdir()
    os.chown(files.folder.parent, 12345, 12345)
    write(files, b"one")
    assert {path.stat().st_uid for path in files.folder.parent.rglob("*")} == {12345}


# --- a disk that won't


@contextmanager
def full() -> Iterator[None]:
    """No file may grow beyond 1,000 bytes, as if the disk had no more. Not for longer than it takes: what pytest says
    may go into a file, too."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_is_full_leaves_the_old_one_whole_and_nothing_lying_about(files: Baselines) -> None:
    write(files, b"as it was")
    with full(), pytest.raises(OSError, match=os.strerror(errno.EFBIG)):
        write(files, b"y" * 50_000)
    assert files.read(CODE, LIGHT) == b"as it was"
    assert sorted(path.suffix for path in files.folder.iterdir() if path.name != ".lock") == [".baseline"]


def test_a_folder_that_cannot_be_made_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="file"):
        write(Baselines(tmp_path / "file" / "baselines"), b"x")

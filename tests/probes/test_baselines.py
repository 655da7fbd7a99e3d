"""Where baselines are: what is damaged, newer, somebody else's or out of reach costs the baseline and never a look."""

import logging
import struct
import zlib
from pathlib import Path

import pytest

from skywatch.picture.baseline import Baseline, freeze
from skywatch.picture.baseline_file import MAGIC, to_bytes
from skywatch.probes import Baselines
from skywatch.probes.baselines import Untouched
from skywatch.store import Baselines as Files

CODE, LIGHT, BEGIN = "37039915001320000001", "day_colour", 1_780_000_000.0
ONE = freeze(Baseline(CODE, LIGHT, BEGIN), {"blur"})


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "baselines", patience=0.05)


@pytest.fixture
def kept(files: Files) -> Baselines:
    return Baselines(files)


def put(files: Files, data: bytes) -> None:
    files.change(CODE, LIGHT, lambda _before: data)


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_what_is_kept_is_recalled(kept: Baselines) -> None:
    assert kept.recall(CODE, LIGHT) is None
    kept.keep(CODE, LIGHT, lambda _before: ONE)
    assert kept.recall(CODE, LIGHT) == ONE


def test_the_same_again_is_not_written(kept: Baselines, files: Files) -> None:
    kept.keep(CODE, LIGHT, lambda _before: ONE)
    (path,) = files.folder.glob("*.baseline")
    before = path.stat().st_ino
    kept.keep(CODE, LIGHT, lambda known: known)
    kept.keep(CODE, LIGHT, lambda _known: None)
    assert path.stat().st_ino == before


@pytest.mark.parametrize("reads_first", [True, False])
def test_a_damaged_file_is_set_aside_and_a_new_one_begun(
    kept: Baselines, files: Files, caplog: pytest.LogCaptureFixture, reads_first: bool
) -> None:
    put(files, to_bytes(ONE)[:-1])
    if reads_first:
        assert kept.recall(CODE, LIGHT) is None
    kept.keep(CODE, LIGHT, lambda known: known or Baseline(CODE, LIGHT, BEGIN + 1))
    assert kept.recall(CODE, LIGHT) == Baseline(CODE, LIGHT, BEGIN + 1)
    (aside,) = files.folder.glob("*.damaged")
    assert aside.read_bytes() == to_bytes(ONE)[:-1]
    (told,) = warnings(caplog)
    assert "checksum" in told
    assert CODE in told


def test_a_file_of_another_camera_is_set_aside(kept: Baselines, files: Files, caplog: pytest.LogCaptureFixture) -> None:
    put(files, to_bytes(Baseline("2", LIGHT, BEGIN)))
    assert kept.recall(CODE, LIGHT) is None
    assert len(list(files.folder.glob("*.damaged"))) == 1
    assert "is of 2" in warnings(caplog)[0]


def test_a_file_of_a_newer_skywatch_is_left_alone_and_told_once(
    kept: Baselines, files: Files, caplog: pytest.LogCaptureFixture
) -> None:
    rest = struct.pack(">H", 9) + b"what comes"
    newer = MAGIC + struct.pack(">I", zlib.crc32(rest)) + rest
    put(files, newer)
    for _ in range(3):
        assert kept.recall(CODE, LIGHT) is None
        kept.keep(CODE, LIGHT, lambda _known: ONE)
    assert files.read(CODE, LIGHT) == newer
    (told,) = warnings(caplog)
    assert "newer" in told


def test_a_disk_in_trouble_is_told_once_and_that_it_is_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "blocked").write_text("a file where a folder should be")
    kept = Baselines(Files(tmp_path / "blocked" / "baselines"))
    for _ in range(3):
        assert kept.recall(CODE, LIGHT) is None
        kept.keep(CODE, LIGHT, lambda _known: ONE)
    assert len(warnings(caplog)) == 1
    (tmp_path / "blocked").unlink()
    kept.keep(CODE, LIGHT, lambda _known: ONE)
    assert "written again" in warnings(caplog)[1]
    assert kept.recall(CODE, LIGHT) == ONE


def test_who_has_no_folder_remembers_nothing() -> None:
    kept = Baselines()
    kept.keep(CODE, LIGHT, lambda _known: ONE)
    assert kept.recall(CODE, LIGHT) is None


def test_who_only_looks_changes_nothing(files: Files) -> None:
    put(files, to_bytes(ONE))
    looking = Baselines(Untouched(files))
    looking.keep(CODE, LIGHT, lambda _known: Baseline(CODE, LIGHT, BEGIN + 1))
    assert looking.recall(CODE, LIGHT) == ONE
    put(files, b"damaged")
    assert looking.recall(CODE, LIGHT) is None
    assert files.read(CODE, LIGHT) == b"damaged"

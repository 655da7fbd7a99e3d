"""The command line as a program: what terminals without Chinese letters get."""

import json
import os
import subprocess
import sys

import pytest

from tests.township import CONFIG

POOR = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}


def skywatch(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "skywatch", *arguments],
        env={**os.environ, **environment}, capture_output=True, check=False, text=True, encoding="utf-8",
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_a_terminal_that_lacks_letters_gets_the_result_and_no_traceback(encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "skywatch", "--lang", "zh", "check", str(CONFIG)],
        env={**os.environ, **POOR, "PYTHONIOENCODING": encoding}, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"260" in done.stdout


def test_json_stays_json_where_the_letters_are_lacking() -> None:
    rich, poor = (skywatch("check", "--json", str(CONFIG), **environment) for environment in ({}, POOR))
    assert poor.stdout.isascii()
    assert json.loads(poor.stdout) == json.loads(rich.stdout)

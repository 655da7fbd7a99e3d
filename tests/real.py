"""Where the tests find what we did not write: foreign servers, programs and recordings. Absent, a test skips with the
reason; under CI (`SKYWATCH_REQUIRE_REAL=1`) its absence is a failure."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).parent.parent


def missing(reason: str) -> NoReturn:
    """Skip this test because of `reason`; fail it where the real parts are required."""
    if os.environ.get("SKYWATCH_REQUIRE_REAL") == "1":
        pytest.fail(f"required under CI, but {reason}", pytrace=False)
    pytest.skip(reason)


def shared(*parts: str) -> Path:
    """A file or folder of the recordings beside the checkout (`SKYWATCH_RECORDINGS` overrides where)."""
    folder = Path(os.environ.get("SKYWATCH_RECORDINGS", ROOT.parent / "shared"))
    path = folder.joinpath(*parts)
    if not path.exists():
        missing(f"there is no {'/'.join(parts) or 'folder'} of recordings")
    return path


def program(name: str) -> str:
    """The full path of an installed program."""
    found = shutil.which(name)
    return found or missing(f"{name} is not installed")


@cache
def _gst_works(python: str) -> bool:
    probe = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"
    return subprocess.run([python, "-c", probe], capture_output=True, check=False).returncode == 0


def system_python_with_gst() -> str:
    """A Python that can run GStreamer's RTSP server (Debian: python3-gi, gir1.2-gst-rtsp-server-1.0)."""
    python = "/usr/bin/python3"
    if not Path(python).exists() or not _gst_works(python):
        missing("GStreamer's RTSP server (gir1.2-gst-rtsp-server-1.0, python3-gi) is not installed")
    return python

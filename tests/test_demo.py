"""`skywatch demo` as a person runs it: the table, Ctrl-C, and what is left when it is killed."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.township import CONFIG, NET

PATIENCE = 60.0
RTSP_PORT = 8554


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The shipped configuration on addresses of this process, and on a port of its own for the metrics."""
    for file in (CONFIG, CONFIG.parent / "cameras.csv"):
        text = file.read_text(encoding="utf-8-sig").replace("127.10.", NET)
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    (tmp_path / "demo-secrets").symlink_to(CONFIG.parent / "demo-secrets")
    (tmp_path / "scenarios").symlink_to(CONFIG.parent / "scenarios")
    settings = (tmp_path / CONFIG.name).read_text(encoding="utf-8")
    assert "port: 9655" in settings
    port = 20_000 + os.getpid() % 10_000
    (tmp_path / CONFIG.name).write_text(settings.replace("port: 9655", f"port: {port}"), encoding="utf-8")
    return tmp_path / CONFIG.name


@asynccontextmanager
async def demo(config: Path, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "skywatch", "demo", str(config), *arguments),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "SKYWATCH_LANG": "en", "COLUMNS": "150", "LINES": "60"},
    )  # fmt: skip
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()  # reads its pipe to the end, so that nothing is left open


async def camera_answers(yes: bool) -> None:
    """Return once the first camera of the ledger does (or no longer does) accept connections."""
    async with asyncio.timeout(PATIENCE):
        while await _accepts() is not yes:
            await asyncio.sleep(0.1)


async def _accepts() -> bool:
    try:
        _, writer = await asyncio.open_connection(f"{NET}1.1", RTSP_PORT)
    except OSError:
        return False
    writer.close()
    return True


async def test_the_demo_shows_the_township_and_ends_by_itself(config: Path) -> None:
    async with demo(config, "--seconds", "12") as process:
        said, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
    text = said.decode()
    assert process.returncode == 0, text
    assert "260 cameras in 72 places" in text
    assert "/metrics" in text
    assert "connection refused" in text, "some of it is broken, each for the right reason"
    assert "Traceback" not in text


async def test_control_c_ends_both_cleanly(config: Path) -> None:
    async with demo(config) as process:
        await camera_answers(True)
        process.send_signal(signal.SIGINT)
        said, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 0, said.decode()
    assert b"Traceback" not in said
    await camera_answers(False)


async def test_the_simulator_does_not_outlive_a_demo_that_was_killed(config: Path) -> None:
    async with demo(config) as process:
        await camera_answers(True)
        process.kill()
        await camera_answers(False)


async def test_a_scenario_that_cannot_be_played_is_said_in_words(config: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("cues: [{fault: gremlins}]\n")
    async with demo(config, "--scenario", str(tmp_path / "bad.yaml")) as process:
        said, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 2
    assert b"gremlins" in said
    assert b"Traceback" not in said

"""The real `skywatch run`, started as systemd would start it; the test is the service manager."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 30.0
"""Seconds after which a busy machine is no excuse any more."""

YAML = """\
ledger: cameras.csv
web: {{port: {port}}}
limits: {{workers: 1}}
credentials:
  cameras: {{username: admin, password_credential: cameras}}
contractors:
  - {{code: c1, name: 鲁安}}
feeds:
  - {{code: f1, name: 一号台区}}
uplinks:
  - {{code: u1, name: 专线, carrier: 移动}}
villages:
  - {{code: liu, name: 柳泉, planned: 1, feed: f1, uplink: u1, contractor: c1, longitude: 118.2, latitude: 36.2}}
"""

LEDGER = """\
code,name,village,host,onvif_port,rtsp_port,stream,credentials
37039915001320000001,村口,liu,127.0.0.1,,{camera},/main,cameras
"""


def free_port() -> int:
    """A port that nobody had a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Service:
    """`skywatch run` under a service manager that listens, with one camera that is connected to and never answers."""

    folder: Path
    process: asyncio.subprocess.Process
    manager: socket.socket
    camera: socket.socket
    port: int

    async def told(self, word: str) -> str:
        """The next datagram with `word` as a field; others before it are passed over."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(PATIENCE):
            while True:
                datagram = (await loop.sock_recv(self.manager, 4096)).decode()
                if word in datagram.split("\n"):
                    return datagram

    async def ended(self) -> int:
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()

    async def visited(self) -> None:
        """Return once the camera was called on."""
        async with asyncio.timeout(PATIENCE):
            connection, _ = await asyncio.get_running_loop().sock_accept(self.camera)
        connection.close()

    def page(self, path: str) -> int:
        """The HTTP status of a page."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code


def environment(folder: Path, watchdog: float) -> dict[str, str]:
    """What systemd would set. WATCHDOG_PID stays away: the process is not born yet."""
    (folder / "state").mkdir()
    return {
        **os.environ,
        "NOTIFY_SOCKET": str(folder / "notify"),
        "WATCHDOG_USEC": str(int(watchdog * 1_000_000)),
        "CREDENTIALS_DIRECTORY": str(folder),
        "STATE_DIRECTORY": str(folder / "state"),
    }


@asynccontextmanager
async def started(folder: Path, watchdog: float = 1.0) -> AsyncIterator[Service]:
    port = free_port()
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager,
        socket.create_server(("127.0.0.1", 0)) as camera,
        (folder / "log").open("wb") as log,
    ):
        manager.setblocking(False)
        camera.setblocking(False)
        manager.bind(str(folder / "notify"))
        (folder / "cameras").write_text("hunter2-swordfish")
        (folder / "cameras").chmod(0o600)
        (folder / "skywatch.yaml").write_text(YAML.format(port=port))
        (folder / "cameras.csv").write_text(LEDGER.format(camera=camera.getsockname()[1]))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "skywatch", "run", str(folder / "skywatch.yaml")),
            env=environment(folder, watchdog),
            stderr=log,
        )
        try:
            yield Service(folder, process, manager, camera, port)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def test_a_service_lives_from_ready_over_a_reload_to_its_end(tmp_path: Path) -> None:
    async with started(tmp_path) as service:
        await service.told("READY=1")
        assert service.page("/readyz") == 200
        await service.visited()
        await service.told("WATCHDOG=1")
        await service.told("WATCHDOG=1")

        service.process.send_signal(signal.SIGHUP)
        assert "MONOTONIC_USEC=" in await service.told("RELOADING=1")
        await service.told("READY=1")

        service.process.send_signal(signal.SIGTERM)
        await service.told("STOPPING=1")
        assert await service.ended() == 0
    assert "Traceback" not in (tmp_path / "log").read_text()


async def test_a_reload_of_a_file_with_mistakes_ends_and_changes_nothing(tmp_path: Path) -> None:
    async with started(tmp_path) as service:
        await service.told("READY=1")
        (tmp_path / "skywatch.yaml").write_text("villages: [{code: 7}]\n")
        service.process.send_signal(signal.SIGHUP)
        await service.told("RELOADING=1")
        await service.told("READY=1")
        await service.told("WATCHDOG=1")
        assert service.page("/healthz") == 200
        service.process.send_signal(signal.SIGINT)
        assert await service.ended() == 0


async def test_a_configuration_with_mistakes_exits_with_2(tmp_path: Path) -> None:
    (tmp_path / "skywatch.yaml").write_text("ledger: nowhere.csv\n")
    again = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "skywatch", "run", str(tmp_path / "skywatch.yaml")),
        env=dict(os.environ, NOTIFY_SOCKET=str(tmp_path / "notify")),
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await asyncio.wait_for(again.communicate(), PATIENCE)
    assert again.returncode == 2
    assert "nowhere.csv" in said.decode()


async def test_a_port_that_is_taken_exits_with_1_so_that_the_service_is_started_again(tmp_path: Path) -> None:
    async with started(tmp_path) as service:
        await service.told("READY=1")
        again = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "skywatch", "--lang", "en", "run", str(tmp_path / "skywatch.yaml")),
            env=dict(os.environ, CREDENTIALS_DIRECTORY=str(tmp_path), STATE_DIRECTORY=str(tmp_path / "other")),
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await asyncio.wait_for(again.communicate(), PATIENCE)
    assert again.returncode == 1
    assert f"127.0.0.1:{service.port}" in said.decode()
    assert "Traceback" not in said.decode()


async def test_no_password_is_in_the_log_of_a_service(tmp_path: Path) -> None:
    async with started(tmp_path) as service:
        await service.told("READY=1")
        await service.visited()
        await service.told("WATCHDOG=1")
        service.process.terminate()
        await service.ended()
    assert "hunter2" not in (tmp_path / "log").read_text()

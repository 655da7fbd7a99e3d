"""The township that is not there: the simulator in a process of its own, and the daemon that watches it, on a board."""

import asyncio
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.live import Live

from skywatch.clock import SystemClock
from skywatch.config import Config
from skywatch.daemon import Daemon
from skywatch.i18n import _, language
from skywatch.parts import load_config
from skywatch.serving import signals
from skywatch.simulator import NotListening, NotSimulated, Scenario, ScenarioError, cameras_of, load_scenario, serve
from skywatch.terminal import Failure
from skywatch.terminal.board import draw
from skywatch.terminal.overview import overview

READY = b"ready\n"
PATIENCE = 60.0
"""Seconds that the simulator may take to come up on a slow machine."""

HURRY = {"heartbeat": 10.0, "stream": 60.0, "picture": 60.0}
"""Periods in seconds: who looks at a demonstration has less patience than a township."""


class DemoFailed(Failure):
    """The simulated township did not come up; the message is for a person."""


async def simulate(path: Path, scenario: Path | None, *, shared_ports: bool, until_stdin_closes: bool) -> None:
    """Play the cameras of the configuration at `path` until SIGINT or SIGTERM. Writes `ready` to standard output once
    all of them answer.

    Raises ConfigError, and DemoFailed for a scenario or a ledger that cannot be played.
    """
    config = load_config(path)
    try:
        cameras = cameras_of(config.inventory, config.secrets.get)
        script = load_scenario(scenario) if scenario else Scenario()
        playing = asyncio.create_task(
            serve(cameras, script, ready=lambda _sim: _say_ready(), shared_ports=shared_ports)
        )
        with signals({signal.SIGINT: playing.cancel, signal.SIGTERM: playing.cancel}):
            watching = asyncio.create_task(_parent_gone(playing)) if until_stdin_closes else None
            with suppress(asyncio.CancelledError):
                await playing
            if watching:
                watching.cancel()
    except (NotSimulated, ScenarioError, NotListening) as error:
        raise DemoFailed(str(error)) from None


def _say_ready() -> None:
    sys.stdout.buffer.write(READY)
    sys.stdout.flush()


async def _parent_gone(playing: "asyncio.Task[None]") -> None:
    """A parent that was killed cannot stop its children; its end of the pipe closes all the same."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    playing.cancel()


async def show(path: Path, scenario: Path, seconds: float | None, console: Console) -> None:
    """Simulate the township of `path`, watch it, and draw the board until SIGINT, SIGTERM, or `seconds` have passed.

    Raises ConfigError and DemoFailed.
    """
    with tempfile.TemporaryDirectory(prefix="skywatch-demo-") as folder:
        config = hurried(load_config(path), Path(folder))
        console.print(_("Starting {count} simulated cameras ...").format(count=len(config.inventory.cameras)))
        daemon = Daemon(config, SystemClock())
        with signals({signal.SIGINT: daemon.stop, signal.SIGTERM: daemon.stop}):
            async with _simulator(path, scenario, Path(folder) / "simulator.log"):
                drawing = asyncio.create_task(_draw(daemon, seconds, console))
                try:
                    await daemon.run()
                finally:
                    drawing.cancel()
                    await asyncio.wait([drawing])
    if not console.is_terminal:
        console.print()  # the board's last line has no end there
    console.print(_("Both are stopped."))


def hurried(config: Config, folder: Path) -> Config:
    """`config` with shorter periods, and its history in `folder`."""
    probes = {
        name: options.model_copy(update={"period": HURRY[name]} if name in HURRY else {})
        for name, options in config.probes.items()
    }
    return replace(config, probes=probes, settings=config.settings.model_copy(update={"state_dir": folder}))


@asynccontextmanager
async def _simulator(path: Path, scenario: Path, log: Path) -> AsyncIterator[None]:
    """`skywatch simulate` as a process in a session of its own: Ctrl-C is for us to pass on."""
    program = [sys.executable, "-m", "skywatch", "--lang", language()]
    command = [*program, "simulate", str(path), "--scenario", str(scenario), "--with-stdin"]
    pipe = asyncio.subprocess.PIPE
    with log.open("wb") as stderr:  # a file: a pipe that nobody reads would stop the simulator when it is full
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=stderr, start_new_session=True
        )
    try:
        await _wait_until_ready(process, log)
        yield
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.communicate()


async def _wait_until_ready(process: asyncio.subprocess.Process, log: Path) -> None:
    assert process.stdout  # noqa: S101 - it is a pipe
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            if await process.stdout.readline() == READY:
                return
    with suppress(ProcessLookupError):
        process.terminate()
    said = log.read_text(encoding="utf-8", errors="replace").strip()
    raise DemoFailed(_("the simulator did not start: {reason}").format(reason=said or _("no answer in time")))


async def _draw(daemon: Daemon, seconds: float | None, console: Console) -> None:
    """Once a second on a terminal; elsewhere (a file, a pipe) once at the end."""
    began = daemon.clock.steady()
    with Live(console=console, auto_refresh=False, screen=console.is_terminal, transient=False) as live:
        while seconds is None or daemon.clock.steady() - began < seconds:
            await daemon.clock.sleep(1.0)
            if not daemon.url:
                continue
            elapsed = daemon.clock.steady() - began
            board = overview(daemon.monitor, daemon.clock.now(), elapsed, daemon.url)
            live.update(draw(board, console.width, console.height), refresh=True)
    daemon.stop()

"""What one heartbeat costs: beside one call with onvif-zeep, and beside the same bytes posted by bare aiohttp.

All ask the same simulated cameras, in another process. Cameras are asked once a minute, so each of our heartbeats opens
a connection of its own, and so does each bare POST; onvif-zeep is left the connection that it keeps.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp

from bench.programs import free_port, simulator
from bench.rows import Row, skipped
from bench.township import big_township, host
from skywatch.protocols.onvif import Address, Onvif
from skywatch.protocols.onvif.heartbeat import HEADERS, QUESTION

PACKAGE = "onvif-zeep==0.2.12"
CALLS = 200
ROUNDS = 9
_ZEEP, _BARE = (
    "CPU of one heartbeat : one call with onvif-zeep 0.2.12",
    "CPU of one heartbeat : a bare aiohttp POST of it",
)
_ZEEP_BAR, _BARE_BAR = "at most 1 : 2", "within 1.5 x"
_ASK = Path(__file__).parent / "ask_zeep.py"

Numbers = dict[str, float]


def run() -> list[Row]:
    """CPU in ms a call: medians of batches that take turns."""
    with tempfile.TemporaryDirectory() as name:
        folder, ports = Path(name), (free_port(), free_port())
        config = big_township(folder, CALLS, ports)
        with simulator(config, "--shared-ports"):
            numbers = asyncio.run(_ours(ports[0]))
            zeep = _zeep(folder, ports[0])
    bare = numbers["ms_heartbeat"] / numbers["ms_bare"]
    figure = f"{bare:.2f} x ({numbers['ms_heartbeat']:.2f} ms : {numbers['ms_bare']:.2f} ms)"
    beside_bare = Row(_BARE, _BARE_BAR, figure, bare <= 1.5, numbers)
    if isinstance(zeep, str):
        return [skipped(_ZEEP, _ZEEP_BAR, zeep), beside_bare]
    numbers |= zeep
    ratio = zeep["ms_zeep"] / numbers["ms_heartbeat"]
    figure = (
        f"1 : {ratio:.1f} ({numbers['ms_heartbeat']:.2f} ms : {zeep['ms_zeep']:.2f} ms, "
        f"and {zeep['ms_zeep_client']:.0f} ms to make its client)"
    )
    return [Row(_ZEEP, _ZEEP_BAR, figure, ratio >= 2, numbers), beside_bare]


async def _ours(port: int) -> Numbers:
    """Our heartbeat and the bare POST, each to `CALLS` cameras in turn; what is kept open is closed in between."""
    ours, bare = [], []
    for _ in range(ROUNDS + 1):
        async with Onvif() as onvif:
            ours.append(await _batch(lambda address: _beat(onvif, address, port)))
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            bare.append(await _batch(lambda address: _post(session, address, port)))
    return {"ms_heartbeat": statistics.median(ours[1:]), "ms_bare": statistics.median(bare[1:])}


async def _beat(onvif: Onvif, address: str, port: int) -> None:
    told = await onvif.device_time(Address(address, port), asyncio.get_running_loop().time() + 10)
    assert told.utc is not None


async def _post(session: aiohttp.ClientSession, address: str, port: int) -> None:
    url = f"http://{address}:{port}/onvif/device_service"
    async with session.post(url, data=QUESTION, headers=HEADERS) as response:
        assert b"UTCDateTime" in await response.read()


async def _batch(call: Callable[[str], Awaitable[None]]) -> float:
    """Milliseconds of CPU a call, one after the other."""
    began = time.process_time()
    for number in range(CALLS):
        await call(host(number))
    return 1000 * (time.process_time() - began) / CALLS


def _zeep(folder: Path, port: int) -> Numbers | str:
    """The same with onvif-zeep, in an environment of its own: its package is called `onvif`, as is the fork's. Or why
    that could not be."""
    python = str(folder / "zeep" / "bin" / "python")
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder / "zeep")], check=True, capture_output=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE]
        subprocess.run(install, check=True, capture_output=True, timeout=180)
        asked = [python, str(_ASK), host(0), str(port), str(CALLS)]
        done = subprocess.run(asked, check=True, capture_output=True, timeout=120, cwd=folder)
    except subprocess.TimeoutExpired as error:
        return f"{Path(error.cmd[0]).name} took too long"
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        return f"{PACKAGE} cannot be installed or run here: {said[-1] if said else error.returncode}"
    told: Numbers = json.loads(done.stdout)
    return told

"""Programs that benches start and measure from outside, and their certain end. Linux only: it reads /proc."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SKYWATCH = (sys.executable, "-m", "skywatch")
VERDICT = "skywatch_camera_probe_success{"
LAST_WORDS = 10.0
"""Seconds that a program may take to end before it is killed."""

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """`cpu` in seconds since the start, children included, to 10 ms; `resident` bytes of the process alone, and
    `family` bytes of it and its children together, where pages that they share count once (PSS)."""

    cpu: float
    resident: int
    family: int


@dataclass(frozen=True, slots=True)
class Program:
    """A running program."""

    process: subprocess.Popen[bytes]

    def usage(self) -> Usage:
        pids = [self.process.pid, *_descendants(self.process.pid)]
        return Usage(
            sum(map(_cpu, pids)), _kilobytes(pids[0], "status", "VmRSS"),
            sum(_kilobytes(pid, "smaps_rollup", "Pss") for pid in pids),
        )  # fmt: skip

    def line(self) -> str:
        """The next line of its standard output; raises RuntimeError where there is none any more."""
        assert self.process.stdout is not None
        said = self.process.stdout.readline().decode()
        if not said:
            raise RuntimeError("it ended without a word")
        return said.strip()


@contextmanager
def started(
    command: Sequence[str], *, core: int | None = None, environment: Mapping[str, str] | None = None, log: Path
) -> Iterator[Program]:
    """`command` with its standard output to be read and its errors in `log`, on one core if told so. It gets SIGTERM at
    the end of the block, and SIGKILL with all its children if that does not help."""

    def pin() -> None:
        if core is not None:
            os.sched_setaffinity(0, {core})

    pipe = subprocess.PIPE
    with log.open("ab") as errors:
        process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=errors, env={**os.environ, **(environment or {})},
            preexec_fn=pin, start_new_session=True,
        )  # fmt: skip
    try:
        yield Program(process)
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=LAST_WORDS)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@contextmanager
def simulator(
    config: Path, *options: str, core: int | None = None, environment: Mapping[str, str] | None = None
) -> Iterator[Program]:
    """`skywatch simulate`, ready. Raises RuntimeError with what it said where it does not come up."""
    log = config.parent / "simulator.log"
    command = (*SKYWATCH, "simulate", str(config), "--with-stdin", *options)
    with started(command, core=core, environment=environment, log=log) as program:
        try:
            program.line()
        except RuntimeError:
            said = log.read_text(errors="replace").strip().splitlines()
            raise RuntimeError(f"the simulator: {said[-1] if said else 'no reason given'}") from None
        yield program


@contextmanager
def daemon(config: Path, *, core: int | None = None) -> Iterator[Program]:
    """`skywatch run`, begun."""
    command = (*SKYWATCH, "run", str(config))
    with started(command, core=core, log=config.parent / "daemon.log") as program:
        yield program


def scraped(port: int, timeout: float = 60.0) -> list[str]:
    """The lines of /metrics; none while nobody listens yet."""
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=timeout) as answer:
        return answer.read().decode().splitlines()  # type: ignore[no-any-return]
    return []


def value(lines: Sequence[str], series: str) -> float:
    """The value of the one line that begins with `series`; 0 where there is none."""
    return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(series)), 0.0)


def all_seen(port: int, patience: float, pause: float) -> list[str]:
    """The metrics once every job of the scheduler has led to a verdict. A scrape is work for the daemon: one in `pause`
    seconds. Raises RuntimeError after `patience` seconds."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        time.sleep(pause)
        lines = scraped(port)
        jobs = value(lines, "skywatch_scheduler_jobs ")
        if jobs and sum(line.startswith(VERDICT) for line in lines) >= jobs:
            return lines
    raise RuntimeError(f"not everything was seen within {patience:.0f} s")


def free_port() -> int:
    """A port that nobody had a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def family_cpu(pid: int) -> float:
    """CPU seconds of the living children of `pid` and theirs, without its own."""
    return sum(map(_cpu, _descendants(pid)))


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*"):
        with suppress(OSError):
            found += map(int, (task / "children").read_text().split())
    return found + [grandchild for child in found for grandchild in _descendants(child)]


def _cpu(pid: int) -> float:
    """Own and waited-for children's time, user and system (proc(5), stat, fields 14 to 17)."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / _TICKS
    return 0.0


def _kilobytes(pid: int, file: str, name: str) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/{file}").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    return 0

"""Starting foreign servers as processes of their own, finding their ports, and ending them."""

import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import real
from tests.servers.clips import write_mp4

SCRIPT = Path(__file__).with_name("gst_rtsp.py")
USER, PASSWORD = "viewer", "s3cret-word"
"""Whom the GStreamer server knows, when told to ask."""
_NOBODY = "65534"
_PATIENCE = 20.0


@dataclass(frozen=True)
class Running:
    """A server that listens: where, and as which process."""

    url: str
    process: "subprocess.Popen[str]"


@contextmanager
def gstreamer(*arguments: str) -> Iterator[Running]:
    """GStreamer's RTSP server with the arguments of `gst_rtsp.py`."""
    command = [real.system_python_with_gst(), str(SCRIPT), *arguments]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        port = _first_line(process)
        scheme = "rtsps" if "--tls" in arguments else "rtsp"
        yield Running(f"{scheme}://127.0.0.1:{port}/stream", process)
    finally:
        _end(process)


@contextmanager
def foreign_camera(codec: str, folder: Path, *arguments: str) -> Iterator[Running]:
    """One that sends `vp8`, `mpeg4` or `mp2t`, with a keyframe each second; `folder` is for its clip."""
    clip = folder / "clip.mp4"
    if codec == "mpeg4":
        write_mp4(clip, encoder="mpeg4")
        arguments = (*arguments, "--coded", str(clip))
    with gstreamer("--codec", codec, *arguments) as server:
        yield server


def _first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], _PATIENCE)
    line = process.stdout.readline().strip() if ready else ""
    assert line, "the server did not say that it listens"
    return line


@contextmanager
def vlc(seconds: int = 20) -> Iterator[Running]:
    """VLC streaming a clip that is made here, over and over. It refuses to run as root, so root runs it as nobody."""
    program = real.program("cvlc")
    folder = Path(tempfile.mkdtemp(prefix="vlc-"))
    try:
        clip = folder / "clip.mp4"
        write_mp4(clip, seconds)
        folder.chmod(0o755)
        clip.chmod(0o644)
        home = folder / "home"
        home.mkdir(mode=0o777)
        home.chmod(0o777)
        port = _free_port()
        sout = f"#rtp{{sdp=rtsp://127.0.0.1:{port}/stream}}"
        command = [*_as_nobody(), program, "-I", "dummy", "--loop", "--sout-keep", str(clip), "--sout", sout]
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
        )
        try:
            _wait_for(port, process)
            yield Running(f"rtsp://127.0.0.1:{port}/stream", process)
        finally:
            _end(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_nobody() -> list[str]:
    if os.geteuid() != 0:
        return []
    return [real.program("setpriv"), f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _wait_for(port: int, process: "subprocess.Popen[str]") -> None:
    """Until the stream is described there: VLC listens before it has one, and only the port tells."""
    for _ in range(int(_PATIENCE / 0.1)):
        assert process.poll() is None, f"the server ended with {process.returncode}"
        if _describes(port):
            return
        select.select([], [], [], 0.1)
    raise AssertionError(f"no stream on port {port}")


def _describes(port: int) -> bool:
    ask = f"DESCRIBE rtsp://127.0.0.1:{port}/stream RTSP/1.0\r\nCSeq: 1\r\nAccept: application/sdp\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", port), 1.0) as trial:
            trial.sendall(ask.encode())
            return trial.recv(100).startswith(b"RTSP/1.0 200")
    except OSError:
        return False


def _end(process: "subprocess.Popen[str]") -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    process.terminate()
    try:
        process.wait(3)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":  # a server to play with: python -m tests.servers.running --codec h265
    with gstreamer(*sys.argv[1:]) as running:
        print(running.url)
        input("Enter ends it")

"""Cameras whose codec our client doesn't take apart: FFmpeg sees what it can; what nobody decodes is no fault."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from skywatch.clock import SystemClock
from skywatch.credentials import Credentials
from skywatch.inventory import Camera
from skywatch.observation import Observation, Verdict
from skywatch.parts import Orders, open_parts
from skywatch.probes import PROBES, Tools
from skywatch.probes.visit import visit
from tests.servers.running import PASSWORD, USER, foreign_camera
from tests.servers.scripted import Camera as Script
from tests.servers.scripted import frame, scripted


@pytest.fixture
async def tools() -> AsyncIterator[Tools]:
    async with open_parts(SystemClock(), 1) as parts:
        made = parts.tools(Orders(credentials=lambda name: Credentials(USER, PASSWORD) if name else None))
        await parts.workers.ready()
        yield told(made, stream={"listen": 0.2})


def told(tools: Tools, **changes: dict[str, float]) -> Tools:
    """`tools` with other options for some probes."""
    changed = {probe: tools.options[probe].model_copy(update=update) for probe, update in changes.items()}
    return replace(tools, options={**tools.options, **changed})


def camera_at(url: str, credentials: str = "") -> Camera:
    parts = urlsplit(url)
    return Camera(
        code="A", name="", village="", host=str(parts.hostname), rtsp_port=parts.port or 554, onvif_port=None,
        stream=parts.path, credentials=credentials,
    )  # fmt: skip


async def seen_by(probe: str, url: str, tools: Tools, credentials: str = "") -> Observation:
    return await visit(PROBES[probe], camera_at(url, credentials), tools)


@pytest.mark.real
@pytest.mark.parametrize(
    ("codec", "name", "width", "findings"),
    [
        ("mpeg4", "mp4v-es", 320, ("stripes",)),  # a pattern that repeats all over
        ("vp8", "vp8", 640, ("no_signal",)),  # a drawn ball on an even ground is no picture of the world
        ("mp2t", "mp2t", 640, ("no_signal",)),
    ],
)
async def test_the_picture_of_a_foreign_codec_is_judged_and_its_stream_is_unknown(
    codec: str, name: str, width: int, findings: tuple[str, ...], tools: Tools, tmp_path: Path
) -> None:
    with foreign_camera(codec, tmp_path, "--auth", "digest") as server:
        picture, stream = await asyncio.gather(
            *(seen_by(probe, server.url, tools, "all") for probe in ("picture", "stream"))
        )
    assert picture.numbers["picture_width"] == width
    assert [finding.code for finding in picture.findings] == list(findings)
    assert [step.name for step in picture.steps][-2:] == ["collect", "score"]
    assert stream.verdict is Verdict.UNKNOWN
    assert [finding.code for finding in stream.findings] == ["unsupported"]
    assert name.upper() in stream.findings[0].detail
    assert stream.facts["codec"] == name
    assert stream.numbers["loss"] == 0
    assert PASSWORD not in repr((picture, stream))


def video_in(encoding: str, missing: int = 0) -> Script:
    """A camera that sends 40 packets of video in `encoding`, but for the middle ones that are missing."""
    sdp = f"v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 {encoding}/90000\r\n".encode()
    numbers = [number for number in range(40) if not 20 <= number < 20 + missing]
    heads = (bytes([0x80, 0xE0, 0, number]) + (number * 3600).to_bytes(4, "big") + b"ssrc" for number in numbers)
    return Script(sdp, packets=b"".join(frame(0, head + b"what is this?") for head in heads))


@pytest.mark.parametrize("encoding", ["X-MADE-UP", "VP8", "MP4V-ES", "theora", "MP2T"])
async def test_what_nobody_decodes_is_unknown_and_no_fault(encoding: str, tools: Tools) -> None:
    async with scripted(video_in(encoding)) as server:
        picture = await seen_by("picture", server.url, told(tools, picture={"timeout": 2.0}))
        stream = await seen_by("stream", server.url, tools)
    assert (picture.verdict, stream.verdict) == (Verdict.UNKNOWN, Verdict.UNKNOWN)
    assert [finding.code for finding in picture.findings] == ["undecodable"]
    assert picture.findings[0].detail.startswith(f"{encoding.lower()}: ")
    assert [finding.code for finding in stream.findings] == ["unsupported"]


async def test_lost_packets_and_none_at_all_are_a_failure_whatever_the_codec(tools: Tools) -> None:
    async with scripted(video_in("X-MADE-UP", missing=5)) as server:
        lossy = await seen_by("stream", server.url, tools)
    assert (lossy.verdict, [finding.code for finding in lossy.findings]) == (Verdict.FAIL, ["packet_loss"])
    assert lossy.numbers["loss"] == pytest.approx(5 / 40)
    hasty = told(tools, stream={"timeout": 0.5})
    async with scripted(replace(video_in("X-MADE-UP"), packets=b"")) as server:
        silent = await seen_by("stream", server.url, hasty)
    assert (silent.verdict, [finding.code for finding in silent.findings]) == (Verdict.FAIL, ["no_video"])


async def test_a_codec_of_no_use_proves_the_password_all_the_same(tools: Tools) -> None:
    async with scripted(video_in("X-MADE-UP")) as server:
        await seen_by("stream", server.url, tools, "all")
    assert tools.accounts.of("127.0.0.1", Credentials(USER, PASSWORD)).proven


def test_whoever_visits_loads_neither_opencv_nor_ffmpeg() -> None:
    """As the daemon does: asked in another process, since these tests have them."""
    code = "import sys, skywatch.parts; print([name for name in ('cv2', 'av', 'numpy') if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"

"""Packets of codecs that our client doesn't take apart: what FFmpeg makes of them, and that none can hold a worker."""

import asyncio
import itertools
import resource
import socket
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from io import BytesIO
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skywatch.picture import Undecodable, Workers
from skywatch.picture.foreign import BUDGET, decode_packets, windows
from skywatch.protocols.rtsp.unit import Packets
from tests.picture.drawn import Picture, grey, town

SCENE = town(1, 640, 360)
SIZE = 1400


def sdp_of(encoding: str, fmtp: str = "") -> str:
    head = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n"
    return f"{head}a=rtpmap:96 {encoding}/90000\r\n" + (f"a=fmtp:96 {fmtp}\r\n" if fmtp else "")


def rtp(sequence: int, timestamp: int, payload: bytes, marker: bool) -> bytes:
    head = bytes([0x80, marker << 7 | 96]) + (sequence & 0xFFFF).to_bytes(2, "big")
    return head + timestamp.to_bytes(4, "big") + bytes([1, 2, 3, 4]) + payload


def split(pictures: Iterable[bytes], first: bytes = b"", later: bytes = b"") -> tuple[bytes, ...]:
    """Pictures cut into packets, each behind a payload descriptor."""
    number = itertools.count(7)
    return tuple(
        rtp(next(number), 3600 * at, (later if cut else first) + data[cut : cut + SIZE], cut + SIZE >= len(data))
        for at, data in enumerate(pictures)
        for cut in range(0, len(data), SIZE)
    )


@cache
def coded(encoder: str, scenes: int = 1, **told: str) -> tuple[tuple[bytes, ...], bytes]:
    """(coded pictures, extradata): the first a keyframe, and every eighth."""
    context: Any = av.CodecContext.create(encoder, "w")
    context.width, context.height, context.pix_fmt, context.time_base = 640, 360, "yuv420p", Fraction(1, 25)
    context.gop_size, context.thread_count, context.bit_rate = 8, 1, 20_000_000
    context.flags |= av.codec.context.Flags.global_header if encoder == "mpeg4" else 0
    context.options = told
    made = []
    for number in range(8 * scenes):
        frame = av.VideoFrame.from_ndarray(SCENE, format="bgr24").reformat(format="yuv420p")
        frame.pts, frame.time_base = number, context.time_base
        made += [bytes(packet) for packet in context.encode(frame)]
    return (*made, *(bytes(packet) for packet in context.encode(None))), context.extradata or b""


def mpeg4(start: int = 0, **told: str) -> Packets:
    """RFC 6416: the elementary stream as it is; its configuration in the description."""
    pictures, config = coded("mpeg4", 2, **told)
    sdp = sdp_of("MP4V-ES", f"profile-level-id=1; config={config.hex().upper()}")
    return Packets("mp4v-es", sdp, split(pictures[start:]))


def vp8(start: int = 0) -> Packets:
    """RFC 7741: a descriptor of one byte, which says where a picture begins."""
    pictures, _ = coded("libvpx", 2, deadline="realtime", **{"cpu-used": "8"})
    return Packets("vp8", sdp_of("VP8"), split(pictures[start:], b"\x10", b"\x00"))


def mp2t() -> Packets:
    """RFC 2250: seven packets of a transport stream in each."""
    file = BytesIO()
    with av.open(file, "w", format="mpegts") as container:
        stream = container.add_stream("libx264", rate=25, options={"g": "8", "preset": "ultrafast"})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for _ in range(16):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(SCENE, format="bgr24")))
        container.mux(stream.encode(None))
    data = file.getvalue()
    cuts = range(0, len(data), 7 * 188)
    return Packets(
        "mp2t", sdp_of("MP2T"), tuple(rtp(at, at, data[cut : cut + 1316], False) for at, cut in enumerate(cuts))
    )


def shows(told: Packets, scene: Picture = SCENE) -> bool:
    """Whether what FFmpeg finds in `told` is a good likeness of `scene`."""
    luma = decode_packets(told).luma
    return luma.shape == scene.shape[:2] and float(np.abs(luma.astype(int) - grey(scene)).mean()) < 4


def without(told: Packets, *missing: int) -> Packets:
    kept = tuple(packet for at, packet in enumerate(told.packets) if at not in missing)
    return Packets(told.codec, told.sdp, kept)


@pytest.mark.parametrize("told", [mpeg4(), vp8(), mp2t()], ids=lambda told: told.codec)
def test_the_first_keyframe_is_seen(told: Packets) -> None:
    assert shows(told)


@pytest.mark.parametrize("told", [mpeg4(3), vp8(3)], ids=lambda told: told.codec)
def test_a_recording_that_begins_in_the_middle_waits_for_a_keyframe(told: Packets) -> None:
    assert shows(told)


@pytest.mark.parametrize("told", [mpeg4(), vp8()], ids=lambda told: told.codec)
def test_a_keyframe_with_a_hole_is_passed_over(told: Packets) -> None:
    assert shows(without(told, 2))
    half = Packets(told.codec, told.sdp, told.packets[: len(told.packets) // 2])
    with pytest.raises(Undecodable):
        decode_packets(without(half, 2, 5))


@pytest.mark.parametrize("told", [mpeg4(7), vp8(7)], ids=lambda told: told.codec)
def test_no_keyframe_is_no_picture(told: Packets) -> None:
    with pytest.raises(Undecodable):
        decode_packets(Packets(told.codec, told.sdp, told.packets[:2]))


def test_more_bytes_than_a_demuxer_may_be_given_hold_nobody() -> None:
    """FFmpeg would write a report into our file after 280,000 bytes, forever."""
    told = mpeg4(1)
    filler = [rtp(at, 1 << 31, b"\0" * SIZE, False) for at in range(900)]
    assert shows(Packets(told.codec, told.sdp, (*filler, *told.packets)))
    with pytest.raises(Undecodable):
        decode_packets(Packets(told.codec, told.sdp, tuple(filler)))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (Packets("x-made-up", sdp_of("X-MADE-UP"), vp8().packets), "x-made-up: no decoder"),
        (Packets("vp8", sdp_of("VP8"), ()), "vp8: no picture"),
        (Packets("vp8", "", vp8().packets), "vp8: "),
        (Packets("vp8", "not a description", vp8().packets), "vp8: "),
        (Packets("mp2t", sdp_of("MP2T"), ()), "mp2t: "),
        (Packets("mp2t", sdp_of("MP2T"), vp8().packets), "mp2t: "),
        (Packets("mp4v-es", sdp_of("MP4V-ES"), vp8().packets), "mp4v-es: "),
    ],
)
def test_what_nobody_decodes_is_undecodable_and_named(told: Packets, said: str) -> None:
    with pytest.raises(Undecodable, match=said):
        decode_packets(told)


NAMES = [
    "VP8",
    "VP9",
    "MP4V-ES",
    "H261",
    "H263-1998",
    "MPV",
    "AV1",
    "theora",
    "X-QT",
    "DV",
    "JPEG2000",
    "X-ASF-PF",
    "H264",
]


@settings(max_examples=80)
@given(
    name=st.sampled_from(NAMES),
    payloads=st.lists(st.binary(min_size=1, max_size=60), max_size=20),
    fmtp=st.from_regex(r"\A([a-z-]{1,20}=[A-Za-z0-9+/=,.:-]{0,30}(; )?){0,3}\Z"),
)
def test_garbage_is_undecodable_or_a_picture_whatever_it_is_called(name: str, payloads: list[bytes], fmtp: str) -> None:
    packets = tuple(rtp(at, at // 3 * 3600, payload, at % 3 == 2) for at, payload in enumerate(payloads))
    try:
        assert decode_packets(Packets(name.lower(), sdp_of(name, fmtp), packets)).luma.size > 0
    except Undecodable:
        return


@settings(max_examples=40)
@given(at=st.integers(0, 30), place=st.integers(0, SIZE), noise=st.binary(min_size=1, max_size=50))
@pytest.mark.parametrize("kind", [mpeg4, vp8, mp2t])
def test_damage_gives_a_picture_or_undecodable_and_nothing_else(kind: Any, at: int, place: int, noise: bytes) -> None:
    told = kind()
    packets = list(told.packets)
    at %= len(packets)
    packets[at] = packets[at][: 12 + place] + noise + packets[at][12 + place + len(noise) :]
    try:
        assert decode_packets(Packets(told.codec, told.sdp, tuple(packets))).luma.size > 0
    except Undecodable:
        return


@given(st.lists(st.tuples(st.integers(1, 260_000), st.booleans(), st.booleans()), max_size=12))
def test_every_picture_that_fits_is_whole_in_one_window(pictures: list[tuple[int, bool, bool]]) -> None:
    """Pictures of so many bytes; encoders may leave out the markers, or the timestamps, never both here."""
    number = itertools.count()
    runs: list[tuple[int, int]] = []
    packets: list[bytes] = []
    for at, (size, marks, counts) in enumerate(pictures):
        cuts = [bytes(min(20_000, size - cut)) for cut in range(0, size, 20_000)]
        stamp = 3600 * at if counts or not marks else 5
        run = [rtp(next(number), stamp, data, marks and data is cuts[-1]) for data in cuts]
        runs.append((len(packets), len(packets) + len(run)))
        packets += run
    spans = []
    for window in windows(packets):
        assert sum(map(len, window)) <= BUDGET
        start = int.from_bytes(window[0][2:4], "big")
        spans.append((start, start + len(window)))
    for begin, end in runs:
        assert any(start <= begin and end <= stop for start, stop in spans)
    assert len(spans) <= 4 * (1 + sum(map(len, packets)) // BUDGET) + len(runs)


async def test_a_worker_examines_packets_and_outlives_what_nobody_decodes() -> None:
    deadline = asyncio.get_running_loop().time() + 30
    async with Workers(1) as workers:
        with pytest.raises(Undecodable, match="no decoder"):
            await workers.examine(Packets("x", sdp_of("X-MADE-UP"), vp8().packets), deadline)
        features = (await workers.examine(mpeg4(), deadline)).features
        assert (features.width, features.height) == (640, 360)
        assert features.sharpness.steepness > 0.3
        assert (workers.crashes, workers.timeouts) == (0, 0)


def test_no_file_and_no_socket_is_opened() -> None:
    """Under a limit that lets no new one be; a description with a port is what would make FFmpeg want two."""
    told = vp8()
    described = told.sdp.replace("m=video 0", "m=video 5004")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        with pytest.raises(OSError, match="Too many open files"):
            socket.socket()
        seen = shows(Packets(told.codec, described, told.packets))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert seen

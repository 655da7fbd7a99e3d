"""Access units into planes: every codec and sampling, and everything that is no whole picture."""

import struct

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skywatch.picture import Undecodable
from skywatch.picture.decode import MAX_BYTES, decode, planes_of
from skywatch.protocols.rtsp.unit import AccessUnit
from tests.picture.drawn import encoded, grey, town

SCENE = town(1, 640, 360)


@pytest.mark.parametrize(
    ("codec", "pixels", "chroma"),
    [
        ("h264", "yuv420p", (180, 320)),
        ("h264", "yuv422p", (360, 320)),
        ("h264", "yuv444p", (360, 640)),
        ("h264", "yuv420p10le", (180, 320)),
        ("h265", "yuv420p", (180, 320)),
        ("h265", "yuv420p10le", (180, 320)),
        ("mjpeg", "yuvj420p", (180, 320)),
        ("mjpeg", "yuvj422p", (360, 320)),
        ("mjpeg", "yuvj444p", (360, 640)),
    ],
)
def test_every_codec_and_sampling_gives_the_same_picture(codec: str, pixels: str, chroma: tuple[int, int]) -> None:
    planes = decode(encoded(SCENE, codec, pixels))
    assert planes.luma.shape == (360, 640)
    assert np.abs(planes.luma.astype(int) - grey(SCENE)).mean() < 3
    assert planes.cb is not None
    assert planes.cr is not None
    assert planes.cb.shape == planes.cr.shape == chroma
    assert planes.luma.dtype == planes.cb.dtype == np.uint8


@pytest.mark.parametrize(("codec", "pixels"), [("h264", "yuv420p"), ("h264", "yuvj420p"), ("mjpeg", "yuvj420p")])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_black_is_0_and_white_255_whatever_the_range_of_the_stream(codec: str, pixels: str, level: int) -> None:
    planes = decode(encoded(np.full((64, 64, 3), level, np.uint8), codec, pixels))
    assert np.abs(planes.luma.astype(int) - level).max() <= 2
    assert planes.cb is not None
    assert np.abs(planes.cb.astype(int) - 128).max() <= 2


def test_a_picture_without_colour_has_no_chroma_or_a_grey_one() -> None:
    planes = decode(encoded(SCENE, "h264", "gray"))
    assert np.abs(planes.luma.astype(int) - grey(SCENE)).mean() < 3
    assert planes.cb is None or np.ptp(planes.cb) == 0


def test_a_size_that_is_no_multiple_of_sixteen_is_cropped() -> None:
    assert decode(encoded(town(2, 322, 242), "h264")).luma.shape == (242, 322)


def without_last_slice(unit: AccessUnit) -> AccessUnit:
    data = unit.data[: unit.data.rindex(b"\0\0\1")]
    return AccessUnit(unit.codec, data, unit.width, unit.height)


@pytest.mark.parametrize(
    "unit",
    [
        pytest.param(AccessUnit("h264", b"", 0, 0), id="nothing"),
        pytest.param(AccessUnit("h264", b"\0\0\0\1", 0, 0), id="a start code alone"),
        pytest.param(AccessUnit("h264", bytes(5000), 0, 0), id="zeros"),
        pytest.param(AccessUnit("mjpeg", b"\xff\xd8\xff\xd9", 0, 0), id="a JPEG without a picture"),
        pytest.param(AccessUnit("mjpeg", b"GIF89a" + bytes(100), 0, 0), id="no JPEG"),
        pytest.param(AccessUnit("vp8", b"abc", 0, 0), id="a codec that nobody sends"),
        pytest.param(AccessUnit("h264", bytes(MAX_BYTES + 1), 0, 0), id="too many bytes"),
        pytest.param(without_last_slice(encoded(SCENE, "h264", slices="4")), id="H.264 without its last slice"),
        pytest.param(
            without_last_slice(encoded(SCENE, "h265", **{"x265-params": "log-level=none:slices=2"})),
            id="H.265 without its last slice",
        ),
    ],
)
def test_what_is_no_whole_picture_is_undecodable(unit: AccessUnit) -> None:
    with pytest.raises(Undecodable):
        decode(unit)


@pytest.mark.parametrize(
    ("codec", "share"),
    [("h264", 0.02), ("h264", 0.5), ("h264", 0.95), ("h265", 0.02), ("h265", 0.5), ("mjpeg", 0.02), ("mjpeg", 0.9)],
)
def test_a_picture_that_was_cut_short_is_undecodable(codec: str, share: float) -> None:
    whole = encoded(SCENE, codec)
    with pytest.raises(Undecodable):
        decode(AccessUnit(codec, whole.data[: int(share * len(whole.data))], 640, 360))


def test_a_picture_that_claims_to_be_enormous_is_refused_before_memory_is_asked_for() -> None:
    small = encoded(SCENE, "mjpeg")
    at = small.data.index(b"\xff\xc0") + 5
    claim = small.data[:at] + struct.pack(">HH", 65500, 65500) + small.data[at + 4 :]
    with pytest.raises(Undecodable):
        decode(AccessUnit("mjpeg", claim, 0, 0))


def test_a_frame_that_no_decoder_filled_is_undecodable() -> None:
    """All planes 0: the green of fresh memory, which is how a decoder shows that it had nothing to fill in."""
    empty = av.VideoFrame(64, 64, "yuv420p")
    for plane in empty.planes:
        plane.update(bytes(plane.buffer_size))
    with pytest.raises(Undecodable, match="missing"):
        planes_of(empty)


def test_nothing_is_left_behind_by_a_broken_picture() -> None:
    good = encoded(SCENE, "h264")
    before = decode(good).luma
    with pytest.raises(Undecodable):
        decode(AccessUnit("h264", good.data[:2000], 0, 0))
    assert np.array_equal(decode(good).luma, before)


@settings(max_examples=60, deadline=None)
@given(codec=st.sampled_from(["h264", "h265", "mjpeg"]), noise=st.binary(max_size=400), at=st.floats(0, 1))
def test_damaged_bytes_give_a_picture_or_undecodable_and_nothing_else(codec: str, noise: bytes, at: float) -> None:
    data = WHOLE[codec].data
    place = int(at * len(data))
    try:
        planes = decode(AccessUnit(codec, data[:place] + noise + data[place + len(noise) :], 0, 0))
    except Undecodable:
        return
    assert planes.luma.size > 0


WHOLE = {codec: encoded(town(3, 160, 120), codec) for codec in ("h264", "h265", "mjpeg")}

"""The size that a parameter set tells, against streams that FFmpeg's encoders wrote."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.protocols.rtsp import sps
from skywatch.protocols.rtsp.bits import Bits, OutOfBits
from tests.protocols.rtsp.packetize import nals_of
from tests.servers.clips import encoded

SIZES = [(1920, 1080), (1280, 960), (1280, 720), (704, 576), (352, 288), (318, 178), (34, 66)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_h264_sizes_are_cropped(width: int, height: int) -> None:
    (nal,) = (nal for nal in nals_of(encoded("h264", width, height, pictures=1)[0]) if nal[0] & 31 == 7)
    assert sps.h264(nal) == sps.Size(width, height, 25.0)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_h265_sizes_are_cropped(width: int, height: int) -> None:
    (nal,) = (nal for nal in nals_of(encoded("h265", width, height, pictures=1)[0]) if nal[0] >> 1 & 63 == 33)
    assert sps.h265(nal) == sps.Size(width, height)


# What real cameras sent (base64 in the session descriptions of public issues), with the sizes that stand beside them
@pytest.mark.parametrize(
    ("nal", "size"),
    [
        ("Z2QAM6wVFKAyAOP5f/AAEAAWyAAAH0AAB1MAIA==", (3200, 1800)),
        ("Z2QAKKy0A8ARPyo=", (1920, 1080)),
    ],
)
def test_cameras_parameter_sets_are_read(nal: str, size: tuple[int, int]) -> None:
    found = sps.h264(base64.b64decode(nal))
    assert (found.width, found.height) == size


@given(st.binary(max_size=120))
def test_any_bytes_have_a_size_or_none(nal: bytes) -> None:
    for read in (sps.h264, sps.h265):
        found = read(nal)
        assert 0 <= found.width <= sps.MAX_SIDE
        assert 0 <= found.height <= sps.MAX_SIDE


@given(st.lists(st.integers(0, 2**20), max_size=20))
def test_exp_golomb_codes_are_read_back(numbers: list[int]) -> None:
    text = "".join(format(number + 1, "b").zfill(2 * (number + 1).bit_length() - 1) for number in numbers) + "1"
    bits = Bits(int(text.ljust(-len(text) % 8 + len(text), "0"), 2).to_bytes((len(text) + 7) // 8, "big"))
    assert [bits.ue() for _ in numbers] == numbers


def test_reading_past_the_end_is_named() -> None:
    with pytest.raises(OutOfBits):
        Bits(b"").flag()
    with pytest.raises(OutOfBits):
        Bits(bytes(20)).ue()

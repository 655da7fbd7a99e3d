"""NAL units -> pictures: real streams, cut into packets by the tests' own packetizer, whole, torn and lying."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.protocols.errors import ProtocolError, TooLarge
from skywatch.protocols.rtsp.h264 import H264Grammar, H264Unpacker
from skywatch.protocols.rtsp.h265 import H265Grammar, H265Unpacker
from skywatch.protocols.rtsp.nal import NalPictures
from skywatch.protocols.rtsp.pictures import Assembler, Picture
from skywatch.protocols.rtsp.rtp import Packet, parse
from tests.protocols.rtsp.looking import decoded
from tests.protocols.rtsp.packetize import aggregate, clip, h265_payloads, packets, rtp
from tests.servers.clips import encoded

CODECS = pytest.mark.parametrize("codec", ["h264", "h265"])
SLICES = pytest.mark.parametrize("slices", [1, 3])


def taker(codec: str, numbered: bool = False) -> NalPictures:
    if codec == "h264":
        return NalPictures(H264Unpacker(), Assembler(H264Grammar()))
    return NalPictures(H265Unpacker(numbered), Assembler(H265Grammar()))


def read(data: bytes) -> Packet:
    found = parse(data)
    assert found is not None
    return found


def take(codec: str, sent: Sequence[bytes], numbered: bool = False) -> list[Picture]:
    """What comes out, once the stream goes on to a further picture."""
    pictures = taker(codec, numbered)
    seen: list[Picture] = []
    expected: int | None = None
    for data in sent:
        packet = read(data)
        gap = expected is not None and packet.sequence != expected
        expected = (packet.sequence + 1) & 0xFFFF
        seen += pictures.push(packet, gap)
    end = rtp(expected or 0, 0xFFFFFFF0, b"\x41\x9a\x00" if codec == "h264" else b"\x02\x01\x80\x00")
    return [*seen, *pictures.push(read(end), False)]


def decode(picture: Picture) -> list[tuple[int, int]]:
    assert picture.unit is not None
    return decoded(picture.unit)


@CODECS
@SLICES
@pytest.mark.parametrize("size", [100, 1400, 60000])
def test_a_stream_comes_out_as_it_went_in(codec: str, slices: int, size: int) -> None:
    seen = take(codec, packets(map(list, clip(codec, slices)), codec=codec, size=size))
    assert [picture.key for picture in seen] == [number % 4 == 0 for number in range(8)]
    assert all(picture.whole for picture in seen)
    keyframes = [picture for picture in seen if picture.key]
    assert [decode(picture) for picture in keyframes] == [[(320, 180)]] * 2
    assert all((picture.unit.width, picture.unit.height) == (320, 180) for picture in keyframes if picture.unit)


@CODECS
@SLICES
def test_the_marker_may_be_missing(codec: str, slices: int) -> None:
    sent = [
        data[:1] + bytes([data[1] & 0x7F]) + data[2:] for data in packets(map(list, clip(codec, slices)), codec=codec)
    ]
    assert [(picture.key, picture.whole) for picture in take(codec, sent)] == [(n % 4 == 0, True) for n in range(8)]


@CODECS
def test_the_marker_and_the_timestamps_may_both_be_useless(codec: str) -> None:
    sent = [
        data[:1] + bytes([data[1] & 0x7F]) + data[2:4] + bytes(4) + data[8:]
        for data in packets(map(list, clip(codec, 3)), codec=codec)
    ]
    assert [(picture.key, picture.whole) for picture in take(codec, sent)] == [(n % 4 == 0, True) for n in range(8)]


@CODECS
def test_a_camera_that_marks_every_slice_is_found_out(codec: str) -> None:
    """Each slice's last packet has the marker: after the first lie only timestamps count."""
    sent = []
    for number, picture in enumerate(clip(codec, 3)):
        for nal in picture:
            sent += [(number * 3600, data[12:], data[1] > 0x7F) for data in packets([[nal]], codec=codec)]
    made = [rtp(index, timestamp, payload, marker=marker) for index, (timestamp, payload, marker) in enumerate(sent)]
    seen = take(codec, made)
    last = {picture.timestamp: picture for picture in seen}
    assert [decode(picture) for picture in last.values() if picture.key] == [[(320, 180)]] * 2
    assert len(seen) == 9  # the first picture twice: once too early


@CODECS
def test_parameter_sets_between_the_slices_of_a_picture_do_not_end_it(codec: str) -> None:
    """GStreamer's payloaders repeat them before every IDR slice."""
    first = clip(codec, 3)[0]
    sets, slices = first[:-3], first[-3:]
    mixed = [nal for part in slices for nal in (*sets, part)]
    seen = take(codec, packets([mixed], codec=codec))
    assert len(seen) == 1
    assert decode(seen[0]) == [(320, 180)]


@CODECS
@given(data=st.data())
def test_a_keyframe_that_lost_a_packet_is_never_given_out(codec: str, data: st.DataObject) -> None:
    sent = packets(map(list, clip(codec, 3)), codec=codec, size=700)
    lost = data.draw(st.sets(st.integers(0, len(sent) - 1), max_size=6))
    seen = take(codec, [item for number, item in enumerate(sent) if number not in lost])
    torn = {read(sent[number]).timestamp for number in lost if not holds_parameters(codec, sent[number])}
    given_out = {picture.timestamp: picture for picture in seen if picture.unit}
    assert not torn & set(given_out)
    assert all(decode(picture) == [(320, 180)] for picture in given_out.values())
    if not lost:
        assert set(given_out) == {0, 4 * 3600}


def holds_parameters(codec: str, data: bytes) -> bool:
    """Lost parameter sets cost nothing where the same ones came before, or make the picture impossible."""
    return data[12] & 31 in (6, 7, 8) if codec == "h264" else data[12] >> 1 & 63 in (32, 33, 34, 39)


@CODECS
@given(
    payloads=st.lists(st.tuples(st.binary(max_size=40), st.integers(0, 2), st.booleans(), st.booleans()), max_size=40)
)
def test_any_payloads_raise_nothing_but_protocol_errors(
    codec: str, payloads: list[tuple[bytes, int, bool, bool]]
) -> None:
    pictures = [taker(codec), taker(codec, numbered=True)]
    for number, (payload, timestamp, marker, gap) in enumerate(payloads):
        for each in pictures:
            try:
                each.push(Packet(96, marker, number, timestamp, 7, payload), gap)
            except ProtocolError:
                return


def test_units_that_come_together_are_parted() -> None:
    """STAP-A; STAP-B with its order number; and Annex B within one payload, as some encoders leave it."""
    sps, pps, sei, idr = clip("h264")[0]
    in_one = b"\x00\x00\x00\x01".join([sps, pps, sei])
    for together in (
        aggregate([sps, pps, sei]),
        b"\x19\x00\x07" + aggregate([sps, pps, sei])[1:],
        in_one,
        b"\x00\x00\x00\x01" + in_one,
    ):
        sent = [rtp(0, 0, together), *(rtp(1 + n, 0, data[12:]) for n, data in enumerate(packets([[idr]])))]
        (picture,) = take("h264", sent)
        assert decode(picture) == [(320, 180)]


def test_fu_b_is_understood() -> None:
    sps, pps, sei, idr = clip("h264")[0]
    head = idr[0] & 0xE0
    first = bytes([head | 29, 0x80 | 5, 0x12, 0x34]) + idr[1:500]
    rest = bytes([head | 28, 0x40 | 5]) + idr[500:]
    sent = [rtp(n, 0, payload, marker=n == 4) for n, payload in enumerate([sps, pps, sei, first, rest])]
    assert decode(take("h264", sent)[0]) == [(320, 180)]


def test_units_in_mtaps_are_lost() -> None:
    sps, pps, _sei, idr = clip("h264")[0]
    sent = [
        rtp(0, 0, aggregate([sps, pps])),
        rtp(1, 0, b"\x1a\x00\x01" + bytes(20)),
        *(rtp(2 + n, 0, data[12:]) for n, data in enumerate(packets([[idr]]))),
    ]
    assert [picture.whole for picture in take("h264", sent)] == [False]


def test_h265_aggregates_and_order_numbers_are_understood() -> None:
    *sets, idr = clip("h265")[0]
    lengths = [len(nal).to_bytes(2, "big") + nal for nal in sets]
    plain = b"\x60\x01" + b"".join(lengths)
    numbered = b"\x60\x01" + b"\x00\x01" + lengths[0] + b"".join(b"\x00" + each for each in lengths[1:])
    for donl, together in ((False, plain), (True, numbered)):
        payloads = [together, *h265_payloads(idr, 900, donl)]
        sent = [rtp(n, 0, payload, marker=n == len(payloads) - 1) for n, payload in enumerate(payloads)]
        assert decode(take("h265", sent, donl)[0]) == [(320, 180)]


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_a_camera_that_forgets_to_call_the_last_fragment_the_last_is_understood(codec: str) -> None:
    at = 13 if codec == "h264" else 14

    def is_fragment(data: bytes) -> bool:
        return (data[12] & 31 == 28) if codec == "h264" else (data[12] >> 1 & 63 == 49)

    sent = [
        data[:at] + bytes([data[at] & 0xBF]) + data[at + 1 :] if is_fragment(data) else data
        for data in packets(map(list, clip(codec)), codec=codec)
    ]
    seen = take(codec, sent)
    assert [decode(picture) for picture in seen if picture.key] == [[(320, 180)]] * 2


def test_a_keyframe_without_parameter_sets_is_none() -> None:
    pictures = taker("h264")
    for data in packets([[clip("h264")[0][-1]]]):
        assert all(picture.unit is None for picture in pictures.push(read(data), False))
    assert pictures.assembler.unparametrized == 1


def test_parameter_sets_may_come_from_the_session_description_only() -> None:
    sps, pps, _, idr = clip("h264")[0]
    pictures = NalPictures(H264Unpacker(), Assembler(H264Grammar(), [sps, pps]))
    seen = [picture for data in packets([[idr]]) for picture in pictures.push(read(data), False)]
    assert decode(seen[0]) == [(320, 180)]


def test_pictures_of_i_slices_alone_stand_alone_without_being_idr() -> None:
    """Open GOPs, and old encoders: x264 marks them with a recovery point and never sends a second IDR."""
    stream = encoded("h264", pictures=12, key_int=4, extra=":open-gop=1:bframes=1:b-adapt=0")
    nals = [[nal for nal in data.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if nal] for data in stream]
    later = [picture for picture in nals[1:] if any(nal[0] & 31 == 6 for nal in picture)]
    assert later
    assert not any(nal[0] & 31 == 5 for nal in later[0])
    seen = take("h264", packets([later[0]]))
    assert seen[0].key
    assert decode(seen[0]) == [(320, 180)]


def test_intra_refresh_gives_recovery_points_and_no_keyframe() -> None:
    stream = encoded("h264", pictures=12, key_int=4, extra=":intra-refresh=1")
    nals = [[nal for nal in data.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if nal] for data in stream]
    pictures = taker("h264")
    seen = [picture for data in packets(nals[1:]) for picture in pictures.push(read(data), False)]
    assert len(seen) == 11
    assert not any(picture.key for picture in seen)
    assert pictures.assembler.recoveries >= 2


@CODECS
def test_a_picture_without_end_is_too_large(codec: str) -> None:
    pictures = taker(codec)
    head = (b"\x7c\x85", b"\x7c\x05") if codec == "h264" else (b"\x62\x01\x93", b"\x62\x01\x13")
    with pytest.raises(TooLarge):
        push_all(pictures, [head[number > 0] + bytes(60000) for number in range(200)])


def test_a_picture_of_countless_pieces_is_too_large() -> None:
    pictures = taker("h264")
    with pytest.raises(TooLarge):
        push_all(pictures, [b"\x06\x01\x01\x01"] * 10000)


def push_all(pictures: NalPictures, payloads: list[bytes]) -> None:
    for number, payload in enumerate(payloads):
        pictures.push(Packet(96, False, number, 0, 7, payload), False)

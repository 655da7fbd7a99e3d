"""RFC 2435: packets -> JPEG files that a decoder takes."""

import struct

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.protocols.errors import ProtocolError, TooLarge
from skywatch.protocols.rtsp.mjpeg import MjpegPictures
from skywatch.protocols.rtsp.pictures import Picture
from skywatch.protocols.rtsp.rtp import Packet, parse
from tests.protocols.rtsp.packetize import jpeg_packets, rtp
from tests.servers.clips import encoded


def read(data: bytes) -> Packet:
    found = parse(data)
    assert found is not None
    return found


def take(sent: list[bytes], size: tuple[int, int] = (0, 0), lost: frozenset[int] = frozenset()) -> list[Picture]:
    pictures = MjpegPictures(size)
    seen: list[Picture] = []
    for number, data in enumerate(sent):
        if number not in lost:
            seen += pictures.push(read(data), number - 1 in lost)
    return seen


def luma(jpeg: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    (frame,) = av.CodecContext.create("mjpeg", "r").decode(av.Packet(jpeg))
    return frame.to_ndarray(format="gray").astype(np.uint8)


def test_a_picture_comes_out_as_it_went_in() -> None:
    for number, original in enumerate(encoded("mjpeg", 320, 176, pictures=3)):
        (picture,) = take(jpeg_packets(original, timestamp=number * 3600))
        assert picture.unit is not None
        assert (picture.unit.codec, picture.unit.width, picture.unit.height) == ("mjpeg", 320, 176)
        assert np.array_equal(luma(picture.unit.data), luma(original))


@pytest.mark.parametrize("marked", [True, False])
def test_a_picture_ends_at_the_marker_or_at_the_next_timestamp(marked: bool) -> None:
    first, second = encoded("mjpeg", 320, 176, pictures=2)
    sent = jpeg_packets(first) + jpeg_packets(second, timestamp=3600)
    if not marked:
        sent = [data[:1] + bytes([data[1] & 0x7F]) + data[2:] for data in sent]
    assert [picture.whole for picture in take(sent)] == [True] * (2 if marked else 1)


@pytest.mark.parametrize("lost", range(10))
def test_a_picture_that_lost_a_packet_is_not_given_out(lost: int) -> None:
    first, second = encoded("mjpeg", 320, 176, pictures=2)
    one = jpeg_packets(first)
    seen = take(one + jpeg_packets(second, timestamp=3600), lost=frozenset({lost % len(one)}))
    given_out = [picture for picture in seen if picture.unit]
    assert [picture.timestamp for picture in given_out] == [3600]


def plain_packets(original: bytes, quality: int, kind: int, extra: bytes = b"") -> list[bytes]:
    """The same scan under another Q and type; `extra` stands between the main header and the rest."""
    sent = []
    for data in jpeg_packets(original):
        body = data[12:]
        offset = int.from_bytes(body[1:4], "big")
        scan = body[12 + int.from_bytes(body[10:12], "big") :] if offset == 0 else body[8:]
        sent.append(data[:12] + body[:4] + bytes([kind, quality]) + body[6:8] + extra + scan)
    return sent


@pytest.mark.parametrize("quality", [1, 25, 50, 75, 99])
def test_standard_tables_are_filled_in(quality: int) -> None:
    """The scan was made with other tables, so the picture is another; but it decodes, and the tables are libjpeg's."""
    (picture,) = take(plain_packets(encoded("mjpeg", 320, 176, pictures=1)[0], quality, 1))
    assert picture.unit is not None
    assert luma(picture.unit.data).shape == (176, 320)
    cv2 = pytest.importorskip("cv2")
    _, theirs = cv2.imencode(".jpg", np.zeros((16, 16, 3), np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])
    ours = picture.unit.data
    for at in (ours.index(b"\xff\xdb"), ours.index(b"\xff\xdb", ours.index(b"\xff\xdb") + 2)):
        assert ours[at + 5 : at + 69] in theirs.tobytes()


@pytest.mark.parametrize("quality", [0, 128, 255])
def test_a_picture_whose_tables_nobody_told_is_not_given_out(quality: int) -> None:
    extra = b"\x00\x00\x00\x00" if quality else b""
    assert not any(
        picture.unit for picture in take(plain_packets(encoded("mjpeg", 320, 176, pictures=1)[0], quality, 1, extra))
    )


def test_tables_that_were_told_once_are_remembered() -> None:
    first, second = encoded("mjpeg", 320, 176, pictures=2)
    told = [data[:17] + b"\x80" + data[18:] for data in jpeg_packets(first)]
    silent = []
    for data in jpeg_packets(second, timestamp=3600):
        first_one = int.from_bytes(data[13:16], "big") == 0
        head = data[:17] + b"\x80" + data[18:20]
        silent.append(
            head + (b"\x00\x00\x00\x00" + data[24 + int.from_bytes(data[22:24], "big") :] if first_one else data[20:])
        )
    seen = take(told + silent)
    assert [picture.whole for picture in seen] == [True, True]
    assert seen[1].unit is not None
    assert np.array_equal(luma(seen[1].unit.data), luma(second))


def test_a_restart_interval_is_written_into_the_header() -> None:
    (picture,) = take(plain_packets(encoded("mjpeg", 320, 176, pictures=1)[0], 50, 65, struct.pack("!HH", 20, 0xFFFF)))
    assert picture.unit is not None
    assert b"\xff\xdd\x00\x04\x00\x14" in picture.unit.data


def test_sixteen_bit_tables_are_taken() -> None:
    tables = b"".join(struct.pack("!64H", *range(1, 65)) for _ in range(2))
    head = struct.pack("!BBH", 0, 0b11, len(tables)) + tables
    sent = plain_packets(encoded("mjpeg", 320, 176, pictures=1)[0], 255, 1)
    sent[0] = sent[0][:20] + head + sent[0][20:]
    (picture,) = take(sent)
    assert picture.unit is not None
    assert b"\xff\xdb\x00\x83\x10\x00\x01" in picture.unit.data


@pytest.mark.parametrize("via", ["description", "extension"])
def test_a_picture_over_2040_pixels_takes_its_size_from_elsewhere(via: str) -> None:
    """RFC 2435 says 0; the session description (a=x-dimensions) or ONVIF's header extension says how large."""
    original = encoded("mjpeg", 2560, 1440, pictures=1)[0]
    sent = [data[:18] + b"\x00" + data[19:] for data in jpeg_packets(original, size=1400)]
    if via == "extension":
        frame_header = b"\xff\xc0\x00\x11\x08" + struct.pack("!HH", 1440, 2560) + bytes(10) + bytes(1)
        extension = struct.pack("!HH", 0xFFD8, len(frame_header) // 4) + frame_header
        sent = [bytes([data[0] | 0x10]) + data[1:12] + extension + data[12:] for data in sent]
    (picture,) = take(sent, (2560, 1440) if via == "description" else (0, 0))
    assert picture.unit is not None
    assert (picture.unit.width, picture.unit.height) == (2560, 1440)
    assert luma(picture.unit.data).shape == (1440, 2560)


def test_a_size_that_nobody_told_is_no_picture() -> None:
    sent = [data[:18] + b"\x00" + data[19:] for data in jpeg_packets(encoded("mjpeg", 320, 176, pictures=1)[0])]
    assert not any(picture.unit for picture in take(sent))


@given(st.lists(st.tuples(st.binary(max_size=60), st.integers(0, 2), st.booleans(), st.booleans()), max_size=30))
def test_any_payloads_raise_nothing_but_protocol_errors(payloads: list[tuple[bytes, int, bool, bool]]) -> None:
    pictures = MjpegPictures((640, 480))
    for number, (payload, timestamp, marker, gap) in enumerate(payloads):
        for body in (payload, b"\x00\x00\x00\x00\x01\xff\x08\x08" + payload):
            try:
                pictures.push(Packet(26, marker, number, timestamp, 7, body), gap)
            except ProtocolError:
                return


def test_a_picture_without_end_is_too_large() -> None:
    heads = [struct.pack("!B3sBBBB", 0, (number * 60000).to_bytes(3, "big"), 1, 50, 40, 40) for number in range(200)]
    with pytest.raises(TooLarge):
        take([rtp(number, 0, head + bytes(60000)) for number, head in enumerate(heads)])

"""RTP and RTCP packets, and what a receiver makes of their order, loss and time (RFC 3550)."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.protocols.rtsp.reception import WINDOW, Meter, Reception, Reorder
from skywatch.protocols.rtsp.rtp import (
    Goodbye,
    Packet,
    Report,
    SenderReport,
    later,
    parse,
    parse_control,
    receiver_report,
)
from tests.protocols.rtsp.packetize import rtp


def packet(sequence: int, timestamp: int = 0, source: int = 7) -> Packet:
    return Packet(96, False, sequence & 0xFFFF, timestamp, source, b"x")


def test_a_packet_is_read() -> None:
    assert parse(rtp(65535, 90000, b"abc", marker=True)) == Packet(96, True, 65535, 90000, 7, b"abc")


def test_sources_extension_and_padding_are_cut_off() -> None:
    head = struct.pack("!BBHII", 0x80 | 0x20 | 0x10 | 2, 96, 1, 2, 3) + bytes(8)
    data = head + struct.pack("!HH", 0xABAC, 1) + b"exts" + b"payload" + b"\x00\x00\x03"
    assert parse(data) == Packet(96, False, 1, 2, 3, b"payload", (0xABAC, b"exts"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes(12),
        b"\x40" + bytes(11),
        b"\x8f" + bytes(11),
        b"\x90" + bytes(11),
        b"\x90" + bytes(13) + b"\xff\xff",
        b"\xa0" + bytes(11) + b"\x09",
        b"\xa0" + bytes(11) + b"\x00",
    ],
)
def test_what_contradicts_itself_is_no_packet(data: bytes) -> None:
    assert parse(data) is None


@given(st.binary(max_size=80))
def test_any_bytes_are_read_without_raising(data: bytes) -> None:
    parse(data)
    parse(b"\x90" + data)
    parse_control(data)
    parse_control(b"\x81\xc8" + data)


@pytest.mark.parametrize(("a", "b", "difference"), [(5, 3, 2), (3, 5, -2), (1, 0xFFFFFFFF, 2), (0xFFFFFFFF, 1, -2)])
def test_time_goes_on_over_the_wrap(a: int, b: int, difference: int) -> None:
    assert later(a, b) == difference


def test_packets_in_order_lose_nothing() -> None:
    reception = Reception(90000)
    assert [reception.admit(packet(65530 + n), 0.0) for n in range(20)] == [0] * 20
    assert (reception.lost, reception.loss, reception.received) == (0, 0.0, 20)


def test_gaps_are_counted_over_the_wrap_and_doubles_are_not_used() -> None:
    reception = Reception(90000)
    seen = [reception.admit(packet(sequence), 0.0) for sequence in (65534, 65535, 2, 2, 1, 3)]
    assert seen == [0, 0, 2, -1, -1, 0]
    assert reception.loss == pytest.approx(2 / 6)


def test_a_source_that_begins_anew_has_a_gap_but_no_loss() -> None:
    reception = Reception(90000)
    seen = [
        reception.admit(packet(1), 0.0),
        reception.admit(packet(20000), 0.0),
        reception.admit(packet(5, source=8), 2.0),
    ]
    assert seen == [0, 1, 1]
    assert reception.loss == 0.0
    assert reception.source == 8


def test_a_session_of_long_ago_in_the_same_channel_is_not_heard() -> None:
    """Old live555 goes on sending it. Who was announced is heard at once, who wasn't after a silence."""
    reception = Reception(90000)
    reception.announced = 8
    arrivals = [(50, 7), (1, 8), (51, 7), (2, 8), (52, 7), (3, 8)]
    assert [reception.admit(packet(sequence, source=source), 0.0) for sequence, source in arrivals] == [
        0,
        1,
        -1,
        0,
        -1,
        0,
    ]
    assert reception.admit(packet(53, source=7), 5.0) == 1


@given(st.lists(st.tuples(st.integers(0, 65535), st.integers(0, 2**32 - 1), st.integers(0, 1)), max_size=50))
def test_whatever_comes_the_loss_is_a_share(arrivals: list[tuple[int, int, int]]) -> None:
    reception, meter, reorder = Reception(90000), Meter(90000), Reorder()
    for number, (sequence, timestamp, source) in enumerate(arrivals):
        for ordered in reorder.push(packet(sequence, timestamp, source), number / 10):
            reception.admit(ordered, number / 10)
            meter.packet(timestamp, 10)
            meter.key(timestamp)
    assert reception.loss is None or 0 <= reception.loss <= 1
    assert reception.jitter >= 0
    assert meter.keyframe_interval is None or meter.keyframe_interval > 0
    assert meter.frame_rate is None or 0 < meter.frame_rate < 1000


def test_an_even_stream_has_no_jitter_and_an_uneven_one_has() -> None:
    even, uneven = Reception(90000), Reception(90000)
    for n in range(400):
        even.admit(packet(n, 3600 * n), 5.0 + 0.04 * n)
        uneven.admit(packet(n, 3600 * n), 5.0 + 0.04 * n + (0.01 if n % 2 else 0.0))
    assert even.jitter == pytest.approx(0, abs=1e-6)
    assert uneven.jitter == pytest.approx(0.01, rel=0.01)


def test_a_report_tells_of_the_time_since_the_last() -> None:
    reception = Reception(90000)
    assert reception.report(0, 0.0) is None
    for sequence in (10, 11, 13, 14):
        reception.admit(packet(sequence), 0.0)
    first, second = reception.report(0x12345678, 2.0), reception.report(0, 9.0)
    assert first == Report(7, 256 // 5, 1, 14, 0, 0x12345678, 131072)
    assert second == Report(7, 0, 1, 14, 0, 0, 0)


def test_a_report_is_written_as_the_rfc_draws_it() -> None:
    data = receiver_report(1, Report(7, 51, 1, 14, 0, 0x12345678, 131072))
    assert data[:4] == b"\x81\xc9\x00\x07"
    assert struct.unpack_from("!7I", data, 4) == (1, 7, 51 << 24 | 1, 14, 0, 0x12345678, 131072)
    assert data[32:34] == b"\x81\xca"
    assert len(data) == 32 + 4 + 4 * int.from_bytes(data[34:36], "big")
    assert parse_control(data) == []


def test_sender_reports_and_goodbyes_are_heard() -> None:
    report = struct.pack("!BBHIIIIII", 0x80, 200, 6, 7, 0xAAAA1234, 0x5678BBBB, 0, 0, 0)
    assert parse_control(report + struct.pack("!BBHI", 0x81, 203, 1, 7)) == [SenderReport(0x12345678), Goodbye((7,))]


@given(st.permutations(range(12)), st.integers(0, 65535))
def test_packets_that_come_out_of_order_are_put_in_order(order: list[int], first: int) -> None:
    reorder = Reorder()
    got = [*reorder.push(packet(first), 0.0)]
    for number in order:
        got += reorder.push(packet(first + 1 + number), 0.0)
    assert [item.sequence for item in got] == [(first + n) & 0xFFFF for n in range(13)]


def test_a_lost_packet_is_waited_for_only_so_long() -> None:
    by_number, by_time = Reorder(), Reorder()
    [*by_number.push(packet(0), 0.0)], [*by_time.push(packet(0), 0.0)]
    got = [[*by_number.push(packet(n), 0.0)] for n in range(2, 2 + WINDOW)]
    assert [len(item) for item in got] == [0] * (WINDOW - 1) + [WINDOW]
    assert [*by_time.push(packet(2), 0.0)] == []
    assert [item.sequence for item in by_time.push(packet(3), 0.5)] == [2, 3]


def test_an_old_packet_is_handed_on_to_be_dropped_and_a_far_one_begins_a_new_order() -> None:
    reorder = Reorder()
    [*reorder.push(packet(500), 0.0)]
    assert [item.sequence for item in reorder.push(packet(499), 0.0)] == [499]
    assert [item.sequence for item in reorder.push(packet(30000), 0.0)] == [30000]
    assert [item.sequence for item in reorder.push(packet(30001), 0.0)] == [30001]


def test_rates_are_measured_by_the_streams_own_time() -> None:
    meter = Meter(90000)
    for n in range(51):
        for _ in range(2):
            meter.packet((4294960000 + 3600 * n) & 0xFFFFFFFF, 500)
        if n % 25 == 0:
            meter.key((4294960000 + 3600 * n) & 0xFFFFFFFF)
    assert meter.frames == 51
    assert meter.frame_rate == pytest.approx(25)
    assert meter.bit_rate == pytest.approx(25 * 1000 * 8)
    assert meter.keyframe_interval == pytest.approx(1.0)


def test_pictures_that_are_sent_out_of_order_have_the_same_rate() -> None:
    meter = Meter(90000)
    for n in (0, 3, 1, 2, 6, 4, 5):
        meter.packet(3600 * n, 100)
    assert meter.frame_rate == pytest.approx(25)


def test_one_picture_has_no_rate_and_a_leap_is_no_time() -> None:
    meter = Meter(90000)
    meter.packet(0, 100)
    assert (meter.frame_rate, meter.bit_rate, meter.keyframe_interval) == (None, None, None)
    meter.packet(3600, 100)
    meter.packet(3600 + 90000 * 4000, 100)
    assert meter.span == pytest.approx(0.04)
    assert meter.bit_rate is None

"""Messages and frames, however they are cut, folded, doubled or broken."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.protocols.errors import NotRtsp, ProtocolError, TooLarge
from skywatch.protocols.rtsp.message import MAX_BODY, MAX_HEADER, Request, Response, Splitter, encode

Heard = tuple[int, bytes] | Response | Request


def split(*parts: bytes, channels: frozenset[int] = frozenset()) -> list[Heard]:
    heard: list[Heard] = []
    splitter = Splitter(lambda channel, data: heard.append((channel, data)), heard.append)
    splitter.channels = channels
    for part in parts:
        splitter.feed(part)
    return heard


OK = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n"
FRAME = b"$\x00\x00\x03abc"


def test_an_answer_with_a_body_is_read() -> None:
    (heard,) = split(b"RTSP/1.0 200 OK\r\nCSeq: 7\r\nContent-Length: 4\r\n\r\nv=0\n")
    assert isinstance(heard, Response)
    assert (heard.status, heard.reason, heard.sequence, heard.body) == (200, "OK", 7, b"v=0\n")
    assert str(heard) == "200 OK"


STREAM = (
    OK + FRAME + b"ANNOUNCE rtsp://h/ RTSP/1.0\r\nCSeq: 5\r\nContent-Length: 3\r\n\r\n$$$" + FRAME
    + b"\r\nRTSP/1.0 454 Session Not Found\r\n\r\n" + b"$\x01\x01\x00" + bytes(256) + OK
)  # fmt: skip


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_segments_may_end_anywhere(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(STREAM)]
    parts = [STREAM[start:end] for start, end in pairwise(edges)]
    assert split(*parts) == split(STREAM)
    assert len(split(STREAM)) == 7


@given(st.binary(max_size=300), st.booleans())
def test_arbitrary_bytes_raise_nothing_but_protocol_errors(data: bytes, spoken: bool) -> None:
    try:
        split(OK if spoken else b"", data)
    except ProtocolError:
        return


@pytest.mark.parametrize(
    ("head", "name", "values"),
    [
        (b"content-length: 0", "content-length", ["0"]),
        (b"X-A: 1\r\nx-a: 2", "x-a", ["1", "2"]),
        (b'WWW-Authenticate: Digest realm="a",\r\n\tnonce="b"', "www-authenticate", ['Digest realm="a", nonce="b"']),
        (b"Session:4711;timeout=60", "session", ["4711;timeout=60"]),
        (b"no colon here\r\nSession: 1", "session", ["1"]),
        (b"CSeq : 3", "cseq", ["3"]),
    ],
)
def test_headers_are_read_as_cameras_write_them(head: bytes, name: str, values: list[str]) -> None:
    (heard,) = split(b"RTSP/1.0 200 OK\r\n" + head + b"\r\n\r\n")
    assert isinstance(heard, Response)
    assert heard.all(name) == values


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n", b"\r\r", b"\r\n\n", b"\n\r\n"])
def test_lines_may_end_as_they_like(end: bytes) -> None:
    (heard,) = split(b"RTSP/1.0 404 Not Found" + end[: len(end) // 2] + b"CSeq: 2" + end)
    assert isinstance(heard, Response)
    assert heard.sequence == 2


@pytest.mark.parametrize("number", ["", "x", "-1", "1" * 20, "²"])
def test_a_sequence_that_is_no_number_is_missing(number: str) -> None:
    (heard,) = split(f"RTSP/1.0 200 OK\r\nCSeq: {number}\r\n\r\n".encode())
    assert isinstance(heard, Response)
    assert heard.sequence is None


@pytest.mark.parametrize("line", [b"RTSP/1.0 200", b"RTSP/2.0 200 OK", b"RTSP/1.0  200  Fine"])
def test_status_lines_are_taken_leniently(line: bytes) -> None:
    (heard,) = split(line + b"\r\n\r\n")
    assert isinstance(heard, Response)
    assert heard.status == 200


@pytest.mark.parametrize(
    ("said", "evidence"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n", "it speaks HTTP: HTTP/1.1 400 Bad Request"),
        (b"SSH-2.0-dropbear\r\n", "SSH-2.0-dropbear"),
        (b"\xff\xfd\x01login:", "login:"),
        (b"DESCRIBE rtsp://h/user=a_password=hunter2 RTSP/1.0\r\n", "it repeats what it is asked"),
        (b"x" * 9000, "xxx"),
        (b"$\x00\x00\x01a\r\n", "$"),
    ],
)
def test_what_is_no_rtsp_is_refused_at_its_first_line(said: bytes, evidence: str) -> None:
    with pytest.raises(NotRtsp) as caught:
        split(said)
    assert evidence in caught.value.message
    assert "hunter2" not in caught.value.message
    assert caught.value.message.isprintable()


@pytest.mark.parametrize("garbage", [b"junk\r\n", b"\x00\x01\x02", b"RTSP-ish\r\n", b"x" * 10000])
def test_garbage_between_frames_is_passed_over(garbage: bytes) -> None:
    heard = split(OK, FRAME, garbage + FRAME, OK, channels=frozenset({0, 1}))
    assert [item for item in heard if isinstance(item, tuple)] == [(0, b"abc")] * 2
    assert len(heard) == 4


def test_endless_garbage_is_not_passed_over() -> None:
    with pytest.raises(NotRtsp):
        split(OK, *[b"\x01" * 65536] * 20)


@pytest.mark.parametrize("chunk", [b"X: " + b"a" * 1000 + b"\r\n", b"X: \r\n", b"a" * 1000])
def test_an_endless_header_is_too_large(chunk: bytes) -> None:
    with pytest.raises(TooLarge):
        split(b"RTSP/1.0 200 OK\r\n", *[chunk] * (2 * MAX_HEADER // len(chunk)), b"\r\n\r\n")


@pytest.mark.parametrize("length", [MAX_BODY + 1, 10**30])
def test_a_body_without_measure_is_too_large(length: int) -> None:
    with pytest.raises(TooLarge):
        split(f"RTSP/1.0 200 OK\r\nContent-Length: {length}\r\n\r\n".encode())


@pytest.mark.parametrize("length", [b"-1", b"abc", b""])
def test_a_length_that_is_no_number_means_no_body(length: bytes) -> None:
    assert len(split(b"RTSP/1.0 200 OK\r\nContent-Length: " + length + b"\r\n\r\n" + OK)) == 2


def test_a_body_shorter_than_promised_is_told_as_evidence() -> None:
    splitter = Splitter(lambda *_: None, lambda _: None)
    splitter.feed(b"RTSP/1.0 200 OK\r\nContent-Length: 900\r\n\r\nv=0\r\n")
    assert splitter.unfinished() == "5 of 900 promised bytes"


def test_a_frame_that_was_cut_is_told_as_evidence() -> None:
    splitter = Splitter(lambda *_: None, lambda _: None)
    splitter.feed(OK + b"$\x00\x05\x00abc")
    assert splitter.unfinished() == "7 bytes of an unfinished frame"


def test_a_request_is_written() -> None:
    assert encode("PLAY rtsp://h/ RTSP/1.0", [("CSeq", "4")]) == b"PLAY rtsp://h/ RTSP/1.0\r\nCSeq: 4\r\n\r\n"


def test_a_header_in_another_encoding_goes_back_as_it_came() -> None:
    realm = "视频".encode("gbk")
    heard: list[Response | Request] = []
    Splitter(lambda *_: None, heard.append).feed(b"RTSP/1.0 401 No\r\nX: " + realm + b"\r\n\r\n")
    assert encode("PLAY * RTSP/1.0", list(heard[0].headers)) == b"PLAY * RTSP/1.0\r\nx: " + realm + b"\r\n\r\n"

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from skywatch.protocols.errors import Busy, Declined, NotOnvif, ProtocolError
from skywatch.protocols.onvif.faults import NothingThere
from skywatch.protocols.onvif.heartbeat import QUESTION, by_header, read
from tests.protocols.onvif import replies

NOW = 1_700_000_000.0
HOUR = 3600.0


def test_the_question_is_what_the_specification_asks_and_holds_no_header() -> None:
    envelope = etree.fromstring(QUESTION)
    (body,) = envelope
    assert etree.QName(body).localname == "Body"
    assert [child.tag for child in body] == ["{http://www.onvif.org/ver10/device/wsdl}GetSystemDateAndTime"]


def test_utc_is_believed_before_anything_else() -> None:
    told = read(200, replies.system_date(NOW, local=NOW + 7 * HOUR, zone="CST-8"))
    assert told == (NOW, {"timezone": "CST-8", "daylight_saving": "false", "clock_source": "NTP"})


@pytest.mark.parametrize(
    ("zone", "summer", "ahead"), [("CST-8", False, 8), ("CET-1CEST,M3.5.0,M10.5.0/3", True, 2), ("BRT3", False, -3)]
)
def test_local_time_and_a_zone_will_do_without_utc(zone: str, summer: bool, ahead: float) -> None:
    utc, facts = read(200, replies.system_date(None, local=NOW + ahead * HOUR, zone=zone, summer=summer))
    assert utc == NOW
    assert facts["timezone"] == zone


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (replies.system_date(None, local=NOW), "tells no UTC"),
        (replies.system_date(None, local=NOW, zone="GMT+08:00"), "tells no UTC"),
        (replies.system_date(None), "tells no date"),
        (replies.system_date(NOW).replace(b"<tt:Month>11<", b"<tt:Month>13<"), "tells no date"),
        (replies.system_date(NOW).replace(b"<tt:Year>2023<", b"<tt:Year>0<"), "tells no date"),
        (replies.system_date(NOW).replace(b"<tt:Hour>22<", b"<tt:Hour>26<"), "tells no date"),
        (replies.system_date(NOW).replace(b"Second", b"Sekunde"), "tells no date"),
        (replies.fault("NotAuthorized", words="sign in first"), "refused: Sender/NotAuthorized: sign in first"),
        (replies.fault("WellFormed"), "refused: Sender/WellFormed: no"),
    ],
)
def test_a_camera_that_tells_no_time_is_alive_and_the_facts_say_why(body: bytes, words: str) -> None:
    utc, facts = read(200, body)
    assert utc is None
    assert facts["clock"] == words


@pytest.mark.parametrize(("status", "body"), [(400, replies.fault("NotAuthorized")), (500, replies.fault("Action"))])
def test_a_fault_is_life_under_any_status(status: int, body: bytes) -> None:
    assert read(status, body)[0] is None


@pytest.mark.parametrize("body", [b"", b"<html>401</html>", replies.fault("NotAuthorized")])
def test_a_camera_that_wants_a_password_even_here_is_alive(body: bytes) -> None:
    assert read(401, body) == (None, {"clock": "told only to those who sign in"})


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, b"<html>Login</html>", NotOnvif),
        (200, b"", NotOnvif),
        (200, b"garbage", NotOnvif),
        (200, b"<!DOCTYPE x>" + replies.system_date(NOW), NotOnvif),
        (404, b"<html>404</html>", NothingThere),
        (302, b"", NotOnvif),
        (403, b"", Declined),
        (503, b"", Busy),
        (500, replies.system_date(NOW), NotOnvif),
    ],
)
def test_what_no_camera_would_say_is_no_life(status: int, body: bytes, error: type[ProtocolError]) -> None:
    with pytest.raises(error):
        read(status, body)


@pytest.mark.parametrize("broken", [b"  ", b"\xef\xbb\xbf", b"<!-- a comment -->"])
def test_broken_xml_around_a_good_date_does_not_matter(broken: bytes) -> None:
    assert (
        read(200, broken + replies.system_date(NOW).removeprefix(b'<?xml version="1.0" encoding="UTF-8"?>'))[0] == NOW
    )


def test_the_date_header_is_a_hint() -> None:
    assert by_header({"Date": "Tue, 14 Nov 2023 22:13:20 GMT"}) == NOW
    for nonsense in ({}, {"Date": "yesterday"}, {"Date": "Tue, 99 Nov 99999 22:13:20 GMT"}):
        assert by_header(nonsense) is None


@given(
    st.integers(min_value=0, max_value=4_000_000_000), st.integers(min_value=0, max_value=599), st.binary(max_size=200)
)
def test_no_answer_breaks_the_reader(seconds: int, status: int, noise: bytes) -> None:
    assert read(200, replies.system_date(seconds))[0] == seconds
    good = replies.system_date(seconds)
    for body in (noise, good[:600] + noise + good[600:], good[:-60] + noise):
        try:
            utc, facts = read(status, body)
        except ProtocolError:
            continue
        assert utc is None or abs(utc) < 1e12
        assert all(len(fact) < 400 for fact in facts.values())


def test_a_hostile_answer_is_judged_in_linear_time() -> None:
    for piece in (b"<UTCDateTime ", b"<tt:UTCDateTime>", b"<a:a:a:", b"<UTCDateTime><Hour>1"):
        body = piece * (64_000 // len(piece))
        with pytest.raises(ProtocolError):
            read(200, body)


def test_the_recording_without_namespaces_needs_no_recording_here() -> None:
    body = (
        b'<?xml version="1.0"?><SOAP-ENV:Envelope   ><SOAP-ENV:Body>'
        b"<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>"
        b"<tt:DaylightSavings>false</tt:DaylightSavings>"
        + replies.date("LocalDateTime", 312_768_050).encode()
        + b"</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    )
    assert read(200, body) == (None, {"daylight_saving": "false", "clock": "tells no UTC"})

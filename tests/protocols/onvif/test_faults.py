import pytest

from skywatch.protocols.errors import AuthFailed, Busy, Declined, NotOnvif, OnvifFault, ProtocolError, Unsupported
from skywatch.protocols.onvif.faults import Fault, NothingThere, by_status, fault_in, refusal
from skywatch.protocols.onvif.mend import envelope
from tests.protocols.onvif import replies

SOAP11 = (
    b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><e:Fault>'
    b"<faultcode>e:%s</faultcode><faultstring>%s</faultstring></e:Fault></e:Body></e:Envelope>"
)


def told(body: bytes) -> Fault:
    fault = fault_in(envelope(body)[0])
    assert fault is not None
    return fault


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (replies.fault("NotAuthorized"), AuthFailed),
        (replies.fault("InvalidArgVal", "NotAuthorized"), AuthFailed),
        (replies.fault("FailedAuthentication"), AuthFailed),
        (replies.fault(words="Authority failure"), AuthFailed),
        (replies.fault(words="Wrong username or password"), AuthFailed),
        (SOAP11 % (b"Client", b"Unauthorized"), AuthFailed),
        (replies.fault("ActionNotSupported"), Unsupported),
        (replies.fault("ActionNotSupported", words="not authorized to do what is not there"), Unsupported),
        (
            replies.fault(words="Method 'tds:GetX' not implemented: method name or namespace not recognized"),
            Unsupported,
        ),
        (replies.fault("InvalidArgVal", "NoProfile"), OnvifFault),
        (SOAP11 % (b"Server", b"out of memory"), OnvifFault),
        (replies.fault(words=""), OnvifFault),
    ],
)
def test_a_fault_has_one_name_whatever_words_a_camera_finds_for_it(body: bytes, kind: type[ProtocolError]) -> None:
    assert type(refusal(told(body))) is kind


def test_a_fault_quotes_its_codes_and_reason_in_one_short_line() -> None:
    fault = told(replies.fault("InvalidArgVal", "NoProfile", words="no such\n  profile\t"))
    assert str(fault) == "Sender/InvalidArgVal/NoProfile: no such profile"
    assert len(str(told(replies.fault(words="long " * 500)))) == 300


def test_an_answer_that_is_no_fault_has_none() -> None:
    assert fault_in(envelope(replies.information())[0]) is None


@pytest.mark.parametrize(
    ("words", "counts"),
    [
        ("Invalid username or password! You still have 22 attempt(s).", True),
        ("The account is locked", True),
        ("Sender not authorized", False),
    ],
)
def test_a_camera_that_counts_attempts_is_heard(words: str, counts: bool) -> None:
    assert told(replies.fault("NotAuthorized", words=words)).counts_attempts is counts


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, type(None)),
        (401, AuthFailed),
        (403, Declined),
        (404, NothingThere),
        (405, NothingThere),
        (302, NotOnvif),
        (503, Busy),
        (500, NotOnvif),
    ],
)
def test_a_status_without_soap_has_a_name(status: int, kind: type[ProtocolError] | type[None]) -> None:
    said = by_status(status)
    assert type(said) is kind
    assert said is None or str(status) in str(said)


def test_a_redirect_tells_where_tls_is_wanted_and_nothing_else_of_its_target() -> None:
    assert "try tls" in str(by_status(301, "https://10.0.0.1/?password=geheim"))
    assert "geheim" not in str(by_status(301, "https://10.0.0.1/?password=geheim"))
    assert "tls" not in str(by_status(302, "http://evil.example/"))

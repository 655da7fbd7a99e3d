from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from skywatch.protocols.errors import NotOnvif, ProtocolError, TooLarge, Truncated
from skywatch.protocols.onvif.mend import ELEMENTS, MENDABLE, SOAP12, envelope
from tests.protocols.onvif import replies

S = 'xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
GOOD = replies.uri1("GetStreamUri", "rtsp://10.0.0.1/a?b=1&amp;c=2")


def answer(body: bytes, expected: str = "") -> str:
    """The local name of what stands in the body, after checking that the mended bytes say the same."""
    root, text = envelope(body, expected)
    again = etree.fromstring(text)
    assert root.tag == again.tag == f"{{{SOAP12}}}Envelope"
    names = [etree.QName(tree.find(f"{{{SOAP12}}}Body")[0]).localname for tree in (root, again)]
    assert names[0] == names[1]
    return str(names[0])


@pytest.mark.parametrize(
    "body",
    [
        GOOD,
        b" \r\n\t" + GOOD,
        b"\xef\xbb\xbf" + GOOD,
        b"\r\n\xef\xbb\xbf" + GOOD,
        GOOD + b"\0\0\0",
        GOOD.decode().encode("utf-16"),
        GOOD + GOOD,
        GOOD + b"\nDEBUG and so on\n" + GOOD,
        GOOD + b"<html>",
        GOOD.replace(b"&amp;", b"&"),
        GOOD.replace(b"PT0S", b"PT0S\x01\x1f"),
        GOOD.replace(b"PT0S", b"\xc9\xe3\xcf\xf1\xbb\xfa"),
        GOOD.replace(b"xmlns:tt=", b"xmlns:nobody="),
        GOOD.replace(b"2003/05", b"2003/ 05"),
        GOOD.replace(b"http://www.onvif", b"htt\np://www.onvif"),
        GOOD.replace(b" xmlns:tt=", b" xml ns:t t="),
        GOOD.replace(b"2003/05/soap-envelope", b"2003/05/soap-envelope\n"),
    ],
    ids=[
        "nothing to mend",
        "white space before the declaration",
        "a byte order mark",
        "both",
        "zeroes behind the end",
        "UTF-16",
        "two documents",
        "two documents with a log between",
        "something behind the end",
        "a bare ampersand in an address",
        "control characters",
        "GBK in a document that says UTF-8",
        "an undeclared prefix",
        "a blank in the address of a namespace",
        "line breaks in addresses of namespaces",
        "blanks in names of declarations",
        "a line break behind the address of a namespace",
    ],
)
def test_what_a_strict_parser_refuses_is_mended(body: bytes) -> None:
    assert answer(body) == "GetStreamUriResponse"


def test_an_envelope_without_any_declaration_is_read_by_the_usual_prefixes() -> None:
    body = b"<SOAP-ENV:Envelope  ><SOAP-ENV:Body><tds:X><tt:Y/><made-up:Z/></tds:X></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    root, _ = envelope(body)
    assert [node.tag for node in root.iter()][2:] == [
        "{http://www.onvif.org/ver10/device/wsdl}X",
        "{http://www.onvif.org/ver10/schema}Y",
        "{urn:undeclared:made-up}Z",
    ]


def test_a_prefix_declared_in_one_place_and_used_in_another_means_the_same_in_both() -> None:
    body = f'<s:Envelope {S}><s:Body><a:A xmlns:a="urn:a"/><a:B/></s:Body></s:Envelope>'.encode()
    root, _ = envelope(body)
    assert [node.tag for node in root.iter()][2:] == ["{urn:a}A", "{urn:a}B"]


def test_of_several_documents_the_one_that_was_asked_for_is_taken() -> None:
    body = replies.information() + b"\n" + replies.profiles1()
    assert answer(body, "GetProfilesResponse") == "GetProfilesResponse"
    assert answer(body, "GetServicesResponse") == "GetDeviceInformationResponse"


def test_soap_1_1_is_read_as_1_2() -> None:
    body = GOOD.replace(SOAP12.encode(), b"http://schemas.xmlsoap.org/soap/envelope/")
    assert answer(body) == "GetStreamUriResponse"


BOMB = b'<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("prologue", [BOMB, EXTERNAL, b"<!doctype x>", b"<! DOCTYPE x>", b'<!ENTITY a "b">'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_before_anything_is_expanded(prologue: bytes, encoding: str) -> None:
    body = f"{prologue.decode()}<s:Envelope {S}><s:Body>&b;&f;</s:Body></s:Envelope>"
    with pytest.raises(NotOnvif, match="document type"):
        envelope(body.encode(encoding))


def test_a_document_type_hidden_by_an_encoding_is_refused_as_well() -> None:
    hidden = '<!DOCTYPE x [<!ENTITY b "boom">]>'.encode("utf-7").replace(b"<!", b"+ADwAIQ-")
    body = b'<?xml version="1.0" encoding="utf-7"?>' + hidden + f"<s:Envelope {S}>&b;</s:Envelope>".encode("ascii")
    with pytest.raises(NotOnvif):
        envelope(body)


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        (b"", NotOnvif, "empty"),
        (b" \0\r\n", NotOnvif, "empty"),
        (b"not xml", NotOnvif, "not XML"),
        (b"\x16\x03\x01\0", NotOnvif, "not XML"),
        (b"<!DOCTYPE html><html><body>Login</body></html>", NotOnvif, "HTML"),
        (b"<html><head><title>404</title></head></html>", NotOnvif, "HTML"),
        (b"<x/>", NotOnvif, "<x> instead"),
        (b"<x>", NotOnvif, "beyond mending"),
        (b"<Envelope/>", NotOnvif, "no known SOAP"),
        (b'<?xml version="1.0" encoding="klingon"?><x/>', NotOnvif, "XML"),
        (GOOD[:-20], Truncated, "ends within"),
        (GOOD[: len(GOOD) // 2], Truncated, "ends within"),
        (GOOD.replace(b"</trt:MediaUri>", b""), NotOnvif, "beyond mending"),
        (b"<" + b"x" * MENDABLE, NotOnvif, "not well-formed"),
    ],
)
def test_what_is_not_soap_is_named(body: bytes, error: type[ProtocolError], words: str) -> None:
    with pytest.raises(error, match=words):
        envelope(body)


def test_too_many_elements_and_too_deep_ones_are_refused() -> None:
    wide = f"<s:Envelope {S}><s:Body>{'<a/>' * ELEMENTS}</s:Body></s:Envelope>".encode()
    deep = f"<s:Envelope {S}><s:Body>{'<a>' * 5000}{'</a>' * 5000}</s:Body></s:Envelope>".encode()
    with pytest.raises(TooLarge):
        envelope(wide)
    with pytest.raises(NotOnvif):
        envelope(deep)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_mender(body: bytes) -> None:
    for sent in (body, b"<" + body, b"<s:Envelope>" + body + b"</s:Envelope>", GOOD[:300] + body + GOOD[300:]):
        with suppress(ProtocolError):
            envelope(sent)


PIECES = st.sampled_from(
    [b"<s:Envelope ", b"<Envelope", S.encode(), b">", b"</s:Envelope>", b"<s:Body>", b"</s:Body>", b"xmlns:a=", b'"',
     b"&", b"&amp;", b"<a:b", b"/>", b"<!--", b"-->", b"<?xml", b"?>", b"<![CDATA[", b"]]>", b" ", b"\n", b"=", b"'",
     b"a:b", b'xmlns=""']
)  # fmt: skip


@given(st.lists(PIECES, max_size=60))
def test_no_arrangement_of_xml_breaks_the_mender(pieces: list[bytes]) -> None:
    try:
        root, text = envelope(b"<s:Envelope " + b"".join(pieces))
    except ProtocolError:
        return
    assert etree.QName(root).localname == "Envelope"
    assert etree.fromstring(text) is not None


@pytest.mark.parametrize(
    "piece",
    [b"<Envelope ", b"<s:Envelope", b"</Envelope ", b"xmlns:a = ", b" a:", b"& ", b"<a:b ", b'="', b"UTCDateTime "],
)
def test_a_hostile_megabyte_is_judged_in_linear_time(piece: bytes) -> None:
    """Not timed: a quadratic search would take minutes here, and the whole suite with it."""
    for size in (MENDABLE - 100, 1_000_000):
        with pytest.raises(ProtocolError):
            envelope(b"<s:Envelope " + piece * (size // len(piece)))

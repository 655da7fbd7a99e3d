"""From the bytes that a camera sent to a SOAP envelope: what a strict parser refuses is mended, what is hostile is
refused.

Every mending stands for a camera that needs it. Nothing is guessed beyond that: what stays broken is `NotOnvif`.
Document types and entities are refused before anything is expanded (SOAP 1.2 part 1, section 5, forbids them anyway).
"""

import re

from lxml import etree

from skywatch.protocols.errors import NotOnvif, TooLarge, Truncated

SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"

ELEMENTS = 20_000
"""Elements in an honest reply; the largest one recorded (GetProfiles of a recorder, 164 kB) has 2,600."""

MENDABLE = 300_000
"""Bytes beyond which nothing is mended: searching costs time, and honest replies are smaller."""

HEAD = 20_000
"""Bytes of an envelope's own tag; gSOAP declares every namespace it has ever heard of there, which makes 4,000."""

PREFIXES = {
    "SOAP-ENV": SOAP12,
    "soap": SOAP12,
    "soapenv": SOAP12,
    "env": SOAP12,
    "s": SOAP12,
    "tt": "http://www.onvif.org/ver10/schema",
    "ter": "http://www.onvif.org/ver10/error",
    "tds": "http://www.onvif.org/ver10/device/wsdl",
    "trt": "http://www.onvif.org/ver10/media/wsdl",
    "tr2": "http://www.onvif.org/ver20/media/wsdl",
    "tev": "http://www.onvif.org/ver10/events/wsdl",
    "tptz": "http://www.onvif.org/ver20/ptz/wsdl",
    "timg": "http://www.onvif.org/ver20/imaging/wsdl",
    "tmd": "http://www.onvif.org/ver10/deviceIO/wsdl",
    "tan": "http://www.onvif.org/ver20/analytics/wsdl",
    "tad": "http://www.onvif.org/ver20/analytics/wsdl",
    "wsa": "http://www.w3.org/2005/08/addressing",
    "wsa5": "http://www.w3.org/2005/08/addressing",
    "wsnt": "http://docs.oasis-open.org/wsn/b-2",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsd": "http://www.w3.org/2001/XMLSchema",
    "xs": "http://www.w3.org/2001/XMLSchema",
}
"""What the usual prefixes stand for, where a camera forgot to say it."""

_NAME = rb"[A-Za-z_][\w.-]{0,60}"
_DOCUMENT_TYPE = re.compile(rb"<!\s{0,100}(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_HTML = re.compile(rb"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_OPEN = re.compile(rb"<(?:" + _NAME + rb":)?Envelope(?=[\s>])")
_CLOSE = re.compile(rb"</(?:" + _NAME + rb":)?Envelope\s{0,100}>")
_USED = re.compile(rb"(?:</?|\s)(" + _NAME + rb"):" + _NAME + rb"(?=[\s=/>])")
_DECLARED = re.compile(rb"xmlns:(" + _NAME + rb")\s{0,20}=\s{0,20}[\"']([^\"'<>]{0,300})[\"']")
_ATTRIBUTE = re.compile(rb"([^\"'=<>]{1,200})=\s{0,20}([\"'][^\"'<>]{0,300}[\"'])")
_BARE_AMPERSAND = re.compile(rb"&(?!#?\w{1,10};)")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_UNDECLARABLE = (b"xml", b"xmlns")


def envelope(body: bytes, expected: str = "") -> tuple[etree._Element, bytes]:
    """The envelope in `body`, strictly parsed, and its bytes as they were after mending, in the namespace of SOAP 1.2.

    `expected` is the element that was asked for (`GetProfilesResponse`): where a camera sends several documents at
    once, it picks the right one. Raises NotOnvif for anything that is not SOAP, Truncated where it ends too early,
    TooLarge for too many elements.
    """
    text = _trimmed(body)
    try:
        root = _strict(text)
    except etree.XMLSyntaxError:
        text = _mended(text, expected.encode())
        root = _mended_root(text)
    name = etree.QName(root)
    if name.localname != "Envelope":
        raise NotOnvif(f"<{name.localname[:60]}> instead of a SOAP envelope")
    if name.namespace == SOAP12:
        return root, text
    if name.namespace != SOAP11:
        raise NotOnvif(f"an envelope of no known SOAP: {str(name.namespace)[:100]}")
    text = text.replace(SOAP11.encode(), SOAP12.encode())
    return _mended_root(text), text


def _trimmed(body: bytes) -> bytes:
    """Without what may surround a document, and certainly without a document type.

    White space before the declaration: Axis, Media2. Zeroes behind the end: firmware that sends its whole C buffer.
    """
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        body = body.decode("utf-16", "replace").encode()
    text = body.strip(b" \t\r\n\0").removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        raise NotOnvif("an empty answer")
    if _HTML.search(text, 0, 2000) and not _OPEN.search(text):
        raise NotOnvif("an HTML page instead of SOAP")
    if not text.startswith(b"<") or b"\0" in text:
        raise NotOnvif("not XML")
    if _DOCUMENT_TYPE.search(text):
        raise NotOnvif("a document type in the answer: refused unread")
    return text


def _strict(text: bytes) -> etree._Element:
    """One parser a document: lxml's are not to be shared between threads."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text, parser)
    except (ValueError, LookupError) as error:  # an encoding that nobody knows
        raise NotOnvif(f"XML that cannot be read: {type(error).__name__}") from None
    if root is None:
        raise NotOnvif("XML without an element")
    if root.getroottree().docinfo.doctype:  # hidden from the bytes by an encoding such as UTF-7
        raise NotOnvif("a document type in the answer: refused")
    _count(root)
    return root


def _count(root: etree._Element) -> None:
    for number, _ in enumerate(root.iter()):
        if number >= ELEMENTS:
            raise TooLarge(f"more than {ELEMENTS} elements")


def _mended_root(text: bytes) -> etree._Element:
    try:
        return _strict(text)
    except etree.XMLSyntaxError as error:
        if _OPEN.search(text) and not _CLOSE.search(text):
            raise Truncated("the document ends within its envelope") from None
        raise NotOnvif(f"XML beyond mending: {str(error.msg)[:150]}") from None


def _mended(text: bytes, expected: bytes) -> bytes:
    """Everything that is known to be wrong with some camera's XML, put right."""
    if len(text) > MENDABLE:
        raise NotOnvif(f"not well-formed XML, {len(text)} bytes of it")
    text = _CONTROL.sub(b"", text)
    text = _in_utf8(text)
    text = _one_document(text, expected)
    text = _BARE_AMPERSAND.sub(b"&amp;", text)  # addresses put into XML as they are
    return _with_head_mended(text)


def _in_utf8(text: bytes) -> bytes:
    """Letters that are not UTF-8 although nothing else was announced (names in GBK) become question marks."""
    head = text[:200].lower()
    if b"encoding=" in head and b"utf-8" not in head:
        return text
    return text.decode("utf-8", "replace").encode()


def _one_document(text: bytes, expected: bytes) -> bytes:
    """Xiongmai's GetProfiles: envelopes back to back. The one with the answer in it, or else the first."""
    ends = [match.end() for match in _CLOSE.finditer(text)][:10]
    documents = [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    fitting = (document for document in documents if expected and expected in document)
    chosen = next(fitting, None) or (documents[0] if documents else text)
    opened = _OPEN.search(chosen)
    return chosen if chosen.startswith(b"<?xml") or opened is None else chosen[opened.start() :]


def _with_head_mended(text: bytes) -> bytes:
    """The envelope's tag with its declarations in order: there is where cameras forget or break them."""
    opened = _OPEN.search(text)
    end = text.find(b">", opened.end(), opened.end() + HEAD) if opened else -1
    if opened is None or end < 0:
        return text
    attributes = _ATTRIBUTE.sub(_joined, text[opened.end() : end])
    return text[: opened.end()] + attributes + _undeclared(text, attributes) + text[end:]


def _joined(attribute: re.Match[bytes]) -> bytes:
    """An OEM breaks its tag every so many characters: `xml ns:tp tz="htt p://www..."`. No namespace holds a blank."""
    name, value = b"".join(attribute[1].split()), attribute[2]
    return b" " + name + b"=" + (b"".join(value.split()) if name.startswith(b"xmlns") else value)


def _undeclared(text: bytes, attributes: bytes) -> bytes:
    """Declarations for what is used and not declared (Reolink TrackMix: tad; others: wsa; a Tapo: all of them)."""
    here = {prefix for prefix, _ in _DECLARED.findall(attributes)}
    anywhere = dict(_DECLARED.findall(text))
    missing = sorted(set(_USED.findall(text)).difference(here, _UNDECLARABLE))[:50]
    return b"".join(b' xmlns:%s="%s"' % (prefix, _meaning(prefix, anywhere)) for prefix in missing)


def _meaning(prefix: bytes, anywhere: dict[bytes, bytes]) -> bytes:
    name = prefix.decode()
    return anywhere.get(prefix) or PREFIXES.get(name, f"urn:undeclared:{name}").encode()

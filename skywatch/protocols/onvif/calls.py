"""Typed calls on one camera: zeep writes the question and reads the answer, our transport carries both.

Everything that zeep holds is shared by all cameras; what is here lives for one visit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from yarl import URL

from skywatch.protocols.errors import ConnectionFailed, NotOnvif, ProtocolError, TooLarge
from skywatch.protocols.onvif.faults import NothingThere
from skywatch.protocols.onvif.library import Library
from skywatch.protocols.onvif.model import Address
from skywatch.protocols.onvif.signin import Reply, SignIn

WANTED = {
    "Profiles": {"Name", "VideoSourceConfiguration", "VideoEncoderConfiguration", "Configurations"},
    "Configurations": {"VideoSource", "VideoEncoder"},
    "Service": {"Namespace", "XAddr", "Version"},
}
"""Of these elements only these children are read. The rest (PTZ, analytics, metadata, capabilities) makes up most of
a reply, costs the most to parse, and is where cameras depart from the schema."""

ELEMENTS = 6000
"""Elements that zeep is given to read, at 15 microseconds each: no reply holds the event loop longer than 100 ms."""


@dataclass(frozen=True, slots=True)
class _Response:
    """What zeep wants to see of an HTTP response. Faults and statuses were dealt with before it gets one."""

    content: bytes
    status_code: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = "utf-8"


class Transport:
    """A zeep transport (of zeep's AsyncTransport the one method that calls use) over one camera's sign-in.

    A port that the camera names and at which no ONVIF answers (a camera behind a router names its inner one) is
    replaced by the configured port, for the rest of the visit.
    """

    def __init__(self, signin: SignIn, address: Address) -> None:
        self._signin, self._address = signin, address
        self._closed: set[int] = set()

    async def post_xml(self, address: str, envelope: etree._Element, headers: Mapping[str, str]) -> _Response:
        expected = f"{etree.QName(envelope[-1][0]).localname}Response"
        root, text = await self._ask(URL(address, encoded=True), envelope, headers, expected)
        if root.find(f"{{*}}Body/{{*}}{expected}") is None:
            raise NotOnvif(f"an envelope without {expected}")
        return _Response(_pruned(root, text))

    async def _ask(self, url: URL, envelope: etree._Element, headers: Mapping[str, str], expected: str) -> Reply:
        if url.port not in self._closed:
            try:
                return await self._signin.ask(url, envelope, headers, expected)
            except (ConnectionFailed, NothingThere):
                if url.port in (None, self._address.port):
                    raise
                self._closed.add(url.port)
        return await self._signin.ask(_at(url, self._address), envelope, headers, expected)


def _at(url: URL, address: Address) -> URL:
    return url.with_scheme("https" if address.tls else "http").with_port(address.port)


def _pruned(root: etree._Element, text: bytes) -> bytes:
    """The reply without what nobody reads."""
    surplus = [
        child
        for parent, names in WANTED.items()
        for element in root.iter(f"{{*}}{parent}")
        for child in element
        if etree.QName(child).localname not in names
    ]
    for child in surplus:
        parent = child.getparent()
        if parent is not None:
            parent.remove(child)
    if sum(1 for _ in root.iter()) > ELEMENTS:
        raise TooLarge(f"more than {ELEMENTS} elements that matter")
    return etree.tostring(root) if surplus else text


class Calls:
    """The operations of one camera's services."""

    def __init__(self, library: Library, signin: SignIn, address: Address) -> None:
        self._library = library
        self._transport = Transport(signin, address)

    async def call(self, namespace: str, url: str, operation: str, **arguments: Any) -> Any:
        """What `operation` answers, as zeep objects. Raises ProtocolError only."""
        service = self._library.service(namespace, url, self._transport)
        try:
            return await getattr(service, operation)(**arguments)
        except ProtocolError:
            raise
        except Exception as error:  # zeep has no base class for what a reply can make it stumble over
            raise NotOnvif(f"{operation}: an answer that does not fit its schema ({type(error).__name__})") from None

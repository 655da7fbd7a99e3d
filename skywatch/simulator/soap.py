"""Reads what an ONVIF client sends: the operation, and the WS-UsernameToken in front of it (OASIS WSS 1.1)."""

import base64
import binascii
import hashlib
import hmac
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto

from lxml import etree

from skywatch.simulator.condition import Condition

TOKEN_WINDOW = 30.0
"""Seconds by which a token's date may differ from the camera's own clock, either way."""

_REMEMBERED = 64  # nonces per camera
_BODIES = ("{http://www.w3.org/2003/05/soap-envelope}Body", "{http://schemas.xmlsoap.org/soap/envelope/}Body")
_WSSE = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd}"
_WSU = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd}"


class NotSoap(ValueError):
    """Not a SOAP request at all."""


class Signature(Enum):
    """What a token is worth."""

    NONE = auto()
    GOOD = auto()
    BAD = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A WS-UsernameToken as it was sent; never shown."""

    username: str
    password: str
    digest: bool
    nonce: bytes
    created: str

    def __repr__(self) -> str:
        return f"Token(username={self.username!r})"


@dataclass(frozen=True, slots=True)
class Request:
    """An operation by its full name (`{namespace}Name`), its text arguments by local name, and who signed it."""

    namespace: str
    operation: str
    arguments: dict[str, str]
    token: Token | None


def parse(body: bytes) -> Request:
    """Read one SOAP envelope. Raises NotSoap."""
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotSoap("not XML") from error
    inside = next((child for child in root if child.tag in _BODIES), None)
    called = next((child for child in inside if isinstance(child.tag, str)), None) if inside is not None else None
    if called is None:
        raise NotSoap("no operation in the body")
    name = etree.QName(called)
    arguments = {
        etree.QName(part).localname: (part.text or "").strip() for part in called.iter() if isinstance(part.tag, str)
    }
    return Request(name.namespace or "", name.localname, arguments, _token(root))


def _token(root: "etree._Element") -> Token | None:
    found = next(root.iter(f"{_WSSE}UsernameToken"), None)
    if found is None:
        return None
    password = found.find(f"{_WSSE}Password")
    try:
        nonce = base64.b64decode(found.findtext(f"{_WSSE}Nonce") or "")
    except binascii.Error:
        nonce = b""
    return Token(
        (found.findtext(f"{_WSSE}Username") or "").strip(),
        (password.text or "").strip() if password is not None else "",
        password is not None and str(password.get("Type", "")).endswith("#PasswordDigest"),
        nonce,
        (found.findtext(f"{_WSU}Created") or "").strip(),
    )


class Signatures:
    """Judges tokens; remembers each camera's last nonces, so that none is good twice."""

    def __init__(self) -> None:
        self._seen: dict[str, deque[bytes]] = {}

    def judge(self, condition: Condition, token: Token | None) -> Signature:
        """Only a wrong password counts as a try; a right one that comes at the wrong time is just not taken."""
        if token is None:
            return Signature.NONE
        if not condition.judge(_password_right(condition, token)):
            return Signature.BAD
        if not token.digest:
            return Signature.GOOD
        seen = self._seen.setdefault(condition.camera.code, deque(maxlen=_REMEMBERED))
        if not _in_time(condition, token) or token.nonce in seen:
            return Signature.BAD
        seen.append(token.nonce)
        return Signature.GOOD


def _password_right(condition: Condition, token: Token) -> bool:
    expected = condition.password
    if token.digest:
        sealed = hashlib.sha1(
            token.nonce + token.created.encode() + condition.password.encode(), usedforsecurity=False
        ).digest()
        expected = base64.b64encode(sealed).decode()
    return token.username == condition.username and hmac.compare_digest(token.password.encode(), expected.encode())


def _in_time(condition: Condition, token: Token) -> bool:
    try:
        created = datetime.fromisoformat(token.created)
    except ValueError:
        return False
    if created.tzinfo is None:
        created = created.replace(tzinfo=UTC)
    return abs(created.timestamp() - condition.now()) <= TOKEN_WINDOW

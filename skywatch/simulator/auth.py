"""The door of RTSP and HTTP: challenges and the check of an Authorization header (RFC 2617, RFC 7616, RFC 7617)."""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from enum import Enum, auto

from skywatch.simulator.brands import Scheme
from skywatch.simulator.condition import Condition

NONCE_LIFE = 120.0
"""Seconds that a nonce is good for; after that the camera says stale=true, which costs no try."""

_SECRET = secrets.token_bytes(16)
_PARAMETER = re.compile(r'([A-Za-z-]+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')


class Entry(Enum):
    """What became of somebody at the door."""

    GRANTED = auto()
    ASKED = auto()  # showed nothing yet
    STALE = auto()
    DENIED = auto()


def challenges(condition: Condition, schemes: Sequence[Scheme], *, qop: bool, stale: bool = False) -> list[str]:
    """One WWW-Authenticate value for each scheme."""
    realm = condition.camera.brand.realm
    nonce = _nonce(condition, int(condition.true_now()))
    values = []
    for scheme in schemes:
        if scheme is Scheme.BASIC:
            values.append(f'Basic realm="{realm}"')
            continue
        value = f'Digest realm="{realm}", nonce="{nonce}"'
        value += ', qop="auth"' if qop else ""
        value += f", algorithm={scheme.value}" if scheme is not Scheme.MD5 or len(schemes) > 1 else ""
        values.append(value + (', stale="true"' if stale else ', stale="false"'))
    return values


def enter(condition: Condition, schemes: Sequence[Scheme], header: str | None, method: str) -> Entry:
    """Judge an Authorization `header` for a request of `method`. A wrong password is counted, an old nonce is not."""
    if condition.open:
        return Entry.GRANTED
    kind, _, rest = (header or "").partition(" ")
    if kind.lower() == "basic" and Scheme.BASIC in schemes:
        return _basic(condition, rest.strip())
    if kind.lower() == "digest":
        return _digest(condition, schemes, rest, method)
    return Entry.ASKED


def _basic(condition: Condition, token: str) -> Entry:
    try:
        shown = base64.b64decode(token, validate=True).decode()
    except (binascii.Error, ValueError):
        return Entry.ASKED
    right = hmac.compare_digest(shown.encode(), f"{condition.username}:{condition.password}".encode())
    return Entry.GRANTED if condition.judge(right) else Entry.DENIED


def _digest(condition: Condition, schemes: Sequence[Scheme], parameters: str, method: str) -> Entry:
    given = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(parameters)}
    algorithm = given.get("algorithm", "MD5").upper()
    if algorithm not in [scheme.value for scheme in schemes] or "nonce" not in given:
        return Entry.ASKED
    if not _fresh(condition, given["nonce"]):
        return Entry.STALE
    right = hmac.compare_digest(
        _expected(condition, given, algorithm, method).encode(), given.get("response", "").encode()
    )
    right = right and given.get("username") == condition.username
    return Entry.GRANTED if condition.judge(right) else Entry.DENIED


def _expected(condition: Condition, given: dict[str, str], algorithm: str, method: str) -> str:
    def digest(text: str) -> str:
        return hashlib.new("md5" if algorithm == "MD5" else "sha256", text.encode(), usedforsecurity=False).hexdigest()

    first = digest(f"{condition.username}:{condition.camera.brand.realm}:{condition.password}")
    second = digest(f"{method}:{given.get('uri', '')}")
    if "qop" in given:
        middle = f"{given['nonce']}:{given.get('nc', '')}:{given.get('cnonce', '')}:{given['qop']}"
        return digest(f"{first}:{middle}:{second}")
    return digest(f"{first}:{given['nonce']}:{second}")


def _nonce(condition: Condition, at: int) -> str:
    """A nonce that carries its own date, so that none needs to be remembered."""
    seal = hmac.new(_SECRET, f"{at}:{condition.camera.code}".encode(), hashlib.sha256).hexdigest()[:24]
    return f"{at:x}-{seal}"


def _fresh(condition: Condition, nonce: str) -> bool:
    head, _, _ = nonce.partition("-")
    try:
        at = int(head, 16)
    except ValueError:
        return False
    return (
        hmac.compare_digest(nonce.encode(), _nonce(condition, at).encode()) and condition.true_now() - at < NONCE_LIFE
    )

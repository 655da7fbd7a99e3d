"""Digest (RFC 7616, 2617, 2069), as RTSP and ONVIF servers ask for it: challenges in, one header out. No state, no I/O.

Ours because aiohttp's middleware reads only the first of several challenges (Hikvision sends Basic beside Digest),
prefers `auth-int`, which cameras announce and get wrong, and may spend a second password attempt where one was asked
for; and because RTSP needs the same.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from skywatch.credentials import Credentials

_HASHES: dict[str, Callable[[bytes], "hashlib._Hash"]] = {
    "SHA-256": hashlib.sha256,
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False),
}
"""What cameras know, the better first."""

_STRENGTH = ("SHA-256-SESS", "SHA-256", "MD5-SESS", "MD5")
_ITEM = re.compile(r'(,?)\s{0,20}([A-Za-z][\w-]{0,40})(?:\s{0,20}(=)\s{0,20}(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?')
"""A parameter with its value, or a bare word; commas within quotes separate nothing."""
_LONGEST = 4000
_MAX_OFFERS = 16


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a server wants hashed. `algorithm` as it wrote it, "" if it didn't; `qop` is `auth`, or "" for the old form;
    `opaque` is None where there is none. Bytes that were no UTF-8 stand in these as lone surrogates."""

    realm: str
    nonce: str
    algorithm: str = ""
    qop: str = ""
    opaque: str | None = None
    stale: bool = False

    @property
    def name(self) -> str:
        """For a person: `digest md5`, `digest sha-256-sess`, ..."""
        return f"digest {(self.algorithm or 'MD5').lower()}"

    @property
    def is_unicode(self) -> bool:
        """Whether it can be sent back by those who send text only: not a realm in GBK."""
        return not any("\ud800" <= letter <= "\udfff" for letter in f"{self.realm}{self.nonce}{self.opaque}")


def offers(headers: Iterable[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """The ways of signing in that WWW-Authenticate headers name, in their order: (scheme, parameters), schemes and
    names in lower case. One header may hold several (RFC 9110, 11.6.1). Whatever makes no sense is passed over."""
    for header in headers:
        found: list[tuple[str, dict[str, str]]] = []
        for comma, word, equals, quoted, bare in _ITEM.findall(header[:_LONGEST].strip()):
            if not equals and (comma or not found) and len(found) < _MAX_OFFERS:
                found.append((word.lower(), {}))
            elif equals and found:
                found[-1][1].setdefault(word.lower(), re.sub(r"\\(.)", r"\1", quoted) or bare)
        yield from found


def challenges(headers: Iterable[str]) -> list[Challenge]:
    """The Digest challenges that we can answer, strongest algorithm first."""
    read = [_challenge(told) for scheme, told in offers(headers) if scheme == "digest"]
    return sorted((challenge for challenge in read if challenge), key=_rank)


def _rank(challenge: Challenge) -> int:
    return _STRENGTH.index(challenge.algorithm.upper() or "MD5")


def _challenge(told: dict[str, str]) -> Challenge | None:
    offered = {word.strip().lower() for word in told.get("qop", "").split(",")} - {""}
    algorithm = told.get("algorithm", "")
    if "realm" not in told or not told.get("nonce") or (offered and "auth" not in offered):
        return None
    if (algorithm.upper() or "MD5") not in _STRENGTH:
        return None
    stale = told.get("stale", "").lower() == "true"
    return Challenge(told["realm"], told["nonce"], algorithm, "auth" if offered else "", told.get("opaque"), stale)


def answer(
    challenge: Challenge, credentials: Credentials, method: str, uri: str, *, count: int, client_nonce: str
) -> str:
    """The Authorization header. `uri` is the request target as it is sent; `count` says how often this nonce was used,
    this time included; `client_nonce` is a random word of this nonce's first use."""
    algorithm = challenge.algorithm.upper() or "MD5"
    digest = _HASHES[algorithm.removesuffix("-SESS")]

    def hashed(*parts: str) -> str:
        return digest(":".join(parts).encode("utf-8", "surrogateescape")).hexdigest()

    secret = hashed(credentials.username, challenge.realm, credentials.password)
    if algorithm.endswith("-SESS"):
        secret = hashed(secret, challenge.nonce, client_nonce)
    number = f"{count:08x}"
    middle = (number, client_nonce, challenge.qop) if challenge.qop else ()
    fields = [
        ("username", _quoted(credentials.username)),
        ("realm", _quoted(challenge.realm)),
        ("nonce", _quoted(challenge.nonce)),
        ("uri", _quoted(uri)),
        ("response", _quoted(hashed(secret, challenge.nonce, *middle, hashed(method, uri)))),
    ]
    if challenge.algorithm:
        fields.append(("algorithm", challenge.algorithm))
    if challenge.opaque is not None:
        fields.append(("opaque", _quoted(challenge.opaque)))
    if challenge.qop or algorithm.endswith("-SESS"):
        fields.append(("cnonce", _quoted(client_nonce)))
    if challenge.qop:
        fields += [("qop", challenge.qop), ("nc", number)]
    return "Digest " + ", ".join(f"{name}={value}" for name, value in fields)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

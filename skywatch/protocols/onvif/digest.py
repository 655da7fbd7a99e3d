"""HTTP Digest (RFC 7616, and RFC 2617 for cameras without qop) as pure functions: challenges in, one header out.

Ours because aiohttp's middleware reads only the first of several challenges (Hikvision sends Basic beside Digest),
prefers `auth-int`, which cameras announce and get wrong, and may spend a second password attempt where one was asked
for.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from skywatch.credentials import Credentials

_HASHES: dict[str, Callable[[bytes], "hashlib._Hash"]] = {
    "SHA-256": hashlib.sha256,
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False),
}
"""What cameras know, the better first."""

_SCHEME = re.compile(r"(?:^|,)\s{0,20}([A-Za-z][\w-]{0,20})\s{1,20}(?=[\w-]{1,20}\s{0,20}=)")
_PARAMETER = re.compile(r'([A-Za-z]{1,20})\s{0,20}=\s{0,20}(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a server wants hashed. `algorithm` as it wrote it; `qop` is "auth", or "" for the old form."""

    realm: str
    nonce: str
    algorithm: str = "MD5"
    qop: str = ""
    opaque: str = ""

    @property
    def name(self) -> str:
        return self.algorithm.upper().removesuffix("-SESS")


def challenge_in(headers: Iterable[str]) -> Challenge | None:
    """The best Digest challenge among WWW-Authenticate headers, or None if there is none that can be answered."""
    offered = [challenge for header in headers for challenge in _challenges(header[:_LONGEST])]
    ranked = [challenge for name in _HASHES for challenge in offered if challenge.name == name]
    return next(iter(ranked), None)


def _challenges(header: str) -> Iterable[Challenge]:
    """A header may hold several, of several schemes."""
    starts = list(_SCHEME.finditer(header))
    ends = [start.start() for start in starts[1:]] + [len(header)]
    for start, end in zip(starts, ends, strict=False):
        if start[1].lower() == "digest":
            challenge = _read(header[start.end() : end])
            if challenge:
                yield challenge


def _read(text: str) -> Challenge | None:
    told = {name.lower(): re.sub(r"\\(.)", r"\1", quoted) or bare for name, quoted, bare in _PARAMETER.findall(text)}
    offered = {word.strip().lower() for word in told.get("qop", "").split(",")} - {""}
    if not _is_unicode(text):  # a realm in GBK could not be sent back as it came
        return None
    if "realm" not in told or not told.get("nonce") or (offered and "auth" not in offered):
        return None
    return Challenge(
        told["realm"], told["nonce"], told.get("algorithm", "MD5"), "auth" if offered else "", told.get("opaque", "")
    )


def _is_unicode(text: str) -> bool:
    """aiohttp hands on bytes that are not UTF-8 as lone surrogates."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def answer(
    challenge: Challenge, credentials: Credentials, method: str, uri: str, *, count: int, client_nonce: str
) -> str:
    """The Authorization header. `uri` is the request target as it is sent; `count` says how often this nonce was used,
    this time included; `client_nonce` is a fresh random word."""
    digest = _HASHES[challenge.name]

    def hashed(*parts: str) -> str:
        return digest(":".join(parts).encode()).hexdigest()

    secret = hashed(credentials.username, challenge.realm, credentials.password)
    if challenge.algorithm.upper().endswith("-SESS"):
        secret = hashed(secret, challenge.nonce, client_nonce)
    number = f"{count:08x}"
    middle = (number, client_nonce, challenge.qop) if challenge.qop else ()
    response = hashed(secret, challenge.nonce, *middle, hashed(method, uri))
    fields = [
        ("username", _quoted(credentials.username)),
        ("realm", _quoted(challenge.realm)),
        ("nonce", _quoted(challenge.nonce)),
        ("uri", _quoted(uri)),
        ("response", _quoted(response)),
        ("algorithm", challenge.algorithm),
    ]
    if challenge.opaque:
        fields.append(("opaque", _quoted(challenge.opaque)))
    if challenge.qop or challenge.algorithm.upper().endswith("-SESS"):
        fields.append(("cnonce", _quoted(client_nonce)))
    if challenge.qop:
        fields += [("qop", challenge.qop), ("nc", number)]
    return "Digest " + ", ".join(f"{name}={value}" for name, value in fields)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

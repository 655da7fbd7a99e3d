"""Signing in: Digest (RFC 2069, 2617, 7616) and Basic (RFC 7617), as a server asks for them. Knows no connection.

A wrong password is said once: vendors lock an account after a few. So a request is signed again only when the server
says that the password was right and the nonce old (`stale`), or has taken these credentials before and names a new
nonce.
"""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field

from skywatch.credentials import Credentials

_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
_STRENGTH = ("SHA-256-SESS", "SHA-256", "MD5-SESS", "MD5")
_SCHEME = re.compile(r"(?:^|,)\s*([A-Za-z][\w-]*)(?=\s+[\w-]+\s*=|\s*(?:,|$))")
_PARAMETER = re.compile(r"([\w-]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s,\"]*))")
_MAX_CHALLENGES = 16


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way of signing in that a server offers. `scheme` is `digest` or `basic`; the rest is Digest's.

    `algorithm` is in capitals and one that we can compute; `qop` is what we will use: `auth`, `auth-int`, or "".
    """

    scheme: str
    realm: str = ""
    nonce: str = ""
    opaque: str | None = None
    algorithm: str = "MD5"
    named: bool = False
    qop: str = ""
    stale: bool = False

    @property
    def name(self) -> str:
        return "basic" if self.scheme == "basic" else f"digest {self.algorithm.lower()}"


def challenges(headers: list[str]) -> list[Challenge]:
    """What the WWW-Authenticate headers offer and we can do, strongest first; Basic comes last."""
    found: list[Challenge] = []
    for header in headers:
        starts = [match for match in _SCHEME.finditer(header) if match[1].lower() in ("digest", "basic")]
        for number, match in enumerate(starts[:_MAX_CHALLENGES]):
            end = starts[number + 1].start() if number + 1 < len(starts) else len(header)
            challenge = _challenge(match[1].lower(), header[match.end() : end])
            if challenge is not None:
                found.append(challenge)
    return sorted(found, key=_rank)


def _rank(challenge: Challenge) -> int:
    return len(_STRENGTH) if challenge.scheme == "basic" else _STRENGTH.index(challenge.algorithm)


def _challenge(scheme: str, text: str) -> Challenge | None:
    told = {name.lower(): _unescape(quoted) or bare for name, quoted, bare in _PARAMETER.findall(text)}
    realm = told.get("realm", "")
    if scheme == "basic":
        return Challenge("basic", realm)
    algorithm = told.get("algorithm", "MD5").upper() or "MD5"
    offered = [word.strip().lower() for word in told.get("qop", "").split(",")]
    qop = next((word for word in ("auth", "auth-int") if word in offered), "")
    if algorithm not in _STRENGTH or (any(offered) and not qop):
        return None
    stale = told.get("stale", "").lower() == "true"
    return Challenge(
        "digest", realm, told.get("nonce", ""), told.get("opaque"), algorithm, "algorithm" in told, qop, stale
    )


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


@dataclass(slots=True)
class SignIn:
    """What one connection knows of signing in: the challenge in use, and whether the credentials were ever taken."""

    credentials: Credentials
    challenge: Challenge | None = None
    accepted: bool = False
    _count: int = 0
    _cnonce: str = field(default="", repr=False)

    def take(self, offers: list[Challenge], signed: bool) -> bool:
        """Look at a 401. True: sign and ask again. `signed` says whether the request that it answers was signed."""
        if not offers:
            return False
        best, before = offers[0], self.challenge
        if signed and before is not None:
            renewed = best.scheme == "digest" and best.nonce != before.nonce
            if not (best.stale or (self.accepted and renewed)):
                return False
        self.challenge, self._count = best, 0
        self._cnonce = secrets.token_hex(8)
        return True

    def sign(self, method: str, uri: str) -> str | None:
        """The Authorization header for a request, or None as long as nobody asked for one."""
        if self.challenge is None:
            return None
        if self.challenge.scheme == "basic":
            pair = f"{self.credentials.username}:{self.credentials.password}"
            return "Basic " + base64.b64encode(pair.encode()).decode()
        self._count += 1
        return digest(self.credentials, self.challenge, method, uri, self._cnonce, self._count)


def digest(credentials: Credentials, challenge: Challenge, method: str, uri: str, cnonce: str, count: int) -> str:
    """The Digest of a request without a body (RFC 7616, 3.4; without qop RFC 2069, 2.1.2)."""
    base = challenge.algorithm.removesuffix("-SESS")
    session = challenge.algorithm.endswith("-SESS")

    def hashed(*parts: str) -> str:
        return _HASHES[base](":".join(parts).encode()).hexdigest()

    ha1 = hashed(credentials.username, challenge.realm, credentials.password)
    if session:
        ha1 = hashed(ha1, challenge.nonce, cnonce)
    ha2 = hashed(method, uri, hashed("")) if challenge.qop == "auth-int" else hashed(method, uri)
    nc = f"{count:08x}"
    middle = (nc, cnonce, challenge.qop) if challenge.qop else ()
    fields = [
        _quoted("username", credentials.username),
        _quoted("realm", challenge.realm),
        _quoted("nonce", challenge.nonce),
        _quoted("uri", uri),
        _quoted("response", hashed(ha1, challenge.nonce, *middle, ha2)),
    ]
    if challenge.named:
        fields.append(f"algorithm={challenge.algorithm.replace('-SESS', '-sess')}")
    if challenge.opaque is not None:
        fields.append(_quoted("opaque", challenge.opaque))
    if challenge.qop:
        fields += [f"qop={challenge.qop}", f"nc={nc}"]
    if challenge.qop or session:
        fields.append(_quoted("cnonce", cnonce))
    return "Digest " + ", ".join(fields)


def _quoted(name: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{name}="{escaped}"'

"""Signing in to an RTSP server, as it asks for it: Digest, or Basic (RFC 7617) where there is nothing better. Knows no
connection.

A wrong password is said once: vendors lock an account after a few. So a request is signed again only when the server
says that the password was right and the nonce old (`stale`), or has taken these credentials before and names a new
nonce.
"""

import base64
import secrets
from dataclasses import dataclass, field

from skywatch.credentials import Credentials
from skywatch.protocols import digest


@dataclass(frozen=True, slots=True)
class Basic:
    """Name and password as they are, to whoever listens."""

    name: str = "basic"


Offer = digest.Challenge | Basic


def challenges(headers: list[str]) -> list[Offer]:
    """What the WWW-Authenticate headers offer and we can do, strongest first; Basic comes last."""
    basic = any(scheme == "basic" for scheme, _ in digest.offers(headers))
    return [*digest.challenges(headers), *([Basic()] if basic else [])]


@dataclass(slots=True)
class SignIn:
    """What one connection knows of signing in: the challenge in use, and whether the credentials were ever taken."""

    credentials: Credentials
    challenge: Offer | None = None
    accepted: bool = False
    _count: int = 0
    _cnonce: str = field(default="", repr=False)

    def take(self, offers: list[Offer], signed: bool) -> bool:
        """Look at a 401. True: sign and ask again. `signed` says whether the request that it answers was signed."""
        if not offers:
            return False
        if signed and self.challenge is not None and not self._may_repeat(offers[0]):
            return False
        self.challenge, self._count = offers[0], 0
        self._cnonce = secrets.token_hex(8)
        return True

    def _may_repeat(self, best: Offer) -> bool:
        """Whether the 401 to a signed request says anything but: wrong password."""
        if isinstance(best, Basic):
            return False
        before = self.challenge.nonce if isinstance(self.challenge, digest.Challenge) else ""
        return best.stale or (self.accepted and best.nonce != before)

    def sign(self, method: str, uri: str) -> str | None:
        """The Authorization header for a request, or None as long as nobody asked for one."""
        match self.challenge:
            case None:
                return None
            case Basic():
                pair = f"{self.credentials.username}:{self.credentials.password}"
                return "Basic " + base64.b64encode(pair.encode()).decode()
            case challenge:
                self._count += 1
                return digest.answer(
                    challenge, self.credentials, method, uri, count=self._count, client_nonce=self._cnonce
                )

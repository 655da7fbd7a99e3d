"""RTSP addresses: taking them apart, and finding the tracks of a session. No host that a camera names survives here.

Decision 6 of the design: what a camera calls itself is not believed (it may sit behind a router, or lie); its paths and
queries are kept, the host and port stay those that were configured.
"""

import re
from dataclasses import dataclass, field

from skywatch.protocols.errors import Unsupported

DEFAULT_PORTS = {"rtsp": 554, "rtsps": 322}
MAX_LENGTH = 4096

_URL = re.compile(
    r"(?i:(rtsps?))://(?:[^/?#]*@)?(\[[0-9A-Fa-f:.%\w]+\]|[^:/?#\[\]\s]+)(?::(\d{0,5}))?((?:[/?].*)?)", re.DOTALL
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://[^/?#]*")
_UNPRINTABLE = re.compile(r"[^\x21-\x7e]")


@dataclass(frozen=True, slots=True)
class Url:
    """`rtsp[s]://host:port` + `path` (with its query, "" or beginning with `/` or `?`). The path never shows itself:
    vendors put passwords there (`/user=admin_password=..._channel=1`)."""

    scheme: str
    host: str
    port: int
    path: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.root}{self.path}"

    @property
    def root(self) -> str:
        """The server without any path; the port only where it isn't the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}")


def parse(text: str) -> Url:
    """Take `text` apart. A user name and password in it are dropped. Raises Unsupported (step `url`)."""
    found = _URL.fullmatch(text.strip()) if len(text) <= MAX_LENGTH else None
    if found is None:
        raise Unsupported("not an RTSP address", step="url")
    scheme = found[1].lower()
    port = int(found[3]) if found[3] else DEFAULT_PORTS[scheme]
    if not 0 < port < 65536:
        raise Unsupported("not an RTSP address: no such port", step="url")
    return Url(scheme, found[2].strip("[]"), port, _printable(found[4].partition("#")[0]))


def _printable(path: str) -> str:
    """Nothing that could end a request line; other alphabets go as percent-encoded UTF-8."""
    return _UNPRINTABLE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode(errors="replace")), path)


def rebase(named: str, here: Url) -> str:
    """The address that a camera named, on the configured host: an absolute one keeps path and query; one that begins
    with `/` is a path of this server; anything else is no address, and `here` stands."""
    named = named.strip()[:MAX_LENGTH]
    if found := _SCHEME.match(named):
        return here.root + _printable(named[found.end() :])
    if named.startswith("/"):
        return here.root + _printable(named)
    return str(here)


def resolve(control: str, base: str, here: Url) -> str:
    """The address of an SDP `a=control` (RFC 2326, C.1.1) below `base`, which `rebase` made.

    `*` and nothing mean the base itself. A relative one goes behind the base *with* its query, as cameras mean it
    (Dahua: `/cam/realmonitor?channel=1&subtype=0/trackID=0`), not beside its last segment, as RFC 3986 would.
    """
    control = control.strip()[:MAX_LENGTH]
    if control in ("", "*"):
        return base
    if _SCHEME.match(control):
        return rebase(control, here)
    path = base[len(here.root) :]
    if control.startswith("/") and control.startswith(path.rstrip("/") or "/") and path.strip("/"):
        return here.root + _printable(control)
    joint = "" if base.endswith("/") or control.startswith("?") else "/"
    return base + joint + _printable(control.lstrip("/"))


def same_server(named: str, here: Url) -> Url | None:
    """Where a redirect leads, if that is another path of this very server; None if it leads anywhere else."""
    if named.startswith("/"):
        return Url(here.scheme, here.host, here.port, _printable(named[:MAX_LENGTH]))
    try:
        there = parse(named)
    except Unsupported:
        return None
    return (
        there if (there.scheme, there.host.lower(), there.port) == (here.scheme, here.host.lower(), here.port) else None
    )

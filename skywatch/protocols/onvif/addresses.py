"""What becomes of addresses that a camera names: path, query and port are kept, the host is not believed (decision 6).

Pure text. A camera behind a router names its inner address, a lying one somebody else's; either way the configured
host is the only one that is talked to.
"""

import re
from typing import NamedTuple
from urllib.parse import quote

LONGEST = 2048
"""Characters of an address that is still taken for one."""

PORTS = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322}
"""Ports by scheme; rtsps by RFC 7826, section 22.14."""

_PARTS = re.compile(r"([A-Za-z]{2,10})://([^/?#]*)([/?][^#]*)?(?:#.*)?", re.DOTALL)
_PORT = re.compile(r":(\d{1,5})(?::\d{1,5})*$")
_SECRET_NAMES = r"(?:user|username|usr|login|loginuse|loginpas|password|passwd|pass|pwd|psw|auth)"  # noqa: S105 - names
_QUERY_SECRET = re.compile(rf"(?i)(?<=[?&]){_SECRET_NAMES}=[^&]*&?")
_SHOWN_SECRET = re.compile(rf"(?i)((?:^|[^A-Za-z0-9]){_SECRET_NAMES}=)(.*?)(?=_channel=|_stream=|_password=|[&/?;#]|$)")


class Place(NamedTuple):
    """An address taken apart. `rest` is the path and the query, safe to be put into a request line."""

    scheme: str
    port: int
    rest: str

    def on(self, host: str) -> str:
        """The address on `host`."""
        return f"{self.scheme}://{bracketed(host)}:{self.port}{self.rest}"


def bracketed(host: str) -> str:
    """`host` as it stands in an address: a bare IPv6 address in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def take_apart(address: str, schemes: frozenset[str]) -> Place | None:
    """Read what a camera gave as an address; None if it is none of `schemes`, or nonsense.

    Blanks, control characters and anything else that could end a request line are escaped. `host:port:port` (seen in
    subscription addresses) is read as the first port.
    """
    match = _PARTS.fullmatch(address.strip())
    if match is None or len(address) > LONGEST or match[1].lower() not in schemes:
        return None
    scheme = match[1].lower()
    hostport = match[2].rpartition("@")[2]
    found = _PORT.search(hostport.rpartition("]")[2])
    port = int(found[1]) if found else PORTS[scheme]
    if not 0 < port < 65536:
        return None
    return Place(scheme, port, safe_path(match[3] or "/"))


def safe_path(path: str) -> str:
    """A path with its query as it can stand in a request line: absolute, everything that could end the line escaped."""
    return quote(path if path.startswith("/") else f"/{path}", safe="!$%&'()*+,-./:;=?@_~[]|")


STREAMS = frozenset(("rtsp", "rtsps"))
PAGES = frozenset(("http", "https"))


def stream_uri(address: str, host: str) -> str:
    """A stream's address on `host`, or "" if the camera gave none that is RTSP.

    Path and query stay as they are, even where they hold a password: such a camera opens its stream by nothing else.
    """
    place = take_apart(address, STREAMS)
    return place.on(host) if place else ""


def snapshot_uri(address: str, host: str) -> str:
    """A snapshot's address on `host`, without user and password in the query: HTTP has better ways to sign in.

    "" if the camera gave none that is HTTP (Xiongmai XM530 gives an rtsp one).
    """
    place = take_apart(address, PAGES)
    return place._replace(rest=_QUERY_SECRET.sub("", place.rest).rstrip("?&")).on(host) if place else ""


def service_url(address: str, host: str, port: int, tls: bool) -> str:
    """A service's address (XAddr) on `host`, or "" if it is nonsense.

    Where the camera is configured for TLS, a plain address is not followed: its path is asked for at the configured
    port.
    """
    place = take_apart(address, PAGES)
    if place is None:
        return ""
    if tls and place.scheme == "http":
        place = Place("https", port, place.rest)
    return place.on(host)


def redact(address: str) -> str:
    """An address that can be shown: no userinfo, and `***` for whatever user and password path or query hold."""
    bare = re.sub(r"(?<=://)[^/?#]*@", "", address)
    return _SHOWN_SECRET.sub(r"\1***", bare)

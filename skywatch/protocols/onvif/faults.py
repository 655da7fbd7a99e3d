"""What a camera says when it says no: a SOAP fault, or an HTTP status, by the names of `skywatch.protocols.errors`.

Pure. Cameras agree on little: the same refusal comes as 200, 400, 401 or 500, as SOAP 1.1 or 1.2, with a code or in
words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from skywatch.protocols.errors import AuthFailed, Busy, Declined, NotOnvif, OnvifFault, ProtocolError, Unsupported

LONGEST = 300
"""Characters of a camera's own words that are quoted."""

_AUTH_CODES = {
    "NotAuthorized",  # ONVIF core, 5.8.2
    "FailedAuthentication",  # WS-Security 1.1, section 12, and the next three
    "FailedCheck",
    "InvalidSecurity",
    "InvalidSecurityToken",
    "MessageExpired",
}
_MISSING_CODES = {"ActionNotSupported", "OptionalActionNotImplemented", "NoSuchService"}
_AUTH_WORDS = re.compile(
    r"(?i)not\s+authori[sz]ed|unauthori[sz]ed|requires\s+authori[sz]ation|authority\s+failure"
    r"|authenticat\w+\s+(?:failed|failure|error)|(?:invalid|wrong|incorrect|bad)\s+(?:user|password)"
)
_MISSING_WORDS = re.compile(r"(?i)not\s+implemented|not\s+supported|namespace\s+not\s+recognized|optional\s+action")
_COUNTER = re.compile(r"(?i)\b\d+\s+(?:more\s+)?(?:attempt|time|tr(?:y|ies))|\block(?:ed)?\b")


class NothingThere(NotOnvif):
    """HTTP 404 or 405: somebody serves pages there, and ONVIF is not among them; another path may be right."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A SOAP fault: its codes from the outer to the inner, without prefixes, and its words."""

    codes: tuple[str, ...]
    words: str

    def __str__(self) -> str:
        return _quoted(": ".join(filter(None, ("/".join(self.codes), self.words))) or "a fault without a word")

    @property
    def counts_attempts(self) -> bool:
        """The camera has judged the password, and counts (Dahua: "You still have 22 attempt(s)")."""
        return bool(_COUNTER.search(self.words))


def fault_in(envelope: etree._Element) -> Fault | None:
    """The fault that `envelope` carries in its body, of either version of SOAP."""
    for body in envelope:
        if _local(body) == "Body":
            found = next((child for child in body if _local(child) == "Fault"), None)
            return None if found is None else _read(found)
    return None


def _read(fault: etree._Element) -> Fault:
    codes: list[str] = []
    words: list[str] = []
    for part in fault:
        match _local(part):
            case "Code":
                codes += [_after_prefix(node) for node in part.iter() if _local(node) == "Value"]
            case "faultcode":
                codes.append(_after_prefix(part))
            case "Reason" | "Detail" | "faultstring" | "detail":
                words += _texts(part)
    return Fault(tuple(filter(None, codes))[:5], " - ".join(dict.fromkeys(words)))


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _after_prefix(node: etree._Element) -> str:
    return (node.text or "").strip().rpartition(":")[2]


def _texts(part: etree._Element) -> Iterator[str]:
    return (" ".join(text.split()) for text in part.itertext() if text.strip())


def _quoted(words: str) -> str:
    """A camera's words as one short line that can stand in a log."""
    printable = "".join(letter if letter.isprintable() else " " for letter in words[: 4 * LONGEST])
    line = " ".join(printable.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 3] + "..."


def refusal(fault: Fault) -> ProtocolError:
    """The error that `fault` is."""
    if _MISSING_CODES.intersection(fault.codes):
        return Unsupported(str(fault))
    if _AUTH_CODES.intersection(fault.codes) or _AUTH_WORDS.search(fault.words):
        return AuthFailed(str(fault))
    if _MISSING_WORDS.search(fault.words):
        return Unsupported(str(fault))
    return OnvifFault(str(fault))


def by_status(status: int, location: str = "") -> ProtocolError | None:
    """What an HTTP status says where no SOAP came with it; None where it says nothing is wrong."""
    match status:
        case 200 | 202:
            return None
        case 401:
            return AuthFailed("HTTP 401")
        case 403:
            return Declined("HTTP 403: forbidden")
        case 404 | 405:
            return NothingThere(f"HTTP {status}: no ONVIF service at this path")
        case 429 | 503:
            return Busy(f"HTTP {status}")
        case _ if 300 <= status < 400:
            return NotOnvif(f"HTTP {status}: sends us elsewhere{_scheme(location)}; redirects are not followed")
        case _:
            return NotOnvif(f"HTTP {status}, and no SOAP fault")


def _scheme(location: str) -> str:
    """All of a redirect that is worth telling: a camera that wants TLS says so by sending us to https."""
    return " (to https: try tls)" if location.lower().startswith("https:") else ""

"""Villages, feeds, uplinks and contractors of the YAML file, with every reference between them checked. No cameras."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from skywatch.config.document import Node, dotted
from skywatch.config.filling import fill, wrong
from skywatch.config.mistakes import Findings, Guess, echo
from skywatch.config.part import Line, Part
from skywatch.config.settings import is_host
from skywatch.i18n import N_, _
from skywatch.inventory import Contractor, Feed, Kind, Uplink, Village

Code = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w.:-]+$")]
"""Names a thing in other files, in metrics and in addresses of pages: letters, digits, `_ . : -`, no blanks."""

Words = Annotated[Line, Field(min_length=1, max_length=100)]


def _sentinel(text: str) -> str:
    url = urlsplit(text)
    sound = url.scheme in ("icmp", "tcp") and is_host(url.hostname or "") and not url.path
    if text and not sound:
        raise wrong(N_("must be icmp://HOST or tcp://HOST:PORT, not {value}"), value=echo(text))
    return text


class ContractorEntry(Part):
    """Who repairs."""

    code: Code = Field(description="Short name; villages refer to it.")
    name: Words = Field(description="Name of the company.")
    phone: Line = Field(default="", max_length=100, description="Whom to call.")


class FeedEntry(Part):
    """A power line."""

    code: Code = Field(description="Short name; villages refer to it.")
    name: Words = Field(description="As the supply station calls it.")
    owner: Line = Field(default="", max_length=100, description="Who answers for it.")


class UplinkEntry(Part):
    """A carrier's line."""

    code: Code = Field(description="Short name; villages refer to it.")
    name: Words = Field(description="As the carrier calls it.")
    carrier: Words = Field(description="The carrier: 移动, 联通, 电信.")


class VillageEntry(Part):
    """A place with cameras: a village, a hamlet or a checkpoint."""

    code: Code = Field(description="Short name; the ledger and the metrics use it.")
    name: Words = Field(description="Name as people say it.")
    kind: Kind = Field(default=Kind.VILLAGE, description="`village`, `hamlet` or `checkpoint`.")
    planned: int = Field(ge=0, le=100_000, description="How many cameras it was promised.")
    feed: str = Field(description="Code of the power line that it hangs on.")
    uplink: str = Field(description="Code of the carrier's line that it talks through.")
    contractor: str = Field(description="Code of who repairs there.")
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False, description="Degrees east, WGS-84.")
    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False, description="Degrees north, WGS-84.")
    sentinel: Annotated[str, AfterValidator(_sentinel)] = Field(
        default="",
        description="A switch, modem or UPS there that tells power from link: icmp://HOST or tcp://HOST:PORT.",
    )
    battery: bool = Field(default=False, description="Whether the sentinel runs on when the power is cut.")


ENTRIES: Mapping[str, type[Part]] = {
    "contractors": ContractorEntry,
    "feeds": FeedEntry,
    "uplinks": UplinkEntry,
    "villages": VillageEntry,
}
"""The lists of the YAML file that describe the township, and what one element of each is."""


@dataclass(frozen=True, slots=True)
class Township:
    """What the YAML says of the place. `codes` has, by section, every code that was written and its line: those of
    faulty entries too, so that one mistake is not followed by a hundred about references to it."""

    villages: Mapping[str, Village]
    feeds: Mapping[str, Feed]
    uplinks: Mapping[str, Uplink]
    contractors: Mapping[str, Contractor]
    codes: Mapping[str, Mapping[str, int]]


def read_township(root: Node, findings: Findings) -> Township:
    """The township of the YAML file; whatever is wrong with it is noted, and left out."""
    codes = {section: _codes(root.items.get(section)) for section in ENTRIES}
    found = {section: _entries(section, root, findings) for section in ENTRIES}
    _references(root, codes, findings)
    villages = root.items.get("villages")
    if villages is None or villages.value is None or villages.value == []:
        findings.wrong(
            root.key_lines.get("villages", 0),
            "villages",
            _("is missing"),
            _("list the villages: code, name, planned, feed, uplink, ..."),
        )
    return Township(
        villages={code: Village(**entry.model_dump()) for code, entry in found["villages"].items()},
        feeds={code: Feed(**entry.model_dump()) for code, entry in found["feeds"].items()},
        uplinks={code: Uplink(**entry.model_dump()) for code, entry in found["uplinks"].items()},
        contractors={code: Contractor(**entry.model_dump()) for code, entry in found["contractors"].items()},
        codes=codes,
    )


def _elements(root: Node, section: str) -> Sequence[Node]:
    return root.items[section].elements if section in root.items else ()


def _is_list(node: Node | None) -> bool:
    """Whether a section is as it should be, or empty; one that is something else has been noted."""
    return node is None or node.value is None or isinstance(node.value, list)


def _codes(node: Node | None) -> dict[str, int]:
    """Codes as they were written, and the line of the first entry that has each."""
    codes: dict[str, int] = {}
    for element in node.elements if node else ():
        code = element.items.get("code")
        if code and isinstance(code.value, str):
            codes.setdefault(code.value, element.line)
    return codes


def _entries(section: str, root: Node, findings: Findings) -> dict[str, Part]:
    """The sound elements of a list, by code."""
    node = root.items.get(section)
    if node is not None and not _is_list(node):
        findings.wrong(root.key_lines[section], section, _("must be a list"), "- code: ...")
    entries: dict[str, Part] = {}
    first: dict[str, int] = {}
    for position, element in enumerate(_elements(root, section)):
        entry = fill(ENTRIES[section], element, (section, position), findings)
        code = element.items.get("code")
        if code is None or not isinstance(code.value, str):
            continue
        if code.value in first:
            what = _("{code} is taken; it is first used in line {line}").format(
                code=echo(code.value), line=first[code.value]
            )
            findings.wrong(code.line, dotted((section, position, "code")), what)
        elif entry is not None:
            entries[code.value] = entry
        first.setdefault(code.value, code.line)
    return entries


def _references(root: Node, codes: Mapping[str, Mapping[str, int]], findings: Findings) -> None:
    """A village names a feed, an uplink and a contractor that exist."""
    guesses = {section: Guess(known) for section, known in codes.items()}
    missing = {
        "feed": _("there is no feed {code}"),
        "uplink": _("there is no uplink {code}"),
        "contractor": _("there is no contractor {code}"),
    }
    known = {key for key in missing if _is_list(root.items.get(f"{key}s"))}
    for position, element in enumerate(_elements(root, "villages")):
        for key in known:
            node = element.items.get(key)
            if node is None or not isinstance(node.value, str) or node.value in codes[f"{key}s"]:
                continue
            sentence = missing[key]
            where = dotted(("villages", position, key))
            findings.wrong(node.line, where, sentence.format(code=echo(node.value)), guesses[f"{key}s"](node.value))

"""Reads one cell of the ledger: text as people type it -> a value, or a refusal in plain words. Knows no row."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache

from skywatch.config.mistakes import Guess, echo, holds_secret
from skywatch.config.national import (
    DIRECTION_WORDS,
    DIRECTIONS,
    LIGHT_WORDS,
    OTHER_TYPES,
    PTZ_TYPES,
    PTZ_WORDS,
    RESOLUTIONS,
    fault_of_code,
)
from skywatch.config.settings import is_host
from skywatch.i18n import _
from skywatch.inventory import Light, Transport

MAX_TEXT = 200
_BLANKS = re.compile(r"[\s\u200b-\u200d\ufeff]+")
_NUMBERED = re.compile(r"([0-9]{1,2})(?:\.0)?(?:[-–—.:、\s]+.*)?\Z")
_YES = frozenset({"是", "启用", "有", "对", "y", "yes", "true", "1", "on", "√", "✓"})
_NO = frozenset({"否", "停用", "禁用", "无", "n", "no", "false", "0", "off", "×", "x"})
_SIZES: Mapping[str, tuple[int, int]] = {
    "qcif": (176, 144), "cif": (352, 288), "4cif": (704, 576), "d1": (704, 576), "vga": (640, 480),
    "720p": (1280, 720), "960p": (1280, 960), "1080p": (1920, 1080), "1080i": (1920, 1080), "1440p": (2560, 1440),
    "2160p": (3840, 2160), "4k": (3840, 2160), "100万": (1280, 720), "130万": (1280, 960), "200万": (1920, 1080),
    "300万": (2048, 1536), "400万": (2560, 1440), "500万": (2592, 1944), "800万": (3840, 2160),
}  # fmt: skip
"""What the trade calls a resolution -> pixels (width, height)."""


class Refused(Exception):
    """The cell can't be understood: what is wrong, what may have been meant."""

    def __init__(self, what: str, meant: str = "") -> None:
        super().__init__(what)
        self.what, self.meant = what, meant


def narrow(text: str) -> str:
    """Full-width letters and digits (８０８０) as the usual ones, and no blanks inside."""
    if text.isascii() and not text.count(" "):
        return text
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))


def words(text: str) -> str:
    """Free text on one line."""
    if len(text) > MAX_TEXT:
        raise Refused(_("is longer than {limit} characters").format(limit=MAX_TEXT))
    text = " ".join(text.split())
    if not text.isprintable():
        raise Refused(_("holds characters that cannot be printed"))
    return text


def code(text: str) -> str:
    digits = narrow(text).replace("'", "")  # Excel's way of saying "this is text" survives some exports
    fault = fault_of_code(digits)
    if fault is None:
        return digits
    what, values = fault
    sentence = _("{what}: {code}").format(what=_(what).format(**values), code=echo(text))
    if digits[:1].isdigit() and "e" in digits.lower():
        raise Refused(sentence, _("format the column as text, then enter the codes again"))
    kind = OTHER_TYPES.get(digits[10:13]) if len(digits) == 20 else None
    raise Refused(sentence, _("that is {thing}").format(thing=_(kind)) if kind else "")


def host(text: str) -> str:
    name = narrow(text)
    if is_host(name):
        return name
    example = _("an address such as 10.1.2.3, or a name")
    if re.fullmatch(r"[^:/@]+:[0-9]+", name):
        example = _("the port has a column of its own")
    raise Refused(_("{value} is no address and no host name").format(value=echo(text)), example)


def port(text: str) -> int:
    number = narrow(text).removesuffix(".0")
    if number.isascii() and number.isdigit() and len(number) <= 5 and 1 <= int(number) <= 65535:
        return int(number)
    raise Refused(_("{value} is no port").format(value=echo(text)), _("a number from 1 to 65535"))


def port_or_none(text: str) -> int | None:
    return None if narrow(text).casefold() in {"无", "没有", "none", "no", "-", "/"} else port(text)


def path(text: str) -> str:
    where = narrow(text)
    if "://" in where:
        raise Refused(_("is a whole address; only the path belongs here"), _("such as /Streaming/Channels/101"))
    if holds_secret(where):
        raise Refused(_("holds a password"), _("give credentials by name; cameras take them by Digest too"))
    if len(where) > MAX_TEXT * 2 or not where.isprintable():
        raise Refused(_("{value} is no path").format(value=echo(text)), _("such as /Streaming/Channels/101"))
    return where if where.startswith("/") else "/" + where


@lru_cache(256)
def resolution(text: str) -> tuple[int, int]:
    """(width, height): `1920x1080`, `1080p`, `200万`, or the catalogue's numbers (`6`, `6/4/2`: the largest counts)."""
    said = narrow(text).casefold().removesuffix("像素")
    if match := re.fullmatch(r"([0-9]{2,5})[x*×]([0-9]{2,5})", said):
        return int(match[1]), int(match[2])
    if said in _SIZES:
        return _SIZES[said]
    if re.fullmatch(r"[1-6](/[1-6])*", said):
        return max((RESOLUTIONS[int(number)] for number in said.split("/")), key=lambda size: size[0] * size[1])
    raise Refused(_("{value} is no resolution").format(value=echo(text)), _("such as 1920x1080, 1080p or 200万"))


def yes(text: str) -> bool:
    said = narrow(text).casefold()
    if said in _YES or said in _NO:
        return said in _YES
    raise Refused(_("{value} is neither yes nor no").format(value=echo(text)), _("write 是 or 否"))


def transport(text: str) -> Transport:
    said = narrow(text).casefold()
    if said in ("自动", *Transport):
        return Transport.AUTO if said == "自动" else Transport(said)
    raise Refused(_("{value} is no transport").format(value=echo(text)), _("possible are auto, tcp, udp"))


def light(text: str) -> Light:
    """A number of the catalogue, a word, or both (`2-红外补光`). It decides how a dark picture is judged: no guess."""
    said = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    if said in LIGHT_WORDS:
        return LIGHT_WORDS[said]
    if (match := _NUMBERED.match(said)) and int(match[1]) in {item.value for item in Light}:
        return Light(int(match[1]))
    guess = Guess(LIGHT_WORDS)(said)
    what = _("{value} is no supplementary light").format(value=echo(text))
    raise Refused(what, guess or _("1 none, 2 infrared, 3 white, 4 laser"))


def _catalogue(names: Mapping[int, str], known: Mapping[str, int]) -> Callable[[str], str]:
    """A reader of an attribute that is for information only: numbers of the catalogue and known words become the
    catalogue's (English) name, any other words stay as they are."""

    def read(text: str) -> str:
        said = unicodedata.normalize("NFKC", text).casefold()
        for word in (said, said.removeprefix("朝").removeprefix("向").removesuffix("向")):
            if word in known:
                return names[known[word]]
        if match := _NUMBERED.match(said):
            if int(match[1]) in names:
                return names[int(match[1])]
            raise Refused(
                _("{value} is not in the catalogue").format(value=echo(text)),
                _("a number from 1 to {last}").format(last=max(names)),
            )
        return words(text)

    return lru_cache(256)(read)


ptz_type = _catalogue(PTZ_TYPES, PTZ_WORDS)
direction = _catalogue(DIRECTIONS, DIRECTION_WORDS)


def _degrees(limit: int) -> Callable[[str], float]:
    def read(text: str) -> float:
        number = narrow(text).rstrip("°EeNn")
        if not re.fullmatch(r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?", number):
            raise Refused(_("{value} is no number of degrees").format(value=echo(text)), _("such as 118.12345"))
        if abs(float(number)) > limit:
            swapped = _("are longitude and latitude swapped?") if abs(float(number)) <= 180 else ""
            raise Refused(_("{value} is more than {limit} degrees").format(value=echo(text), limit=limit), swapped)
        return float(number)

    return read


longitude = _degrees(180)
latitude = _degrees(90)

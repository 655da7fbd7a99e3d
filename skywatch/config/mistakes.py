"""What is wrong with a configuration, in words that say where and what was meant. No secret may enter it."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from skywatch.i18n import _

_SECRET_KEY = re.compile(r"passw|passphrase|secret|token|pwd|密码|口令|密钥", re.IGNORECASE)
_SECRET_TEXT = re.compile(r"://[^/\s]*@|passw|pwd|secret|token", re.IGNORECASE)
_LONGEST_ECHO = 60
_LONGEST_KEY = 200
_MOST_GUESSES = 500  # a ledger of the wrong township has ten thousand strange words; guessing takes a millisecond each


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong.

    `file` as the user named it; `line` counts from 1, 0 where there is none; `key` is the path of a YAML key
    (`villages[3].feed`) or the column of a ledger; `what` is wrong; `meant` is a guess or an example, or "".
    """

    file: str
    line: int
    key: str
    what: str
    meant: str = ""

    @property
    def where(self) -> str:
        """`line 12, villages[3].feed`, or what of it there is."""
        line = _("line {number}").format(number=self.line) if self.line else ""
        return ", ".join(part for part in (line, self.key) if part)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        key = f" {self.key}:" if self.key else ""
        meant = _(" ({meant})").format(meant=self.meant) if self.meant else ""
        return f"{place}:{key} {self.what}{meant}"


class ConfigError(Exception):
    """The configuration can't be used; `mistakes` has every reason, in the order of the files."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__(self.mistakes)

    def __str__(self) -> str:
        return "\n".join(map(str, self.mistakes))


@dataclass(slots=True)
class Findings:
    """What reading one file brought to light: mistakes, which end the start, and warnings, which don't."""

    file: str
    mistakes: list[Mistake] = field(default_factory=list)
    warnings: list[Mistake] = field(default_factory=list)

    def wrong(self, line: int, key: str, what: str, meant: str = "") -> None:
        self.mistakes.append(Mistake(self.file, line, _tidy(key), what, meant))

    def odd(self, line: int, key: str, what: str, meant: str = "") -> None:
        self.warnings.append(Mistake(self.file, line, _tidy(key), what, meant))


def _tidy(key: str) -> str:
    """A key or header on one line, cut short and without what a terminal might obey."""
    text = " ".join(key.split())
    return "".join(sign if sign.isprintable() else "?" for sign in text[:_LONGEST_KEY])


class Guess:
    """What somebody may have meant by a word that is not among `known`. Remembers: a mistake tends to be repeated."""

    def __init__(self, known: Iterable[str], few: int = 8) -> None:
        self._known = {word.casefold(): word for word in known}
        self._said: dict[str, str] = {}
        self._few = few

    def __call__(self, word: str) -> str:
        """`did you mean 'hostname'?`; when nothing comes near, all that is possible if that is `few` words, or ""."""
        folded = word.casefold()[:_LONGEST_ECHO]
        if folded not in self._said:
            if len(self._said) >= _MOST_GUESSES:
                return ""
            near = difflib.get_close_matches(folded, self._known, n=1, cutoff=0.6)
            self._said[folded] = did_you_mean(self._known[near[0]]) if near else self._all()
        return self._said[folded]

    def _all(self) -> str:
        if not 0 < len(self._known) <= self._few:
            return ""
        return _("possible are {known}").format(known=", ".join(self._known.values()))


def did_you_mean(word: str) -> str:
    return _("did you mean {word}?").format(word=repr(word))


def is_secret(key: str) -> bool:
    """Whether what stands under `key` must not be shown."""
    return bool(_SECRET_KEY.search(key))


def holds_secret(text: str) -> bool:
    """Whether `text` itself may hold a password: an address with a user name, a query with a password."""
    return bool(_SECRET_TEXT.search(text))


def echo(value: object, key: str = "") -> str:
    """`value` as a mistake may quote it: short, on one line, and hidden where it may be a secret."""
    text = str(value)
    if is_secret(key) or holds_secret(text):
        return _("(hidden)")
    return repr(text if len(text) <= _LONGEST_ECHO else text[: _LONGEST_ECHO - 1] + "…")

"""Chinese and English for every text that a person sees.

`_("text")` translates when it is called; `N_("text")` only marks a text that a table holds, to be translated where
it is shown. Put values in after translating: `_("{count} cameras").format(count=3)`. Log lines and quoted evidence
(what a camera answered) stay English.
"""

import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")
_LOCALES = {"zh": "zh_CN"}
_FOLDER = Path(__file__).parent / "locale"


def preferred(environment: dict[str, str] | None = None) -> str:
    """The language that the environment asks for; `SKYWATCH_LANG` goes before the usual variables."""
    variables = os.environ if environment is None else environment
    for name in ("SKYWATCH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := variables.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


_language: ContextVar[str] = ContextVar("language")
_default = preferred()
_asked = bool(os.environ.get("SKYWATCH_LANG"))


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language not in _LOCALES:
        return gettext.NullTranslations()
    return gettext.translation("skywatch", _FOLDER, [_LOCALES[language]], fallback=True)


def language() -> str:
    """The language that texts are given in here and now."""
    return _language.get(_default)


def use(wanted: str) -> None:
    """Speak `wanted` (`zh` or `en`) from now on: somebody asked for it."""
    global _default, _asked
    _default, _asked = wanted, True


def suggest(wanted: str) -> None:
    """Speak `wanted` from now on, unless somebody asked for a language, by `use` or by `SKYWATCH_LANG`."""
    global _default  # noqa: PLW0603 - a process has one default language
    if not _asked:
        _default = wanted


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Speak `wanted` inside the block: one request, one report."""
    token = _language.set(wanted)
    try:
        yield
    finally:
        _language.reset(token)


def _(text: str) -> str:
    return _catalogue(language()).gettext(text)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name
    return text

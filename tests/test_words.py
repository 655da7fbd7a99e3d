"""Words: every finding is in the glossary, every text that a person sees is in Chinese too."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from skywatch.findings import GLOSSARY
from skywatch.picture.errors import PictureError
from skywatch.probes import PROBES
from skywatch.protocols.errors import ProtocolError
from tests.real import ROOT

PACKAGE = ROOT / "skywatch"


def codes_of(error: type[Exception]) -> Iterator[str]:
    """The codes of an exception tree, without its abstract root."""
    for kind in error.__subclasses__():
        yield kind.code  # type: ignore[attr-defined]
        yield from codes_of(kind)


def literal_codes() -> Iterator[str]:
    """Every code that is written out where a finding is made."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Finding"
                and node.args
            ):
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value


def test_every_finding_has_words_in_the_glossary() -> None:
    promised = {code for probe in PROBES.values() for code in probe.findings}
    made = {*codes_of(ProtocolError), *codes_of(PictureError), *literal_codes()}
    assert promised - GLOSSARY.keys() == set()
    assert made - GLOSSARY.keys() == set()


def test_every_word_of_the_glossary_is_said_by_somebody() -> None:
    promised = {code for probe in PROBES.values() for code in probe.findings}
    assert GLOSSARY.keys() - promised - {*codes_of(ProtocolError), *codes_of(PictureError), *literal_codes()} == set()


# --- two languages

LOCALE = PACKAGE / "locale" / "zh_CN" / "LC_MESSAGES"
FIELD = re.compile(r"\{(\w*)[^{}]*\}")


@cache
def texts() -> dict[str, str]:
    """Every text that a person sees: text -> where it stands."""
    found = extract_from_dir(PACKAGE, [("**.py", "python")], keywords={"_": None, "N_": None})
    return {text: f"{file}:{line}" for file, line, text, _, _ in found if isinstance(text, str) and text}


@cache
def catalogue() -> Catalog:
    with (LOCALE / "skywatch.po").open("rb") as file:
        return read_po(file, locale="zh_CN")


def chinese() -> dict[str, str]:
    return {str(message.id): str(message.string) for message in catalogue() if message.id}


def test_every_text_has_its_chinese() -> None:
    known = chinese()
    assert {text: place for text, place in texts().items() if not known.get(text)} == {}


def test_no_translation_has_outlived_its_text() -> None:
    assert chinese().keys() - texts().keys() == set()


def test_translations_fill_in_the_same_values() -> None:
    wrong = {
        text: told for text, told in chinese().items() if told and set(FIELD.findall(text)) != set(FIELD.findall(told))
    }
    assert wrong == {}


def test_the_compiled_catalogue_is_the_written_one() -> None:
    with (LOCALE / "skywatch.mo").open("rb") as file:
        compiled = {str(message.id): str(message.string) for message in read_mo(file) if message.id}
    assert compiled == {text: told for text, told in chinese().items() if told}

"""Two languages: which one is spoken when, that the Chinese is Chinese, and that help and complaints speak it too."""

import os
import re
import subprocess
import sys
from collections import Counter

import pytest
from babel.messages.pofile import read_po

from skywatch import i18n
from skywatch.findings import GLOSSARY, say
from skywatch.i18n import _
from skywatch.probes import PROBES
from skywatch.terminal.help import complaint
from skywatch.terminal.labels import LABELS, figure, label, value
from tests.real import ROOT

CATALOGUE = ROOT / "skywatch" / "locale" / "zh_CN" / "LC_MESSAGES" / "skywatch.po"
FIELD = re.compile(r"\{[^{}]*\}")
HAN = "\u4e00-\u9fff"

NOT_TRANSLATED: set[str] = set()
"""Texts that are the same in both languages."""


def chinese() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file, locale="zh_CN") if each.id}


# --- which language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "SKYWATCH_LANG": "en"}, "en"),
        ({"LC_ALL": "en_US.UTF-8", "SKYWATCH_LANG": "zh"}, "zh"),
        ({"SKYWATCH_LANG": "", "LANG": "zh_TW"}, "zh"),
    ],
)
def test_the_environment_names_the_language(environment: dict[str, str], language: str) -> None:
    assert i18n.preferred(environment) == language


def test_a_request_speaks_its_own_language_and_then_no_more() -> None:
    before = i18n.language()
    with i18n.speaking("zh"):
        assert say("refused") == "拒绝连接"
        with i18n.speaking("en"):
            assert say("refused") == "connection refused"
        assert say("refused") == "拒绝连接"
    assert i18n.language() == before


def test_a_text_that_is_in_no_catalogue_stands_for_itself() -> None:
    with i18n.speaking("zh"):
        assert _("no such text in any catalogue") == "no such text in any catalogue"
        assert say("no_such_code") == "no_such_code"


# --- the Chinese is Chinese


def test_every_translation_says_it_in_chinese() -> None:
    same = {text for text, told in chinese().items() if not re.search(f"[{HAN}]|[：，。、（）？]", told)}
    assert same == NOT_TRANSLATED


def test_a_translation_fills_in_each_value_as_often_and_in_the_same_format() -> None:
    wrong = {
        text: told for text, told in chinese().items() if Counter(FIELD.findall(text)) != Counter(FIELD.findall(told))
    }
    assert wrong == {}


def test_chinese_is_punctuated_in_chinese() -> None:
    """Full-width marks beside Chinese characters; ASCII ones only within `键: 值`, codes and addresses."""
    half = re.compile(f"[{HAN}][,;?!()]|[,;?!()][{HAN}]|[{HAN}]\\.(?!\\.)|[{HAN}]:(?! 值|端口)")
    assert {told for told in chinese().values() if half.search(told)} == set()


def test_chinese_and_latin_words_are_set_apart_by_a_blank() -> None:
    """As the guides do it; names of columns and of resolutions (`IP地址`, `200万`) are spelt as in the ledger."""
    spelt = re.compile("ONVIF端口|RTSP端口|200万|60秒|5分钟|24小时|1天")
    close = re.compile(f"[{HAN}][A-Za-z0-9]|[A-Za-z0-9][{HAN}]")
    assert {told for told in chinese().values() if close.search(spelt.sub("", told))} == set()


@pytest.mark.parametrize("code", sorted(GLOSSARY))
def test_every_finding_is_short_enough_for_a_text_message(code: str) -> None:
    with i18n.speaking("zh"):
        assert len(say(code)) <= 14


# --- what is measured


def test_every_fact_and_number_has_a_label() -> None:
    measured = {name for probe in PROBES.values() for name in (*probe.facts, *probe.numbers) if not name.endswith("*")}
    assert measured - LABELS.keys() == set()


def test_codes_of_ours_are_said_in_words_and_a_camera_is_quoted() -> None:
    with i18n.speaking("zh"):
        assert label("clock_offset") == "时钟偏差（秒）"
        assert value("regime", "night_infrared") == "夜间，红外补光"
        assert value("unjudged_blur", "too_small") == "画面太小"
        assert value("server", "night_infrared") == "night_infrared"


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.0, "0"), (0.4426, "0.4426"), (25.0, "25"), (-10800.4, "-10800"), (424100.0, "424100"), (2.961e-5, "0.00003")],
)
def test_figures_have_no_exponent(number: float, text: str) -> None:
    assert figure(number) == text


# --- the command line


def skywatch(*words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SKYWATCH_LANG": language, "COLUMNS": "200", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "skywatch", *words]
    return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=60)


@pytest.mark.parametrize("words", [("--lang", "zh", "--help"), ("--lang", "zh", "probe", "--help")])
def test_help_speaks_the_language_that_is_asked_for(words: tuple[str, ...]) -> None:
    told = skywatch(*words).stdout
    assert "用法：skywatch" in told
    assert "选项" in told
    assert not set(re.findall(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,} [a-z]{2,}", told)), "English sentences"


def test_help_follows_the_environment_and_lang_goes_before_it() -> None:
    assert "用法：skywatch score" in skywatch("score", "--help", language="zh").stdout
    assert "Usage: skywatch score" in skywatch("--lang", "en", "score", "--help", language="zh").stdout


def test_a_mistyped_command_is_named_in_chinese() -> None:
    done = skywatch("chekc", language="zh")
    assert done.returncode == 2
    assert "没有命令 chekc（是不是 check？）" in done.stderr


def test_a_language_that_is_not_spoken_is_refused() -> None:
    done = skywatch("--lang", "fr", "version")
    assert (done.returncode, done.stderr) == (2, "--lang takes zh or en\n")


@pytest.mark.parametrize(
    ("english", "ours"),
    [
        ("No such command 'nix'.", "没有命令 nix"),
        ("No such command 'chekc'. Did you mean 'check'?", "没有命令 chekc（是不是 check？）"),
        ("No such option: --nope", "没有选项 --nope"),
        ("No such option: --jso (Possible options: --json)", "没有选项 --jso"),
        ("Missing argument 'FILE...'.", "缺少 FILE..."),
        ("Option '--seconds' requires an argument.", "--seconds 后面要有值"),
        ("Option '--verbose' does not take a value.", "--verbose 后面不带值"),
        ("Got unexpected extra argument(s) (b c)", "多余的参数：b c"),
        ("Invalid value for '--seconds': Input should be a valid number,\nunable to parse", "--seconds 后面应为数字"),
        ("Invalid value for '--config': whatever", "--config 的值不对"),
        ("something that typer never said before", "something that typer never said before"),
    ],
)
def test_complaints_of_typer_in_chinese(english: str, ours: str) -> None:
    with i18n.speaking("zh"):
        assert complaint(english) == ours


def test_the_glossary_of_the_documents_has_every_finding_in_both_languages() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (.*) \| (.*) \|$", (ROOT / "docs/reference/glossary.md").read_text("utf-8"), re.M
    )
    shown = {}
    for code in GLOSSARY:
        with i18n.speaking("en"):
            english = say(code)
        with i18n.speaking("zh"):
            shown[code] = (english, say(code))
    assert {code: (english, told) for code, english, told in rows} == shown


def test_the_chinese_guide_calls_every_finding_as_the_program_does() -> None:
    """A technician searches it for what the board and the alerts say, and they say no codes."""
    page = (ROOT / "docs" / "guide" / "troubleshooting.zh.md").read_text(encoding="utf-8")
    called = dict(re.findall(r"^### `(\w+)`\n\n\*\*(.*?)。\*\*", page, re.MULTILINE))
    with i18n.speaking("zh"):
        assert {code: called.get(code) for code in GLOSSARY} == {code: say(code) for code in GLOSSARY}


def test_a_configured_language_gives_way_to_one_that_was_asked_for() -> None:
    program = "from skywatch import i18n; i18n.suggest('zh'); print(i18n.language())"
    for asked, spoken in (("en", "en"), ("", "zh")):
        environment = {**os.environ, "SKYWATCH_LANG": asked, "LC_ALL": "C"}
        said = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        assert said.stdout.strip() == spoken

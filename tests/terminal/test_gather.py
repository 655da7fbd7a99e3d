"""Options that take all that follows, and `skywatch score` as it is typed."""

import json
from pathlib import Path

import cv2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from skywatch.cli import app
from skywatch.terminal.gather import gathered
from tests.picture.drawn import defocused, town

OTHERS = ("--regime", "--explain", "--config", "-c")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pic --baseline a b", "pic --baseline a --baseline b"),
        ("--baseline a pic", "--baseline a pic"),
        ("--baseline a --baseline b pic", "--baseline a --baseline b pic"),
        ("--baseline a pic --json", "--baseline a pic --json"),
        ("pic --baseline a b --json", "pic --baseline a --baseline b --json"),
        ("pic --baseline a b --regime dusk", "pic --baseline a --baseline b --regime dusk"),
        ("--regime dusk --baseline a pic", "--regime dusk --baseline a pic"),
        ("pic --baseline a --explain o.png", "pic --baseline a --explain o.png"),
        ("pic --baseline=a other", "pic --baseline=a other"),
        ("one two --baseline a b c", "one two --baseline a --baseline b --baseline c"),
        ("pic --baseline a -- b", "pic --baseline a -- b"),
        ("pic --baseline", "pic --baseline"),
        ("pic --regime", "pic --regime"),
    ],
)
def test_what_belongs_to_the_baseline(typed: str, meant: str) -> None:
    assert " ".join(gathered(typed.split(), "--baseline", OTHERS)) == meant


@given(st.lists(st.sampled_from(["a", "b", "--json", "--baseline", "--regime", "--"]), max_size=8))
def test_nothing_that_was_typed_is_lost_or_reordered(typed: list[str]) -> None:
    meant = gathered(typed, "--baseline", OTHERS)
    assert [word for word in meant if word != "--baseline"] == [word for word in typed if word != "--baseline"]


def run(*typed: object) -> "tuple[int, str]":
    done = CliRunner().invoke(app, ["--lang", "en", "score", *map(str, typed)])
    return done.exit_code, done.output


@pytest.fixture
def street(tmp_path: Path) -> Path:
    for name, picture in (
        ("well.png", town(1, 640, 360)),
        ("before.png", town(1, 640, 360)),
        ("soft.png", defocused(town(1, 640, 360), 0.0125)),
    ):
        (tmp_path / name).write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    return tmp_path


def test_both_spellings_mean_the_same(street: Path) -> None:
    first = run(street / "well.png", "--baseline", street / "before.png", "--json")
    second = run("--baseline", street / "before.png", street / "well.png", "--json")
    (told,), (again,) = json.loads(first[1]), json.loads(second[1])
    for each in (told, again):
        each.pop("features")  # sums of floats, in the order in which threads come by
    assert told == again
    assert told["baseline"]["used"] == [str(street / "before.png")]
    assert told["verdict"] == "pass"


def test_exit_codes_say_how_it_went(street: Path) -> None:
    assert run(street / "well.png")[0] == 0
    assert run(street / "soft.png", street / "well.png")[0] == 1
    assert run(street)[0] == 1
    assert run(street / "none.png", street / "soft.png")[0] == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["nobody"], "nobody: no such file, and no such camera in the ledger"),
        (["{street}/well.png", "--regime", "noon"], "--regime takes one of day_colour"),
        (["{street}/well.png", "--baseline", "{street}/none.png"], "no baseline that could be used"),
        (["{street}/empty"], "no pictures in"),
    ],
)
def test_what_cannot_be_meant_is_said_at_once(street: Path, typed: list[str], said: str) -> None:
    (street / "empty").mkdir()
    (street / "skywatch.yaml").write_text("", encoding="utf-8")
    code, output = run(*(word.replace("{street}", str(street)) for word in typed))
    assert code == 2
    assert said in " ".join(output.split())


def test_the_evidence_of_several_pictures_goes_into_a_folder(street: Path) -> None:
    run(street / "well.png", "--explain", street / "one.png")
    assert (street / "one.png").read_bytes().startswith(b"\x89PNG")
    run(street / "well.png", street / "soft.png", "--explain", street / "all")
    assert sorted(path.name for path in (street / "all").iterdir()) == ["soft.png", "well.png"]


def test_a_table_says_in_words_what_is_wrong_and_how_badly(street: Path) -> None:
    _, output = run(street / "soft.png")
    words = " ".join(output.split())
    assert "severity" in words
    assert "not judged without --baseline" in words

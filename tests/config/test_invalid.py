"""One mistake in each file of invalid/; its first line says what must be said of it."""

from pathlib import Path

import pytest

from skywatch.config import ConfigError, load
from tests.config.town import PROBES

FOLDER = Path(__file__).parent / "invalid"
YAML = sorted(FOLDER.glob("invalid-*.yml"))
LEDGERS = sorted(FOLDER.glob("invalid-*.csv"))


def said_of(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path, PROBES, {}, {})
    return [str(mistake) for mistake in caught.value.mistakes]


def expected(path: Path) -> str:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    return first.removeprefix("# ").strip('"')


def test_there_are_enough_of_them() -> None:
    assert len(YAML) > 30
    assert len(LEDGERS) > 15


def test_the_file_that_the_others_spoil_is_sound() -> None:
    assert len(load(FOLDER / "good.yml", PROBES, {}, {}).inventory.cameras) == 1


@pytest.mark.parametrize("path", YAML, ids=lambda path: path.stem)
def test_a_yaml_file_with_one_mistake_gets_exactly_the_line_it_asks_for(path: Path) -> None:
    assert [line.replace(f"{FOLDER}/", "") for line in said_of(path)] == [expected(path)]


@pytest.mark.parametrize("path", LEDGERS, ids=lambda path: path.stem)
def test_a_ledger_with_one_mistake_gets_exactly_the_line_it_asks_for(tmp_path: Path, path: Path) -> None:
    yaml = (FOLDER / "good.yml").read_text(encoding="utf-8")
    (tmp_path / "secret").write_bytes((FOLDER / "secret").read_bytes())
    (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "skywatch.yml").write_text(yaml.replace("good.csv", path.name), encoding="utf-8")
    said = said_of(tmp_path / "skywatch.yml")
    assert [line.replace(f"{tmp_path}/", "") for line in said] == [expected(path)]

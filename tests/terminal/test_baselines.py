"""`skywatch baseline`: who waits for a person, and the person's word."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from skywatch.cli.common import app
from skywatch.config import Config
from skywatch.i18n import speaking
from skywatch.picture.baseline import DAY, HOUR, Baseline, Look, accept, freeze, learn, propose
from skywatch.picture.compare import taken
from skywatch.picture.measure import Canvas
from skywatch.picture.reference import Reference
from skywatch.probes import Baselines
from skywatch.store import Baselines as Files
from skywatch.terminal import Failure
from skywatch.terminal.baselines import STATES, accept_all, export, reset_all, rows, show, tell, to_json
from tests.picture.drawn import town
from tests.picture.healthy import planes_of
from tests.township import CONFIG, township

CODES = [code for code, camera in township().inventory.cameras.items() if camera.enabled][:6]
FIRST, SECOND, THIRD, FOURTH, FIFTH, LAST = CODES
LIGHT, BEGIN = "day_colour", 1_780_000_000.0
PICTURE = taken(Canvas(planes_of(town(3, 640, 360))))


def look(at: float, reference: Reference = PICTURE) -> Look:
    return Look(at, {"sharpness.steepness": 0.5}, reference)


def begun(code: str, light: str = LIGHT) -> Baseline:
    return Baseline(code, light, BEGIN)


def waiting(code: str, light: str = LIGHT) -> Baseline:
    return learn(begun(code, light), look(BEGIN))


def accepted(code: str) -> Baseline:
    return accept(waiting(code), "Wang", BEGIN)


def trusted(code: str) -> Baseline:
    baseline = accepted(code)
    for hour in range(1, 30):
        baseline = learn(baseline, look(BEGIN + hour * HOUR))
    return baseline


def changed(code: str) -> Baseline:
    return propose(freeze(accepted(code), {"moved"}), look(BEGIN + DAY))


@pytest.fixture
def config(tmp_path: Path) -> Config:
    known = township(CODES)
    return replace(known, settings=known.settings.model_copy(update={"state_dir": tmp_path / "state"}))


def keep(config: Config, *baselines: Baseline) -> None:
    kept = Baselines(Files(config.settings.state_dir / "baselines"))
    for each in baselines:
        kept.change(each.camera, each.regime, lambda _before, each=each: each)  # type: ignore[misc]


def find(config: Config, code: str, light: str = LIGHT) -> Baseline:
    found = Baselines(Files(config.settings.state_dir / "baselines")).find(code, light)
    assert found is not None
    return found


def states(config: Config, every: bool = False) -> dict[str, str]:
    return {row.camera.code: row.state for row in rows(config, every)}


def test_listed_are_those_that_a_person_has_to_do_something_about(config: Config) -> None:
    unhealthy = freeze(begun(SECOND), {"blur"})
    keep(config, waiting(FIRST), unhealthy, changed(THIRD), trusted(FOURTH), freeze(accepted(FIFTH), {"dark"}))
    needed = {FIRST: "waiting", SECOND: "unhealthy", THIRD: "changed", LAST: "unseen"}
    assert states(config) == needed
    assert states(config, every=True) == needed | {FOURTH: "trusted", FIFTH: "frozen"}
    keep(config, accepted(LAST))
    assert states(config, every=True)[LAST] == "learning"
    assert {*states(config, every=True).values(), "unseen"} == set(STATES)


def test_each_light_of_a_camera_waits_for_itself(config: Config) -> None:
    keep(config, accepted(FIRST), waiting(FIRST, "night_infrared"), waiting(FIRST, "dusk"))
    found = [row.baseline.regime for row in rows(config) if row.camera.code == FIRST and row.baseline]
    assert found == ["dusk", "night_infrared"]


def test_the_list_says_since_when_and_what_is_wrong(config: Config) -> None:
    keep(config, freeze(begun(FIRST), {"blur"}), *map(trusted, CODES[1:]))
    console = Console(width=200, record=True)
    with console.capture() as shown:
        show(rows(config), console)
    assert "no healthy look yet (picture blurred)" in shown.get()
    with speaking("en"), console.capture() as shown:
        show([], console)
    assert shown.get() == "Nothing waits for a person.\n"


def test_pictures_are_exported_for_a_person_to_see(config: Config, tmp_path: Path) -> None:
    keep(config, waiting(FIRST), freeze(begun(SECOND), {"blur"}), changed(THIRD))
    found = {row.camera.code: row for row in export(rows(config), tmp_path / "out" / "pictures")}
    assert found[SECOND].picture is None
    path = found[FIRST].picture
    assert path is not None
    picture = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    original = cv2.resize(town(3, 640, 360), (picture.shape[1], picture.shape[0]), interpolation=cv2.INTER_AREA)
    assert float(np.abs(picture.astype(float) - original).mean()) < 12
    assert to_json([found[FIRST]])[0]["picture"] == str(path)


def test_a_reference_that_cannot_be_read_is_exported_as_it_is(config: Config, tmp_path: Path) -> None:
    keep(config, learn(begun(FIRST), look(BEGIN, Reference(640, 360, b"no picture"))))
    (row, *_others) = export(rows(config), tmp_path / "pictures")
    assert row.picture is not None
    assert row.picture.read_bytes() == b"no picture"


@pytest.mark.parametrize("what", [FIRST, "all"])
def test_what_a_person_accepts_is_accepted(config: Config, what: str) -> None:
    keep(config, waiting(FIRST), waiting(FIRST, "dusk"))
    assert {light for _camera, light in accept_all(config, what, None, BEGIN)} == {LIGHT, "dusk"}
    assert find(config, FIRST).accepted
    assert find(config, FIRST, "dusk").accepted
    assert accept_all(config, what, None, BEGIN) == []


def test_one_light_alone_can_be_accepted(config: Config) -> None:
    keep(config, waiting(FIRST), waiting(FIRST, "dusk"))
    accept_all(config, FIRST, "dusk", BEGIN)
    assert not find(config, FIRST).accepted
    with pytest.raises(Failure, match="no such light"):
        accept_all(config, FIRST, "sunshine", BEGIN)


def test_a_changed_scene_is_accepted_by_the_same_word(config: Config) -> None:
    keep(config, changed(FIRST))
    accept_all(config, FIRST, None, BEGIN + DAY)
    assert (find(config, FIRST).version, find(config, FIRST).frozen) == (2, ())


def test_what_is_reset_must_be_accepted_again(config: Config) -> None:
    keep(config, trusted(FIRST), trusted(SECOND))
    assert len(reset_all(config, FIRST, None, BEGIN + DAY)) == 1
    assert find(config, FIRST) == Baseline(FIRST, LIGHT, BEGIN + DAY, version=2)
    assert find(config, SECOND).trusted


def test_a_state_folder_without_baselines_is_named(config: Config) -> None:
    with pytest.raises(Failure, match=str(config.settings.state_dir)):
        rows(config)


def test_what_was_done_is_told(config: Config) -> None:
    camera = config.inventory.cameras[FIRST]
    console = Console(width=120, record=True)
    with console.capture() as shown:
        tell([(camera, LIGHT)], "Accepted: {count}.", "nothing", console)
    assert [camera.code in line for line in shown.get().splitlines()] == [True, False]
    assert "Accepted: 1." in shown.get()


# --- as a program


def typed(tmp_path: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(
        app, ["--lang", "en", "baseline", *words, "--config", str(CONFIG)], env={"STATE_DIRECTORY": str(tmp_path)}
    )
    return done.exit_code, done.output


def test_list_accept_and_reset_as_they_are_typed(tmp_path: Path) -> None:
    kept = Baselines(Files(tmp_path / "baselines"))
    kept.change(FIRST, LIGHT, lambda _before: waiting(FIRST))
    code, listed = typed(tmp_path, "list", "--json")
    row = next(row for row in json.loads(listed) if row["camera"] == FIRST)
    assert (code, row["state"], row["regime"], row["since"]) == (0, "waiting", LIGHT, BEGIN)
    assert typed(tmp_path, "accept", FIRST, "--regime", LIGHT)[0] == 0
    assert typed(tmp_path, "accept", FIRST)[0] == 1
    assert typed(tmp_path, "accept", "nobody")[0] == 2
    assert typed(tmp_path, "reset", FIRST)[0] == 0
    assert typed(tmp_path / "elsewhere", "list")[0] == 2

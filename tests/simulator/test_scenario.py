"""Scenario files: what they mean, every mistake by its line, and those that are shipped."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from skywatch.i18n import speaking
from skywatch.inventory import Kind, Light
from skywatch.simulator import FAULTS, Scenario, ScenarioError, SimCamera, load_scenario
from skywatch.simulator.faults import Choice
from skywatch.simulator.scenario import FILTERS, Pick
from skywatch.simulator.scenario_file import read
from tests.simulator.town import ROOT, row, simulated

SHIPPED = sorted((ROOT / "config" / "scenarios").glob("*.yaml"))


def township() -> list[SimCamera]:
    """As many cameras as the shipped ledger has, of every sort."""
    rows = [
        row(
            number,
            village=("east", "west", "mill")[number % 3],
            onvif_port=None if number % 13 == 0 else 18080,
            light=Light(1 + number % 4),
            model=("x264", "x265", "mjpeg")[number % 3],
        )
        for number in range(260)
    ]
    return simulated(*rows)


def mistakes(text: str) -> list[str]:
    with speaking("en"), pytest.raises(ScenarioError) as told:
        read(text, "play.yaml")
    return list(told.value.mistakes)


def test_a_cue_has_its_times_its_target_and_the_defaults_of_its_fault() -> None:
    cue = read("cues: [{fault: slow, camera: [a, b], from: 5, to: 9.5, service: rtsp}]").cues[0]
    assert (cue.act.fault, cue.act.options) == ("slow", {"seconds": 20, "service": "rtsp"})
    assert (cue.what, cue.codes, cue.start, cue.end) == ("camera", ("a", "b"), 5.0, 9.5)


def test_a_pick_is_narrowed_by_words() -> None:
    cue = read("cues: [{fault: dark, pick: {count: 3, kind: hamlet, onvif: yes, brand: Dahua}}]").cues[0]
    assert cue.pick == Pick(3, "camera", {"kind": "hamlet", "onvif": "yes", "brand": "dahua"})
    assert (cue.start, cue.end) == (0.0, None)


def test_every_mistake_is_told_with_its_line() -> None:
    text = """\
cues:
  - {fault: blured, camera: a}
  - {fault: dark}
  - {fault: slow, seconds: -1, camera: a, form: 3}
  - {fault: covered, by: cat, village: x, from: 9, to: 9}
  - just words
  - {fault: dark, pick: {count: 0, kinds: hamlet}}
  - {camera: a}
seed: many
daylight: dusk
extra: 1
"""
    assert mistakes(text) == [
        "play.yaml: unknown key extra",
        "play.yaml:2: unknown fault blured (did you mean blurred?)",
        "play.yaml:3: one of camera, village, uplink, feed, pick must say whom it hits",
        "play.yaml:4: unknown key form (did you mean from?)",
        "play.yaml:4: seconds must be a number from 0.01 to 3600",
        "play.yaml:5: to must be after from",
        "play.yaml:5: by must be one of hand, bag, leaf",
        "play.yaml:6: a cue must be a mapping",
        "play.yaml:7: unknown key kinds (did you mean kind?)",
        "play.yaml:7: count must be a whole number of at least 1",
        "play.yaml:8: fault is missing",
        "play.yaml: seed must be a whole number of at least 0",
        "play.yaml: daylight must be one of day, night, auto",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "must be a mapping"),
        ("cues: 3", "cues must be a list"),
        ("cues: [", "is not YAML"),
        ("{seed: 2025-13-45}", "is not YAML"),
        ("cues: [{fault: dark, camera: {}}]", "must be a code or a list of codes"),
        ("cues: [{fault: dark, pick: 3}]", "pick must be a mapping"),
        ("cues: [{fault: dark, camera: a, village: b}]", "must say whom"),
        ("cues: [{fault: dark, camera: a, from: soon}]", "from must be a number"),
        ("cues: [{fault: dark, camera: a, from: .nan}]", "from must be a number"),
    ],
)
def test_one_mistake_is_told_as_one(text: str, told: str) -> None:
    assert [told in mistake for mistake in mistakes(text)] == [True]


def test_a_file_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"nothing\.yaml"):
        load_scenario(tmp_path / "nothing.yaml")


def test_codes_that_nobody_has_are_told_all_at_once() -> None:
    play = read(
        "cues: [{fault: dark, camera: [x, y]}, {fault: power_cut, village: north},"
        " {fault: uplink_cut, uplink: line-9}, {fault: power_cut, feed: f}, {fault: dark, pick: {count: 900}}]"
    )
    with speaking("en"), pytest.raises(ScenarioError) as told:
        play.cast(township())
    assert [re.sub(r"^.*?: ", "", mistake) for mistake in told.value.mistakes] == [
        "there is no camera x",
        "there is no camera y",
        "no camera is in a village north",
        "no camera is on an uplink line-9",
        "no camera is on a feed f",
        "asks for 900, only 260 are left to pick from",
    ]


def test_lots_fall_the_same_way_for_one_seed_and_otherwise_for_another() -> None:
    text = "{seed: %d, cues: [{fault: dark, pick: {count: 5}}]}"
    casts = [read(text % seed).cast(township())[0].cameras for seed in (1, 1, 2)]
    assert casts[0] == casts[1] != casts[2]


def test_lots_avoid_every_camera_that_another_cue_has() -> None:
    cameras = township()
    play = read(
        "cues: [{fault: dark, pick: {count: 40}}, {fault: blurred, pick: {count: 40}}, {fault: moved, village: east}]"
    )
    hit = [code for scene in play.cast(cameras) for code in scene.cameras]
    assert len(hit) == len(set(hit)) == 80 + sum(camera.village == "east" for camera in cameras)


@pytest.mark.parametrize(("what", "group"), [("village", "village"), ("uplink", "uplink"), ("feed", "feed")])
def test_a_lot_may_fall_on_a_whole_place_or_line(what: str, group: str) -> None:
    cameras = township()
    scene = read(f"cues: [{{fault: power_cut, pick: {{what: {what}}}}}]").cast(cameras)[0]
    hit = {getattr(camera, group) for camera in cameras if camera.code in scene.cameras}
    assert len(hit) == 1
    assert len(scene.cameras) == sum(getattr(camera, group) in hit for camera in cameras)


def test_a_pick_of_hamlets_takes_none_but_hamlets() -> None:
    cameras = {camera.code: camera for camera in township()}
    scene = read("cues: [{fault: dark, pick: {count: 9, kind: hamlet, light: infrared}}]").cast(list(cameras.values()))[
        0
    ]
    assert {(cameras[code].kind, cameras[code].light) for code in scene.cameras} == {(Kind.HAMLET, Light.INFRARED)}


def outcome(text: str) -> tuple[Scenario | None, tuple[str, ...]]:
    """What becomes of a file; anything but a scenario or its mistakes is raised."""
    try:
        return read(text), ()
    except ScenarioError as error:
        return None, error.mistakes


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
cues = st.fixed_dictionaries(
    {},
    optional={
        "fault": st.sampled_from(sorted(FAULTS)) | json,
        "from": st.floats(0, 100) | json,
        "to": st.floats(100, 200) | json,
        "camera": st.text(max_size=4) | json,
        "pick": st.fixed_dictionaries({}, optional={"count": st.integers(1, 3) | json, "kind": json, "what": json}),
        "service": st.sampled_from(["both", "rtsp"]) | json,
        "seconds": st.floats(0.1, 10) | json,
    },
)


@given(st.fixed_dictionaries({"cues": st.lists(cues, max_size=4)}, optional={"seed": json, "daylight": json}))
def test_any_document_is_a_scenario_or_a_list_of_mistakes(document: dict[str, Any]) -> None:
    play, told = outcome(yaml.safe_dump(document))
    assert bool(told) is (play is None)
    if play is not None:
        assert len(play.cues) == len(document["cues"])
        assert all(set(cue.act.options) == set(FAULTS[cue.act.fault].options) for cue in play.cues)


@given(st.text(max_size=60))
def test_any_text_is_a_scenario_or_a_list_of_mistakes(text: str) -> None:
    play, told = outcome(text)
    assert bool(told) is (play is None)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_shipped_scenario_has_every_fault_and_names_nobody(file: Path) -> None:
    play = load_scenario(file)
    assert {cue.act.fault for cue in play.cues} == set(FAULTS)
    assert all(cue.pick for cue in play.cues)


def test_the_demo_comes_and_goes() -> None:
    play = load_scenario(ROOT / "config" / "scenarios" / "demo.yaml")
    times = [(cue.start, cue.end) for cue in play.cues if cue.act.fault == "power_cut" and cue.pick]
    assert (60.0, 180.0) in times
    assert any(cue.act.fault == "uplink_cut" and cue.end for cue in play.cues)


def test_the_reference_page_names_every_fault_option_and_filter() -> None:
    page = (ROOT / "docs" / "reference" / "scenario.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `") and line.count("|") == 4}
    for fault in FAULTS.values():
        meaning, options = (cell.strip() for cell in rows[fault.name].split("|")[2:4])
        assert meaning == fault.meaning
        assert all(f"`{name}`" in options for name in fault.options)
        for option in fault.options.values():
            shown = f"`{option.default}`" if isinstance(option, Choice) else f"default {option.default:g}"
            assert shown in (page if option.default == "both" else options)
    assert all(f"`{name}`" in page for name in FILTERS)


def test_an_empty_scenario_is_a_quiet_day() -> None:
    assert read("cues: []") == Scenario()

"""A configuration is understood whole, or refused with every mistake at once."""

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skywatch.config import ConfigError, load
from skywatch.inventory import Kind, Light
from tests.config.town import CODE, OTHER, PROBES, SECRET, YAML, Options, mistakes, row, understood, write


def test_a_sound_configuration_is_understood(tmp_path: Path) -> None:
    config = understood(tmp_path)
    camera = config.inventory.cameras[CODE]
    assert (camera.name, camera.village, camera.onvif_port, camera.light) == ("村口", "liu", 8080, Light.INFRARED)
    assert config.inventory.cameras[OTHER].onvif_port is None
    assert config.inventory.villages["liu"].kind is Kind.VILLAGE
    assert config.inventory.uplink_of(camera).carrier == "移动"
    assert config.warnings == ()


def test_every_probe_has_options_even_when_the_file_names_none(tmp_path: Path) -> None:
    config = understood(tmp_path, YAML + "probes: {stream: {period: 5 min}}\n")
    assert config.probes == {"heartbeat": Options(), "stream": Options(period=300.0)}


def test_a_section_handed_in_is_filled_by_its_model(tmp_path: Path) -> None:
    config = load(write(tmp_path, YAML + "pictures: {share: 0.25}\n"), PROBES, {"pictures": Options}, {})
    assert config.sections == {"pictures": Options(share=0.25)}


def test_a_section_that_nobody_handed_in_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="pictures: is no setting"):
        understood(tmp_path, YAML + "pictures: {share: 0.25}\n")


def test_a_hundred_mistakes_get_a_hundred_lines(tmp_path: Path) -> None:
    village = (
        "  - {{code: v{}, name: 村, planned: 1, feed: f9, uplink: u1, contractor: c1, longitude: 1, latitude: 3}}\n"
    )
    fifty = "".join(village.format(n) for n in range(50))
    ledger = "code,name,village,host\n" + "".join(f"{int(CODE) + n},村口,liu,10.0.0.{n + 300}\n" for n in range(50))
    said = mistakes(tmp_path, YAML + fifty, ledger)
    assert len(said) == 100
    assert len(set(said)) == 100
    assert said[0] == "skywatch.yaml:13: villages[2].feed: there is no feed 'f9' (possible are f1, f2)"
    assert said[-1].startswith("cameras.csv:51: host: '10.0.0.349' is no address and no host name")


def test_mistakes_come_in_the_order_of_the_lines_whatever_they_are_about(tmp_path: Path) -> None:
    yaml = "languages: zh\nweb: {port: 0}\n" + YAML.replace("feed: f1", "feed: f3")
    yaml += "probes: {heartbeat: {period: never}}\n"
    lines = [int(line.split(":")[1]) for line in mistakes(tmp_path, yaml)]
    assert lines == sorted(lines)
    assert len(lines) == 4


def test_one_faulty_village_is_not_followed_by_mistakes_about_its_cameras(tmp_path: Path) -> None:
    said = mistakes(tmp_path, YAML.replace("name: 柳泉, planned: 2", "planned: 2"))
    assert said == ["skywatch.yaml:11: villages[0].name: is missing"]


def test_faulty_credentials_are_not_followed_by_mistakes_about_their_cameras(tmp_path: Path) -> None:
    said = mistakes(tmp_path, YAML.replace("username: admin, ", ""))
    assert said == ["skywatch.yaml:2: credentials.cameras.username: is missing"]


def test_a_file_that_is_not_there_is_one_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "none.yaml", PROBES, {}, {})
    assert [mistake.what for mistake in caught.value.mistakes] == ["cannot be read: No such file or directory"]


def test_an_empty_file_says_what_is_missing(tmp_path: Path) -> None:
    said = mistakes(tmp_path, "# nothing yet\n", "code,name,village,host\n")
    assert said == ["skywatch.yaml: villages: is missing (list the villages: code, name, planned, feed, uplink, ...)"]


def test_the_state_is_kept_beside_the_file_unless_systemd_or_the_file_says_where(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert load(path, PROBES, {}, {}).settings.state_dir == tmp_path / "state"
    systemd = {"STATE_DIRECTORY": "/var/lib/skywatch:/var/lib/other"}
    assert load(path, PROBES, {}, systemd).settings.state_dir == Path("/var/lib/skywatch")
    path = write(tmp_path, YAML + "state_dir: /srv/sky\n")
    assert load(path, PROBES, {}, systemd).settings.state_dir == Path("/srv/sky")


def test_the_ledger_may_have_another_name(tmp_path: Path) -> None:
    config = understood(tmp_path, YAML + "ledger: 台账.csv\n", name="台账.csv")
    assert config.ledger == tmp_path / "台账.csv"
    assert len(config.inventory.cameras) == 2


def test_a_missing_ledger_is_a_mistake_beside_those_of_the_yaml(tmp_path: Path) -> None:
    said = mistakes(tmp_path, YAML + "ledger: gone.csv\nweb: {prot: 1}\n")
    assert said == [
        "skywatch.yaml:14: web.prot: is no setting (did you mean 'port'?)",
        "gone.csv: cannot be read: No such file or directory",
    ]


def test_more_cameras_than_planned_is_a_warning(tmp_path: Path) -> None:
    config = understood(tmp_path, YAML.replace("planned: 2", "planned: 0"))
    assert config.warnings == (f"{tmp_path}/skywatch.yaml:11: villages.liu: 柳泉 has 1 cameras, yet 0 were planned",)


def test_a_camera_far_from_its_village_is_a_warning(tmp_path: Path) -> None:
    config = understood(tmp_path, YAML, row(longitude="117.0", latitude="36.2"))
    assert config.warnings == (
        f"{tmp_path}/cameras.csv:2: longitude: is 108 km away from 柳泉 (are longitude and latitude right?)",
    )


def test_a_camera_without_any_way_to_its_picture_is_a_warning(tmp_path: Path) -> None:
    config = understood(tmp_path, YAML, row(onvif_port=""))
    assert "neither an ONVIF port nor a stream path" in config.warnings[0]


def test_maintenance_is_found_by_whatever_it_is_about(tmp_path: Path) -> None:
    window = "  - {{scope: {}, start: 2026-01-31T08:00:00+08:00, end: 2026-01-31T09:00:00+08:00, reason: {}}}\n"
    windows = "maintenance:\n" + window.format("feed, code: f2", "线") + window.format(f"camera, code: '{CODE}'", "换")
    config = understood(tmp_path, YAML + windows)
    at = 1769817600.0  # 2026-01-31T08:00:00+08:00
    both = config.inventory.cameras.values()
    found = [[config.maintenance_of(camera, at + later) for later in (-1, 0, 3599, 3600)] for camera in both]
    reasons = [[window.reason if window else "" for window in windows] for windows in found]
    assert reasons == [["", "换", "换", ""], ["", "线", "线", ""]]


def test_maintenance_for_all_is_for_all(tmp_path: Path) -> None:
    window = "maintenance: [{scope: all, start: 2026-01-31T00:00:00Z, end: 2026-01-31T01:00:00Z}]\n"
    config = understood(tmp_path, YAML + window)
    assert all(config.maintenance_of(camera, 1769817600.0) for camera in config.inventory.cameras.values())


def test_no_secret_is_in_the_words_for_a_configuration(tmp_path: Path) -> None:
    config = understood(tmp_path)
    assert config.secrets.get("cameras") is not None
    assert SECRET not in f"{config} {config!r} {config.secrets} {config.secrets!r} {config.secrets.get('cameras')!r}"


SETTINGS = """
language web port limits workers health down fails of maintenance scope all code start end 2026-01-31T08:00:00Z
0001-01-01T00:00:00+14:00 probes heartbeat period credentials cameras username password_file password_env secret ledger
file sheet villages feeds uplinks contractors name planned feed liu state_dir ~x 1 -1 1e999 nan true 9999999999999999999
"""
WORDS = st.sampled_from([*SETTINGS.split(), "5 min", "", "a\0b"])
TREES = st.recursive(
    WORDS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=5), max_leaves=30
)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(WORDS, TREES, max_size=8))
def test_any_settings_are_a_configuration_or_a_list_of_mistakes(tmp_path: Path, tree: dict[str, object]) -> None:
    path = write(tmp_path, yaml.safe_dump(tree, default_style='"'))
    with pytest.raises(ConfigError) as caught:
        load(path, PROBES, {"pictures": Options}, {})
    assert caught.value.mistakes


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda more: (YAML + more).encode()))
def test_any_bytes_are_a_configuration_or_a_list_of_mistakes(tmp_path: Path, data: bytes) -> None:
    path = write(tmp_path)
    path.write_bytes(data)
    try:
        outcome = len(load(path, PROBES, {}, {}).inventory.cameras)
    except ConfigError as error:
        outcome = len(error.mistakes)
    assert outcome > 0

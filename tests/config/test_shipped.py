"""The configuration that is shipped: the township of the design, complete, with every setting at its default."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from skywatch.config import Config, load
from skywatch.config.document import Node, dotted, parse
from skywatch.config.load import LedgerEntry
from skywatch.config.mistakes import Findings
from skywatch.config.settings import Settings
from skywatch.inventory import Kind

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "config" / "skywatch.yaml"


@pytest.fixture(scope="module")
def config() -> Config:
    probes = dict.fromkeys(("heartbeat", "stream", "picture", "device"), Anything)
    return load(SHIPPED, probes, {"pictures": Anything}, {})


class Anything(BaseModel):
    """Whatever the room of pictures lets one set; its own test looks closer."""


def places(config: Config, kind: Kind) -> list[str]:
    return [village.code for village in config.inventory.villages.values() if village.kind is kind]


def test_it_loads_without_a_word(config: Config) -> None:
    assert config.warnings == ()


def test_it_is_the_township_of_the_design(config: Config) -> None:
    by_village = config.inventory.by_village
    count = {kind: sum(len(by_village[code]) for code in places(config, kind)) for kind in Kind}
    assert {kind: len(places(config, kind)) for kind in Kind} == {Kind.VILLAGE: 60, Kind.HAMLET: 9, Kind.CHECKPOINT: 3}
    assert count == {Kind.VILLAGE: 92 + 109 + 28, Kind.HAMLET: 18, Kind.CHECKPOINT: 13}
    assert Counter((camera.width, camera.height) for camera in config.inventory.cameras.values()) == {
        (1280, 960): 109,
        (1920, 1080): 151,
    }


def test_twenty_three_villages_have_new_cameras_only(config: Config) -> None:
    villages = [config.inventory.by_village[code] for code in places(config, Kind.VILLAGE)]
    new = [cameras for cameras in villages if all(camera.width == 1920 for camera in cameras)]
    assert (len(new), sum(map(len, new))) == (23, 92)


def test_every_camera_has_a_loopback_address_of_its_own(config: Config) -> None:
    cameras = config.inventory.cameras.values()
    assert len({camera.host for camera in cameras}) == 260
    assert all(camera.host.startswith("127.10.") for camera in cameras)
    assert {(camera.onvif_port, camera.rtsp_port) for camera in cameras} == {(8080, 8554), (None, 8554)}


def test_it_has_every_sort_of_camera_and_line(config: Config) -> None:
    cameras = config.inventory.cameras.values()
    assert len({camera.manufacturer for camera in cameras}) >= 6
    assert {camera.light.value for camera in cameras} == {1, 2, 3, 4}
    assert any(camera.onvif_port is None and camera.stream for camera in cameras)
    assert any(camera.onvif_port is not None and not camera.stream for camera in cameras)
    assert {uplink.carrier for uplink in config.inventory.uplinks.values()} == {"移动", "联通", "电信"}
    assert max(Counter(village.feed for village in config.inventory.villages.values()).values()) > 1
    planned = sum(village.planned for village in config.inventory.villages.values())
    assert planned > len(cameras)


def test_every_camera_can_be_signed_in_to_without_any_setting_up(config: Config) -> None:
    assert all(config.secrets.get(camera.credentials) for camera in config.inventory.cameras.values())


def test_the_ledger_opens_in_excel() -> None:
    data = (ROOT / "config" / "cameras.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 261


def shipped() -> Node:
    """The shipped YAML with its commented-out settings (`# state_dir: state`) as if they were not."""
    text = re.sub(r"^# (?=[a-z_]+: \S+$)", "", SHIPPED.read_text(encoding="utf-8"), flags=re.MULTILINE)
    findings = Findings("skywatch.yaml")
    node = parse(text, findings)
    assert node is not None
    assert findings.mistakes == []
    return node


def leaves(model: BaseModel, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every setting and its value, by its path."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from leaves(value, (*path, name))
        else:
            yield (*path, name), value


def at(tree: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        assert isinstance(tree, Mapping), path
        assert step in tree, f"{dotted(path)} is not in the shipped file"
        tree = tree[step]
    return tree


DEFAULTS = dict(leaves(Settings()))


@pytest.mark.parametrize("path", DEFAULTS, ids=dotted)
def test_the_shipped_file_shows_every_setting_with_its_default(path: tuple[str, ...]) -> None:
    written = at(shipped().plain, path)
    tree: Any = written
    for step in reversed(path):
        tree = {step: tree}
    understood: Any = Settings.model_validate(tree)
    for step in path:
        understood = getattr(understood, step)
    assert understood == DEFAULTS[path]


def test_the_shipped_file_shows_the_ledger_by_its_default() -> None:
    assert shipped().plain["ledger"] == LedgerEntry().file

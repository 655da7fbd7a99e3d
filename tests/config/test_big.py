"""A township of any size, as the bench writes it."""

from pathlib import Path

import pytest

from bench.township import big_township, host
from skywatch.config import load
from tests.config.town import PROBES


def test_a_big_township_is_sound_and_every_camera_has_an_address_of_its_own(tmp_path: Path) -> None:
    config = load(big_township(tmp_path, 1_010), PROBES, {}, {})
    cameras = config.inventory.cameras.values()
    assert config.warnings == ()
    assert len(cameras) == 1_010
    assert len({camera.host for camera in cameras}) == 1_010
    assert len(config.inventory.villages) == 51
    assert sum(village.planned for village in config.inventory.villages.values()) == 1_010


@pytest.mark.parametrize(
    ("number", "address"), [(0, "127.20.0.1"), (253, "127.20.0.254"), (254, "127.20.1.1"), (65_024, "127.21.0.1")]
)
def test_addresses_count_upward_without_zero_and_broadcast(number: int, address: str) -> None:
    assert host(number) == address


def test_a_township_too_big_for_loopback_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        big_township(tmp_path, 60_001)

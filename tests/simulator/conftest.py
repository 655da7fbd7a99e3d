"""One cache of films for all tests of the simulator."""

from collections.abc import Iterator

import pytest

from skywatch.clock import ManualClock
from skywatch.simulator import SceneCache


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SceneCache]:
    cache = SceneCache(tmp_path_factory.mktemp("films"))
    yield cache
    cache.close()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()

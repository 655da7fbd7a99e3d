"""The tests of this room speak English, whatever the machine's language is."""

from collections.abc import Iterator

import pytest

from skywatch.i18n import speaking


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with speaking("en"):
        yield

"""How much a camera may send: a generous rate, so that a flood costs its own look and nobody else's. No sockets."""

from collections.abc import Callable

from skywatch.protocols.errors import TooLarge

BURST = 32 << 20
RATE = 16 << 20
"""Bytes, and bytes per second: four times what the largest honest stream has."""


class Dike:
    """Counts what comes in. `now` gives seconds that never jump."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._since = now()
        self._received = 0

    def let_in(self, size: int) -> None:
        """Raises TooLarge once more has come than BURST and RATE allow."""
        self._received += size
        if self._received > BURST and self._received > BURST + RATE * (self._now() - self._since):
            raise TooLarge(f"it floods us: {self._received >> 20} MB in {self._now() - self._since:.1f} s")

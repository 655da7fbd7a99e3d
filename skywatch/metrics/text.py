"""Metrics as text, family by family: what a scrape of ten thousand cameras takes must not hold the visits.

One text of 27 MB in one piece is one call into C that no other thread can interrupt, and the objects that it is made of
have Python's garbage collector look through everything that the process knows, 0.2 s each time. So it is made in
pieces, and nothing is collected meanwhile: samples hold no cycles, they go when they are let go.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector


@dataclass(frozen=True)
class Encoding:
    """A text format: `encode` makes all of what a collector gives one text."""

    encode: Callable[[Collector], bytes]
    content_type: str

    @classmethod
    def wanted(cls, accept: str) -> "Encoding":
        """OpenMetrics for who asks for it in the `Accept` header, else Prometheus text."""
        return cls(*choose_encoder(accept))

    def pieces(self, source: Collector) -> list[bytes]:
        """The text of `source`, a family of metrics in each piece. To be called in a thread, one at a time."""
        end = self.encode(_Some())
        with _uncollected():
            pieces = [self.encode(_Some(family)).removesuffix(end) for family in source.collect()]
        return [piece for piece in (*pieces, end) if piece]


class _Some(Collector):
    """These metrics and no others."""

    def __init__(self, *metrics: Metric) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        return iter(self._metrics)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Python's garbage collector rests, in all threads."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()

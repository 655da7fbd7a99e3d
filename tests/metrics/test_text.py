"""Metrics in pieces say what they say in one piece."""

import gc
from collections.abc import Iterator

import pytest
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from skywatch.metrics.text import Encoding

FORMATS = ("", "text/plain;version=1.0.0", "application/openmetrics-text;version=1.0.0")


class Some(Collector):
    """A gauge, a counter and a histogram; if `broken` it breaks after them."""

    def __init__(self, *, broken: bool = False) -> None:
        self.broken, self.collected = broken, True

    def collect(self) -> Iterator[Metric]:
        self.collected = gc.isenabled()
        gauge = GaugeMetricFamily("height", "How high.", labels=("tree",))
        gauge.add_metric(("oak",), 20.0)
        gauge.add_metric(("柳",), 8.0)
        yield gauge
        yield GaugeMetricFamily("empty", "Nothing yet.", labels=("tree",))
        yield CounterMetricFamily("leaves", "How many.", value=7.0)
        yield HistogramMetricFamily("fall", "How long.", buckets=[("1.0", 1.0), ("+Inf", 2.0)], sum_value=3.0)
        if self.broken:
            raise RuntimeError("the tree fell")


@pytest.mark.parametrize("accept", FORMATS)
def test_the_pieces_together_are_the_whole(accept: str) -> None:
    encode, content_type = choose_encoder(accept)
    encoding = Encoding.wanted(accept)
    assert encoding.content_type == content_type
    assert b"".join(encoding.pieces(Some())) == encode(Some())


@pytest.mark.parametrize("accept", FORMATS)
def test_no_piece_is_empty_for_that_would_end_a_chunked_answer(accept: str) -> None:
    assert all(Encoding.wanted(accept).pieces(Some()))


@pytest.mark.parametrize("broken", [False, True])
def test_the_garbage_collector_rests_while_families_are_made_and_not_longer(broken: bool) -> None:
    source = Some(broken=broken)
    try:
        Encoding.wanted("").pieces(source)
    except RuntimeError:
        assert broken
    assert not source.collected
    assert gc.isenabled()

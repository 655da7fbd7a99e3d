"""The HTTP room over a real socket, with sources of our own."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from skywatch.web import Sources, Web


class One(Collector):
    """One gauge."""

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("skywatch_one", "One.", value=1.0)


@dataclass
class Site:
    """A server and the switches behind it."""

    alive: bool = True
    ready: bool = False
    url: str = ""
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    async def get(self, path: str, **headers: str) -> tuple[int, str, str]:
        async with aiohttp.ClientSession() as session, session.get(self.url + path, headers=headers) as answer:
            return answer.status, answer.headers.get("Content-Type", ""), await answer.text()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    site.registry.register(One())
    async with Web(Sources(site.registry, lambda: site.alive, lambda: site.ready), "127.0.0.1", 0) as server:
        site.url = server.url
        yield site


async def test_metrics_come_as_prometheus_text(site: Site) -> None:
    status, kind, text = await site.get("/metrics")
    assert (status, kind.startswith("text/plain")) == (200, True)
    assert "skywatch_one 1.0" in text


async def test_metrics_come_as_openmetrics_for_who_asks(site: Site) -> None:
    _, kind, text = await site.get("/metrics", Accept="application/openmetrics-text; version=1.0.0")
    assert kind.startswith("application/openmetrics-text")
    assert text.endswith("# EOF\n")


async def test_health_follows_the_scheduler_and_readiness_the_first_visits(site: Site) -> None:
    assert [(await site.get(path))[0] for path in ("/healthz", "/readyz")] == [200, 503]
    site.alive, site.ready = False, True
    assert [(await site.get(path))[0] for path in ("/healthz", "/readyz")] == [503, 200]


async def test_a_page_that_is_not_there_is_404(site: Site) -> None:
    assert (await site.get("/nothing"))[0] == 404


async def test_a_taken_port_is_an_error_that_says_so(site: Site) -> None:
    port = int(site.url.rpartition(":")[2])
    sources = Sources(site.registry, lambda: True, lambda: True)
    with pytest.raises(OSError, match=str(port)):
        async with Web(sources, "127.0.0.1", port):
            pass

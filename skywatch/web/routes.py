"""Every address that skywatch answers, in one list. Nothing here keeps state: a handler reads `Sources` and formats."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Sources:
    """What the handlers read. `ready` tells whether the first visits are out, `alive` whether the scheduler beats."""

    registry: CollectorRegistry
    alive: Callable[[], bool]
    ready: Callable[[], bool]
    scraping: asyncio.Lock = field(default_factory=asyncio.Lock)


SOURCES = web.AppKey("sources", Sources)


async def metrics(request: web.Request) -> web.Response:
    """Prometheus text, or OpenMetrics for who asks for it. Written in a thread, one scrape at a time: with ten thousand
    cameras it takes seconds, and the visits must not wait for it."""
    sources = request.app[SOURCES]
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    async with sources.scraping:
        body = await asyncio.to_thread(encode, sources.registry)
    response = web.Response(body=body, headers={"Content-Type": content_type})
    response.enable_compression()
    return response


async def healthz(request: web.Request) -> web.Response:
    """200 while the scheduler beats, else 503."""
    return _yes_or_no(request.app[SOURCES].alive(), "ok\n", "the scheduler does not beat\n")


async def readyz(request: web.Request) -> web.Response:
    """200 once the first visits are out, else 503."""
    return _yes_or_no(request.app[SOURCES].ready(), "ready\n", "starting\n")


def _yes_or_no(yes: bool, good: str, bad: str) -> web.Response:
    return web.Response(text=good if yes else bad, status=200 if yes else 503)


ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/metrics", metrics),
    ("GET", "/healthz", healthz),
    ("GET", "/readyz", readyz),
)

"""Every address that skywatch answers, in one list. Nothing here keeps state: a handler reads `Sources` and formats."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web
from prometheus_client import CollectorRegistry

from skywatch.metrics.text import Encoding

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Sources:
    """What the handlers read. `ready` tells whether the first visits are out, `alive` whether the scheduler beats."""

    registry: CollectorRegistry
    alive: Callable[[], bool]
    ready: Callable[[], bool]
    scraping: asyncio.Lock = field(default_factory=asyncio.Lock)


SOURCES = web.AppKey("sources", Sources)


async def metrics(request: web.Request) -> web.StreamResponse:
    """Prometheus text, or OpenMetrics for who asks for it. Written in a thread, one scrape at a time: with ten thousand
    cameras it takes seconds, and the visits must not wait for it."""
    sources = request.app[SOURCES]
    encoding = Encoding.wanted(request.headers.get("Accept", ""))
    async with sources.scraping:
        pieces = await asyncio.to_thread(encoding.pieces, sources.registry)
    response = web.StreamResponse(headers={"Content-Type": encoding.content_type})
    response.enable_compression()
    await response.prepare(request)
    for piece in pieces:
        await response.write(piece)
    await response.write_eof()
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

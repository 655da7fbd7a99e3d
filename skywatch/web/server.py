"""The HTTP server of the daemon: from `ROUTES` to a listening socket and back."""

import os
from types import TracebackType
from typing import Self

from aiohttp import web

from skywatch.i18n import _
from skywatch.web.routes import ROUTES, SOURCES, Sources


class Web:
    """Listens between `async with` and its end. `port` 0 takes a free one; `url` says what was taken."""

    def __init__(self, sources: Sources, host: str, port: int) -> None:
        self._runner = web.AppRunner(application(sources), access_log=None, handle_signals=False, shutdown_timeout=2.0)
        self._host, self._port = host, port

    async def __aenter__(self) -> Self:
        """Raises OSError, in words for a person, where the address is taken or not ours."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            where, why = f"{self._host}:{self._port}", os.strerror(error.errno) if error.errno else str(error)
            raise OSError(
                _("cannot listen on {address} for /metrics: {reason}").format(address=where, reason=why)
            ) from None
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        host, port = self._runner.addresses[0][:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def application(sources: Sources) -> web.Application:
    """The aiohttp application over `sources`."""
    app = web.Application()
    app[SOURCES] = sources
    for method, path, handler in ROUTES:
        app.router.add_route(method, path, handler)
    return app

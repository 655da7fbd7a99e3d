"""The daemon as a process: signals, the service manager, and the end."""

import asyncio
import gc
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from skywatch import i18n, systemd
from skywatch.clock import SystemClock
from skywatch.daemon import Daemon
from skywatch.parts import load_config


@contextmanager
def signals(handlers: Mapping[signal.Signals, Callable[[], object]]) -> Iterator[None]:
    """Signals become calls on the event loop while the block lasts."""
    loop = asyncio.get_running_loop()
    for number, handler in handlers.items():
        loop.add_signal_handler(number, handler)
    try:
        yield
    finally:
        for number in handlers:
            loop.remove_signal_handler(number)


async def serve(path: Path) -> None:
    """Watch the cameras of the configuration at `path` until SIGTERM or SIGINT; SIGHUP reloads. Raises ConfigError."""
    config = load_config(path)
    i18n.suggest(config.settings.language)
    notifier = systemd.Notifier.of(os.environ)
    daemon = Daemon(config, SystemClock(), load=lambda: load_config(path), notifier=notifier, environment=os.environ)
    handlers = {signal.SIGTERM: daemon.stop, signal.SIGINT: daemon.stop, signal.SIGHUP: daemon.reload}
    with signals(handlers):
        await daemon.run(built=freeze)


def freeze() -> None:
    """What is built stays: Python's garbage collector need not look through it again and again. With 10,000 cameras it
    held the event loop for 0.2 s each time (docs/design/measurements.md)."""
    gc.collect()
    gc.freeze()

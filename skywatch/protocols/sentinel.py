"""Whether a village's sentinel answers: a switch, an optical modem or a UPS beside the cameras, by ICMP echo (RFC 792)
or by opening a TCP connection. It says whether the link lives where the cameras are dead."""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

TRIES = 3
"""Echo requests; one answer is enough."""


async def answers(address: str, seconds: float) -> bool | None:
    """Whether the sentinel at `address`, `icmp://HOST` or `tcp://HOST:PORT`, answers within `seconds`. A TCP port that
    refuses is an answer: somebody refused. None where this machine does not let us ask."""
    url = urlsplit(address)
    if url.scheme == "tcp":
        return await _connects(url.hostname or "", url.port or 80, seconds)
    return await _echoes(url.hostname or "", seconds)


async def _connects(host: str, port: int, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            _reader, writer = await asyncio.open_connection(host, port)
    except ConnectionRefusedError:
        return True
    except (OSError, TimeoutError):
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True


async def _echoes(host: str, seconds: float) -> bool | None:
    import icmplib

    try:
        told = await icmplib.async_ping(host, count=TRIES, interval=0.2, timeout=seconds / TRIES, privileged=False)
    except icmplib.SocketPermissionError:
        return None
    except icmplib.ICMPLibError:
        return False
    return bool(told.is_alive)

"""Listening sockets, and how a network fails on loopback: closed ports, and packets that vanish. Linux only.

A packet vanishes by a socket filter that keeps nothing (SO_ATTACH_FILTER): on a listening socket it eats the SYN, so
that connect() runs into its time-out; on an open connection it eats whatever comes, so that the peer gets no ACK.
"""

import asyncio
import ctypes
import socket
import struct
from collections.abc import Callable
from enum import Enum, auto
from typing import Protocol

_ATTACH, _DETACH = 26, 27  # SO_ATTACH_FILTER, SO_DETACH_FILTER of asm-generic/socket.h
_BACKLOG = 512

Factory = Callable[[], asyncio.BaseProtocol]


class State(Enum):
    """What becomes of somebody who connects."""

    OPEN = auto()
    REFUSED = auto()
    SILENT = auto()


class _Options(Protocol):
    """What a socket and asyncio's stand-in for one have in common."""

    def setsockopt(self, level: int, name: int, value: bytes, /) -> None: ...


def swallow(sock: _Options, silent: bool) -> None:
    """Let `sock` lose every packet from now on, or no more."""
    if silent:  # one instruction of classic BPF: return 0, "keep nothing of this packet"
        program = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))
        sock.setsockopt(socket.SOL_SOCKET, _ATTACH, struct.pack("HP", 1, ctypes.addressof(program)))
    else:
        try:
            sock.setsockopt(socket.SOL_SOCKET, _DETACH, struct.pack("i", 0))
        except FileNotFoundError:  # there was none
            return


class OpenLine:
    """An open connection in the hands of the network."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._silent = False

    def hush(self, silent: bool) -> None:
        if silent != self._silent and not self._transport.is_closing():
            self._silent = silent
            swallow(self._transport.get_extra_info("socket"), silent)

    def reset(self) -> None:
        if not self._transport.is_closing():
            sock = self._transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()


class Gate(Protocol):
    """One address and port of one camera."""

    def turn(self, state: State) -> None:
        """Treat whoever connects from now on so; done when this returns."""

    async def close(self) -> None: ...


class OwnGate:
    """A listening socket of its own. `factory` makes the protocol of each connection."""

    def __init__(self, host: str, port: int, factory: Factory) -> None:
        self._where = (host, port)
        self._factory = factory
        self._state = State.REFUSED
        self._socket: socket.socket | None = None
        self._serving: asyncio.Task[asyncio.Server] | None = None

    def turn(self, state: State) -> None:
        """Raises OSError where the address is taken."""
        if state is self._state:
            return
        self._state = state
        if state is State.REFUSED:
            self._shut()
            return
        if self._socket is None:
            self._socket = listening(self._where)
            self._serving = asyncio.get_running_loop().create_task(_serve(self._socket, self._factory))
        swallow(self._socket, state is State.SILENT)

    def _shut(self) -> None:
        serving, self._serving = self._serving, None
        if serving is not None:
            if serving.done() and not serving.cancelled() and not serving.exception():
                serving.result().close()
            serving.cancel()
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    async def close(self) -> None:
        self.turn(State.REFUSED)


class SharedGate:
    """A camera behind a listening socket that it shares with all others (`SharedDoor`). Refusing is a reset right after
    the connection here: the port as such stays open. For silence a socket of its own goes before the shared one."""

    def __init__(self, host: str, port: int, refused: set[tuple[str, int]]) -> None:
        self._where = (host, port)
        self._refused = refused
        self._hole: socket.socket | None = None

    def turn(self, state: State) -> None:
        (self._refused.add if state is State.REFUSED else self._refused.discard)(self._where)
        if state is State.SILENT and self._hole is None:
            self._hole = listening(self._where, shared=True)
            swallow(self._hole, True)
        elif state is not State.SILENT and self._hole is not None:
            self._hole.close()
            self._hole = None

    async def close(self) -> None:
        if self._hole is not None:
            self._hole.close()


class SharedDoor:
    """One listening socket for all addresses of one port: 10,000 cameras would need more sockets than a process may
    have. Whoever comes to an address outside 127/8 is turned away by the site, which knows no camera there."""

    def __init__(self, port: int, factory: Factory) -> None:
        self._port = port
        self._factory = factory
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await _serve(listening(("0.0.0.0", self._port), shared=True), self._factory)  # noqa: S104

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()


def listening(where: tuple[str, int], *, shared: bool = False) -> socket.socket:
    """A non-blocking socket that listens at `where`; `shared` lets a more exact address go before this one."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind(where)
        sock.listen(4096 if shared else _BACKLOG)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock


async def _serve(sock: socket.socket, factory: Factory) -> asyncio.Server:
    return await asyncio.get_running_loop().create_server(factory, sock=sock, backlog=_BACKLOG)

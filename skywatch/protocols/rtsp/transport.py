"""How RTP comes: interleaved in the RTSP connection, or by UDP. The Transport header of both, and the two sockets."""

import asyncio
import logging
import re
import socket
from collections.abc import Callable
from typing import Protocol

from skywatch.protocols.errors import TooLarge, Unreachable, Unsupported
from skywatch.protocols.rtsp.connection import Connection
from skywatch.protocols.rtsp.flood import Dike
from skywatch.protocols.rtsp.receiver import Receiver

log = logging.getLogger(__name__)

RECEIVE_BUFFER = 2 << 20
"""Asked of the kernel for a UDP socket: a keyframe arrives in one burst. It may give less."""
_BURST = 64
_PAIRS_TRIED = 20
_PUNCH = bytes([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
"""An empty RTP packet, so that routers on the way let the camera's packets in."""

_PAIR = re.compile(r"(\d{1,5})(?:\s*-\s*(\d{1,5}))?")


class Way(Protocol):
    """One way for packets. `request` is the Transport header to ask with."""

    name: str
    request: str
    reorder: bool

    def accept(self, answer: str, receiver: Receiver) -> None:
        """The camera answered with this Transport header. Raises Unsupported if it chose another way."""

    def send_rtcp(self, data: bytes) -> None: ...

    def close(self) -> None: ...


def parameters(header: str) -> dict[str, str]:
    """The first transport of a Transport header: its parameters by lower-case name, the profile under ""."""
    profile, *rest = header.split(",")[0].split(";")
    found = {"": profile.strip().upper()}
    for item in rest[:32]:
        name, _, value = item.partition("=")
        found.setdefault(name.strip().lower(), value.strip().strip('"'))
    return found


def pair(text: str, highest: int) -> tuple[int, int] | None:
    """`a-b` or `a` (then b is a + 1), both at most `highest`; None if it is neither."""
    found = _PAIR.fullmatch(text.strip())
    if found is None:
        return None
    first = int(found[1])
    second = int(found[2]) if found[2] else first + 1
    return (first, second) if max(first, second) <= highest else None


class Interleaved:
    """In the RTSP connection itself (RFC 2326, 10.12). The camera may choose other channels than we asked for; frames
    on channels that nobody agreed on are passed over."""

    name = "tcp"
    request = "RTP/AVP/TCP;unicast;interleaved=0-1"
    reorder = False

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._control = 1

    def accept(self, answer: str, receiver: Receiver) -> None:
        told = parameters(answer)
        if "client_port" in told and "TCP" not in told[""]:
            raise Unsupported("asked for TCP, the camera chose UDP")
        data, self._control = pair(told.get("interleaved", ""), 255) or (0, 1)
        hears = {data: receiver.on_rtp, self._control: receiver.on_rtcp}

        def frame(channel: int, payload: bytes) -> None:
            if (hear := hears.get(channel)) is not None:
                hear(payload)

        self._connection.expect_frames(frozenset(hears), frame)

    def send_rtcp(self, data: bytes) -> None:
        self._connection.send_frame(self._control, data)

    def close(self) -> None:
        self._connection.frame = None


class Datagrams:
    """A pair of UDP ports. Only packets from the camera's own host count, whatever `source` it names."""

    name = "udp"
    reorder = True

    def __init__(self, connection: Connection) -> None:
        self._peer = connection.peer[0]
        family, own = connection.own_socket
        self._sockets = _port_pair(family, own)
        port = self._sockets[0].getsockname()[1]
        self.request = f"RTP/AVP;unicast;client_port={port}-{port + 1}"
        self._server: tuple[int, int] | None = None
        self._dike = Dike(asyncio.get_running_loop().time)

    def accept(self, answer: str, receiver: Receiver) -> None:
        told = parameters(answer)
        if "interleaved" in told or "TCP" in told[""]:
            raise Unsupported("asked for UDP, the camera chose TCP")
        self._server = pair(told.get("server_port", ""), 65535)
        for sock, hear in zip(self._sockets, (receiver.on_rtp, receiver.on_rtcp), strict=True):
            asyncio.get_running_loop().add_reader(sock, self._read, sock, receiver, hear)
        if self._server is not None:
            self._send(0, _PUNCH)
            self.send_rtcp(receiver.report())

    def _read(self, sock: socket.socket, receiver: Receiver, hear: Callable[[bytes], None]) -> None:
        """A burst in one go: one turn of the event loop for each packet would cost more than the packet."""
        for _ in range(_BURST):
            try:
                data, sender = sock.recvfrom(65536)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:  # an ICMP message about something that we sent
                log.debug("UDP socket: %s", error.strerror)
                return
            if sender[0] != self._peer:
                continue
            try:
                self._dike.let_in(len(data))
            except TooLarge as error:
                receiver.fail(error)
            hear(data)

    def send_rtcp(self, data: bytes) -> None:
        self._send(1, data)

    def _send(self, which: int, data: bytes) -> None:
        if self._server is None or not self._server[which]:
            return
        try:
            self._sockets[which].sendto(data, (self._peer, self._server[which]))
        except OSError as error:
            log.debug("UDP send: %s", error.strerror)

    def close(self) -> None:
        for sock in self._sockets:
            asyncio.get_running_loop().remove_reader(sock)
            sock.close()


def _port_pair(family: int, address: str) -> tuple[socket.socket, socket.socket]:
    """Two sockets on neighbouring ports, the first even (RFC 3550, 11), on the address that the camera knows us by."""
    for _ in range(_PAIRS_TRIED):
        first = _bound(family, address, 0)
        port = first.getsockname()[1] if first else 0
        second = _bound(family, address, port + 1) if first and port % 2 == 0 and port < 65535 else None
        if first and second:
            return first, second
        if first:
            first.close()
    raise Unreachable("no pair of UDP ports is free here")


def _bound(family: int, address: str, port: int) -> socket.socket | None:
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    try:
        sock.bind((address, port))
    except OSError:
        sock.close()
        return None
    return sock

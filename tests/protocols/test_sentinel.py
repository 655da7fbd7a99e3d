"""Sentinels: whether a device beside the cameras answers."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from skywatch.protocols.sentinel import answers


@asynccontextmanager
async def listening() -> AsyncIterator[int]:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_an_open_port_is_an_answer() -> None:
    async with listening() as port:
        assert await answers(f"tcp://127.0.0.1:{port}", 2.0) is True


async def test_a_port_that_refuses_is_an_answer_too() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert await answers(f"tcp://127.0.0.1:{port}", 2.0) is True


async def test_where_nobody_takes_the_call_there_is_no_answer() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]  # fill its queue: nobody ever accepts
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        assert await answers(f"tcp://127.0.0.1:{port}", 0.5) is False
        for each in waiting:
            each.close()


async def test_this_machine_answers_its_own_echo_unless_it_does_not_let_us_ask() -> None:
    assert await answers("icmp://127.0.0.1", 2.0) in (True, None)

"""Cameras that misbehave below SOAP, played by bare sockets."""

import asyncio
import gzip
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from skywatch.protocols.errors import NotOnvif, ProtocolError, Refused, TimedOut, TooLarge, Truncated, Unreachable
from skywatch.protocols.onvif import Address, Onvif
from tests.protocols.onvif import replies

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
GOOD = replies.system_date(1_700_000_000)


def http(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers])
    return head.encode() + b"\r\n\r\n" + body


@asynccontextmanager
async def camera(behave: Behaviour, tls: ssl.SSLContext | None = None) -> AsyncIterator[Address]:
    """Something that listens on loopback; `behave` is called for each connection."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await behave(reader, writer)
        except (ConnectionError, asyncio.CancelledError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            tasks.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield Address("127.0.0.1", server.sockets[0].getsockname()[1], tls=tls is not None)
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def question(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    return head + await reader.readexactly(length)


def says(answer: bytes) -> Behaviour:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await question(reader)
        writer.write(answer)
        await writer.drain()

    return behave


async def floods(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await question(reader)
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n<Envelope>")
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


def endless(line: bytes) -> Behaviour:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await question(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(line)
            await writer.drain()

    return behave


async def hangs(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await question(reader)
    await asyncio.Event().wait()


async def drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await question(reader)
    writer.write(http(GOOD[:100], length=len(GOOD)))
    await asyncio.Event().wait()


async def ask(address: Address, seconds: float = 5.0) -> float | None:
    async with Onvif() as onvif:
        return (await onvif.device_time(address, asyncio.get_running_loop().time() + seconds)).utc


@pytest.mark.parametrize(
    ("behave", "error", "words"),
    [
        (says(b""), Truncated, "hung up without an answer"),
        (says(http(GOOD, length=len(GOOD) + 10)), Truncated, "hung up within the answer"),
        (says(http(GOOD[: len(GOOD) // 2], "Connection: close")), Truncated, "ends within its envelope"),
        (says(b"SSH-2.0-dropbear\r\n" * 10), NotOnvif, "not HTTP"),
        (says(bytes(range(256)) * 10), NotOnvif, "not HTTP"),
        (says(http(b"x" * 70_000)), TooLarge, "more than 64000 bytes"),
        (floods, TooLarge, "more than 64000 bytes"),
        (endless(b"X-Header: y\r\n"), TooLarge, "header without end"),
        (endless(b"x" * 65536), TooLarge, "header without end"),
        (says(http(gzip.compress(b"x" * 10_000_000), "Content-Encoding: gzip")), TooLarge, "when unpacked"),
        (says(http(gzip.compress(GOOD)[:-20], "Content-Encoding: gzip")), Truncated, "packed answer"),
        (says(http(b"no gzip at all", "Content-Encoding: gzip")), NotOnvif, "cannot be unpacked"),
        (says(http(GOOD, "Content-Encoding: br")), NotOnvif, "unknown content encoding 'br'"),
        (says(http(b"", "Location: http://127.0.0.1:1/", status="302 Found")), NotOnvif, "HTTP 302"),
        (says(http(b"<html>no</html>", status="404 Not Found")), NotOnvif, "HTTP 404"),
    ],
)
async def test_every_way_of_misbehaving_has_its_name(behave: Behaviour, error: type[ProtocolError], words: str) -> None:
    async with camera(behave) as address:
        with pytest.raises(error, match=words) as caught:
            await ask(address)
    assert type(caught.value).code == error.code
    assert caught.value.step == "answer"


@pytest.mark.parametrize(
    "answer",
    [
        http(GOOD),
        http(gzip.compress(GOOD), "Content-Encoding: gzip"),
        http(zlib.compress(GOOD), "Content-Encoding: deflate"),
        b"HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\n\r\n" + GOOD,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD), GOOD),
        b"HTTP/1.1 100 Continue\r\n\r\n" + http(GOOD),
        b"HTTP/1.1 200\r\nServer:\r\nContent-Length: %d\r\n\r\n%s" % (len(GOOD), GOOD),
    ],
)
async def test_every_honest_way_of_answering_is_understood(answer: bytes) -> None:
    async with camera(says(answer)) as address:
        assert await ask(address) == 1_700_000_000


async def test_a_closed_port_is_refused() -> None:
    async with camera(hangs) as address:
        pass
    with pytest.raises(Refused) as caught:
        await ask(address)
    assert caught.value.step == "connect"


@pytest.mark.parametrize("host", ["camera.invalid", "not a host", "x" * 300])
async def test_a_host_that_does_not_exist_is_unreachable(host: str) -> None:
    with pytest.raises(Unreachable) as caught:
        await ask(Address(host))
    assert caught.value.step == "connect"


@pytest.mark.parametrize(("behave", "words"), [(hangs, "no answer in time"), (drips, "not the rest of the answer")])
async def test_a_camera_that_stops_talking_is_left_at_the_deadline(behave: Behaviour, words: str) -> None:
    async with camera(behave) as address:
        with pytest.raises(TimedOut, match=words) as caught:
            await ask(address, 0.1)
    assert caught.value.step == "answer"


async def test_a_deadline_that_has_passed_is_a_time_out_at_connecting() -> None:
    async with camera(hangs) as address:
        with pytest.raises(TimedOut) as caught:
            await ask(address, -1.0)
    assert caught.value.step == "connect"


async def test_a_kept_connection_that_the_camera_has_closed_is_replaced_without_a_word() -> None:
    """A camera that keeps the connection open in its header, and then does not."""
    served = 0

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal served
        await question(reader)
        served += 1
        writer.write(http(GOOD))
        await reader.readuntil(b"\r\n\r\n")  # the next question is heard, and the door shut

    async with camera(behave) as address, Onvif() as onvif:
        for _ in range(3):
            deadline = asyncio.get_running_loop().time() + 5
            assert (await onvif.device_time(address, deadline)).utc == 1_700_000_000
    assert served == 3


async def test_a_fresh_connection_that_is_hung_up_on_is_not_tried_again() -> None:
    heard = 0

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal heard
        await question(reader)
        heard += 1

    async with camera(behave) as address:
        with pytest.raises(Truncated):
            await ask(address)
    assert heard == 1


async def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    monkeypatch.delenv("no_proxy", raising=False)
    async with camera(says(http(GOOD))) as address:
        assert await ask(address) == 1_700_000_000


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ipc")])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "camera.pem"
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


async def test_a_self_signed_and_expired_certificate_is_taken_unless_it_shall_be_verified(tmp_path: Path) -> None:
    async with camera(says(http(GOOD)), _self_signed(tmp_path)) as address:
        assert await ask(address) == 1_700_000_000
        async with Onvif(verify_tls=True) as onvif:
            with pytest.raises(NotOnvif, match="TLS failed"):
                await onvif.device_time(address, asyncio.get_running_loop().time() + 5)


async def test_a_plain_port_that_is_spoken_to_in_tls_is_not_onvif() -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()

    async with camera(behave) as address:
        with pytest.raises((NotOnvif, Truncated)):
            await ask(Address(address.host, address.port, tls=True))

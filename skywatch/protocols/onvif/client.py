"""The ONVIF of a process: one session, one set of parsed WSDLs, any number of cameras."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Self

from yarl import URL

from skywatch.clock import Clock, SystemClock
from skywatch.credentials import Credentials
from skywatch.observation import Step
from skywatch.protocols.errors import ProtocolError
from skywatch.protocols.onvif import heartbeat
from skywatch.protocols.onvif.addresses import Place, safe_path
from skywatch.protocols.onvif.calls import Calls
from skywatch.protocols.onvif.faults import NothingThere
from skywatch.protocols.onvif.interview import Course, Interview
from skywatch.protocols.onvif.library import Library, load
from skywatch.protocols.onvif.model import Address, Device, DeviceTime, Memory
from skywatch.protocols.onvif.signin import SignIn
from skywatch.protocols.onvif.wire import Answer, Wire

PATH = "/onvif/device_service"
"""Where the specification puts the device service (ONVIF core, 5.1)."""

OTHER_PATHS = ("/onvif/service", "/onvif/Device_service")
"""Where Tapo, and an OEM that minds capital letters, put it."""

HALF_A_SECOND = 0.5
"""Cameras cut their time to whole seconds: on average it is this much later than they say."""


class Onvif:
    """An async context manager; `start` and `close` do the same. Safe to be used for any number of cameras at once."""

    def __init__(self, clock: Clock | None = None, *, verify_tls: bool = False) -> None:
        self._clock = clock or SystemClock()
        self._wire = Wire(verify_tls=verify_tls)
        self._loading: asyncio.Task[Library] | None = None

    async def start(self) -> None:
        await self._wire.start()

    async def close(self) -> None:
        await self._wire.close()
        if self._loading is not None:
            await asyncio.wait([self._loading])

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def device_time(self, address: Address, deadline: float, memory: Memory | None = None) -> DeviceTime:
        """The heartbeat (decision 4): constant bytes, no credentials. `memory` tells the path that `describe` found.

        Raises ProtocolError where no camera with ONVIF answered: ConnectionFailed, TimedOut (`step`: connect or
        answer), Truncated, TooLarge, NotOnvif, Busy, Declined (403).
        """
        url = URL(_url(address, memory), encoded=True)
        answer = await self._wire.post(url, heartbeat.QUESTION, heartbeat.HEADERS, deadline, heartbeat.LIMIT)
        try:
            utc, facts = heartbeat.read(answer.status, answer.body)
        except ProtocolError as error:
            error.step = "answer"
            raise
        hint = None if utc is not None else heartbeat.by_header(answer.headers)
        offset = None if utc is None else self._offset(utc, answer)
        return DeviceTime(
            utc, offset, answer.received - answer.sent, facts, None if hint is None else self._offset(hint, answer)
        )

    def _offset(self, told: float, answer: Answer) -> float:
        """The camera's clock minus ours, taken at the middle of the round trip."""
        middle = self._clock.now() - (answer.received - answer.sent) / 2
        return told + HALF_A_SECOND - middle

    async def describe(
        self,
        address: Address,
        credentials: Credentials | None,
        memory: Memory,
        deadline: float,
        observer: Callable[[Step], None] | None = None,
    ) -> Device:
        """Everything that a camera says of itself, in one visit; `memory` is read and written.

        Signs in at most once per way (token, Digest), and with the remembered way only. Steps: time, library,
        device_information, services, capabilities, media2_profiles, media_profiles, stream_uri, snapshot_uri. A camera
        that has ONVIF only for information has no profiles. What a single later question suffers from is the note of
        its step.

        Raises ProtocolError with `steps`; AuthFailed at the first refusal, with the words of a camera that counts.
        """
        course = Course(observer)
        address = await course.do("time", self._found(address, memory, deadline))
        library = await course.do("library", self._library())
        signin = SignIn(self._wire, library, self._clock, credentials, memory, deadline)
        return await Interview(Calls(library, signin, address), course, address, _url(address, memory)).device()

    async def _library(self) -> Library:
        """The library, loaded in a thread: half a second the first time, nothing later. No deadline: it is not the
        camera that takes so long."""
        if self._loading is None:
            self._loading = asyncio.create_task(asyncio.to_thread(load))
        return await asyncio.shield(self._loading)

    async def _found(self, address: Address, memory: Memory, deadline: float) -> Address:
        """The address with the path at which somebody answers; learns path and clock on the way."""
        last: NothingThere | None = None
        known = [address.path] if address.path else [memory.path or PATH, PATH, *OTHER_PATHS]
        for path in dict.fromkeys(known):
            try:
                told = await self.device_time(replace(address, path=path), deadline)
            except NothingThere as error:
                last = last or error
                continue
            memory.path = "" if path == PATH else path
            memory.clock_offset = told.hint if told.offset is None else told.offset
            return replace(address, path=path)
        assert last is not None, "there is always a path to try"  # noqa: S101
        raise last


def _url(address: Address, memory: Memory | None) -> str:
    path = address.path or (memory.path if memory else "") or PATH
    scheme = "https" if address.tls else "http"
    return Place(scheme, address.port, PATH if path is PATH else safe_path(path)).on(address.host)

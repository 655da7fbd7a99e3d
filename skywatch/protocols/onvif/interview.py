"""One long talk with one camera: who are you, what can you do, which pictures have you, and where. Step by step,
timed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from skywatch.clock import tick
from skywatch.observation import Step
from skywatch.protocols.errors import AuthFailed, Declined, NotSpoken, ProtocolError, TimedOut, TooLarge, Truncated
from skywatch.protocols.onvif import profiles
from skywatch.protocols.onvif.addresses import service_url, snapshot_uri, stream_uri
from skywatch.protocols.onvif.calls import Calls
from skywatch.protocols.onvif.library import DEVICE, MEDIA1, MEDIA2
from skywatch.protocols.onvif.model import Address, Device, Profile
from skywatch.protocols.onvif.profiles import dig, several, text

T = TypeVar("T")

ASKED = 32
"""Profiles whose addresses are asked for, the largest first."""

SERVICES = 40
"""Services that are noted; ONVIF knows some thirty."""

_LOSABLE = (Declined, NotSpoken, TooLarge, Truncated)
"""What a camera may answer to one question without spoiling the others. A refused password is not among it: going on
would count as further attempts."""

_RTP = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}


@dataclass
class Course:
    """The steps of a visit as they happen; a failure takes them along."""

    observer: Callable[[Step], None] | None = None
    steps: list[Step] = field(default_factory=list)

    async def do(self, name: str, work: Awaitable[T]) -> T:
        """Wait for `work` and note how long it took; a ProtocolError leaves with `name` as its step."""
        began = tick()
        try:
            result = await work
        except ProtocolError as error:
            self._note(Step(name, tick() - began, error.code))
            error.step, error.steps = name, tuple(self.steps)
            raise
        self._note(Step(name, tick() - began))
        return result

    async def try_to(self, name: str, work: Awaitable[T], otherwise: T) -> T:
        """The same, but what only this one question suffers from is noted in the step, and `otherwise` goes on."""
        try:
            return await self.do(name, work)
        except AuthFailed:
            raise
        except _LOSABLE:
            return otherwise

    def _note(self, step: Step) -> None:
        self.steps.append(step)
        if self.observer is not None:
            self.observer(step)


class Interview:
    """The questions of one visit, in their order."""

    def __init__(self, calls: Calls, course: Course, address: Address, device_url: str) -> None:
        self._calls, self._course, self._address, self._device_url = calls, course, address, device_url

    async def device(self) -> Device:
        """Everything. Raises ProtocolError if the camera does not even say who it is."""
        who = await self._course.do("device_information", self._ask("GetDeviceInformation"))
        services = await self._services()
        found = [await self._addressed(profile, services) for profile in (await self._profiles(services))]
        found = await self._with_snapshots(found, services)
        return Device(
            manufacturer=text(dig(who, "Manufacturer")),
            model=text(dig(who, "Model")),
            firmware=text(dig(who, "FirmwareVersion")),
            serial=text(dig(who, "SerialNumber")),
            hardware=text(dig(who, "HardwareId")),
            services=services,
            profiles=tuple(found),
            steps=tuple(self._course.steps),
        )

    def _ask(self, operation: str, **arguments: Any) -> Awaitable[Any]:
        return self._calls.call(DEVICE, self._device_url, operation, **arguments)

    async def _services(self) -> dict[str, str]:
        """XAddr by namespace; by GetCapabilities where a camera is too old for GetServices, or fails at it
        (Hikvision)."""
        told = await self._course.try_to("services", self._ask("GetServices", IncludeCapability=False), None)
        named = {text(dig(one, "Namespace")): dig(one, "XAddr") for one in several(told, SERVICES)}
        if not self._believed(named):
            told = await self._course.try_to("capabilities", self._ask("GetCapabilities", Category=["All"]), None)
            named = {DEVICE: dig(told, "Device", "XAddr"), MEDIA1: dig(told, "Media", "XAddr")}
        return self._believed(named)

    def _believed(self, named: dict[str, Any]) -> dict[str, str]:
        host, port, tls = self._address.host, self._address.port, self._address.tls
        urls = {namespace: service_url(str(xaddr or ""), host, port, tls) for namespace, xaddr in named.items()}
        return {namespace: url for namespace, url in urls.items() if namespace and url}

    async def _profiles(self, services: dict[str, str]) -> tuple[Profile, ...]:
        told: dict[str, Any] = {}
        if MEDIA2 in services:
            question = self._calls.call(MEDIA2, services[MEDIA2], "GetProfiles", Type=["All"])
            told[MEDIA2] = await self._course.try_to("media2_profiles", question, None)
        if MEDIA1 in services:
            question = self._calls.call(MEDIA1, services[MEDIA1], "GetProfiles")
            told[MEDIA1] = await self._course.try_to("media_profiles", question, None)
        return profiles.merged(profiles.of_media2(told.get(MEDIA2)), profiles.of_media1(told.get(MEDIA1)))[:ASKED]

    async def _addressed(self, profile: Profile, services: dict[str, str]) -> Profile:
        """With its stream's address: by the service that knows the profile, or else by Media1, whose tokens are the
        same."""
        uri = await self._stream(profile, services) if profile.media == 2 else ""
        if not uri and MEDIA1 in services:
            uri = await self._stream(replace(profile, media=1), services)
        return replace(profile, stream_uri=stream_uri(uri, self._address.host))

    async def _stream(self, profile: Profile, services: dict[str, str]) -> str:
        namespace = MEDIA2 if profile.media == 2 else MEDIA1
        how: dict[str, Any] = {"Protocol": "RTSP"} if profile.media == 2 else {"StreamSetup": _RTP}
        question = self._calls.call(namespace, services[namespace], "GetStreamUri", ProfileToken=profile.token, **how)
        return _uri(await self._course.try_to("stream_uri", question, None))

    async def _with_snapshots(self, found: list[Profile], services: dict[str, str]) -> list[Profile]:
        """The same profiles with their snapshots' addresses, as far as time allows: a camera is known without them."""
        known: list[Profile] = []
        for profile in found:
            namespace = MEDIA2 if profile.media == 2 else MEDIA1
            question = self._calls.call(namespace, services[namespace], "GetSnapshotUri", ProfileToken=profile.token)
            try:
                uri = _uri(await self._course.try_to("snapshot_uri", question, None))
            except TimedOut:
                break
            known.append(replace(profile, snapshot_uri=snapshot_uri(uri, self._address.host)))
        return known + found[len(known) :]


def _uri(told: Any) -> str:
    """The address in an answer of Media1 (`MediaUri.Uri`) or Media2 (the text itself)."""
    uri = told if isinstance(told, str) else dig(told, "Uri")
    return uri if isinstance(uri, str) else ""

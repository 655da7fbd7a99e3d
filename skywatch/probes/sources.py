"""Where a camera's streams are: the ledger says it, or ONVIF is asked once and remembered."""

from dataclasses import dataclass
from enum import StrEnum

from skywatch.credentials import Credentials
from skywatch.inventory import Camera
from skywatch.probes.probe import Tools
from skywatch.probes.visit import signed_in
from skywatch.protocols.errors import NotFound
from skywatch.protocols.onvif import Address, Device, main_and_sub
from skywatch.protocols.rtsp import Look, Recording, Target, collect, look


class Choice(StrEnum):
    """Which of a camera's streams: the full picture, or the small one where there is one."""

    MAIN = "main"
    SUB = "sub"


def address_of(camera: Camera) -> Address:
    """Where the camera's ONVIF listens; only for cameras that have it."""
    if camera.onvif_port is None:
        raise NotFound("the ledger gives no ONVIF port", step="ledger")
    return Address(camera.host, camera.onvif_port, camera.tls)


def url_of(camera: Camera, path: str) -> str:
    """The RTSP address of a path of the ledger."""
    scheme = "rtsps" if camera.tls else "rtsp"
    host = f"[{camera.host}]" if ":" in camera.host else camera.host
    return f"{scheme}://{host}:{camera.rtsp_port}/{path.removeprefix('/')}"


@dataclass(frozen=True, slots=True)
class Sources:
    """The addresses of a camera's pictures; `sub` equals `main` where there is no small one."""

    main: str
    sub: str

    def pick(self, choice: Choice) -> str:
        return self.sub if choice is Choice.SUB else self.main


async def describe(camera: Camera, tools: Tools, deadline: float) -> Device:
    """Ask the camera what it is, and remember it. Raises ProtocolError."""
    memory = tools.recollect(camera)

    async def ask(credentials: Credentials | None) -> Device:
        return await tools.onvif.describe(address_of(camera), credentials, memory.onvif, deadline, tools.step)

    memory.device = await signed_in(camera, tools, deadline, ask)
    return memory.device


async def find(camera: Camera, tools: Tools, deadline: float) -> Sources:
    """The camera's streams, by the ledger or by ONVIF. Raises ProtocolError."""
    if camera.stream:
        main = url_of(camera, camera.stream)
        return Sources(main, url_of(camera, camera.substream) if camera.substream else _known_sub(camera, tools, main))
    device = tools.recollect(camera).device or await describe(camera, tools, deadline)
    return _by_profiles(camera, device)


def _known_sub(camera: Camera, tools: Tools, main: str) -> str:
    """The small picture of a camera whose ledger names the main one only: what ONVIF has told, if it has."""
    device = tools.recollect(camera).device
    if device is None or not device.profiles:
        return main
    return main_and_sub(device.profiles, camera.profile)[1].stream_uri or main


def _by_profiles(camera: Camera, device: Device) -> Sources:
    if not device.profiles:
        raise NotFound("ONVIF lists no media profile, and the ledger no stream path", step="profiles")
    main, sub = main_and_sub(device.profiles, camera.profile)
    if not main.stream_uri:
        raise NotFound(f"profile {main.token} has no stream address", step="stream_uri")
    return Sources(main.stream_uri, sub.stream_uri or main.stream_uri)


async def open_stream(camera: Camera, tools: Tools, choice: Choice, deadline: float, listen: float) -> Look:
    """Look at one of the camera's streams. Raises ProtocolError; ForeignCodec where `record_stream` is of more use."""
    sources = await find(camera, tools, deadline)

    async def watch(credentials: Credentials | None) -> Look:
        target = Target(sources.pick(choice), credentials, camera.transport)
        return await look(target, deadline, listen=listen, observer=tools.step)

    return await signed_in(camera, tools, deadline, watch)


async def record_stream(camera: Camera, tools: Tools, choice: Choice, deadline: float, seconds: float) -> Recording:
    """Record `seconds` of a stream that nobody here takes apart. Raises ProtocolError."""
    sources = await find(camera, tools, deadline)

    async def record(credentials: Credentials | None) -> Recording:
        target = Target(sources.pick(choice), credentials, camera.transport)
        return await collect(target, deadline, seconds=seconds, observer=tools.step)

    return await signed_in(camera, tools, deadline, record)

"""What is this camera, really? Identity, services and profiles over ONVIF, signed in."""

from dataclasses import replace

from pydantic import Field

from skywatch.config.units import Seconds
from skywatch.inventory import Camera
from skywatch.observation import Finding, Observation, Verdict
from skywatch.probes.probe import Options, Probe, Recollection, Tools
from skywatch.probes.sources import describe
from skywatch.probes.visit import Sight, observe
from skywatch.protocols.onvif import Device

ONVIF_FINDINGS = (
    "refused", "unreachable", "timeout", "truncated", "too_large", "not_onvif", "auth_failed", "not_found", "busy",
    "unsupported", "declined", "onvif_fault", "internal",
)  # fmt: skip
"""Why a camera may not say what it is."""


class DeviceOptions(Options):
    """Options of the device probe."""

    period: Seconds = Field(default=86400.0, description="From one visit to the next, while all is well.")
    timeout: Seconds = Field(default=20.0, description="A visit is over by then, whatever the camera does.")
    recheck: Seconds = Field(
        default=60.0,
        description="The first pause after a visit that failed; each further failure doubles it, up to the period.",
    )


async def run(camera: Camera, tools: Tools, deadline: float) -> Observation:
    """Passes when the camera said what it is. What it says is remembered for the other probes. Another serial number
    than at first is a remark beside a pass."""

    async def ask() -> Sight:
        device = await describe(camera, tools, deadline)
        found = _another(device, tools.recollect(camera))
        return Sight(Verdict.PASS, found, {"profiles": len(device.profiles)}, facts_of(device), device.steps)

    return await observe("device", camera, tools, ask)


def _another(device: Device, memory: Recollection) -> tuple[Finding, ...]:
    """Another serial number than at first is another device; the first one is remembered."""
    known = memory.identity.serial
    if device.serial and not known:
        memory.identity = replace(memory.identity, serial=device.serial)
    if not device.serial or not known or device.serial == known:
        return ()
    return (Finding("device_changed", "describe", f"serial number {device.serial}, was {known}"),)


def facts_of(device: Device) -> dict[str, str]:
    """The identity, without what the camera left empty."""
    told = {
        "manufacturer": device.manufacturer,
        "model": device.model,
        "firmware": device.firmware,
        "serial": device.serial,
        "hardware": device.hardware,
    }
    return {name: value for name, value in told.items() if value}


PROBE = Probe(
    name="device",
    options=DeviceOptions,
    run=run,
    findings=(*ONVIF_FINDINGS, "device_changed"),
    numbers={"profiles": "media profiles that the camera offers"},
    facts={
        "manufacturer": "as the camera says it",
        "model": "as the camera says it",
        "firmware": "version of the firmware",
        "serial": "serial number: a change means another device",
        "hardware": "hardware identity",
    },
    applies=lambda camera: camera.onvif_port is not None,
    idle_while_down=True,
)

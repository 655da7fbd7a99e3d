"""Is the camera alive, and what time does it think it is? Never signs in, so it can never lock an account."""

from dataclasses import replace

from pydantic import Field

from skywatch.clock import tick
from skywatch.config.units import Seconds
from skywatch.inventory import Camera
from skywatch.observation import Finding, Observation, Step, Verdict
from skywatch.probes.probe import Options, Probe, Tools
from skywatch.probes.sources import address_of, url_of
from skywatch.probes.visit import Sight, observe
from skywatch.protocols.errors import Declined, NotSpoken, ProtocolError, Refused
from skywatch.protocols.onvif import DeviceTime
from skywatch.protocols.rtsp import Target, options

FINDINGS = (
    "refused", "unreachable", "timeout", "truncated", "too_large", "not_rtsp", "not_onvif", "busy", "declined",
    "clock_wrong", "internal",
)  # fmt: skip
"""Why a camera may count as dead, and what may be remarked of one that lives."""


class HeartbeatOptions(Options):
    """Options of the heartbeat."""

    period: Seconds = Field(default=60.0, description="From one visit to the next, while all is well.")
    timeout: Seconds = Field(default=5.0, description="A visit is over by then, whatever the camera does.")
    clock_tolerance: Seconds = Field(
        default=60.0, description="How far the camera's clock may be off before `clock_wrong` is found."
    )


async def run(camera: Camera, tools: Tools, deadline: float) -> Observation:
    """ONVIF GetSystemDateAndTime without credentials; RTSP OPTIONS where there is no ONVIF, or only ONVIF is silent.

    Passes when the camera answers in either protocol. `clock_wrong` is a remark beside a pass: a camera with a wrong
    clock is alive.
    """
    return await observe("heartbeat", camera, tools, lambda: _knock(camera, tools, deadline))


async def _knock(camera: Camera, tools: Tools, deadline: float) -> Sight:
    if camera.onvif_port is None:
        return await _rtsp(camera, tools, deadline)
    began = tick()
    try:
        told = await tools.onvif.device_time(address_of(camera), deadline, tools.recollect(camera).onvif)
    except (Refused, NotSpoken) as error:
        return await _second_door(camera, tools, deadline, error)
    except Declined as error:  # 403, 503: whoever says no is alive
        return Sight(Verdict.PASS, (Finding(error.code, error.step, str(error)),), facts={"protocol": "onvif"})
    asked = Step("time", tick() - began)
    tools.step(asked)
    return replace(_by_clock(camera, tools, told), steps=(asked,))


async def _rtsp(camera: Camera, tools: Tools, deadline: float) -> Sight:
    steps = await options(Target(url_of(camera, camera.stream), transport=camera.transport), deadline)
    for step in steps:
        tools.step(step)
    return Sight(Verdict.PASS, facts={"protocol": "rtsp"}, steps=steps)


async def _second_door(camera: Camera, tools: Tools, deadline: float, error: ProtocolError) -> Sight:
    """ONVIF is closed, yet somebody is there: a camera whose ONVIF was switched off still answers RTSP."""
    try:
        sight = await _rtsp(camera, tools, deadline)
    except ProtocolError:
        raise error from None
    remark = Finding(error.code, step="onvif", detail=str(error))
    return Sight(Verdict.PASS, (remark,), facts=sight.facts, steps=sight.steps)


def _by_clock(camera: Camera, tools: Tools, told: DeviceTime) -> Sight:
    facts = {"protocol": "onvif", **told.facts}
    if told.offset is None:
        tools.recollect(camera).onvif.clock_offset = told.hint
        return Sight(Verdict.PASS, numbers={"round_trip": told.seconds}, facts=facts)
    tools.recollect(camera).onvif.clock_offset = told.offset
    limit = _options(tools).clock_tolerance
    wrong = (Finding("clock_wrong", detail=f"{told.offset:+.0f} s"),) if abs(told.offset) > limit else ()
    return Sight(Verdict.PASS, wrong, {"round_trip": told.seconds, "clock_offset": told.offset}, facts)


def _options(tools: Tools) -> HeartbeatOptions:
    chosen = tools.options["heartbeat"]
    assert isinstance(chosen, HeartbeatOptions)  # noqa: S101 - the table pairs name and model
    return chosen


PROBE = Probe(
    name="heartbeat",
    options=HeartbeatOptions,
    run=run,
    findings=FINDINGS,
    numbers={
        "round_trip": "seconds from the question to the answer",
        "clock_offset": "the camera's clock minus ours, in seconds",
    },
    facts={
        "protocol": "`onvif` or `rtsp`: what answered",
        "timezone": "as the camera has it set",
        "daylight_saving": "whether the camera says that summer time is on",
        "clock_source": "Manual or NTP",
        "clock": "why the camera told no time",
    },
)

"""Does the stream run? Until the first complete keyframe, not decoded."""

from dataclasses import replace

from pydantic import Field

from skywatch.config.units import Ratio, Seconds, SecondsOrZero
from skywatch.inventory import Camera
from skywatch.observation import Finding, Observation, Verdict
from skywatch.probes.probe import Options, Probe, Recollection, Tools
from skywatch.probes.sources import Choice, open_stream, record_stream
from skywatch.probes.visit import Sight, observe
from skywatch.protocols.errors import ForeignCodec
from skywatch.protocols.rtsp import AccessUnit, Link, Look

RTSP_FINDINGS = (
    "refused", "unreachable", "timeout", "truncated", "too_large", "not_rtsp", "not_onvif", "auth_failed", "not_found",
    "busy", "unsupported", "declined", "onvif_fault", "no_video", "no_keyframe", "packet_loss", "internal",
)  # fmt: skip
"""Why a stream may not come, ONVIF's reasons included: it may have to be asked for the address."""


class StreamOptions(Options):
    """Options of the stream probe."""

    period: Seconds = Field(default=300.0, description="From one visit to the next, while all is well.")
    timeout: Seconds = Field(default=15.0, description="A visit is over by then, whatever the camera does.")
    listen: SecondsOrZero = Field(
        default=1.0,
        description="Listen at least this long, so that frame rate, bit rate and loss mean something; "
        "0 stops at the first complete keyframe.",
    )
    loss_limit: Ratio = Field(default=0.02, description="Share of RTP packets lost above which `packet_loss` is found.")


async def run(camera: Camera, tools: Tools, deadline: float) -> Observation:
    """Passes when a complete keyframe came and hardly a packet was lost. A picture smaller than the ledger promises
    is a remark beside a pass, and so is another codec or size than the camera had at first.

    A stream in a codec that we don't take apart may run very well: whether it holds complete keyframes is `unknown`.
    Lost packets and no packets at all are a failure whatever the codec.
    """
    return await observe("stream", camera, tools, lambda: _watch(camera, tools, deadline))


async def _watch(camera: Camera, tools: Tools, deadline: float) -> Sight:
    chosen = tools.options["stream"]
    assert isinstance(chosen, StreamOptions)  # noqa: S101 - the table pairs name and model
    try:
        seen = await open_stream(camera, tools, Choice.MAIN, deadline, chosen.listen)
    except ForeignCodec as foreign:
        return await _listen(camera, tools, deadline, chosen, foreign)
    lost = _loss(seen.link, chosen.loss_limit)
    verdict = Verdict.FAIL if lost else Verdict.PASS
    numbers = numbers_of(seen.link, seen.keyframe)
    found = lost + _too_small(camera, seen) + _changed(seen, tools.recollect(camera))
    return Sight(verdict, found, numbers, seen.facts, seen.steps)


async def _listen(camera: Camera, tools: Tools, deadline: float, chosen: StreamOptions, foreign: ForeignCodec) -> Sight:
    """What can be said of a stream by its packets alone."""
    heard = await record_stream(camera, tools, Choice.MAIN, deadline, chosen.listen)
    numbers = numbers_of(heard.link)
    if lost := _loss(heard.link, chosen.loss_limit):
        return Sight(Verdict.FAIL, lost, numbers, heard.facts, heard.steps)
    runs = Finding(foreign.code, "collect", f"{foreign.message}; its packets come")
    return Sight(Verdict.UNKNOWN, (runs,), numbers, heard.facts, heard.steps)


def _loss(link: Link, limit: float) -> tuple[Finding, ...]:
    if link.loss is None or link.loss <= limit:
        return ()
    return (Finding("packet_loss", step="listen", detail=f"{link.loss:.1%} of {link.packets} packets"),)


def _too_small(camera: Camera, seen: Look) -> tuple[Finding, ...]:
    """Heights are coded in steps of 16: 1088 for 1080, and some encoders leave the cropping out; smaller is smaller."""
    picture = seen.keyframe
    if not (picture.width and camera.width) or (picture.width >= camera.width and picture.height >= camera.height):
        return ()
    size = f"{picture.width}x{picture.height} instead of {camera.width}x{camera.height}"
    return (Finding("resolution_low", step="listen", detail=size),)


def _changed(seen: Look, memory: Recollection) -> tuple[Finding, ...]:
    """Another codec or size than at first: somebody has been at the settings. The first one is remembered."""
    picture, known = seen.keyframe, memory.identity.stream
    now = f"{picture.codec} {picture.width}x{picture.height}"
    if not picture.width or not picture.height:
        return ()
    if not known:
        memory.identity = replace(memory.identity, stream=now)
    return (Finding("stream_changed", "listen", f"{now}, was {known}"),) if known and now != known else ()


def numbers_of(link: Link, picture: AccessUnit | None = None) -> dict[str, float]:
    """What was measured, without what could not be known."""
    measured = {
        "loss": link.loss,
        "jitter": link.jitter,
        "frame_rate": link.frame_rate,
        "bit_rate": link.bit_rate,
        "keyframe_interval": link.keyframe_interval,
        "width": (picture and picture.width) or None,
        "height": (picture and picture.height) or None,
    }
    return {name: float(value) for name, value in measured.items() if value is not None}


PROBE = Probe(
    name="stream",
    options=StreamOptions,
    run=run,
    findings=(*RTSP_FINDINGS, "resolution_low", "stream_changed"),
    numbers={
        "loss": "share of RTP packets lost, 0 to 1",
        "jitter": "interarrival jitter in seconds (RFC 3550, 6.4.1)",
        "frame_rate": "frames per second",
        "bit_rate": "bits per second of RTP payload",
        "keyframe_interval": "seconds from keyframe to keyframe",
        "width": "pixels of the main stream",
        "height": "pixels of the main stream",
    },
    facts={
        "codec": "h264, h265 or mjpeg; or what the camera calls it, if it is another",
        "transport": "tcp or udp",
        "auth": "how the camera was signed in to",
        "server": "what the RTSP server calls itself",
        "nominal_frame_rate": "frames per second as the stream announces them",
    },
)

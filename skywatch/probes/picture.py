"""Can one see anything? A keyframe decoded, measured and judged."""

from pydantic import Field

from skywatch.clock import tick
from skywatch.config.units import Seconds
from skywatch.inventory import Camera
from skywatch.observation import Observation, Step, Verdict
from skywatch.picture import Sky, diagnose, sky_at
from skywatch.probes.probe import Options, Probe, Tools
from skywatch.probes.sources import Choice, open_stream
from skywatch.probes.stream import RTSP_FINDINGS
from skywatch.probes.visit import Sight, observe


class PictureOptions(Options):
    """Options of the picture probe."""

    period: Seconds = Field(default=900.0, description="From one visit to the next, while all is well.")
    timeout: Seconds = Field(default=20.0, description="A visit is over by then, whatever the camera does.")
    recheck: Seconds = Field(
        default=20.0,
        description="The first pause after a visit that failed; each further failure doubles it, up to the period.",
    )
    stream: Choice = Field(
        default=Choice.SUB,
        description="`sub` looks at the small picture where the camera has one, `main` at the full one.",
    )


async def run(camera: Camera, tools: Tools, deadline: float) -> Observation:
    """Fails when the picture is at fault. No picture at all is `unknown`: that is the stream probe's to judge."""
    return await observe("picture", camera, tools, lambda: _see(camera, tools, deadline), otherwise=Verdict.UNKNOWN)


async def _see(camera: Camera, tools: Tools, deadline: float) -> Sight:
    chosen = tools.options["picture"]
    assert isinstance(chosen, PictureOptions)  # noqa: S101 - the table pairs name and model
    at = tools.clock.now()
    seen = await open_stream(camera, tools, chosen.stream, deadline, listen=0.0)
    began = tick()
    features = await tools.workers.examine(seen.keyframe, deadline)
    scored = Step("score", tick() - began)
    tools.step(scored)
    place = tools.place(camera)
    sky = sky_at(*place, at, camera.light) if place else Sky(light=camera.light)
    judged = diagnose(features, sky, tools.limits)
    numbers = {**judged.scores, "picture_width": float(features.width), "picture_height": float(features.height)}
    facts = {"regime": judged.regime, **{f"unjudged_{item}": why for item, why in judged.unjudged.items()}}
    return Sight(judged.verdict, judged.findings, numbers, facts, (*seen.steps, scored))


PROBE = Probe(
    name="picture",
    options=PictureOptions,
    run=run,
    findings=(*RTSP_FINDINGS, "undecodable", "worker_crashed", "worker_timeout", "blur", "dark", "light_failed"),
    numbers={
        "blur": "0 (sharp) to 1 (nothing sharp left); see scores.md",
        "darkness": "0 (bright) to 1 (black); see scores.md",
        "picture_width": "pixels of the picture that was judged",
        "picture_height": "pixels of the picture that was judged",
    },
    facts={
        "regime": "which light the picture was judged by: day_colour, dusk, night_infrared, night_white, night_unlit, "
        "or unstated where nobody knows the place",
        "unjudged_*": "why an item could not be judged",
    },
)

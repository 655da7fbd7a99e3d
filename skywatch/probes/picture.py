"""Can one see anything? A keyframe decoded, measured and judged."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from functools import partial

from pydantic import Field

from skywatch.clock import tick
from skywatch.config.units import Seconds
from skywatch.inventory import Camera, Light
from skywatch.observation import Observation, Step, Verdict
from skywatch.picture import Diagnosis, Features, Sky, diagnose, sky_at
from skywatch.picture.examined import Examined
from skywatch.picture.sketch import Sketch
from skywatch.picture.weather import Look as Haze
from skywatch.picture.weather import Neighbours, visibility
from skywatch.probes.learning import Known, Lesson, alone, recall, study
from skywatch.probes.probe import Options, Probe, Recollection, Tools
from skywatch.probes.sources import Choice, open_stream, record_stream
from skywatch.probes.stream import RTSP_FINDINGS
from skywatch.probes.visit import Sight, observe
from skywatch.protocols.errors import ForeignCodec
from skywatch.protocols.rtsp import AccessUnit
from skywatch.protocols.rtsp.unit import Packets

RECORDING = 3.0
"""Seconds, at most, of a stream that only FFmpeg may take apart: most cameras send a keyframe every second or two."""

APART = 300.0
"""Seconds, at least, between two looks of which one tells whether the other stands still: in an empty yard at noon the
light may stay as it is for a minute or two."""

Steps = tuple[Step, ...]


class PictureOptions(Options):
    """Options of the picture probe."""

    period: Seconds = Field(default=900.0, description="From one visit to the next, while all is well.")
    timeout: Seconds = Field(default=20.0, description="A visit is over by then, whatever the camera does.")
    recheck: Seconds = Field(
        default=180.0,
        description="The first pause after a look that found something new, or missed something; the next ones are "
        "twice as long each, up to the period, until it is believed or forgotten.",
    )
    stream: Choice = Field(
        default=Choice.SUB,
        description="`sub` looks at the small picture where the camera has one, `main` at the full one.",
    )


async def run(camera: Camera, tools: Tools, deadline: float) -> Observation:
    """Fails when the picture is at fault. No picture at all is `unknown`: that is the stream probe's to judge. So is
    one that nobody decodes: FFmpeg is tried where our own client doesn't know the codec."""
    return await observe("picture", camera, tools, lambda: _see(camera, tools, deadline), otherwise=Verdict.UNKNOWN)


async def _see(camera: Camera, tools: Tools, deadline: float) -> Sight:
    chosen = tools.options["picture"]
    assert isinstance(chosen, PictureOptions)  # noqa: S101 - the table pairs name and model
    at, memory = tools.clock.now(), tools.recollect(camera)
    place = tools.place(camera)
    sky = sky_at(*place, at, camera.light) if place else Sky(light=camera.light)
    known = await recall(tools.baselines, camera.code, sky.regime) if place else Known()
    unit, steps = await _picture(camera, tools, chosen.stream, deadline)
    earlier = _earlier(memory, at)
    examining = tools.workers.examine(unit, deadline, known.references, earlier, want_thumbnail=tools.thumbnails)
    look, scored = await _timed(tools, examining)
    memory.thumbnail = look.thumbnail
    if earlier is not None or memory.sketched is None:
        memory.sketched = at, look.sketch
    fits = known.fits(look.features)
    features = look.features if fits else alone(look.features)
    usual = known.usual if fits else {}
    visible = visibility(features, usual)
    around = Neighbours.UNKNOWN if visible is None else tools.neighbours(camera, Haze(at, sky.regime, visible))
    promised = _promised(camera, chosen.stream)
    judge = partial(diagnose, sky=sky, limits=tools.limits, usual=usual, neighbours=around, expected=promised)
    judged = judge(features)
    standing = memory.standing.get("picture", frozenset())
    lesson = Lesson(known, at, look.features, "blur" in judged.scores, codes(judged), standing)
    again = partial(tools.workers.examine, unit, deadline, want_reference=True)
    await study(tools.baselines, lesson, lambda references: again(references=references), judge)
    return _beside(_sight(camera, features, judged, (*steps, scored)), visible, known)


def _earlier(memory: Recollection, at: float) -> Sketch | None:
    """A look long enough ago to tell by it whether the picture stands still."""
    if memory.sketched is None:
        return None
    before, sketch = memory.sketched
    return sketch if abs(at - before) >= APART else None


def _beside(sight: Sight, visible: float | None, known: Known) -> Sight:
    """`sight` with how it compares with the camera's past, and how that stands."""
    numbers = sight.numbers if visible is None else {**sight.numbers, "visibility": visible}
    facts = {**sight.facts, "baseline": known.standing} if known.regime else sight.facts
    return replace(sight, numbers=numbers, facts=facts)


def _promised(camera: Camera, choice: Choice) -> tuple[int, int] | None:
    """The size that the ledger says of the picture that is looked at: it speaks of the main stream alone."""
    return (camera.width, camera.height) if choice is Choice.MAIN and camera.width and camera.height else None


def _sight(camera: Camera, features: Features, judged: Diagnosis, steps: Steps) -> Sight:
    """`blur` and `darkness` go by their old names whatever light they were judged by; everything else as `score_*`."""
    scores = dict(judged.scores)
    darkness = max((scores.pop(code) for code in ("dark", "light_failed") if code in scores), default=None)
    named = {"blur": scores.pop("blur", None), "darkness": darkness}
    numbers = {
        **{name: score for name, score in named.items() if score is not None},
        **{f"score_{code}": score for code, score in scores.items()},
        "picture_width": float(features.width),
        "picture_height": float(features.height),
    }
    facts = {"regime": judged.regime, **{f"unjudged_{item}": why for item, why in judged.unjudged.items()}}
    return Sight(judged.verdict, judged.findings, numbers, facts, steps, _judged(judged, camera))


def _judged(diagnosis: Diagnosis, camera: Camera) -> frozenset[str]:
    """What this look can speak of. A light that the ledger has no more can't have failed."""
    judged = frozenset(diagnosis.scores)
    return judged | {"light_failed"} if camera.light is Light.NONE else judged


def codes(judged: Diagnosis) -> frozenset[str]:
    """Of everything found, remarks too."""
    return frozenset(finding.code for finding in judged.findings)


async def _picture(camera: Camera, tools: Tools, choice: Choice, deadline: float) -> tuple[AccessUnit | Packets, Steps]:
    """A keyframe; of a stream that only FFmpeg takes apart, packets, for a worker that gets no address and no password.
    Half of the time is left for it."""
    try:
        seen = await open_stream(camera, tools, choice, deadline, listen=0.0)
    except ForeignCodec:
        seconds = min(RECORDING, (deadline - asyncio.get_running_loop().time()) / 2)
        heard = await record_stream(camera, tools, choice, deadline, max(0.0, seconds))
        return heard.packets, heard.steps
    return seen.keyframe, seen.steps


async def _timed(tools: Tools, scoring: Awaitable[Examined]) -> tuple[Examined, Step]:
    began = tick()
    look = await scoring
    scored = Step("score", tick() - began)
    tools.step(scored)
    return look, scored


PROBE = Probe(
    name="picture",
    options=PictureOptions,
    run=run,
    findings=(
        *RTSP_FINDINGS,
        "undecodable",
        "worker_crashed",
        "worker_timeout",
        "black",
        "no_signal",
        "torn",
        "frozen",
        "flicker",
        "menu",
        "privacy_mask",
        "blur",
        "motion_blur",
        "dirty_lens",
        "low_contrast",
        "low_resolution",
        "dark",
        "light_failed",
        "overexposed",
        "colour_cast",
        "mono_by_day",
        "noise",
        "stripes",
        "moved",
        "scene_changed",
        "covered",
    ),
    numbers={
        "blur": "0 (sharp) to 1 (nothing sharp left); see scores.md",
        "darkness": "0 (bright) to 1 (black); see scores.md",
        "score_*": "0 (as it should be) to 1 (nothing left), of each other finding; see scores.md",
        "visibility": "contrast over what is usual there by this light, 1 as ever; where there is a baseline",
        "picture_width": "pixels of the picture that was judged",
        "picture_height": "pixels of the picture that was judged",
    },
    facts={
        "regime": "which light the picture was judged by: day_colour, dusk, night_infrared, night_white, night_unlit, "
        "or unstated where nobody knows the place",
        "baseline": "of this camera by this light: none, waiting (for a person to accept it), accepted, or trusted",
        "unjudged_*": "why an item could not be judged",
    },
    idle_while_down=True,
)

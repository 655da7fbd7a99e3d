"""What really happened before real cameras, and pictures that stand still: clips and stills that nobody drew on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import thread_time

import cv2
import numpy as np

from bench.faults import Fault, degrader, encoded, spoiled
from bench.footage import Picture, Shot, shots
from bench.pictures_cases import seed_of, sky_of
from skywatch.picture.compare.choice import nearest
from skywatch.picture.compare.still import sketch, still
from skywatch.picture.decode import Planes, decode
from skywatch.picture.diagnose import diagnose
from skywatch.picture.examine import examine
from skywatch.picture.limits import Limits
from skywatch.picture.measure import Canvas
from skywatch.picture.score import judge
from skywatch.picture.sky import Sky
from skywatch.picture.vouched import REFERENCES, measured
from skywatch.protocols.rtsp.unit import AccessUnit

NAMES: Mapping[str, frozenset[str]] = {
    "defocus": frozenset({"blur"}),
    "placeholder": frozenset({"no_signal"}),
    "torn": frozenset({"torn"}),
    "tamper_covered": frozenset({"covered", "black", "dark", "overexposed", "blur", "scene_changed"}),
    "tamper_covered_moved": frozenset({"covered", "moved", "scene_changed", "overexposed"}),
    "dirty_lens": frozenset({"dirty_lens", "blur"}),
    "drops_on_lens": frozenset({"dirty_lens", "blur", "low_contrast"}),
    "motion": frozenset({"motion_blur", "blur"}),
    "low_light": frozenset({"dark", "light_failed"}),
}
"""What an event of the INDEX may rightly be called."""


_LAST_THIRD = (0.66, 0.68, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99)
"""Shares of a clip."""


def events(folder: Path, processes: int) -> list[dict[str, object]]:
    """A row for each shot of the folder at which something is wrong: what was said of it."""
    every = shots(folder)
    eventful = [
        (shot, [each for each in every if each.camera == shot.camera and each.clear])
        for shot in every
        if not shot.healthy
    ]
    with get_context("fork").Pool(processes) as pool:
        return pool.starmap(_event, eventful, chunksize=1)


def _event(shot: Shot, clear: Sequence[Shot]) -> dict[str, object]:
    """A still beside the clear ones of its camera, if there are any; a clip in its last third, where things happen,
    beside its own beginning: nobody filmed these cameras on other days."""
    cv2.setNumThreads(1)
    if shot.is_clip:
        before = [_sent(picture) for picture in shot.frames(0.05, 0.25)]
        known, sky = measured(dict(zip((Path("begin"), Path("quarter")), before, strict=True))), Sky()
        seen = [_sent(picture) for picture in shot.frames(*_LAST_THIRD)]
    else:
        known, sky = measured({each.path: _sent(each.frames(0.5)[0]) for each in clear}), Sky()
        seen = [_sent(shot.frames(0.5)[0])]
    found = {
        finding.code for one in seen for finding in judge(shot.path, [one], sky, Limits(), known).diagnosis.findings
    }
    right = NAMES.get(shot.condition, frozenset())
    return {"shot": shot.path.name, "event": shot.condition, "found": sorted(found), "right": bool(found & right)}


def _sent(picture: Picture) -> Planes:
    return decode(AccessUnit("h264", encoded(picture, 3.0), 0, 0))


def frozen(folder: Path, processes: int) -> list[dict[str, object]]:
    """A row for one healthy clip of each camera: whether two moments of it, and the same moment twice with the clock
    running or not, are called frozen."""
    clips = list({shot.camera: shot for shot in shots(folder) if shot.healthy and shot.is_clip}.values())
    with get_context("fork").Pool(processes) as pool:
        return pool.map(partial(_frozen, folder=folder), clips, chunksize=1)


def _frozen(shot: Shot, folder: Path) -> dict[str, object]:
    cv2.setNumThreads(1)
    tools, seed = degrader(folder), seed_of(shot)
    first, second = shot.frames(0.1, 0.9)

    def sent(picture: Picture, seconds: int, mbps: float = 3.0) -> Planes:
        return decode(AccessUnit("h264", encoded(spoiled(picture, Fault(), seed + seconds, tools), mbps), 0, 0))

    before, sky = sent(first, 0), sky_of(shot, sent(first, 0))
    said = partial(_said, before=before, sky=sky)
    return {
        "shot": shot.path.name,
        "camera": shot.camera,
        "alive": said(sent(second, 5)),
        "clock_running": said(sent(first, 5)),
        "clock_standing": said(sent(first, 0, mbps=2.9)),
    }


def _said(now: Planes, before: Planes, sky: Sky) -> bool | None:
    """Whether it is called frozen; None where that could not be judged."""
    features = replace(examine(now), still=still(Canvas(now), sketch(Canvas(before))))
    item = next((each for each in diagnose(features, sky).items if each.code == "frozen"), None)
    return None if item is None or item.score is None else item.found


def cost(size: tuple[int, int], picture: Picture, references: Sequence[Planes]) -> dict[str, float]:
    """Median milliseconds of processor time of one decoded picture, one thread: all measures and comparisons and the
    diagnosis, and variance of Laplacian as it is usually taken."""
    cv2.setNumThreads(1)
    large = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    seen = _sent(large)
    known = measured({Path(str(number)): each for number, each in enumerate(references)})
    what = known.known(examine(seen), Sky(40.0))
    nearest_ = nearest(Canvas(seen), what.references, REFERENCES)

    def timed() -> float:
        began = thread_time()
        diagnose(examine(seen, nearest_), Sky(40.0), usual=what.usual)
        return 1000 * (thread_time() - began)

    def laplacian() -> float:
        began = thread_time()
        cv2.Laplacian(cv2.cvtColor(large, cv2.COLOR_BGR2GRAY), cv2.CV_64F).var()
        return 1000 * (thread_time() - began)

    timed()
    return {"all": median(timed() for _ in range(25)), "laplacian": median(laplacian() for _ in range(9))}

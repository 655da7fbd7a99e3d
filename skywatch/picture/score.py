"""Picture and video files -> features, scores and findings: the core of `skywatch score`.

Runs in the process of whoever calls it: the files are the user's own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from skywatch.inventory import Light
from skywatch.observation import Finding, Verdict
from skywatch.picture.compare.choice import nearest
from skywatch.picture.compare.flicker import flicker
from skywatch.picture.compare.still import still_between
from skywatch.picture.decode import Planes
from skywatch.picture.diagnose import Diagnosis, diagnose
from skywatch.picture.errors import Undecodable
from skywatch.picture.examine import examine
from skywatch.picture.features import Features, Still
from skywatch.picture.files import frames, in_a_row, in_folder, read
from skywatch.picture.limits import Limits
from skywatch.picture.measure import Canvas
from skywatch.picture.reference import Reference
from skywatch.picture.sky import Regime, Sky
from skywatch.picture.vouched import REFERENCES, Known, Vouched

__all__ = ["LIGHTS", "Scored", "Shown", "judge", "read", "score_files", "scored", "subjects", "to_json"]

LIGHTS: dict[Regime, Sky] = {
    Regime.DAY: Sky(40.0),
    Regime.INFRARED: Sky(-30.0, Light.INFRARED),
    Regime.WHITE: Sky(-30.0, Light.WHITE),
    Regime.UNLIT: Sky(-30.0, Light.NONE),
    Regime.DUSK: Sky(0.0),
    Regime.UNSTATED: Sky(),
}
"""A sky for each regime, for pictures of which a person knows the light and nobody the time and place."""

_PLACES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Of a clip's length, where it is looked at: the one in the middle is judged, the others tell whether it stands
still."""

_ROW = 12
"""Frames one after the other that tell whether the light flickers."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The picture that was judged, and the reference that it was compared with, for whoever draws the evidence."""

    planes: Planes
    reference: Reference | None


@dataclass(frozen=True, slots=True)
class Scored:
    """One file. Without `features` it could not be looked at: the diagnosis is `unknown` and its finding says why."""

    path: Path
    features: Features | None
    diagnosis: Diagnosis
    known: Known = field(default_factory=Known)
    shown: Shown | None = field(default=None, repr=False, compare=False)


def subjects(path: Path) -> list[Path]:
    """The files meant by a path: itself, or every picture and clip of a folder."""
    return in_folder(path) if path.is_dir() else [path]


def score_files(
    paths: Iterable[Path], sky: Sky | None = None, limits: Limits | None = None, known: Vouched | None = None
) -> tuple[Scored, ...]:
    """`scored`, all at once and without the pictures."""
    return tuple(replace(each, shown=None) for each in scored(paths, sky, limits, known))


def scored(
    paths: Iterable[Path], sky: Sky | None = None, limits: Limits | None = None, known: Vouched | None = None
) -> Iterator[Scored]:
    """Score every file, in order: a still picture, or the middle of a clip and whether it stands still or flickers.
    Never raises for a file.

    `sky` says by which light they were taken; without it nobody knows, and only what is too dark for any light is dark.
    `known` are pictures of the same camera that a person vouches for.
    """
    for path in paths:
        yield _score(path, sky or Sky(), limits or Limits(), known or Vouched())


def judge(
    path: Path, seen: Sequence[Planes], sky: Sky, limits: Limits, known: Vouched | Known, row: Sequence[Planes] = ()
) -> Scored:
    """Judge the middle one of the pictures `seen` of one look or clip. `path` is what it is called; `row` are frames of
    it one after the other, where there are any."""
    middle = seen[len(seen) // 2]
    features = examine(middle)
    what = known if isinstance(known, Known) else known.known(features, sky, path)
    if what.references:
        what = replace(what, references=nearest(Canvas(middle), what.references, REFERENCES))
        features = examine(middle, what.references)
    features = replace(features, still=_still(seen), flicker=flicker([Canvas(planes) for planes in row]))
    diagnosis = _explained(diagnose(features, sky, limits, what.usual), what)
    return Scored(path, features, diagnosis, what, Shown(middle, next(iter(what.references), None)))


def to_json(scored: Iterable[Scored]) -> list[dict[str, Any]]:
    """Plain values for `json.dumps`, one object a file; `features` is null where there is no picture."""
    return [
        {
            "file": str(each.path),
            "verdict": each.diagnosis.verdict.value,
            "regime": each.diagnosis.regime,
            "findings": [
                {"code": found.code, "severity": found.severity, "detail": found.detail, "remark": found.remark}
                for found in each.diagnosis.findings
            ],
            "scores": {name: round(value, 4) for name, value in each.diagnosis.scores.items()},
            "unjudged": dict(each.diagnosis.unjudged),
            "features": each.features and each.features.to_dict(),
            "baseline": {
                "used": [str(path) for path in each.known.used],
                "aside": {str(path): why for path, why in each.known.aside.items()},
            },
        }
        for each in scored
    ]


def _score(path: Path, sky: Sky, limits: Limits, known: Vouched) -> Scored:
    try:
        return judge(path, frames(path, _PLACES), sky, limits, known, in_a_row(path, 0.5, _ROW))
    except Undecodable as error:
        finding = Finding(error.code, "decode", str(error))
        return Scored(path, None, Diagnosis(Verdict.UNKNOWN, sky.regime.value, undecodable=finding))


def _still(seen: Sequence[Planes]) -> Still | None:
    """The two neighbours of a clip that differ most: it stands still where not even they do."""
    canvases = [Canvas(planes) for planes in seen]
    pairs = [still_between(now, before) for before, now in pairwise(canvases)]
    return max((pair for pair in pairs if pair), key=lambda pair: (pair.changed, pair.drift), default=None)


def _explained(diagnosis: Diagnosis, known: Known) -> Diagnosis:
    """Where nothing fitted, say what was wrong with what was given."""
    if known.missing in ("", "no_baseline"):
        return diagnosis
    items = (replace(each, reason=known.missing) if each.reason == "no_baseline" else each for each in diagnosis.items)
    return replace(diagnosis, items=tuple(items))

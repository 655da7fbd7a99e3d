"""`python -m bench.hidden FOLDER`: learn what makes a piece of a picture a hand, a leaf or paint before the lens, the
`ONE` and `SEVERAL` of `picture/compare/hidden.py`, from faults drawn on real shots beside other days.

Logistic regression by iterated least squares, a piece a row, cameras weighing the same. Which piece of a covered
picture is the hand isn't told: the likeliest one is taken, and again after each round. Skies are painted anew on
healthy ones, along the line of daylight, since few cameras bring enough sunsets. Prints weights and what they find at
cameras that had no say in them.
"""

import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.faults import Fault, planes
from bench.footage import Shot, other_days, shots
from skywatch.picture.compare.agreement import STRUCTURE, Parts
from skywatch.picture.compare.hidden import Evidence, candidates
from skywatch.picture.compare.model import model, taken
from skywatch.picture.compare.view import against
from skywatch.picture.diagnose import diagnose
from skywatch.picture.examine import examine
from skywatch.picture.measure import Canvas
from skywatch.picture.sky import Sky

COVERED = [Fault(f"occlude_{what}", level) for what in ("hand", "leaf", "paint") for level in (3, 4, 5)]
OTHERS = [Fault(what, level) for what, level in (("fog", 3), ("fog", 4), ("over", 3), ("over", 4), ("defocus", 4))]
NIGHTS = [Fault("dusk", level) for level in (1, 3, 5)] + [Fault("rain_lamp", 1), Fault("rain_lamp", 4)]
SKIES, ROUNDS, FOLDS, RIDGE = 3, 4, 6, 0.5
"""Skies painted on a healthy picture; rounds of picking; camera-disjoint folds; strength of the ridge."""

Rows = NDArray[np.float64]


@dataclass(frozen=True)
class Seen:
    """One picture against so many references: the evidence of each of its pieces, one in front."""

    camera: str
    references: int
    covered: bool
    pieces: Rows


def collected(folder: Path) -> Iterator[Seen]:
    """What can be judged of every clear shot with other days, covered and not, against one reference and three."""
    every, rng = shots(folder), np.random.default_rng(5)
    for shot in (each for each in every if each.healthy):
        days = other_days(shot, every)
        for count in sorted({1, min(3, len(days))} - {0}):
            chosen = [days[at] for at in np.linspace(0, len(days) - 1, count).astype(int)]
            faults = [Fault(), *(COVERED + OTHERS + NIGHTS if shot.clear else ())]
            yield from (seen for fault in faults for seen in _seen(shot, fault, chosen, folder, rng))


def learned(seen: Sequence[Seen]) -> Rows:
    """Weights: what is added, then of every evidence."""
    weights = np.eye(1, 1 + len(Evidence._fields), 1).ravel()  # the largest piece, to begin with
    for _ in range(ROUNDS):
        rows = [(each, row) for each in seen for row in _asked(each, weights)]
        weights = _fitted(
            np.array([row for _, row in rows]), np.array([each.covered for each, _ in rows]), _equal(rows)
        )
    return weights


def shares(seen: Sequence[Seen], weights: Rows) -> tuple[float, float]:
    """(found, false alarms), 0..1, cameras weighing the same."""
    by: dict[tuple[bool, str], list[bool]] = {}
    for each in seen:
        odds = (each.pieces @ weights).max(initial=-np.inf)
        by.setdefault((each.covered, each.camera), []).append(bool(odds > 0))
    found, false = ([np.mean(values) for key, values in by.items() if key[0] == covered] for covered in (True, False))
    return float(np.mean(found)), float(np.mean(false))


def _seen(shot: Shot, fault: Fault, days: Sequence[Shot], folder: Path, rng: np.random.Generator) -> Iterator[Seen]:
    picture, *others = (
        planes(each, 0.5, what, folder) for each, what in [(shot, fault), *((day, Fault()) for day in days)]
    )
    references = [taken(Canvas(each)) for each in others]
    if diagnose(examine(picture, references), Sky()).unjudged.get("covered") == "other_light":
        return
    looks = against(Canvas(picture), [model(each) for each in references])
    painted = [_painted(looks, rng) for _ in range(SKIES)] if not fault.kind else []
    for each in (looks, *painted):
        pieces = np.array([(1.0, *evidence) for _, evidence in candidates(each)]).reshape(-1, 1 + len(Evidence._fields))
        yield Seen(shot.camera, len(looks), fault in COVERED, pieces)


def _painted(looks: Sequence[Parts], rng: np.random.Generator) -> list[Parts]:
    """The same with another sky: all parts without structure, darker or brighter and bluer or redder up or across."""
    bare = np.all([each.power < STRUCTURE for each in looks], axis=0) & (looks[0].own < STRUCTURE)
    height, width = bare.shape
    slopes = (
        np.broadcast_to(np.linspace(0, 1, height)[:, None], bare.shape),
        np.broadcast_to(np.linspace(0, 1, width), bare.shape),
    )
    ramp = slopes[rng.integers(2)] * bare
    ramp = ramp if rng.random() < 0.5 else bare - ramp
    warmth, astray = rng.uniform(-15, 40), rng.normal(0, 2)
    tint = ramp * np.array([-0.8 * warmth + 0.6 * astray, 0.6 * warmth + 0.8 * astray])[:, None, None]
    dimmed = 1 - rng.uniform(-0.3, 0.55) * ramp
    return [replace(each, luma=each.luma * dimmed, tint=each.tint + tint, chroma=each.chroma + tint) for each in looks]


def _asked(seen: Seen, weights: Rows) -> Rows:
    """All pieces of a healthy picture; of a covered one the likeliest."""
    return seen.pieces[np.argmax(seen.pieces @ weights)][None] if seen.covered and len(seen.pieces) else seen.pieces


def _equal(rows: Sequence[tuple[Seen, Rows]]) -> Rows:
    """So that cameras weigh the same, and false alarms three times as much."""
    keys = [(each.camera, each.covered) for each, _ in rows]
    count = {key: keys.count(key) for key in set(keys)}
    return np.array([30 / count[key] * (1 if key[1] else 3) for key in keys])


def _fitted(rows: Rows, covered: NDArray[np.bool_], weigh: Rows) -> Rows:
    ridge = np.diag([1e-3, *[RIDGE] * (rows.shape[1] - 1)])
    weights = np.zeros(rows.shape[1])
    for _ in range(20):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (weigh * (covered - chance)) - ridge @ weights
        weights = weights + np.linalg.solve((rows * (weigh * chance * (1 - chance))[:, None]).T @ rows + ridge, slope)
    return weights


def main(folder: Path) -> None:
    """Learn, and print."""
    every = list(collected(folder))
    for name, seen in (
        ("ONE", [e for e in every if e.references == 1]),
        ("SEVERAL", [e for e in every if e.references > 1]),
    ):
        print(name, dict(zip(("added", *Evidence._fields), learned(seen).round(2).tolist(), strict=True)))
        for fold in range(FOLDS):
            held = [each for each in seen if zlib.crc32(each.camera.encode()) % FOLDS == fold]
            rest = [each for each in seen if zlib.crc32(each.camera.encode()) % FOLDS != fold]
            if any(each.covered for each in held) and rest:
                found, false = shares(held, learned(rest))
                print(f"held out: found {found:.2f}, false alarms {false:.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""What a camera looks like by one light when all is well: up to three reference pictures and samples of its numbers.
Pure rules of what is learned and what never is; docs/reference/baselines.md says them for people, with the reasons.

Nothing here reads a picture, a file or a clock. A baseline begins unaccepted and judges nothing: it holds one healthy
look for a person to see. From `accept` on that look is the first reference; looks in which nothing was found are
sampled, and now and then one becomes a reference.
"""

import hashlib
import math
import struct
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from skywatch.picture.features import Features
from skywatch.picture.reference import MAX_BYTES, Reference, same_shape
from skywatch.picture.sky import Regime
from skywatch.picture.usual import Usual, usual

HOUR = 3600.0
DAY = 24 * HOUR

MOST_SAMPLES = 48
MOST_PICTURES = 3
MOST_NUMBERS = 100

LARGEST = 65504.0
"""Of a number, either way: the largest half of IEEE 754."""

TRUSTED_LOOKS = 6
TRUSTED_SPAN = DAY
"""A baseline's numbers are trusted from so many samples on, the first and the last of them so many seconds apart."""

RENEWED = 14 * DAY
"""From one renewal of a reference to the next, once there are three."""

MOST_LETTERS = 64
"""Of the name of who accepted."""

_UNUSUAL = ("width", "height")
"""Numbers of which nothing is to be learned."""

GREY, COLOURED = 1.45, 4.5
"""`colour.strength` under which a picture has no colour (infrared light), and over which it has; what lies between may
be an overcast day or a grey yard."""


class NotFinite(ValueError):
    """A number that was measured is none: a mistake of ours, and nothing to learn from."""


class NothingToAccept(ValueError):
    """There is no look that a person could accept."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look: when (Unix seconds), what was measured (`Features.numbers`, to 11 bits each), and maybe the picture."""

    at: float
    numbers: Mapping[str, float]
    reference: Reference | None = None


@dataclass(frozen=True, slots=True)
class Baseline:
    """One camera's past by one light.

    `since` is when it was begun, or begun anew. `version` counts the scenes: it grows when another one is accepted, and
    with a reset. `references` all have a picture, the accepted one first, then in the order they were taken. `samples`
    have none. `candidate` is what a person may accept: the newest healthy look, or the newest of a changed scene.
    `frozen` holds the codes of what is found at the camera; while there are any, nothing is learned.
    """

    camera: str
    regime: str
    since: float
    version: int = 1
    accepted_at: float | None = None
    accepted_by: str = ""
    references: tuple[Look, ...] = ()
    samples: tuple[Look, ...] = ()
    candidate: Look | None = None
    frozen: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        return self.accepted_at is not None

    @property
    def pictures(self) -> tuple[Reference, ...]:
        """The references to compare with; none before a person accepted the first."""
        return tuple(look.reference for look in self.references if look.reference is not None)

    @property
    def trusted(self) -> bool:
        """Whether its numbers may judge: accepted, and sampled often enough over long enough."""
        times = [look.at for look in self.samples]
        return self.accepted and len(times) >= TRUSTED_LOOKS and max(times) - min(times) >= TRUSTED_SPAN

    def usual(self) -> dict[str, Usual]:
        """What is usual for each number, by its path; empty while the numbers are not trusted. A number that few looks
        could measure is left out."""
        if not self.trusted:
            return {}
        rows: dict[str, list[float]] = {}
        for look in self.samples:
            for name, value in look.numbers.items():
                rows.setdefault(name, []).append(value)
        return {name: usual(values) for name, values in rows.items() if len(values) >= TRUSTED_LOOKS}


def look_of(features: Features, at: float, reference: Reference | None = None) -> Look:
    """What is kept of one look. Raises NotFinite."""
    numbers = {name: float(value) for name, value in features.numbers().items() if name not in _UNUSUAL}
    wrong = [name for name, value in numbers.items() if not math.isfinite(value)]
    if wrong or not math.isfinite(at):
        raise NotFinite(f"{', '.join(wrong) or 'the time'} is not a finite number")
    return Look(at, {name: _rounded(value) for name, value in sorted(numbers.items())[:MOST_NUMBERS]}, reference)


def freeze(baseline: Baseline, found: Collection[str]) -> Baseline:
    """Nothing is learned from now on, because of these findings; with none of them, it is learned again."""
    codes = tuple(sorted(set(found)))
    return baseline if codes == baseline.frozen else replace(baseline, frozen=codes)


def wants_sample(baseline: Baseline, at: float) -> bool:
    """Whether a healthy look at `at` would become a sample.

    One an hour at most. Of all those hours since the acceptance, however many, 48 are kept, each as likely as any
    other (the least of a hash: a bottom-k sample, Cohen and Kaplan 2007). So the middle of the samples stays half of
    the baseline's life behind: a lens that clouds slowly gets away from it, where a window that moves along would
    follow.
    """
    if not baseline.accepted or baseline.frozen:
        return False
    slots = {_slot(look.at) for look in baseline.samples}
    if _slot(at) in slots:
        return False
    return len(slots) < MOST_SAMPLES or _rank(baseline, _slot(at)) < max(_rank(baseline, slot) for slot in slots)


def wants_picture(baseline: Baseline, at: float) -> bool:
    """Whether the picture of a healthy look at `at` would be kept: as a candidate, once an hour, before anybody
    accepted one; as a reference, with some of the samples, afterwards."""
    if not baseline.accepted:
        return not baseline.frozen and _fresh(baseline.candidate, at, HOUR)
    least = RENEWED if len(baseline.references) == MOST_PICTURES else DAY
    return wants_sample(baseline, at) and _fresh(baseline.references[-1], at, least)


def wants_proposal(baseline: Baseline, at: float) -> bool:
    """Whether a look at a changed scene would be kept for a person to accept: once an hour."""
    return baseline.accepted and _fresh(baseline.candidate, at, HOUR)


def learn(baseline: Baseline, look: Look) -> Baseline:
    """After a look in which nothing was found, not even weather. Whatever it brings, nothing is learned while frozen.

    The picture of an accepted baseline's look must have been judged beside the accepted reference alone: where the
    renewed ones could vouch for each other, a slowly clouding lens would become its own reference.
    """
    if baseline.frozen:
        return baseline
    if not baseline.accepted:
        return replace(baseline, candidate=look) if _keeps(look) and wants_picture(baseline, look.at) else baseline
    sampled, pictured = wants_sample(baseline, look.at), wants_picture(baseline, look.at)
    healed = replace(baseline, candidate=None) if baseline.candidate is not None else baseline
    if sampled:
        healed = replace(healed, samples=_sampled(healed, look))
    if pictured and _keeps(look):
        first, *newer = healed.references
        healed = replace(healed, references=(first, *[*newer, look][-(MOST_PICTURES - 1) :]))
    return healed


def propose(baseline: Baseline, look: Look) -> Baseline:
    """After a look at an accepted camera that was moved, or whose scene changed, and is well in all else: keep it for a
    person to accept. The oldest renewed reference makes room."""
    if not _keeps(look) or not wants_proposal(baseline, look.at):
        return baseline
    first, *newer = baseline.references
    return replace(baseline, candidate=look, references=(first, *newer[-(MOST_PICTURES - 2) :]))


def accept(baseline: Baseline, who: str, at: float) -> Baseline:
    """A person says that the candidate shows the camera as it should be. It becomes the first and only reference, and
    all else begins anew; one that had been accepted before is of the next version. Raises NothingToAccept."""
    candidate = baseline.candidate
    if candidate is None:
        raise NothingToAccept
    return replace(
        baseline,
        version=baseline.version + baseline.accepted,
        since=at if baseline.accepted else baseline.since,
        accepted_at=at,
        accepted_by=who[:MOST_LETTERS],
        references=(candidate,),
        samples=(replace(candidate, reference=None),),
        candidate=None,
        frozen=(),
    )


def reset(baseline: Baseline, at: float) -> Baseline:
    """Forget all that was learned; a person must accept again."""
    return Baseline(baseline.camera, baseline.regime, at, baseline.version + 1)


def fits_light(baseline: Baseline, features: Features) -> bool:
    """Whether a look can be compared with this baseline: not where the camera has switched between colour and infrared,
    which by day is a fault and at dusk and by night is up to the camera."""
    if not baseline.references or baseline.regime == Regime.DAY:
        return True
    both = features.colour.strength, baseline.references[0].numbers.get("colour.strength", COLOURED)
    return not (min(both) < GREY and max(both) > COLOURED)


def fits_shape(baseline: Baseline, features: Features) -> bool:
    """Whether a look has the shape of any reference; the resolution may be another."""
    shapes, its = [(each.width, each.height) for each in baseline.pictures], (features.width, features.height)
    return not shapes or any(same_shape(its, shape) for shape in shapes)


def _sampled(baseline: Baseline, look: Look) -> tuple[Look, ...]:
    samples = (*baseline.samples, replace(look, reference=None))
    kept = sorted(samples, key=lambda each: _rank(baseline, _slot(each.at)))[:MOST_SAMPLES]
    return tuple(sorted(kept, key=lambda each: each.at))


def _rounded(value: float) -> float:
    """As a file keeps it."""
    (half,) = struct.unpack("<e", struct.pack("<e", max(-LARGEST, min(LARGEST, value))))
    return float(half)


def _slot(at: float) -> int:
    return int(at // HOUR)


def _rank(baseline: Baseline, slot: int) -> bytes:
    """Where an hour stands in the lottery of a baseline's samples."""
    return hashlib.blake2b(f"{baseline.camera}/{baseline.version}/{slot}".encode(), digest_size=8).digest()


def _fresh(before: Look | None, at: float, least: float) -> bool:
    """Whether a look at `at` is far enough from the one before. Either way: somebody may have set the clock back."""
    return before is None or abs(at - before.at) >= least


def _keeps(look: Look) -> bool:
    """Whether the picture of `look` is there and of a size that may be kept."""
    kept = look.reference
    return kept is not None and len(kept.luma) + len(kept.chroma) + len(kept.profile) <= MAX_BYTES

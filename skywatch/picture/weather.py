"""Is it the weather, or is it that camera? What the cameras around it see by the same light. Neighbours are evidence:
when most of a village lose contrast together, it is fog; when one does, it is that camera.

Pure: asks no clock and knows no cameras but by their codes. What is said of a camera costs a look at forty others or
so, however many there are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from skywatch.picture.features import Features
from skywatch.picture.sky import Regime
from skywatch.picture.usual import Usual

AGE = 3600.0
"""Seconds after which a look says nothing of the weather any more."""

LEAST_IN_VILLAGE = 3
LEAST_IN_TOWNSHIP = 8
"""So many others must have been seen for their word to count. Those of the village go first, and where they are too few
they can still object: fog lies in valleys."""

MOST = 40
"""So many of the newest looks are enough."""

HAZY = 0.75
"""A camera that sees less than this of its usual contrast has lost some."""

CLEAR = 0.85
"""One that sees more than this sees as ever."""

HEALTHY = 0.82
"""`edges.visibility` of a healthy camera on another day than its reference's: things stand elsewhere. The median of 57
looks of seven cameras; for a camera whose own is not known yet."""

_LEAST = 0.2  # a camera that never sees more is no measure of the weather

_LIGHT = {
    Regime.DAY: "day",
    Regime.DUSK: "dusk",
    Regime.INFRARED: "night",
    Regime.WHITE: "night",
    Regime.UNLIT: "night",
}


class Neighbours(StrEnum):
    """What those around a camera say: `weather`, most of them have lost contrast too; `alone`, enough of them were
    looked at since and see as ever; `unknown`, there are too few of them, or they disagree."""

    WEATHER = "weather"
    ALONE = "alone"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Look:
    """How well a camera saw at Unix time `at`: `visibility` is its contrast over what is usual there by this light, 1
    as ever. Only those whose picture is `sound` are asked for others: dirt on one lens is no weather."""

    at: float
    regime: Regime
    visibility: float
    sound: bool = True


@dataclass(frozen=True, slots=True)
class _Seen:
    """A camera's last look, and when the hazy ones that end with it `began`."""

    look: Look
    began: float


def visibility(features: Features, usual: Mapping[str, Usual]) -> float | None:
    """Of a picture: how much contrast its camera's edges have, over what is usual there, 1 as ever; None where there is
    nothing to compare with."""
    number = features.edges.visibility if features.edges else None
    if number is None:
        return None
    known = usual.get("edges.visibility")
    return number / max(_LEAST, known.centre if known else HEALTHY)


class Air:
    """The last look of each camera of a township, in the order in which they were taken."""

    def __init__(self) -> None:
        self._township: dict[str, _Seen] = {}
        self._villages: dict[str, dict[str, _Seen]] = {}

    def note(self, village: str, camera: str, look: Look) -> None:
        """One look more."""
        seen = _Seen(look, self._began(camera, look))
        for place in (self._township, self._villages.setdefault(village, {})):
            place.pop(camera, None)  # to the end of the row
            place[camera] = seen

    def forget(self, camera: str) -> None:
        """The camera is watched no longer, or stands elsewhere by now."""
        if self._township.pop(camera, None):
            for place in self._villages.values():
                place.pop(camera, None)

    def around(self, village: str, camera: str, look: Look) -> Neighbours:
        """What the others say of this look of `camera`, which need not have been noted yet.

        Asked are only those that were looked at since it began to see badly: when fog comes in, the first camera that
        shows it finds all others clear, as they were ten minutes ago.
        """
        since = max(look.at - AGE, self._began(camera, look))
        near = list(_others(self._villages.get(village, {}), camera, since, look.regime))
        if len(near) >= LEAST_IN_VILLAGE:
            return compared(near)
        far = list(_others(self._township, camera, since, look.regime))
        said = compared(far) if len(far) >= LEAST_IN_TOWNSHIP else Neighbours.UNKNOWN
        doubtful = said is Neighbours.ALONE and any(each < CLEAR for each in near)
        return Neighbours.UNKNOWN if doubtful else said

    def _began(self, camera: str, look: Look) -> float:
        before = self._township.get(camera)
        went_on = before is not None and before.look.visibility < CLEAR and look.at - before.look.at < AGE
        return before.began if before is not None and went_on else look.at


def compared(visibilities: Sequence[float]) -> Neighbours:
    """What so many others say together, at least one: half of them hazy is weather; it takes two thirds that see as
    ever, and hardly a hazy one among the rest, to say that it is not."""
    hazy = sum(each < HAZY for each in visibilities) / len(visibilities)
    clear = sum(each > CLEAR for each in visibilities) / len(visibilities)
    if hazy >= 1 / 2:
        return Neighbours.WEATHER
    return Neighbours.ALONE if clear >= 2 / 3 and hazy <= 1 / 4 else Neighbours.UNKNOWN


def _others(place: dict[str, _Seen], camera: str, since: float, regime: Regime) -> Iterator[float]:
    """The visibility of the others there that were looked at after `since` by the same light, the newest first."""
    light, found = _LIGHT.get(regime), 0
    for code, seen in islice(reversed(place.items()), 5 * MOST):
        if seen.look.at < since or found >= MOST or light is None:
            return
        if code != camera and seen.look.sound and _LIGHT.get(seen.look.regime) == light:
            found += 1
            yield seen.look.visibility

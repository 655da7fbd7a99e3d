"""What was measured, added up by camera and hour: sums and counts that can be added up again. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from skywatch.health.camera import HEARTBEAT
from skywatch.observation import Observation, Verdict

HOUR = 3600.0


@dataclass(slots=True)
class Tally:
    """Sums over some visits of one camera; `schema.sql` says of each what it is, under `hourly`."""

    visits: int = 0
    failed: int = 0
    answers: int = 0
    answering: float = 0.0
    slowest: float = 0.0
    streams: int = 0
    bitrate: float = 0.0
    frames: float = 0.0
    loss: float = 0.0
    pictures: int = 0
    blur: float = 0.0

    def add(self, seen: Observation) -> None:
        """One visit more."""
        self.visits += 1
        self.failed += seen.verdict is Verdict.FAIL
        if kind := _KINDS.get(seen.probe):
            kind(self, seen.numbers)

    def merge(self, other: "Tally") -> None:
        """Other visits of the same camera."""
        for name in self.__slots__:
            mine, its = getattr(self, name), getattr(other, name)
            setattr(self, name, max(mine, its) if name == "slowest" else mine + its)


def _heartbeat(tally: Tally, numbers: Mapping[str, float]) -> None:
    seconds = numbers.get("round_trip")
    if seconds is not None:
        tally.answers += 1
        tally.answering += seconds
        tally.slowest = max(tally.slowest, seconds)


def _stream(tally: Tally, numbers: Mapping[str, float]) -> None:
    if "bit_rate" in numbers:
        tally.streams += 1
        tally.bitrate += numbers["bit_rate"]
        tally.frames += numbers.get("frame_rate", 0.0)
        tally.loss += numbers.get("loss", 0.0)


def _picture(tally: Tally, numbers: Mapping[str, float]) -> None:
    if "blur" in numbers:
        tally.pictures += 1
        tally.blur += numbers["blur"]


_KINDS: Mapping[str, Callable[[Tally, Mapping[str, float]], None]] = {
    HEARTBEAT: _heartbeat,
    "stream": _stream,
    "picture": _picture,
}


class Tallies:
    """What waits to be written: a tally for each camera and hour. `add` costs a few microseconds."""

    MOST_HOURS = 48
    """Older ones are dropped where nothing could be written for so long."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, float], Tally] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, seen: Observation) -> None:
        """One visit, in the hour in which it began."""
        self._of(seen.camera, seen.at - seen.at % HOUR).add(seen)

    def rows(self) -> Iterator[tuple[str, float, Tally]]:
        """(camera, start of the hour in Unix seconds, tally)."""
        return ((camera, hour, tally) for (camera, hour), tally in self._rows.items())

    def merge(self, others: "Tallies") -> None:
        """What could not be written waits again, with what came meanwhile."""
        for camera, hour, tally in others.rows():
            self._of(camera, hour).merge(tally)
        newest = max((hour for _, hour in self._rows), default=0.0)
        for key in [key for key in self._rows if key[1] < newest - self.MOST_HOURS * HOUR]:
            del self._rows[key]

    def _of(self, camera: str, hour: float) -> Tally:
        return self._rows.setdefault((camera, hour), Tally())

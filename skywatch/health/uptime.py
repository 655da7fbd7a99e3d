"""How long a camera was what: timelines of spans, and sums over any window of them. Exact; asks no clock."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from skywatch.health.camera import Flip, FlipKind, State

HOUR, DAY = 3600.0, 86400.0
MOST_SPANS = 20_000
"""A timeline keeps no more: a camera that flaps every two minutes for a month just fits. Older ones are unwatched."""

ORDER = (State.UP, State.DOWN, State.UNKNOWN, State.MAINTENANCE)
_BYTE = {state: bytes((code,)) for code, state in enumerate(ORDER)}
_CODE = {state: code for code, state in enumerate(ORDER)}
_READ: Mapping[str, State] = {state.value: state for state in State} | {"pass": State.UP, "fail": State.DOWN}


@dataclass(frozen=True, slots=True)
class Uptime:
    """Seconds by state in a window; their sum is the window's length."""

    up: float = 0.0
    down: float = 0.0
    unknown: float = 0.0
    maintenance: float = 0.0

    @property
    def watched(self) -> float:
        """Seconds that count: neither maintenance nor skywatch's own absence is anybody's downtime."""
        return self.up + self.down

    @property
    def ratio(self) -> float | None:
        """Share of the watched time that it was up, 0 to 1; None where nothing was watched."""
        return self.up / self.watched if self.watched > 0 else None


class Timeline:
    """The states of one camera one after the other; the last one lasts. Before the first one nobody watched.

    A timeline of intactness reads `up` as intact and `down` as not intact. Times are Unix seconds. `ever` are seconds
    by state, in the order of `ORDER`, that had passed before `since`. Whoever reads it in another thread sees it as it
    was before or after a change, never in between: every change makes the three rows anew.
    """

    __slots__ = ("_rows",)

    def __init__(
        self, since: float, state: State = State.UNKNOWN, ever: Sequence[float] = (0.0, 0.0, 0.0, 0.0)
    ) -> None:
        self._rows: _Rows = (array("d", (since,)), _BYTE[state], tuple(ever))

    @classmethod
    def of(cls, since: float, changes: Iterable[tuple[float, State]]) -> "Timeline":
        """A timeline that is unknown from `since` on and has had these changes, in this order; the same as appending
        each of them, in one go."""
        starts, codes = array("d", (since,)), bytearray(_BYTE[State.UNKNOWN])
        last, before = since, codes[-1]
        for at, state in changes:
            code = _CODE[state]
            if code == before:
                continue
            if at <= last:
                codes[-1] = code
            else:
                starts.append(at)
                codes.append(code)
                last = at
            before = code
        seconds = [0.0] * len(ORDER)
        for index, code in enumerate(codes[:-1]):
            seconds[code] += starts[index + 1] - starts[index]
        timeline = cls(since)
        timeline._rows = (starts, bytes(codes), tuple(seconds))
        return timeline

    def __len__(self) -> int:
        return len(self._rows[0])

    @property
    def state(self) -> State:
        """The last state."""
        return ORDER[self._rows[1][-1]]

    @property
    def since(self) -> float:
        """When the last state began."""
        return self._rows[0][-1]

    @property
    def spans(self) -> Iterator[tuple[float, State]]:
        """When each state began, and which it was; the oldest first."""
        starts, codes, _ = self._rows
        return ((start, ORDER[code]) for start, code in zip(starts, codes, strict=True))

    def last(self, state: State) -> float | None:
        """When it last left `state`, or began to be in it if it still is; None if it never was that we know of."""
        starts, codes, ever = self._rows
        index = codes.rfind(_BYTE[state])
        if index < 0:
            return starts[0] if ever[ORDER.index(state)] > 0 else None
        return starts[min(index + 1, len(starts) - 1)]

    def append(self, at: float, state: State) -> None:
        """From `at` on it is `state`. Earlier than the last change counts as at the last change; what lasted no time is
        replaced, and not merged with what was before: taking seconds back could make a counter go backwards."""
        starts, codes, ever = self._rows
        code, last = _BYTE[state], starts[-1]
        if codes[-1] == code[0]:
            return
        if at <= last:
            self._rows = (starts, codes[:-1] + code, ever)
            return
        seconds = list(ever)
        seconds[codes[-1]] += at - last
        starts, codes = starts + array("d", (at,)), codes + code
        gone = MOST_SPANS // 4 if len(starts) > MOST_SPANS else 0
        self._rows = (starts[gone:], codes[gone:], tuple(seconds)) if gone else (starts, codes, tuple(seconds))

    def prune(self, before: float) -> None:
        """Forget spans that ended by `before`; `ever` still counts them."""
        starts, codes, ever = self._rows
        if len(starts) > 1 and starts[1] <= before:
            gone = bisect_right(starts, before) - 1
            self._rows = (starts[gone:], codes[gone:], ever)

    def ever(self, until: float) -> Uptime:
        """Seconds by state since ever. With `until` at `CameraState.settled` these are counters: they never go back,
        over restarts neither. So they are whole milliseconds, for sums in another order differ in the last digits."""
        starts, codes, ever = self._rows
        seconds = list(ever)
        seconds[codes[-1]] += max(0.0, until - starts[-1])
        return Uptime(*[round(each, 3) for each in seconds])


_Rows = tuple["array[float]", bytes, tuple[float, ...]]


def uptime(timeline: Timeline, start: float, end: float) -> Uptime:
    """Seconds by state from `start` to `end`; the last state is taken to last until `end`."""
    if end <= start:
        return Uptime()
    return Uptime(*_sums(timeline, end, (start,))[0])


def recent(timeline: Timeline, now: float, lengths: Sequence[float] = (HOUR, DAY, 30 * DAY)) -> tuple[Uptime, ...]:
    """`uptime` of the windows of these `lengths`, in seconds, ascending, that end `now`: one pass for all of them."""
    return tuple([Uptime(*seconds) for seconds in _sums(timeline, now, [now - length for length in lengths])])


def ratios(timeline: Timeline, now: float, lengths: Sequence[float]) -> list[float | None]:
    """`Uptime.ratio` of each of `recent`, without the rest: what a scrape of ten thousand cameras has time for."""
    sums = _sums(timeline, now, [now - length for length in lengths])
    return [up / (up + down) if up + down > 0 else None for up, down, _, _ in sums]


def _sums(timeline: Timeline, end: float, starts: Sequence[float]) -> list[list[float]]:
    """Seconds by state, as in `ORDER`, from each of `starts`, which descend, to `end`. Walks from the newest back."""
    begins, codes, _ = timeline._rows
    index = len(begins) - 1 if begins[-1] <= end else bisect_right(begins, end) - 1
    seconds, sums, upto = [0.0, 0.0, 0.0, 0.0], [], end
    for start in starts:
        while index >= 0 and begins[index] > start:
            seconds[codes[index]] += upto - begins[index]
            upto = begins[index]
            index -= 1
        seconds[codes[index] if index >= 0 else _UNKNOWN] += upto - start
        upto = start
        sums.append(seconds.copy())
    return sums


_UNKNOWN = ORDER.index(State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Past:
    """Both timelines of a camera: what it was, and whether it was intact."""

    state: Timeline
    intact: Timeline

    @classmethod
    def since(cls, at: float) -> "Past":
        """A camera that nobody has watched before `at`."""
        return cls(Timeline(at), Timeline(at))

    def take(self, flip: Flip) -> None:
        """Put a flip in its place; findings have none here."""
        if flip.kind is not FlipKind.FINDING:
            self.put(flip.kind, flip.at, flip.new)

    @staticmethod
    def read(new: str) -> State:
        """What a flip's `new` is in a timeline; pass and fail read as up and down."""
        return _READ[new]

    def put(self, kind: str, at: float, new: str) -> None:
        """The same from a flip's parts; `kind` is `state` or `intact`."""
        (self.state if kind == FlipKind.STATE else self.intact).append(at, _READ[new])

    def prune(self, before: float) -> None:
        self.state.prune(before)
        self.intact.prune(before)

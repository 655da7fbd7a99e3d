"""Which NAL units make up one picture, whether it came whole, and whether it stands on its own. For H.264 and H.265.

What the units of a codec mean comes from `h264.py` and `h265.py`; what a packet looks like does not matter here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple, Protocol

from skywatch.protocols.errors import TooLarge
from skywatch.protocols.rtsp.sps import UNKNOWN, Size
from skywatch.protocols.rtsp.unit import AccessUnit, Codec

MAX_PICTURE = 8 << 20
MAX_UNITS = 4096
MAX_PARAMETERS = 64 << 10
_START = b"\x00\x00\x00\x01"


class Kind(Enum):
    """What a NAL unit is for."""

    SLICE = auto()
    PARAMETERS = auto()
    """These may stand between the slices of one picture: GStreamer repeats them before every IDR slice."""
    SEI = auto()
    DELIMITER = auto()
    """Stands before the first slice of a picture, and tells a decoder nothing."""
    OTHER = auto()


class Meaning(NamedTuple):
    """`first`: the slice begins a picture. `alone`: it needs no other picture. `recovery`: an SEI says that decoding
    may begin here though no picture stands alone (intra refresh). `set_id` tells parameter sets apart."""

    kind: Kind
    first: bool = False
    alone: bool = False
    recovery: bool = False
    set_id: tuple[int, int] = (0, 0)


class Grammar(Protocol):
    """One codec's NAL units."""

    codec: Codec
    required: frozenset[int]
    """The kinds of parameter sets (first part of a `set_id`) without which nothing can be decoded."""

    def meaning(self, nal: bytes) -> Meaning:
        """What a unit is for; never raises."""

    def size(self, nal: bytes) -> Size | None:
        """What a parameter set says of the picture's size; None from one that says nothing of it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture that has ended. `key`: it stands on its own by its kind. `whole`: nothing of it was lost. `unit` is
    there for a picture that is both and whose parameter sets are known."""

    timestamp: int
    key: bool
    whole: bool
    unit: AccessUnit | None = None
    frame_rate: float | None = None


class Assembler:
    """Takes NAL units in order and gives out pictures as they end.

    A picture ends at the marker bit, at another timestamp, at a delimiter, or at the first slice of the next: whichever
    a camera does. A camera that sets the marker on every slice is found out by the slice that
    follows, and from then on only timestamps and first slices count (`reopened` tells that the last picture given out
    was not over). `timestamp` is that of the units being added, -1 before the first.
    """

    def __init__(self, grammar: Grammar, parameters: Iterable[bytes] = ()) -> None:
        self._grammar = grammar
        self._parameters: dict[tuple[int, int], bytes] = {}
        self.timestamp = -1
        self._units: list[bytes] = []
        self._slices = 0
        self._bytes = 0
        self._alone = True
        self._whole = True
        self._ended: tuple[int, list[bytes], bool] | None = None
        self._markers_lie = False
        self._size = UNKNOWN
        self.reopened = False
        self.recoveries = 0
        self.unparametrized = 0
        for nal in parameters:
            self._add_parameters(nal, grammar.meaning(nal))

    def tear(self) -> None:
        """Something before the next unit is missing."""
        self._whole = False
        self._ended = None

    def turn(self, timestamp: int) -> Picture | None:
        """The next unit has this timestamp: end the picture before if it has another."""
        if timestamp == self.timestamp:
            return None
        ended = self._end()
        self.timestamp, self._whole, self._units, self._bytes = timestamp, True, [], 0
        return ended

    def add(self, nal: bytes) -> Picture | None:
        """One unit, its header first. Gives the picture that it ends, if it belongs to another."""
        meaning = self._grammar.meaning(nal)
        match meaning.kind:
            case Kind.SLICE:
                return self._add_slice(nal, meaning)
            case Kind.PARAMETERS:
                self._add_parameters(nal, meaning)
            case Kind.SEI:
                self.recoveries += meaning.recovery
                self._keep(nal)
            case Kind.DELIMITER:
                return self._end()
        return None

    def mark(self) -> Picture | None:
        """The marker bit was set. It counts once there is a slice: some cameras set it on their parameter sets too."""
        return None if self._markers_lie else self._end()

    def _add_slice(self, nal: bytes, meaning: Meaning) -> Picture | None:
        ended = self._end() if meaning.first else None
        if not self._slices and not meaning.first:
            self._reopen()
        if not self._slices:
            self._alone = True
            self._whole = self._whole and meaning.first
        self._slices += 1
        self._alone = self._alone and meaning.alone
        self._keep(nal)
        return ended

    def _reopen(self) -> None:
        """A slice in the middle of a picture that a marker has ended: the marker lied."""
        if self._ended is None or self._ended[0] != self.timestamp:
            return
        _, self._units, self._alone = self._ended
        self._slices = 1
        self._bytes = sum(map(len, self._units))
        self._markers_lie = self.reopened = True
        self._ended = None

    def _keep(self, nal: bytes) -> None:
        self._units.append(nal)
        self._bytes += len(nal)
        if self._bytes > MAX_PICTURE or len(self._units) > MAX_UNITS:
            raise TooLarge(f"a picture of more than {MAX_PICTURE >> 20} MB or {MAX_UNITS} pieces")

    def _add_parameters(self, nal: bytes, meaning: Meaning) -> None:
        if meaning.kind is not Kind.PARAMETERS or self._parameters.get(meaning.set_id) == nal:
            return
        others = sum(len(known) for key, known in self._parameters.items() if key != meaning.set_id)
        if others + len(nal) <= MAX_PARAMETERS:
            self._parameters[meaning.set_id] = nal
            self._size = self._grammar.size(nal) or self._size

    def _end(self) -> Picture | None:
        if not self._slices:
            return None
        units, key, whole = self._units, self._alone, self._whole
        self._ended = (self.timestamp, units, key) if whole else None
        self._units, self._slices, self._bytes, self._alone, self._whole = [], 0, 0, True, True
        self.reopened = False
        unit = self._unit(units) if key and whole else None
        return Picture(self.timestamp, key, whole, unit, self._size.frame_rate)

    def _unit(self, units: list[bytes]) -> AccessUnit | None:
        if not self._grammar.required <= {kind for kind, _number in self._parameters}:
            self.unparametrized += 1
            return None
        ordered = [self._parameters[key] for key in sorted(self._parameters)]
        data = _START + _START.join([*ordered, *units])
        return AccessUnit(self._grammar.codec, data, self._size.width, self._size.height)

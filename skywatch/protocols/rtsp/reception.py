"""What a receiver knows of one RTP source (RFC 3550, 6.4 and appendix A): order, loss, jitter, rates. No payloads."""

import math
from collections.abc import Iterator

from skywatch.protocols.rtsp.rtp import MASK32, Packet, Report, later

MAX_DROPOUT = 3000
"""A larger jump is a source that began anew (RFC 3550, A.1), not that many lost packets."""
MAX_MISORDER = 100
WINDOW = 32
PATIENCE = 0.2
"""Over UDP a missing packet is waited for until so many later ones, or so many seconds, have come."""

_SILENCE = 1.0
"""Seconds after which another source may take the place of one that says nothing any more."""
_LEAP = 60.0
"""Seconds from one picture to the next that no camera takes: its timestamps began anew."""


class Reception:
    """Counts one source's packets: `admit` each in the order in which it is to be used. `source` is whose came last,
    None before the first; `announced` is whose were promised, if that was told."""

    def __init__(self, clock: int) -> None:
        self._clock = clock
        self.source: int | None = None
        self._next = 0
        self._expected = 0
        self._reported: tuple[int, int] = (0, 0)
        self._base = 0
        self._transit = math.inf
        self._jitter = 0.0
        self._heard = 0.0
        self.announced: int | None = None
        self.received = 0

    def admit(self, packet: Packet, now: float) -> int:
        """How many packets are missing before this one: 0 if it is the next, -1 if it is old or a double, to be
        dropped. A new source, or one that began anew, has an unknown number missing: 1, which is not counted as loss.
        `now` is the time of arrival in seconds."""
        if packet.sequence == self._next and packet.source == self.source:
            missing = 0
        else:
            missing = self._place(packet, now)
            if missing < 0:
                return missing
        self._heard = now
        self._next = (packet.sequence + 1) & 0xFFFF
        self._expected += 1
        self.received += 1
        transit = now * self._clock - packet.timestamp
        difference = abs(transit - self._transit)
        if difference < 0x40000000:  # neither the first, nor over the wrap of the timestamps
            self._jitter += (difference - self._jitter) / 16
        self._transit = transit
        return missing

    def _place(self, packet: Packet, now: float) -> int:
        if packet.source != self.source and self._is_stranger(packet.source, now):
            return -1
        ahead = (packet.sequence - self._next) & 0xFFFF
        if packet.source == self.source:
            if ahead < MAX_DROPOUT:
                self._expected += ahead
                return ahead
            if ahead >= 0x10000 - MAX_MISORDER:
                return -1
        fresh = self.source is None
        self.source, self._transit = packet.source, math.inf
        self._base = packet.sequence - self._expected
        return 0 if fresh else 1

    def _is_stranger(self, source: int, now: float) -> bool:
        """Old live555 (in Reolink, among others) goes on sending sessions of long ago on new connections. The source
        that SETUP announced takes over at once, any other only when the one we hear has fallen silent."""
        return self.source is not None and source != self.announced and now - self._heard < _SILENCE

    @property
    def lost(self) -> int:
        return max(0, self._expected - self.received)

    @property
    def loss(self) -> float | None:
        """Share of packets that never came, None before the first."""
        return self.lost / self._expected if self._expected else None

    @property
    def jitter(self) -> float:
        """Seconds."""
        return self._jitter / self._clock

    def report(self, last_report: int, delay: float) -> Report | None:
        """The next report to the sender, None before the first packet. Its fraction is of the time since the last."""
        if self.source is None:
            return None
        expected, lost = self._expected - self._reported[0], self.lost - self._reported[1]
        self._reported = (self._expected, self.lost)
        fraction = 256 * lost // expected if expected > 0 and lost > 0 else 0
        ticks = int(delay * 65536) if last_report else 0
        highest = (self._base + self._expected - 1) & MASK32
        return Report(self.source, fraction, self.lost, highest, int(self._jitter), last_report, ticks)


class Reorder:
    """Puts UDP's packets back in order, within a small window. What comes later than that is lost."""

    def __init__(self) -> None:
        self._next: int | None = None
        self._held: dict[int, Packet] = {}
        self._since = 0.0

    def push(self, packet: Packet, now: float) -> Iterator[Packet]:
        """The packets that may be used now, in order; gaps that are left in them are losses."""
        ahead = 0 if self._next is None else (packet.sequence - self._next) & 0xFFFF
        if ahead == 0:
            yield self._pass(packet)
        elif ahead >= 0x10000 - MAX_MISORDER or ahead >= MAX_DROPOUT:
            yield from self._restart(packet, ahead)
        else:
            if not self._held:
                self._since = now
            self._held.setdefault(packet.sequence, packet)
        yield from self._in_order()
        while self._held and (len(self._held) >= WINDOW or now - self._since > PATIENCE):
            yield self._pass(self._held.pop(self._nearest()))
            yield from self._in_order()
            self._since = now

    def _restart(self, packet: Packet, ahead: int) -> Iterator[Packet]:
        """An old packet is handed on (to be counted and dropped); a far one begins a new order."""
        if ahead < 0x10000 - MAX_MISORDER:
            while self._held:
                yield self._held.pop(self._nearest())
            self._next = (packet.sequence + 1) & 0xFFFF
        yield packet

    def _pass(self, packet: Packet) -> Packet:
        self._next = (packet.sequence + 1) & 0xFFFF
        return packet

    def _in_order(self) -> Iterator[Packet]:
        while self._next is not None and self._next in self._held:
            yield self._pass(self._held.pop(self._next))

    def _nearest(self) -> int:
        after = self._next or 0
        return min(self._held, key=lambda sequence: (sequence - after) & 0xFFFF)


class Meter:
    """Rates of a stream by its own timestamps; wrapped and reordered (B-frames) timestamps are understood."""

    def __init__(self, clock: int) -> None:
        self._clock = clock
        self._at: int | None = None
        self._last = 0
        self._first_position = self._last_position = self._position = 0
        self._bytes = 0
        self._latest_bytes = 0
        self._keys = 0
        self._first_key = self._last_key = 0
        self.frames = 0

    def packet(self, timestamp: int, size: int) -> None:
        if timestamp != self._at:
            self._begin(timestamp)
        self._bytes += size
        self._latest_bytes += size

    def _begin(self, timestamp: int) -> None:
        if self._at is not None:
            step = later(timestamp, self._at)
            self._position += step if abs(step) < _LEAP * self._clock else 0
        self._at = timestamp
        self._latest_bytes = 0
        self.frames += 1
        self._first_position = min(self._first_position, self._position)
        self._last_position = max(self._last_position, self._position)

    def key(self, timestamp: int) -> None:
        """The picture of that timestamp, the last or the one before, is a keyframe, whole or not."""
        position = self._position + later(timestamp, self._at or 0)
        if self._keys and self._last_key == position:
            return
        if not self._keys:
            self._first_key = position
        self._last_key = position
        self._keys += 1

    @property
    def span(self) -> float:
        """Seconds from the first picture to the last."""
        return (self._last_position - self._first_position) / self._clock

    @property
    def frame_rate(self) -> float | None:
        if self.frames < 2 or self.span <= 0:
            return None
        rate = (self.frames - 1) / self.span
        return rate if rate < 1000 else None

    @property
    def bit_rate(self) -> float | None:
        """Of all pictures but the last, which may not be over. None below half a second: one keyframe is no rate."""
        if self.frames < 2 or self.span < 0.5:
            return None
        return 8 * (self._bytes - self._latest_bytes) / self.span

    @property
    def keyframe_interval(self) -> float | None:
        if self._keys < 2 or self._last_key <= self._first_key:
            return None
        return (self._last_key - self._first_key) / (self._keys - 1) / self._clock

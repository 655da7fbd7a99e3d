"""What goes on, as the file has it: where that is found damaged in the middle of a run, the new one begins with this.
What a camera was before, nobody knows any more. Knows no SQL."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from skywatch.health import Flip, FlipKind
from skywatch.health.board import Board
from skywatch.health.fault import Event, EventKind, Fault
from skywatch.observation import Identity
from skywatch.store.message import Message
from skywatch.store.record import Batch
from skywatch.store.rounds import Round


@dataclass(slots=True)
class Present:
    """`until` is up to when all of it is known, Unix seconds; None before anything was written."""

    until: float | None = None
    _flips: dict[tuple[str, FlipKind, str], Flip] = field(default_factory=dict)
    _board: Board | None = None
    _messages: dict[int, Message] = field(default_factory=dict)
    _rounds: dict[int, Round] = field(default_factory=dict)
    _identities: dict[str, Identity] = field(default_factory=dict)

    def written(self, batch: Batch, now: float) -> None:
        """`batch` is in the file."""
        self.until = now
        for flip in batch.flips:
            self._flips[flip.camera, flip.kind, flip.what] = flip
            if flip.kind is FlipKind.FINDING and flip.new != "standing":
                del self._flips[flip.camera, flip.kind, flip.what]
        self._board = batch.board or self._board
        self._messages = {id_: each for id_, each in (self._messages | batch.messages).items() if each.waits}
        self._rounds = {id_: each for id_, each in (self._rounds | batch.rounds).items() if each.ended is None}
        self._identities |= batch.identities

    def since(self, known: float | None) -> Batch:
        """What a file has to be told that is opened again in the middle of a run: all of it, where it knows nothing;
        where it is `known` up to then, how the cameras are. Nothing at the start of a run."""
        if self.until is None:
            return Batch()
        flips = [_since(flip, self.until) for flip in self._flips.values()]
        return Batch(flips=flips) if known is not None else self._anew(flips)

    def _anew(self, flips: list[Flip]) -> Batch:
        faults = {**self._board.closed, **self._board.open} if self._board else {}
        return Batch(
            flips=flips,
            faults=faults,
            events=[event for fault in faults.values() for event in _life(fault)],
            board=self._board,
            messages={id_: _about(each, faults) for id_, each in self._messages.items()},
            rounds=dict(self._rounds),
            identities=dict(self._identities),
        )


def _since(flip: Flip, at: float) -> Flip:
    """It is so since then, as far as the new file knows."""
    old = "absent" if flip.kind is FlipKind.FINDING else "unknown"
    return replace(flip, at=max(flip.at, at), noticed=max(flip.noticed, at), old=old)


def _life(fault: Fault) -> Iterator[Event]:
    """What a fault itself still knows of its life."""
    yield Event(fault.id, EventKind.OPENED, fault.opened, fault.opened, cameras=tuple(sorted(fault.ever)))
    for kind, said in ((EventKind.ACKNOWLEDGED, fault.acknowledged), (EventKind.REPAIRED, fault.repaired)):
        for who, at in said:
            yield Event(fault.id, kind, at, at, who)
    for note in fault.notes:
        yield Event(fault.id, EventKind.NOTE, fault.opened, fault.opened, text=note)
    if fault.closed is not None:
        yield Event(fault.id, EventKind.CLOSED, fault.closed, fault.closed)


def _about(message: Message, faults: dict[int, Fault]) -> Message:
    """Of a fault that nobody remembers any more, only the words are left."""
    return message if message.fault in faults else replace(message, fault=None)

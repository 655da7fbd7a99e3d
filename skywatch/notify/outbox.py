"""Events of faults -> messages that wait to be sent. Pure but for what it remembers: who was told of which open fault.

One message for one fault and channel; what happens to it later is told to whoever was told of it, and to nobody else.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from skywatch import i18n
from skywatch.config.messages import Channel, Messages
from skywatch.health.fault import Event, EventKind, Fault
from skywatch.i18n import _
from skywatch.inventory import Inventory
from skywatch.notify import words
from skywatch.notify.routing import channels_for
from skywatch.store.message import Message

BEGINNINGS = (EventKind.TOLD, EventKind.REOPENED, EventKind.RESUMED)
"""Of these, everybody is told whom the routes name."""

ENDS = (EventKind.CLOSED, EventKind.ABSORBED)
"""Of these, everybody who was told of the fault; then it is forgotten."""

QUIETLY = (EventKind.OPENED, EventKind.GREW, EventKind.SHRANK, EventKind.CHANGED)
"""Of these nobody is called: that it began is told by TOLD, the rest is on the fault's page and in the message of its
end."""


@dataclass(frozen=True, slots=True)
class Post:
    """What messages are made by: the configuration, its township, its language and its clock."""

    messages: Messages
    inventory: Inventory
    language: str
    zone: ZoneInfo

    def speaks(self, channel: str) -> str:
        """The language of a channel."""
        return self.messages.channels[channel].language or self.language


@dataclass(slots=True)
class Outbox:
    """`told` has, by fault, the channels that were told of it; `last` the last id of a message that was given."""

    post: Post
    last: int = 0
    told: dict[int, set[str]] = field(default_factory=dict)
    escalated: set[int] = field(default_factory=set)

    @classmethod
    def restored(cls, post: Post, last: int, known: Iterable[Message]) -> "Outbox":
        """As it was when the last run ended; `known` are the messages about faults that are open."""
        outbox = cls(post, last)
        for message in known:
            if message.fault is not None:
                outbox.told.setdefault(message.fault, set()).add(message.channel)
                if message.kind == "escalation":
                    outbox.escalated.add(message.fault)
        return outbox

    def take(self, event: Event, fault: Fault, now: float) -> list[Message]:
        """The messages that `event` makes; `fault` is as it is after it."""
        channels = self._told_of(event, fault) if event.tell else ()
        if event.kind in ENDS:
            self.escalated.discard(fault.id)
        return [self._about(fault, event, channel, now) for channel in channels if channel in self._channels]

    def _told_of(self, event: Event, fault: Fault) -> Iterable[str]:
        if event.kind in BEGINNINGS:
            channels = channels_for(fault, self.post.messages, self.post.inventory)
            self.told.setdefault(fault.id, set()).update(channels)
            return channels
        if event.kind is EventKind.OVERDUE:
            more = self.post.messages.escalation.channels if self.post.messages.escalation.overdue else ()
            self.told.setdefault(fault.id, set()).update(more)
            return sorted(self.told[fault.id])
        if event.kind in ENDS:
            return sorted(self.told.pop(fault.id, ()))
        return () if event.kind in QUIETLY else sorted(self.told.get(fault.id, ()))

    def unanswered(self, faults: Iterable[Fault], now: float) -> list[Message]:
        """Messages about faults that nobody has acknowledged for too long: once for each fault."""
        rule, made = self.post.messages.escalation, list[Message]()
        for fault in faults if rule.after and rule.channels else ():
            late = fault.told is not None and now - fault.told >= rule.after
            if not late or fault.acknowledged or fault.severity < rule.severity or fault.id in self.escalated:
                continue
            self.escalated.add(fault.id)
            self.told.setdefault(fault.id, set()).update(rule.channels)
            made += [self._escalation(fault, channel, now) for channel in rule.channels]
        return made

    def letter(self, channel: str, kind: str, subject: str, body: str, now: float) -> Message:
        """A message about no fault in particular: a report, a test."""
        self.last += 1
        return Message(self.last, None, kind, channel, subject, body, now, now)

    @property
    def _channels(self) -> Mapping[str, Channel]:
        return self.post.messages.channels

    def _about(self, fault: Fault, event: Event, channel: str, now: float) -> Message:
        return self._written(fault, event, event.kind.value, channel, now, lambda: _(words.HEADS[event.kind]))

    def _escalation(self, fault: Fault, channel: str, now: float) -> Message:
        return self._written(fault, None, "escalation", channel, now, lambda: _(words.UNANSWERED))

    def _written(
        self, fault: Fault, event: Event | None, kind: str, channel: str, now: float, head: Callable[[], str]
    ) -> Message:
        self.last += 1
        with i18n.speaking(self.post.speaks(channel)):
            subject = words.subject(fault, head(), self.post.inventory)
            body = words.body(fault, event, self.post.inventory, self.post.zone)
        due = due_at(self._channels[channel], fault.severity, now, self.post.zone)
        return Message(self.last, fault.id, kind, channel, subject, body, now, due)


def due_at(channel: Channel, severity: int, now: float, zone: ZoneInfo) -> float:
    """When a message may go: now, or when the channel's quiet hours end."""
    quiet = channel.quiet
    here = datetime.fromtimestamp(now, zone)
    if quiet is None or severity >= quiet.severity or not quiet.holds(here.time()):
        return now
    hour, minute = map(int, quiet.until.split(":"))
    end = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (end if end > here else end + timedelta(days=1)).timestamp()


def digested(waiting: Iterable[Message], outbox: Outbox, now: float) -> Iterator[tuple[Message, list[Message]]]:
    """What is due, by channel: (message to be sent, those that it stands for). What waited for the end of quiet hours
    comes as one digest; a fault that began and ended meanwhile is a line in it all the same."""
    by_channel: dict[str, list[Message]] = {}
    for message in waiting:
        if message.waits and message.due <= now:
            by_channel.setdefault(message.channel, []).append(message)
    for channel, due in by_channel.items():
        delayed = [each for each in due if each.tries == 0 and each.due > each.queued]
        if len(delayed) < 2:
            delayed = []
        yield from ((each, [each]) for each in due if each not in delayed)
        if delayed:
            yield _digest(channel, delayed, outbox, now), delayed


def _digest(channel: str, parts: list[Message], outbox: Outbox, now: float) -> Message:
    with i18n.speaking(outbox.post.speaks(channel)):
        subject = _("{count} messages since last night").format(count=len(parts))
    body = "\n\n".join(f"{each.subject}\n{each.body}" for each in parts)
    return replace(outbox.letter(channel, "digest", subject, body, now))

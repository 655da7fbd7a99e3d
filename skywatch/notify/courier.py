"""Takes what waits in the outbox to the channels: again and again with growing pauses, and to another channel where one
is dead. What becomes of each message is in the store before the next one is tried."""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace

from skywatch.credentials import Credentials
from skywatch.notify.outbox import Outbox, digested
from skywatch.notify.transport import Outcome, Sender, address
from skywatch.store.message import Message

log = logging.getLogger(__name__)

ON_ITS_WAY = "on its way"
"""`Message.error` while a channel is being told. A message that a restart finds like this may have been taken: it
counts as sent, for a fault that is told twice is believed less than one that is told late by whoever escalates."""

PAUSES = (60.0, 120.0, 300.0, 900.0, 1800.0, 3600.0)
"""Seconds to the next try, after the first one, the second one ...; the last one goes on."""

PATIENCE = 2
"""Messages that a channel may refuse in one round."""


@dataclass(slots=True)
class Courier:
    """`waiting` are the messages that are not sent yet, by id. `keep` is told of every message that changed, `settled`
    returns once what was kept is on disk: that a message is on its way is written down before it goes, so that a kill
    in that moment tells nobody twice."""

    outbox: Outbox
    send: Sender
    credentials: Callable[[str], Credentials | None]
    keep: Callable[[Iterable[Message]], None]
    settled: Callable[[float], Awaitable[None]]
    waiting: dict[int, Message] = field(default_factory=dict)
    troubled: set[str] = field(default_factory=set)

    def take_up(self, messages: Iterable[Message], now: float) -> None:
        """What the last run left."""
        every = list(messages)
        self.add(message for message in every if message.error != ON_ITS_WAY)
        caught = [message for message in every if message.error == ON_ITS_WAY]
        for message in caught:
            log.warning("message %d was on its way when skywatch was stopped; it is not repeated", message.id)
        if caught:
            self.keep([replace(message, tries=message.tries + 1, sent=now) for message in caught])

    def close(self) -> None:
        """Nothing goes out any more."""
        self.send.close()

    def add(self, messages: Iterable[Message]) -> None:
        """More to be sent; whoever made them has them in the store already, or hands them over in the same batch."""
        self.waiting.update((message.id, message) for message in messages)

    async def deliver(self, now: float) -> None:
        """Try everything that is due, once. A channel that takes nothing is not waited for again and again: after
        `PATIENCE` refusals the rest of its messages stay due, and the other channels have their turn."""
        refusals: Counter[str] = Counter()
        for message, parts in list(digested(self.waiting.values(), self.outbox, now)):
            channel = self.outbox.post.messages.channels.get(message.channel)
            if channel is None:
                self._change(_given_up(part, now, "the channel is gone from the configuration") for part in parts)
                continue
            if refusals[message.channel] >= PATIENCE:
                continue
            self.keep([replace(part, error=ON_ITS_WAY) for part in parts])
            await self.settled(now)
            where = address(channel.url, self.credentials(channel.credentials))
            outcome = await self.send(where, message.subject, message.body)
            refusals[message.channel] += not (outcome.taken or outcome.permanent)
            self._log(message.channel, outcome)
            self._change(self._after(part, outcome, now, channel.give_up, channel.instead) for part in parts)

    def _after(self, message: Message, outcome: Outcome, now: float, give_up: float, instead: str) -> Message:
        tries = message.tries + 1
        if outcome.taken:
            return replace(message, tries=tries, sent=now, error="")
        if not outcome.permanent and now - message.queued < give_up:
            pause = PAUSES[min(tries, len(PAUSES)) - 1]
            return replace(message, tries=tries, due=now + pause, error=outcome.error)
        if instead:
            self._hand_over(message, instead, now)
        return _given_up(replace(message, tries=tries), now, outcome.error)

    def _hand_over(self, message: Message, instead: str, now: float) -> None:
        """Another channel is told, once: a message that was handed over already is not handed on."""
        if message.thread:
            return
        copy = self.outbox.letter(instead, message.kind, message.subject, message.body, now)
        copy = replace(copy, fault=message.fault, thread=f"instead of {message.channel}")
        if message.fault is not None:
            self.outbox.told.setdefault(message.fault, set()).add(instead)
        self._change([copy])

    def _change(self, messages: Iterable[Message]) -> None:
        changed = list(messages)
        for message in changed:
            if message.waits:
                self.waiting[message.id] = message
            else:
                self.waiting.pop(message.id, None)
        self.keep(changed)

    def _log(self, channel: str, outcome: Outcome) -> None:
        """A warning for the first message that a channel does not take, debug for the next."""
        if outcome.taken:
            if channel in self.troubled:
                log.info("channel %s takes messages again", channel)
            self.troubled.discard(channel)
            return
        level = logging.DEBUG if channel in self.troubled else logging.WARNING
        self.troubled.add(channel)
        log.log(level, "channel %s did not take a message: %s", channel, outcome.error)


def _given_up(message: Message, now: float, why: str) -> Message:
    return replace(message, failed=now, error=why)

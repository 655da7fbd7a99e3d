"""From flips to faults to messages: hands the fault engine its news, writes down what came of it, and asks for second
looks. Runs on the event loop; a second without news costs it next to nothing."""

import logging
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from skywatch.config import Config
from skywatch.health import CameraState, Flip
from skywatch.health.board import Board, Look, News, Policy, Reload, Sentinel, Step, Unwatched
from skywatch.health.deadlines import Deadlines
from skywatch.health.fault import Cause, EventKind, Fault
from skywatch.health.faults import heard, restarted, step
from skywatch.health.places import Places
from skywatch.health.sayings import Unheard, say
from skywatch.health.worktime import Hours
from skywatch.inventory import Inventory
from skywatch.notify import Apprise, Courier, Outbox, Post, Sender
from skywatch.store import Batch, History, Word
from skywatch.store.message import Message
from skywatch.store.pictures import NOW, THEN, Evidence

log = logging.getLogger(__name__)

SAYINGS = {
    "ack": EventKind.ACKNOWLEDGED,
    "repaired": EventKind.REPAIRED,
    "note": EventKind.NOTE,
    "close": EventKind.CLOSED,
}
"""What a person may say of a fault, by the word that the command line leaves."""

MOST_NEWS = 1000
"""News that one step takes at most: a station that loses its line has ten thousand cameras dying in a minute."""

BEGUN = (EventKind.OPENED, EventKind.REOPENED)
"""Events that call for a picture of how it looks then."""


@dataclass(slots=True)
class Dispatch:
    """`again` is asked to look at these cameras' heartbeats now, `call` to ask these villages' sentinels, `forget` to
    take a camera for what it is from now on. `board` is the present, for everybody to read; `most` how much news one
    step takes."""

    history: History
    places: Places
    policy: Policy
    outbox: Outbox
    courier: Courier
    again: Callable[[Iterable[str]], None]
    call: Callable[[Iterable[str]], None]
    forget: Callable[[str], None]
    board: Board = field(default_factory=Board)
    most: int = MOST_NEWS
    _news: deque[list[News]] = field(default_factory=deque)
    _pictures: dict[str, tuple[float, bytes]] = field(default_factory=dict)

    def close(self) -> None:
        """No message goes out any more."""
        self.courier.close()

    def adopt(self, config: Config) -> None:
        """The configuration was read again."""
        self.outbox.post, self.policy, self.places = post_of(config), policy_of(config), places_of(config.inventory)
        self.courier.credentials = config.secrets.get
        self._news.append([Reload()])

    def begin(self, now: float) -> None:
        """Go on where the last run ended: its faults, its suspicions, its unsent messages."""
        affairs = self.history.affairs
        if affairs.board is not None:
            self.board = restarted(affairs.board, now)
        self.courier.take_up(affairs.messages, now)

    def moved(self, state: CameraState, flips: Iterable[Flip]) -> None:
        """A camera's state or findings changed; `state` is as it is after these flips."""
        self._news.append(heard(state, flips))

    def looked(self, camera: str, alive: bool, down: bool) -> None:
        """A visit could tell life from death. Most are of no interest to any suspicion."""
        if self.board.heeds(camera):
            self._news.append([Look(camera, alive, down)])

    def unwatched(self, camera: str, what: str) -> None:
        """A finding is not looked for any more: that it ends proves nothing."""
        self._news.append([Unwatched(camera, what)])

    def pictured(self, camera: str, at: float, thumbnail: bytes | None) -> None:
        """What a camera shows that is at fault, or may be; nothing where all is well."""
        if thumbnail is None:
            self._pictures.pop(camera, None)
            return
        self._pictures[camera] = at, thumbnail
        faults = [each for each in self.board.open.values() if _is_seen(each) and each.subject.code == camera]
        if faults:
            self.history.note(Batch(pictures=self._evidence(faults, NOW)))

    def _evidence(self, faults: Iterable[Fault], which: str) -> dict[tuple[int, str], Evidence]:
        return {
            (fault.id, which): Evidence(fault.id, which, fault.subject.code, *self._pictures[fault.subject.code])
            for fault in faults
            if fault.subject.code in self._pictures
        }

    def answered(self, village: str, answers: bool) -> None:
        """A sentinel was asked."""
        self._news.append([Sentinel(village, answers)])

    def tick(self, now: float) -> bool:
        """Once a second: what happened since, one step, written down in one transaction with the messages made of it.
        True: there was too much for one step, and the rest waits for the next, which may follow at once."""
        self._follow(step(self.board, now, self._next(), self.places, self.policy), now)
        for word in self.history.words():
            self._heed(word, now)
        self.send(self.outbox.unanswered(self.board.open.values(), now))
        return bool(self._news)

    def _next(self) -> list[News]:
        """As much as one step takes without holding up everybody else. What was said of one camera at once stays
        together."""
        news: list[News] = []
        while self._news and len(news) < self.most:
            news += self._news.popleft()
        return news

    def _heed(self, word: Word, now: float) -> None:
        """What a person said comes true, or the log says why not; either way it is heeded."""
        kind, number = SAYINGS.get(word.what), int(word.about) if word.about.isdecimal() else 0
        if kind is None:
            log.warning("%s said %r of %r, which nobody understands", word.who, word.what, word.about)
            self.history.note(Batch(heeded=[word.id]))
            return
        try:
            result = say(self.board, now, number, kind, word.who, word.text, self.places, self.policy)
        except Unheard as error:
            log.warning("%s: %s", word.who, error)
            result = Step(self.board)
        self._follow(result, now, heeded=word.id)
        for fault in result.changed if kind is EventKind.CLOSED else ():
            if fault.cause in (Cause.DEVICE, Cause.SETTINGS):
                self.forget(fault.subject.code)

    def _follow(self, result: Step, now: float, heeded: int | None = None) -> None:
        """What a step led to: the board, rows for the store, messages, second looks."""
        same, self.board = result.board is self.board, result.board
        if not same or result.events or heeded is not None:
            faults = {fault.id: fault for fault in result.changed}
            known = {**self.board.closed, **self.board.open, **faults}
            made = [
                message
                for event in result.events
                if event.fault in known
                for message in self.outbox.take(event, known[event.fault], now)
            ]
            begun = [
                known[event.fault] for event in result.events if event.kind in BEGUN and _is_seen(known[event.fault])
            ]
            self.history.note(
                Batch(
                    faults=faults,
                    events=list(result.events),
                    board=self.board,
                    messages={message.id: message for message in made},
                    heeded=[] if heeded is None else [heeded],
                    pictures=self._evidence(begun, THEN),
                )
            )
            self.courier.add(made)
        if result.asks:
            self.again(result.asks)
        if result.calls:
            self.call(result.calls)

    def send(self, made: list[Message]) -> None:
        """Write these messages down, and let them go."""
        if made:
            self.history.note(Batch(messages={message.id: message for message in made}))
            self.courier.add(made)


def _is_seen(fault: Fault) -> bool:
    """Whether it shows in the camera's picture."""
    return fault.cause in (Cause.PICTURE, Cause.LIGHT)


def dispatch_of(
    config: Config,
    history: History,
    again: Callable[[Iterable[str]], None],
    call: Callable[[Iterable[str]], None],
    forget: Callable[[str], None],
    send: Sender | None = None,
) -> Dispatch:
    """A dispatch for this configuration, which goes on with what the history remembers. Messages go by `send`, or by
    Apprise."""
    outbox = Outbox.restored(post_of(config), history.affairs.last_message, history.affairs.told)

    def keep(changed: Iterable[Message]) -> None:
        history.note(Batch(messages={message.id: message for message in changed}))

    courier = Courier(outbox, send or Apprise(), config.secrets.get, keep, history.flush)
    return Dispatch(history, places_of(config.inventory), policy_of(config), outbox, courier, again, call, forget)


def places_of(inventory: Inventory) -> Places:
    """Who hangs on what, and which villages have a sentinel."""
    sentinels = {code: village.battery for code, village in inventory.villages.items() if village.sentinel}
    return Places.of(inventory, sentinels)


def post_of(config: Config) -> Post:
    """What messages are made by."""
    settings = config.settings
    return Post(settings.messages, config.inventory, settings.language, ZoneInfo(settings.time_zone))


def policy_of(config: Config) -> Policy:
    """How faults are judged: people's working hours are those of the station's zone."""
    return Policy(deadlines=Deadlines(hours=Hours(zone=ZoneInfo(config.settings.time_zone))))

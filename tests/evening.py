"""A history as the daemon makes it, without the daemon: the real `advance`, fault engine, outbox and store, fed with
visits of a few cameras of the shipped township, minute by minute. Holds no test."""

from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from skywatch.config import Config
from skywatch.config.messages import Messages
from skywatch.dispatch import Dispatch, dispatch_of
from skywatch.health import CameraState, Rules, advance, unseen
from skywatch.health.fault import Fault
from skywatch.notify import Outcome
from skywatch.observation import Finding, Observation, Verdict
from skywatch.store import History
from tests.township import NOON, township

VILLAGE, NEIGHBOUR = "liuquan", "dongpo"
PICTURES = frozenset({"blur", "moved"})
RULES = Rules(gap=600.0)
TOLD: dict[str, Any] = {
    "channels": {name: {"url": f"json://{name}/", "language": "en"} for name in ("duty", "power", "chief")},
    "routes": [{"channels": ["duty"]}, {"parties": ["power"], "channels": ["power"]}],
}


def told_by(config: Config, messages: dict[str, Any]) -> Config:
    """`config` with this section `messages`."""
    made = Messages.model_validate(messages)
    return replace(config, settings=config.settings.model_copy(update={"messages": made}))


@dataclass
class Ear:
    """A sender that hears everything: (host of the address, subject, body)."""

    heard: list[tuple[str, str, str]] = field(default_factory=list)

    async def __call__(self, address: str, subject: str, body: str) -> Outcome:
        self.heard.append((address.split("/")[2], subject, body))
        return Outcome(True)

    def close(self) -> None:
        """Nothing to close."""


@dataclass
class Evening:
    """`dead` are the cameras that answer nothing, `blurred` those whose picture is. `now` goes on by `wait`."""

    config: Config
    history: History
    desk: Dispatch
    now: float
    ear: Ear
    states: dict[str, CameraState] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)
    blurred: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    forgotten: list[str] = field(default_factory=list)

    async def wait(self, minutes: float) -> None:
        """Every camera is visited once a minute, and at once where a second look is asked for."""
        for _ in range(round(minutes * 6)):
            self.now += 10.0
            due = [code for n, code in enumerate(self.cameras) if n % 6 == round(self.now / 10) % 6]
            for code in dict.fromkeys([*due, *(code for code in self.asked if code in self.cameras)]):
                self._visit(code)
            self.asked.clear()
            self.desk.tick(self.now)
            if round(self.now) % 30 == 0 or self.desk.courier.waiting:
                await self.history.flush(self.now)
            await self.desk.courier.deliver(self.now)

    @property
    def cameras(self) -> Collection[str]:
        return self.config.inventory.cameras

    @property
    def open(self) -> list[Fault]:
        return list(self.desk.board.open.values())

    def subjects(self) -> list[tuple[str, str]]:
        """(to whom, first line) of all that was told."""
        return [(to, subject) for to, subject, _ in self.ear.heard]

    def say(self, what: str, about: int, who: str = "王", text: str = "") -> None:
        """As another program leaves a word."""
        from skywatch.store.affairs import say
        from skywatch.terminal.store import writing

        with writing(self.config) as connection:
            say(connection, self.now, who, what, str(about), text)

    def _visit(self, code: str) -> None:
        gone = code in self.dead
        found = (Finding("timeout", detail="no answer"),) if gone else ()
        self._seen(code, Observation("heartbeat", code, self.now, 0.0, _verdict(found), found))
        if not gone:
            self._seen(code, Observation("stream", code, self.now, 0.0, Verdict.PASS, ()))
            found = (Finding("blur", "picture", "0.93", 5),) if code in self.blurred else ()
            self._seen(code, Observation("picture", code, self.now, 0.0, _verdict(found), found, judged=PICTURES))
            self.desk.pictured(code, self.now, f"JPEG of {self.now}".encode() if found else None)
        self.desk.looked(code, not gone, self.states[code].down)

    def _seen(self, code: str, seen: Observation) -> None:
        before = self.states.get(code) or unseen(code, self.now)
        self.states[code], flips = advance(before, seen, RULES)
        if flips:
            self.history.record(flips)
            self.desk.moved(self.states[code], flips)


def _verdict(found: Iterable[Finding]) -> Verdict:
    return Verdict.FAIL if tuple(found) else Verdict.PASS


def configured(folder: Path, villages: Collection[str] = (VILLAGE, NEIGHBOUR)) -> Config:
    """The cameras of these villages of the shipped township, told by `TOLD`, with the history in `folder`."""
    known = township()
    codes = [code for code, camera in known.inventory.cameras.items() if camera.village in villages and camera.enabled]
    config = told_by(township(codes), TOLD)
    return replace(config, settings=config.settings.model_copy(update={"state_dir": folder}))


@asynccontextmanager
async def evening(config: Config, now: float = NOON, ear: Ear | None = None) -> AsyncIterator[Evening]:
    """One run; what it was is in `history.sqlite` afterwards."""
    ear = ear or Ear()
    history = await History.open(config.settings.state_dir / "history.sqlite", now)
    asked: set[str] = set()
    forgotten: list[str] = []
    desk = dispatch_of(config, history, asked.update, lambda _: None, forgotten.append, ear)
    desk.begin(now)
    states = {code: state for code, (state, _) in history.restore().items()}
    made = Evening(config, history, desk, now, ear, states, asked=asked, forgotten=forgotten)
    try:
        yield made
    finally:
        await history.close(made.now)

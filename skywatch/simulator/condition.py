"""How one camera fares right now: the faults that act on it, its clock, its password, and who failed to sign in."""

import random
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Protocol

from skywatch.clock import Clock
from skywatch.simulator.camera import SimCamera
from skywatch.simulator.faults import POWER, SILENT, Value

LOCK_AFTER = 5
"""Wrong passwords after which an account is locked; Hikvision's and Dahua's factory setting."""

LOCK_WITHIN = 30 * 60.0
LOCK_FOR = 30 * 60.0
"""Seconds: within which they count, and for how long the account then stays locked."""

MAX_VIEWERS = 8


class Line(Protocol):
    """An open connection, as far as a fault on the wire needs to know it."""

    def hush(self, silent: bool) -> None:
        """Let nothing through any more, or again."""

    def reset(self) -> None:
        """End it at once, with RST."""


@dataclass(frozen=True, slots=True)
class Act:
    """A fault with all its options."""

    fault: str
    options: dict[str, Value]

    def on(self, service: str) -> bool:
        return self.options.get("service", "both") in ("both", service)


class Condition:
    """The changing half of a camera. `attempts` counts every wrong password since the start, `locks` how often the
    account was locked: a client that behaves never sees the second one rise."""

    __slots__ = (
        "_acts",
        "_changed",
        "_clock",
        "_failures",
        "attempts",
        "camera",
        "lines",
        "locked_until",
        "locks",
        "viewers",
    )

    def __init__(self, camera: SimCamera, clock: Clock) -> None:
        self.camera = camera
        self.attempts = 0
        self.locks = 0
        self.locked_until = 0.0
        self.viewers = 0
        self.lines: dict[str, set[Line]] = {"onvif": set(), "rtsp": set()}
        self._clock = clock
        self._acts: dict[Hashable, Act] = {}
        self._failures: deque[float] = deque(maxlen=LOCK_AFTER)
        self._changed = f"{random.Random(camera.code).getrandbits(64):x}"

    def begin(self, key: Hashable, act: Act) -> None:
        self._acts[key] = act

    def end(self, key: Hashable) -> bool:
        """Whether there was such an act. The same fault may go on under another key."""
        return self._acts.pop(key, None) is not None

    @property
    def faults(self) -> frozenset[str]:
        return frozenset(act.fault for act in self._acts.values())

    def get(self, fault: str, service: str = "both") -> Act | None:
        """The act of `fault` on `service`, the latest if there are several; None if there is none."""
        if not self._acts:
            return None
        found = [act for act in self._acts.values() if act.fault == fault and (service == "both" or act.on(service))]
        return found[-1] if found else None

    def number(self, fault: str, option: str, service: str = "both") -> float:
        """An option of an acting fault, 0 if it does not act."""
        act = self.get(fault, service)
        return float(act.options[option]) if act else 0.0

    def silent(self, service: str) -> bool:
        return any(self.get(fault, service) for fault in SILENT)

    @property
    def powered(self) -> bool:
        return not any(self.get(fault) for fault in POWER)

    def now(self) -> float:
        """Unix seconds by the camera's own clock."""
        return self._clock.now() + self.number("wrong_clock", "offset")

    def true_now(self) -> float:
        return self._clock.now()

    @property
    def username(self) -> str:
        return self.camera.credentials.username if self.camera.credentials else ""

    @property
    def password(self) -> str:
        """What the camera takes just now, whatever the ledger says."""
        if self.get("wrong_password"):
            return self._changed
        return self.camera.credentials.password if self.camera.credentials else ""

    @property
    def open(self) -> bool:
        """Whether it lets everybody in."""
        return self.camera.credentials is None and not self.get("wrong_password")

    @property
    def locked(self) -> bool:
        return self._clock.now() < self.locked_until

    @property
    def tries_left(self) -> int:
        since = self._clock.now() - LOCK_WITHIN
        return max(0, LOCK_AFTER - sum(at > since for at in self._failures))

    def judge(self, right: bool) -> bool:
        """Whether somebody who showed a password gets in. Wrong ones count, on either service, and lock the account;
        a locked account takes no password at all."""
        if self.locked:
            self.attempts += not right
            return False
        if right:
            self._failures.clear()
            return True
        self.attempts += 1
        self._failures.append(self._clock.now())
        if self.tries_left == 0:
            self.locked_until = self._clock.now() + LOCK_FOR
            self.locks += 1
            self._failures.clear()
        return False

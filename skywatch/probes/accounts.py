"""Who may still try a password: the guard against locking a camera's account.

Vendors lock an account for 30 minutes after five to seven wrong passwords, and count each channel of a recorder. So the
guard stands by host and credentials, not by camera: a changed password is another account and starts afresh.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from skywatch.credentials import Credentials

TRIES = 2
"""A wrong password is tried once more, then not again until a pause has passed."""

HOUR = 3600.0
LONGEST_PAUSE = 24 * HOUR


def pause(refusals: int, tries: int = TRIES) -> float:
    """Seconds until a refused password may be tried again: none before `tries`, then 1 h, 2 h, 4 h ... 24 h."""
    if refusals < tries:
        return 0.0
    return float(min(LONGEST_PAUSE, HOUR * 2 ** min(refusals - tries, 10)))


@dataclass(slots=True)
class Account:
    """One set of credentials on one host. Times are `Clock.steady` seconds.

    `trying` is held by whoever tries a password of which nobody knows yet whether it is right.
    """

    refusals: int = 0
    closed_until: float = 0.0
    proven: bool = False
    tries: int = TRIES
    trying: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False, compare=False)

    def closed_for(self, now: float) -> float:
        """Seconds until the next try is allowed; 0 when it is."""
        return max(0.0, self.closed_until - now)

    def accepted(self) -> None:
        self.refusals, self.closed_until, self.proven = 0, 0.0, True

    def refused(self, now: float) -> bool:
        """Count a refusal. True if it is to be believed: the first one after a success may be a camera that is full and
        answers 401 for want of a better word (Hikvision, Dahua)."""
        self.refusals += 1
        self.closed_until = now + pause(self.refusals, self.tries)
        believed = not self.proven or self.refusals >= self.tries
        if believed:
            self.proven = False
        return believed


@dataclass(slots=True)
class Accounts:
    """All accounts of the process.

    `recall` makes an account that is asked for first, out of what was remembered over a restart; `keep` is told of
    every refusal, and of a success that ends refusals, before anybody can try again.
    """

    known: dict[tuple[str, Credentials], Account] = field(default_factory=dict)
    recall: Callable[[str, Credentials], Account] = lambda _host, _credentials: Account()
    keep: Callable[[str, Credentials, Account], None] = lambda _host, _credentials, _account: None

    def of(self, host: str, credentials: Credentials) -> Account:
        if (host, credentials) not in self.known:
            self.known[host, credentials] = self.recall(host, credentials)
        return self.known[host, credentials]

    def accepted(self, host: str, credentials: Credentials) -> None:
        """These credentials were let in."""
        account = self.of(host, credentials)
        refused_before = account.refusals > 0
        account.accepted()
        if refused_before:
            self.keep(host, credentials, account)

    def refused(self, host: str, credentials: Credentials, now: float) -> bool:
        """These credentials were not let in; returns whether that is to be believed."""
        account = self.of(host, credentials)
        believed = account.refused(now)
        self.keep(host, credentials, account)
        return believed

    def forget_all_but(self, wanted: set[tuple[str, Credentials]]) -> None:
        """After a reload: keep only the accounts that the configuration still has."""
        self.known = {key: account for key, account in self.known.items() if key in wanted}

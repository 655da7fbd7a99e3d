"""Who may still try a password: the guard against locking a camera's account.

Vendors lock an account for 30 minutes after five to seven wrong passwords, and count each channel of a recorder. So the
guard stands by host and credentials, not by camera: a changed password is another account and starts afresh.
"""

from dataclasses import dataclass, field

from skywatch.credentials import Credentials

TRIES = 2
"""A wrong password is tried once more, then not again until a pause has passed."""

HOUR = 3600.0
LONGEST_PAUSE = 24 * HOUR


def pause(refusals: int) -> float:
    """Seconds until a refused password may be tried again: none before `TRIES`, then 1 h, 2 h, 4 h ... 24 h."""
    if refusals < TRIES:
        return 0.0
    return float(min(LONGEST_PAUSE, HOUR * 2 ** min(refusals - TRIES, 10)))


@dataclass(slots=True)
class Account:
    """One set of credentials on one host. Times are `Clock.steady` seconds."""

    refusals: int = 0
    closed_until: float = 0.0
    proven: bool = False

    def closed_for(self, now: float) -> float:
        """Seconds until the next try is allowed; 0 when it is."""
        return max(0.0, self.closed_until - now)

    def accepted(self) -> None:
        self.refusals, self.closed_until, self.proven = 0, 0.0, True

    def suspect(self) -> None:
        """These credentials were refused before skywatch was restarted: one more try, not all of them."""
        self.refusals = max(self.refusals, TRIES - 1)

    def refused(self, now: float) -> bool:
        """Count a refusal. True if it is to be believed: the first one after a success may be a camera that is full and
        answers 401 for want of a better word (Hikvision, Dahua)."""
        self.refusals += 1
        self.closed_until = now + pause(self.refusals)
        believed = not self.proven or self.refusals >= TRIES
        if believed:
            self.proven = False
        return believed


@dataclass(slots=True)
class Accounts:
    """All accounts of the process."""

    known: dict[tuple[str, Credentials], Account] = field(default_factory=dict)

    def of(self, host: str, credentials: Credentials) -> Account:
        return self.known.setdefault((host, credentials), Account())

    def forget_all_but(self, wanted: set[tuple[str, Credentials]]) -> None:
        """After a reload: keep only the accounts that the configuration still has."""
        self.known = {key: account for key, account in self.known.items() if key in wanted}

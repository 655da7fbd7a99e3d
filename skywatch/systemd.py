"""What skywatch tells the service manager, by sd_notify(3): ready, reloading, stopping, and alive as the scheduler is.

Nothing here reads a configuration or knows a camera. Without `$NOTIFY_SOCKET` every call does nothing.
"""

import logging
import os
import socket
from collections.abc import Callable, Mapping

from skywatch.clock import Clock

log = logging.getLogger(__name__)

_STATUS_BYTES = 1024  # systemd keeps one line; what is longer than this is no status
_MICRO = 1_000_000


class Notifier:
    """Datagrams to the socket that the service manager listens on. Telling it never fails and never blocks.

    `address` is a path, an abstract name that begins with `@`, or "" for nobody.
    """

    def __init__(self, address: str = "") -> None:
        if address and address[0] not in "/@":  # `vsock:` is how a virtual machine tells its host; not our business
            log.warning("NOTIFY_SOCKET=%s is of a kind that skywatch does not speak; nobody is told", address)
            address = ""
        self._address = address

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Notifier":
        return cls(environment.get("NOTIFY_SOCKET", ""))

    def ready(self, status: str = "") -> bool:
        """The first visit has been sent out, or a reload is over."""
        return self._send("READY=1", *_status(status))

    def status(self, text: str) -> bool:
        """One line for `systemctl status`."""
        return self._send(*_status(text))

    def reloading(self, steady: float) -> bool:
        """A reload begins; end it with `ready`. `steady` is `Clock.steady()`: the machine's CLOCK_MONOTONIC in seconds,
        which Type=notify-reload (systemd 253) wants beside the word and older ones ignore."""
        return self._send("RELOADING=1", f"MONOTONIC_USEC={int(steady * _MICRO)}")

    def stopping(self, status: str = "") -> bool:
        """An orderly stop begins."""
        return self._send("STOPPING=1", *_status(status))

    def alive(self) -> bool:
        """Pet the watchdog."""
        return self._send("WATCHDOG=1")

    def _send(self, *fields: str) -> bool:
        """True where the service manager got it: one datagram, one socket, a full queue counts as not delivered."""
        if not self._address:
            return False
        address = "\0" + self._address[1:] if self._address[0] == "@" else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as gate:
                gate.sendto("\n".join(fields).encode(), address)
        except OSError as error:
            log.debug("the service manager was not told %s: %s", fields[0], error)
            return False
        return True


def _status(text: str) -> tuple[str, ...]:
    """`STATUS=` on one line: a line break would begin a new field, and a name out of the ledger may hold one."""
    line = " ".join(text.split())
    if not line:
        return ()
    return ("STATUS=" + line.encode()[:_STATUS_BYTES].decode(errors="ignore"),)


def watchdog_interval(environment: Mapping[str, str], pid: int | None = None) -> float | None:
    """Seconds within which the service manager wants a sign of life, or None where it wants none from this process.

    As sd_watchdog_enabled(3) reads it: `WATCHDOG_USEC` in microseconds, `WATCHDOG_PID` whom it is meant for. A value
    that makes no sense is none.
    """
    mine = str(os.getpid() if pid is None else pid)
    if environment.get("WATCHDOG_PID", mine) != mine:
        return None
    wanted = environment.get("WATCHDOG_USEC", "")
    if not (wanted.isascii() and wanted.isdigit()) or int(wanted) == 0:
        return None
    return int(wanted) / _MICRO


async def feed(notifier: Notifier, interval: float, last_beat: Callable[[], float], clock: Clock) -> None:
    """Pet the watchdog every half `interval` for as long as the scheduler lives; runs until cancelled.

    `last_beat()` is when the scheduler last came round, in `clock.steady()` seconds. When that is longer ago than half
    `interval`, the dog goes hungry, and the service is restarted at most one and a half intervals after the last beat.
    A loop that is stuck doesn't get here at all, which has the same end.
    """
    fed = True
    while True:
        silence = clock.steady() - last_beat()
        recent = silence <= interval / 2
        if recent:
            notifier.alive()
        if recent != fed:
            _tell(recent, silence)
        fed = recent
        await clock.sleep(interval / 2)


def _tell(recent: bool, silence: float) -> None:
    if recent:
        log.warning("the scheduler is back; the watchdog is fed again")
    else:
        log.error("the scheduler has not come round for %.1f s; the watchdog is not fed any more", silence)

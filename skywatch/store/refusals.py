"""Which passwords were refused, over restarts: a line of JSON for each refusal. Knows no password, only whether one is
still the same.

A restart is no reason to try again what a camera has refused: it counts on, and locks (Hikvision after 5 to 7).
"""

import hashlib
import json
import logging
import secrets
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from skywatch.clock import Clock
from skywatch.credentials import Credentials
from skywatch.health import DAY

log = logging.getLogger(__name__)

KEPT = 2 * DAY
"""Seconds after its last pause for which a refusal is remembered."""

MOST = 16 << 20
"""Bytes that are read at the start; a file that is larger is begun anew."""


class Refusals:
    """The file at `path`, in Unix time. Nothing here raises: without the file, refusals are forgotten by a restart, and
    the log says so once."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path, self._clock = path, clock
        self._salt = secrets.token_hex(16)
        self._known: dict[tuple[str, str], tuple[int, float]] = {}
        self._hosts: set[str] = set()
        self._complained = False
        self._begin()

    def recall(self, host: str, credentials: Credentials) -> tuple[int, float]:
        """How often these were refused in a row, and until when, in `Clock.steady` seconds, they are not to be tried:
        the rest of the pause, a day at most, whatever the machine's clock did meanwhile."""
        found = self._known.get((host, _mark(credentials, self._salt))) if host in self._hosts else None
        if found is None:
            return 0, 0.0
        refusals, until = found
        return refusals, self._clock.steady() + min(max(0.0, until - self._clock.now()), DAY)

    def keep(self, host: str, credentials: Credentials, refusals: int, closed_until: float) -> None:
        """Write down what `recall` is to say: before anybody can try again, so that not even a kill forgets it."""
        until = self._clock.now() + max(0.0, closed_until - self._clock.steady())
        self._write([_row((host, _mark(credentials, self._salt)), refusals, until)], append=True)

    def _begin(self) -> None:
        """Read what is there and write it again without what is over."""
        for line in self._lines():
            if "salt" in line:
                self._salt = line["salt"]
            else:
                self._known[line["host"], line["mark"]] = line["refusals"], line["until"]
        oldest = self._clock.now() - KEPT
        self._known = {
            who: (count, until) for who, (count, until) in self._known.items() if count > 0 and until > oldest
        }
        self._hosts = {host for host, _ in self._known}
        rows = [_row(who, count, until) for who, (count, until) in self._known.items()]
        self._write([{"salt": self._salt}, *rows])

    def _lines(self) -> Iterator[dict[str, Any]]:
        """Every line that makes sense; the last one may be torn."""
        try:
            with self._path.open(encoding="utf-8", errors="replace") as file:
                text = file.read(MOST + 1)
        except OSError:
            return
        for line in text.splitlines() if len(text) <= MOST else ():
            try:
                read = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(read, dict) and (isinstance(read.get("salt"), str) or _is_refusal(read)):
                yield read

    def _write(self, rows: list[dict[str, Any]], append: bool = False) -> None:
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            into = self._path if append else self._path.with_suffix(".new")
            with into.open("a" if append else "w", encoding="utf-8") as file:
                file.write(lines)
            into.replace(self._path)
        except OSError as error:
            if not self._complained:
                log.warning(
                    "%s cannot be written (%s): refused passwords are forgotten by a restart", self._path, error
                )
            self._complained = True


def _row(who: tuple[str, str], refusals: int, until: float) -> dict[str, Any]:
    host, mark = who
    return {"host": host, "mark": mark, "refusals": refusals, "until": until}


def _is_refusal(read: dict[str, Any]) -> bool:
    words = isinstance(read.get("host"), str) and isinstance(read.get("mark"), str)
    return words and isinstance(read.get("refusals"), int) and isinstance(read.get("until"), int | float)


@lru_cache(maxsize=1024)
def _mark(credentials: Credentials, salt: str) -> str:
    """Sixteen bits that change when the credentials do. So few, and so slow to make, that they betray no password: one
    guess in 65,536 fits them."""
    secret = f"{credentials.username}\0{credentials.password}".encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=salt.encode(), n=2**12, r=8, p=1, dklen=2).hex()

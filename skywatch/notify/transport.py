"""One text to one address, by Apprise: whether it was taken, and if not, whether it makes sense to try again.

Apprise is loaded when the first message goes out, in the thread that sends: it takes half a second. It says yes or no
and tells the reason to its log only, which is read here.
"""

import asyncio
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from skywatch.credentials import Credentials

_STATUS = re.compile(r"error=(\d{3})|(?<!\d)([45]\d{2})(?!\d)")
_TRY_AGAIN = {408, 425, 429}
_MOST = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """`taken`: the channel accepted it. If not, `error` says why, without a secret, and `permanent` that trying again
    makes no sense: nobody of that name, not allowed, no such address."""

    taken: bool
    error: str = ""
    permanent: bool = False


class Sender(Protocol):
    """Whatever takes a text to an address. Raises nothing."""

    async def __call__(self, address: str, subject: str, body: str) -> Outcome:
        """What became of it."""

    def close(self) -> None:
        """Nothing more is sent."""


def address(url: str, credentials: Credentials | None) -> str:
    """The address with user name and password in their places, quoted as URLs want it."""
    username, password = (credentials.username, credentials.password) if credentials else ("", "")
    return url.replace("{username}", quote(username, safe="")).replace("{password}", quote(password, safe=""))


class Apprise:
    """Sends, one after the other, in a thread of its own. Closed by `close`."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "messages")

    async def __call__(self, address: str, subject: str, body: str) -> Outcome:
        return await asyncio.get_running_loop().run_in_executor(self._thread, _sent, address, subject, body)

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)


def _sent(address: str, subject: str, body: str) -> Outcome:
    import apprise

    sender = apprise.Apprise()
    if not sender.add(address):
        return Outcome(False, "Apprise knows no such address", permanent=True)
    with apprise.LogCapture(level=logging.INFO, fmt="%(message)s") as said:  # type: ignore[no-untyped-call]
        try:
            taken = sender.notify(body=body, title=subject, body_format=apprise.NotifyFormat.TEXT)
        except Exception as error:  # a plugin's mistake is one message not taken, never the end of them all
            return Outcome(False, type(error).__name__)
        text = said.getvalue()
    return Outcome(True) if taken else _refused(text, address)


def _refused(said: str, address: str) -> Outcome:
    """What Apprise's log says of a message that was not taken."""
    codes = [int(next(filter(None, found))) for found in _STATUS.findall(said)]
    permanent = any(_is_final(code) for code in codes)
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return Outcome(False, _without_secrets(lines[-1] if lines else "not taken", address)[:_MOST], permanent)


def _is_final(code: int) -> bool:
    """Whether this status, of HTTP or of SMTP (RFC 5321: 550 to 554), will be the same tomorrow."""
    return 400 <= code < 500 and code not in _TRY_AGAIN if code < 550 else code <= 554


def _without_secrets(text: str, address: str) -> str:
    """Whatever of the address stands in `text` is left out: tokens are parts of addresses."""
    parts: list[Any] = [part for part in re.split(r"[/:@?&=]+", address) if len(part) > 5]
    for part in sorted(parts, key=len, reverse=True):
        text = text.replace(part, "***")
    return text

"""Asking a camera as somebody: the ways of signing in, one attempt each, and what worked remembered.

Vendors count wrong passwords and lock the account (Dahua after 5 to 30, Hikvision after 5 to 7). So a way that was
refused is not tried again within a visit, and where an earlier visit knows the way, no other is tried at all.
"""

import copy
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

from lxml import etree
from yarl import URL

from skywatch.clock import Clock
from skywatch.credentials import Credentials
from skywatch.protocols import digest
from skywatch.protocols.errors import AuthFailed, ProtocolError
from skywatch.protocols.onvif.faults import by_status, fault_in, refusal
from skywatch.protocols.onvif.library import Library
from skywatch.protocols.onvif.mend import envelope
from skywatch.protocols.onvif.model import Memory, Way
from skywatch.protocols.onvif.wire import Answer, Wire

LIMIT = 1_000_000
"""Bytes of one reply. The largest one recorded, GetProfiles of a recorder, has 165 kB."""

Reply = tuple[etree._Element, bytes]


class SignIn:
    """One visit's conversation with one camera."""

    def __init__(
        self,
        wire: Wire,
        library: Library,
        clock: Clock,
        credentials: Credentials | None,
        memory: Memory,
        deadline: float,
    ) -> None:
        self._wire, self._library, self._clock, self._deadline = wire, library, clock, deadline
        self._credentials, self._memory = credentials, memory
        self._ways = [memory.way] if memory.way else list(Way)
        self._challenge: digest.Challenge | None = None
        self._nonce_uses = 0

    async def ask(self, url: URL, question: etree._Element, headers: Mapping[str, str], expected: str) -> Reply:
        """The answer to `question`, as whoever we are. Raises ProtocolError; AuthFailed once every way was refused."""
        who = self._credentials
        try:
            if who is None:
                return _read(await self._post(url, _bytes(question), headers), expected)
            reply, self._memory.way = await self._signed(url, question, headers, expected, who)
        except AuthFailed as refused:
            self._memory.way = None
            raise AuthFailed(self._explained(str(refused))) from None
        except ProtocolError as error:
            error.args = (_without(who, str(error)),)
            raise
        return reply

    def _explained(self, words: str) -> str:
        """A refusal with what may be behind it."""
        if self._credentials is None:
            return f"{words} (no credentials configured)"
        words = _without(self._credentials, words)
        if self._memory.clock_offset is None:
            return f"{words} (the camera does not tell its time: a wrong clock would be another reason)"
        return words

    async def _signed(
        self, url: URL, question: etree._Element, headers: Mapping[str, str], expected: str, who: Credentials
    ) -> tuple[Reply, Way]:
        if Way.TOKEN in self._ways:
            answer = await self._post(url, self._with_token(question, who), headers)
            try:
                return _read(answer, expected), Way.TOKEN
            except AuthFailed as refused:
                if not self._may_go_on(answer):
                    raise refused from None
                self._ways.remove(Way.TOKEN)
        return _read(await self._by_digest(url, _bytes(question), headers, who), expected), Way.DIGEST

    def _may_go_on(self, answer: Answer) -> bool:
        """Whether to try Digest after a refused token: only where it is asked for, and where the camera does not count
        aloud, because then it has read the token and found the password wrong."""
        challenge = _challenge_in(answer)
        if Way.DIGEST not in self._ways or challenge is None or _counts(answer):
            return False
        self._challenge, self._nonce_uses = challenge, 0
        return True

    async def _by_digest(self, url: URL, body: bytes, headers: Mapping[str, str], who: Credentials) -> Answer:
        """One signed request with a nonce of this call; one with an older nonce may go before it, and says nothing
        about the password, which that nonce has proven."""
        answer = await self._post(url, body, {**headers, **self._authorization(url, who)})
        proven = self._nonce_uses != 1
        if answer.status == 401 and proven and (challenge := _challenge_in(answer)):
            self._challenge, self._nonce_uses = challenge, 0
            answer = await self._post(url, body, {**headers, **self._authorization(url, who)})
        return answer

    def _authorization(self, url: URL, who: Credentials) -> dict[str, str]:
        if self._challenge is None:
            return {}
        self._nonce_uses += 1
        word = secrets.token_hex(8)
        header = digest.answer(self._challenge, who, "POST", url.raw_path_qs, count=self._nonce_uses, client_nonce=word)
        return {"Authorization": header}

    def _with_token(self, question: etree._Element, who: Credentials) -> bytes:
        """The question with a UsernameToken, dated by the camera's own clock and never in its future: a camera's time
        may be half a second behind what its whole seconds made of it."""
        at = int(self._clock.now() + (self._memory.clock_offset or 0.0) - 0.5)
        try:
            created = datetime.fromtimestamp(at, UTC).replace(tzinfo=None)
        except (ValueError, OverflowError, OSError):
            created = datetime.fromtimestamp(int(self._clock.now()), UTC).replace(tzinfo=None)
        signed = copy.deepcopy(question)
        self._library.token(who.username, who.password, created=created).apply(signed, {})
        return _bytes(signed)

    async def _post(self, url: URL, body: bytes, headers: Mapping[str, str]) -> Answer:
        return await self._wire.post(url, body, headers, self._deadline, LIMIT)


def _bytes(question: etree._Element) -> bytes:
    return bytes(etree.tostring(question, xml_declaration=True, encoding="utf-8"))


def _challenge_in(answer: Answer) -> digest.Challenge | None:
    """The best Digest challenge that can be answered: aiohttp sends no header that isn't Unicode."""
    offered = digest.challenges(answer.headers.getall("WWW-Authenticate", ()))
    return next((challenge for challenge in offered if challenge.is_unicode), None)


def _counts(answer: Answer) -> bool:
    try:
        fault = fault_in(envelope(answer.body)[0])
    except ProtocolError:
        return False
    return fault is not None and fault.counts_attempts


def _read(answer: Answer, expected: str) -> Reply:
    """The envelope in `answer`, or the error that it stands for: the fault if there is one, else the HTTP status."""
    said_no = by_status(answer.status, answer.headers.get("Location", ""))
    try:
        root, text = envelope(answer.body, expected)
    except ProtocolError as error:
        raise said_no or error from None
    if fault := fault_in(root):
        raise AuthFailed(str(fault)) if answer.status == 401 else refusal(fault)
    if said_no is not None:
        raise said_no
    return root, text


def _without(who: Credentials | None, words: str) -> str:
    """A camera's words without the password, should it think of telling it."""
    return words.replace(who.password, "***") if who and len(who.password) > 3 else words

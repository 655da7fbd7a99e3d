"""What all probes share: the stamp on an observation, the names of failures, and the guarded use of a password."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from skywatch.clock import tick
from skywatch.credentials import Credentials
from skywatch.inventory import Camera
from skywatch.observation import Finding, Observation, Step, Verdict
from skywatch.picture import PictureError
from skywatch.probes.accounts import Account
from skywatch.probes.probe import Probe, Tools
from skywatch.protocols.errors import AuthFailed, Busy, ForeignCodec, ProtocolError, TimedOut

log = logging.getLogger(__name__)
T = TypeVar("T")

INSIDE = ("setup", "play", "first_packet", "keyframe", "listen", "collect")
"""Steps of a stream to which nobody comes whom the camera has not let in."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a probe saw, before it is stamped with probe, camera and time; `judged` as in `Observation`."""

    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    judged: frozenset[str] | None = None


async def observe(
    probe: str, camera: Camera, tools: Tools, look: Callable[[], Awaitable[Sight]], otherwise: Verdict = Verdict.FAIL
) -> Observation:
    """Run `look` and stamp what it saw. A failure that has a name becomes a finding, with the verdict `otherwise`.

    A mistake of our own is `unknown`, never the camera's fault; it goes to the log with its traceback.
    """
    at, began = tools.clock.now(), tick()
    try:
        sight = await look()
    except (ProtocolError, PictureError) as error:
        sight = _failed(error, otherwise)
    except TimeoutError:
        sight = Sight(otherwise, (Finding("timeout"),))
    except Exception as error:
        log.exception("%s: the %s probe itself failed", camera.code, probe)
        sight = Sight(Verdict.UNKNOWN, (Finding("internal", detail=type(error).__name__),))
    return Observation(
        probe, camera.code, at, tick() - began,
        sight.verdict, sight.findings, sight.numbers, sight.facts, sight.steps, sight.judged,
    )  # fmt: skip


def _failed(error: ProtocolError | PictureError, verdict: Verdict) -> Sight:
    """A picture that nobody can decode was not looked at; a camera that fails to give one was."""
    if isinstance(error, PictureError):
        return Sight(Verdict.UNKNOWN, (Finding(error.code, step="decode", detail=str(error)),))
    return Sight(verdict, (Finding(error.code, error.step, str(error)),), steps=error.steps)


async def signed_in(
    camera: Camera, tools: Tools, deadline: float, work: Callable[[Credentials | None], Awaitable[T]]
) -> T:
    """Do `work` with the camera's credentials, unless its account is closed for now.

    Raises AuthFailed without a word to the camera while the account is closed, and Busy instead of AuthFailed where the
    401 came from a camera that had let these credentials in before (decision 5).
    """
    credentials = tools.credentials(camera.credentials)
    if credentials is None:
        return await work(None)
    account = tools.accounts.of(camera.host, credentials)
    async with _alone(account, deadline):
        now = tools.clock.steady()
        if wait := account.closed_for(now):
            raise AuthFailed(f"refused before; not tried again for {wait / 60:.0f} min", step="guard")
        try:
            result = await work(credentials)
        except AuthFailed as error:
            raise _refused(error, camera.host, credentials, tools) from None
        except ProtocolError as error:
            if error.step in INSIDE or isinstance(error, ForeignCodec):
                tools.accounts.accepted(camera.host, credentials)
            raise
        tools.accounts.accepted(camera.host, credentials)
        return result


@asynccontextmanager
async def _alone(account: Account, deadline: float) -> AsyncIterator[None]:
    """While nobody knows whether the password is right, one after the other: all channels of a recorder are visited at
    the start, and would lock its account before the first refusal is back."""
    if not account.proven:
        try:
            async with asyncio.timeout_at(deadline):
                await account.trying.acquire()
        except TimeoutError:
            raise TimedOut("another visit had not signed in to the same device yet", step="guard") from None
        try:
            if not account.proven:
                yield
                return
        finally:
            account.trying.release()
    yield


def _refused(error: AuthFailed, host: str, credentials: Credentials, tools: Tools) -> ProtocolError:
    """A 401 that follows a signed DESCRIBE on the same connection, or a success before, means: the camera is full."""
    in_midstream = error.step in INSIDE
    if not in_midstream and tools.accounts.refused(host, credentials, tools.clock.steady()):
        return error
    busy = Busy(f"401 although these credentials were accepted before: {error}", step=error.step)
    busy.steps = error.steps
    return busy


async def visit(probe: Probe, camera: Camera, tools: Tools) -> Observation:
    """One call on one camera by one probe, over by the probe's time-out. Raises nothing but cancellation."""
    deadline = asyncio.get_running_loop().time() + tools.options[probe.name].timeout
    return await probe.run(camera, tools, deadline)

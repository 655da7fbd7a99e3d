"""Looking at a stream: connect, describe, set up, play, wait for the keyframe, listen, leave; each step timed and every
failure named. What the messages say is in `session.py`."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from skywatch.clock import tick
from skywatch.observation import Step
from skywatch.protocols.errors import NoKeyframe, NoVideo, PacketsLost, ProtocolError, TimedOut
from skywatch.protocols.rtsp import sdp, url
from skywatch.protocols.rtsp.connection import Connection, connect, named
from skywatch.protocols.rtsp.foreign import describe
from skywatch.protocols.rtsp.model import Look, Recording, Target
from skywatch.protocols.rtsp.receiver import Receiver
from skywatch.protocols.rtsp.session import Session
from skywatch.protocols.rtsp.transport import Way
from skywatch.protocols.rtsp.unit import AccessUnit, Packets

PARTING = 0.25
"""Seconds, at most, that TEARDOWN may take; a tenth of the time there is, where that is less."""
LOSSY = 0.005
"""Share of packets lost from which that explains why no keyframe came whole: one in every two, at 150 packets each."""
REPORT_PERIOD = 5.0
"""RTCP's shortest interval (RFC 3550, 6.2)."""


class Journal:
    """The steps of one visit, as they are done."""

    def __init__(self, observer: Callable[[Step], None] | None) -> None:
        self._observer = observer
        self._since = tick()
        self.doing = "connect"
        self.done: list[Step] = []

    def begin(self, name: str) -> None:
        self.doing = name

    def end(self, note: str = "") -> None:
        now = tick()
        step = Step(self.doing, now - self._since, note)
        self._since = now
        self.done.append(step)
        if self._observer is not None:
            self._observer(step)


class Visit:
    """What one visit holds open, and lets go of whatever happens."""

    def __init__(self, target: Target, deadline: float, observer: Callable[[Step], None] | None) -> None:
        now = asyncio.get_running_loop().time()
        self.target = target
        self.deadline = deadline
        self.over = deadline - min(PARTING, max(0.0, deadline - now) / 10)
        self.journal = Journal(observer)
        self.url: url.Url | None = None
        self.connection: Connection | None = None
        self.session: Session | None = None
        self.way: Way | None = None
        self.receiver: Receiver | None = None
        self.upkeep: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Visit":
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """TEARDOWN as far as there is time and the connection lives; then everything is closed."""
        if self.upkeep is not None:
            self.upkeep.cancel()
        patience = 0.0 if kind is asyncio.CancelledError else PARTING
        try:
            if self.session is not None and self.connection is not None:
                self.connection.frame = self.connection.lost = None
                loop = asyncio.get_running_loop()
                async with asyncio.timeout_at(min(self.deadline, loop.time() + patience)):
                    await self.session.teardown()
        except (ProtocolError, TimeoutError):
            pass
        finally:
            if self.way is not None:
                self.way.close()
            if self.connection is not None:
                self.connection.abort()

    def failed(self, error: Exception) -> ProtocolError:
        """`error` with the step at which it came, and how long that and those before it took."""
        doing = self.journal.doing
        failure = self._named(error, doing)
        failure.step = failure.step or doing
        self.journal.end(failure.code)
        failure.steps = tuple(self.journal.done)
        return failure

    def _named(self, error: Exception, doing: str) -> ProtocolError:
        if isinstance(error, ProtocolError):
            return error
        if isinstance(error, OSError) and not isinstance(error, TimeoutError):
            return named(error)
        if doing == "first_packet" and self.way is not None and self.receiver is not None:
            return NoVideo(_no_packets(self.way, self.receiver))
        if doing == "keyframe" and self.receiver is not None:
            return _no_keyframe(self.receiver)
        unfinished = self.connection.unfinished() if self.connection is not None else ""
        return TimedOut(f"no complete answer: {unfinished}" if unfinished else "no answer")


def _no_keyframe(receiver: Receiver) -> ProtocolError:
    """A line that loses packets lets hardly a keyframe through, which is hundreds of them: the line is to blame."""
    lossy = (receiver.link().loss or 0.0) >= LOSSY
    return (PacketsLost if lossy else NoKeyframe)(receiver.evidence())


def _no_packets(way: Way, receiver: Receiver) -> str:
    strangers = ", ".join(str(number) for number in sorted(receiver.strangers))
    if strangers:
        return f"PLAY was accepted, but only packets of payload type {strangers} came, which was not announced"
    return f"PLAY was accepted, but no packet came by {way.name.upper()}"


async def look(
    target: Target, deadline: float, *, listen: float = 0.0, observer: Callable[[Step], None] | None = None
) -> Look:
    """Look at a stream until its first complete keyframe, and for at least `listen` seconds of it.

    `deadline` is event-loop time; the camera is told goodbye within it. Where it comes before `listen` is over, what
    was measured till then counts. Raises ProtocolError only (with `step`, and the `steps` done before), and
    CancelledError.
    """
    visit = Visit(target, deadline, observer)
    async with visit:
        try:
            async with asyncio.timeout_at(visit.over):
                session, track = await _open(visit)
                receiver = await _start(visit, session, track)
                began = asyncio.get_running_loop().time()
                unit = await _see(visit, receiver)
            if listen > 0:
                visit.journal.begin("listen")
                await receiver.listen(min(visit.over, began + listen))
                visit.journal.end()
        except (ProtocolError, OSError) as error:
            raise visit.failed(error) from None
        return Look(unit, receiver.link(), _facts(visit, track, session, receiver), tuple(visit.journal.done))


async def collect(
    target: Target, deadline: float, *, seconds: float, observer: Callable[[Step], None] | None = None
) -> Recording:
    """Record `seconds` (at least until the first packet) of a stream of which `look` said ForeignCodec.

    `deadline` and errors as in `look`. What is kept is bounded (`foreign.py`); what is measured goes on.
    """
    visit = Visit(target, deadline, observer)
    async with visit:
        try:
            async with asyncio.timeout_at(visit.over):
                session, track = await _open(visit, sdp.choose_foreign)
                receiver = await _start(visit, session, track)
                await _hear(visit, receiver)
            visit.journal.begin("collect")
            await receiver.listen(min(visit.over, asyncio.get_running_loop().time() + seconds))
            visit.journal.end(f"{len(receiver.kept)} packets")
        except (ProtocolError, OSError) as error:
            raise visit.failed(error) from None
        packets = Packets(track.name, describe(track.format), receiver.kept)
        return Recording(packets, receiver.link(), _facts(visit, track, session, receiver), tuple(visit.journal.done))


async def options(target: Target, deadline: float) -> tuple[Step, ...]:
    """Ask whether anybody is there: any RTSP answer is life, a 401 too. Never sends credentials, nor the path.

    `deadline` is event-loop time. Returns the steps `connect` and `options`. Raises ProtocolError only, and
    CancelledError.
    """
    visit = Visit(replace(target, credentials=None), deadline, None)
    async with visit:
        try:
            async with asyncio.timeout_at(deadline):
                session = await _connect(visit)
                visit.journal.begin("options")
                await session.options()
                visit.journal.end()
        except (ProtocolError, OSError) as error:
            raise visit.failed(error) from None
    return tuple(visit.journal.done)


async def _connect(visit: Visit) -> Session:
    target = visit.target
    address = url.parse(target.url)
    visit.connection = await connect(address, target.verify)
    visit.journal.end("TLS" if address.scheme == "rtsps" else "")
    return Session(visit.connection, address, target.credentials)


async def _open(visit: Visit, choose: Callable[[sdp.Description], sdp.Track] = sdp.choose) -> tuple[Session, sdp.Track]:
    session = await _connect(visit)
    visit.journal.begin("describe")
    track = choose(await session.describe())
    visit.journal.end("" if session.auth == "none" else f"signed in: {session.auth}")
    return session, track


async def _start(visit: Visit, session: Session, track: sdp.Track) -> Receiver:
    visit.journal.begin("setup")
    visit.way, receiver = await session.setup(track, visit.target.transport)
    visit.session, visit.receiver = session, receiver
    if visit.connection is not None:
        visit.connection.lost = receiver.fail
    visit.journal.end(visit.way.name)
    visit.journal.begin("play")
    await session.play()
    visit.journal.end()
    visit.upkeep = asyncio.create_task(_keep(visit.way, session, receiver))
    return receiver


async def _hear(visit: Visit, receiver: Receiver) -> None:
    visit.journal.begin("first_packet")
    await receiver.first_packet()
    visit.journal.end()


async def _see(visit: Visit, receiver: Receiver) -> AccessUnit:
    await _hear(visit, receiver)
    visit.journal.begin("keyframe")
    unit = await receiver.whole_keyframe()
    size = f" {unit.width}x{unit.height}" if unit.width else ""
    visit.journal.end(f"{unit.codec}{size}, {len(unit.data)} bytes")
    return unit


async def _keep(way: Way, session: Session, receiver: Receiver) -> None:
    """Receiver reports, and a sign of life before the session's time-out: cameras hang up on silent listeners."""
    period = min(REPORT_PERIOD, session.timeout / 2)
    silent = 0.0
    while True:
        await asyncio.sleep(period)
        way.send_rtcp(receiver.report())
        silent += period
        if silent + period > session.timeout / 2:
            session.keep_alive()
            silent = 0.0


def _facts(visit: Visit, track: sdp.Track, session: Session, receiver: Receiver) -> dict[str, str]:
    facts = {"codec": track.name, "transport": visit.way.name if visit.way else "", "auth": session.auth}
    if session.server:
        facts["server"] = session.server
    if rate := track.media.frame_rate or receiver.frame_rate:
        facts["nominal_frame_rate"] = f"{rate:g}"
    return facts

"""The fault engine: what happened since the last step -> the next board, the events of faults' lives, and whom to look
at again. Pure: no clock, no file.

`step` is called about once a second with all news since, and costs next to nothing where there are none; `sayings.py`
has what people say, `restarted` begins where the last run ended. `docs/design/faults.md` tells how the daemon is to
call them.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace

from skywatch.health.board import (
    Board,
    Change,
    Dead,
    Found,
    Look,
    News,
    Policy,
    Reload,
    Seen,
    Sentinel,
    Step,
    Unwatched,
)
from skywatch.health.camera import HEARTBEAT, CameraState, Flip, FlipKind, Standing, State
from skywatch.health.causes import GONE, GROUPS, UNWATCHED, cause_of, severity_of
from skywatch.health.desk import Desk, of_camera
from skywatch.health.explain import explain
from skywatch.health.fault import Cause, EventKind, Fault, Scope
from skywatch.health.findings import appeared, ended, released
from skywatch.health.places import Places

POLICY = Policy()


def step(board: Board, now: float, news: Iterable[News], places: Places, policy: Policy = POLICY) -> Step:
    """The board after `news`, in the order in which it happened, and after the time that passed until `now` (Unix
    seconds). A clock that was set back stops nothing: waits are counted in seconds that passed, deadlines alone are
    times of the wall."""
    fresh = tuple(news)
    if not fresh and board.now <= now < board.due:
        return Step(board)
    desk = Desk(board, now, places, policy)
    desk.dying = frozenset(
        each.flip.camera for each in fresh if isinstance(each, Change) and each.flip.new == State.DOWN
    )
    for each in fresh:
        _take(desk, each)
    if desk.dead.keys() - places.village.keys():
        _reload(desk)  # nobody said so, but the ledger is another one
    explain(desk)
    released(desk)
    _pass_time(desk)
    return desk.done()


def heard(state: CameraState, flips: Iterable[Flip]) -> list[News]:
    """The news in the flips that led to `state`."""
    graded = {mark.what: mark.finding for mark in state.marks}
    news = list[News]()
    for flip in flips:
        finding = graded.get(flip.what) if flip.kind is FlipKind.FINDING else None
        news.append(Change(flip, finding.severity, finding.remark) if finding else Change(flip))
    return news


def restarted(board: Board, now: float) -> Board:
    """The board as a new run finds it at `now`: no time has passed in between for anything that waits, suspicions wait
    until their cameras are seen dead again, and second looks are asked for anew. Every camera's state is unknown then;
    the flips to what it is, maintenance first, put the rest right."""
    dead = {code: each if each.fault else replace(each, confirmed=False) for code, each in board.dead.items()}
    held = dict.fromkeys(board.held, board.steady)
    return replace(board, now=now, dead=dead, held=held, asked={}, looks={}, called={}, words={}, due=now)


# --- news


def _take(desk: Desk, news: News) -> None:
    if isinstance(news, Change):
        _flipped(desk, news)
    elif isinstance(news, Look):
        _looked(desk, news)
    elif isinstance(news, Sentinel):
        desk.words[news.village] = Seen(desk.steady, news.answers)
    elif isinstance(news, Unwatched):
        ended(desk, news.camera, news.what, desk.now, reason=UNWATCHED)
    elif isinstance(news, Reload):
        _reload(desk)


def _flipped(desk: Desk, change: Change) -> None:
    flip = change.flip
    if flip.camera not in desk.places.village:
        return
    if flip.kind is FlipKind.STATE:
        _state(desk, flip)
    elif flip.kind is FlipKind.FINDING:
        if flip.new == Standing.ABSENT:
            ended(desk, flip.camera, flip.what, flip.at)
        elif not change.remark:
            probe, _, code = flip.what.partition(".")
            cause = cause_of(probe, code)
            severity = severity_of(cause, code, change.severity) if cause else 0
            said = " ".join(filter(None, (flip.step, flip.detail)))
            appeared(desk, flip.camera, Found(flip.what, cause, flip.at, severity, said))


def _state(desk: Desk, flip: Flip) -> None:
    if flip.new == State.MAINTENANCE:
        _maintain(desk, flip.camera, flip.at)
        return
    if flip.old == State.MAINTENANCE or flip.camera in desk.maintenance:
        _resume(desk, flip.camera, flip.at)
    if flip.new == State.DOWN:
        _died(desk, flip.camera, flip.at)
    elif flip.new == State.UP:
        _back(desk, flip.camera, flip.at)


def _looked(desk: Desk, look: Look) -> None:
    desk.looks[look.camera] = Seen(desk.steady, look.alive)
    if look.alive and not look.down and look.camera in desk.maintenance and look.camera in desk.dead:
        _back(desk, look.camera, desk.now)


def _died(desk: Desk, camera: str, at: float) -> None:
    """A camera that is dead already is as dead as before: skywatch only had not looked for a while."""
    known = desk.dead.get(camera)
    if known is not None:
        if not known.confirmed:
            desk.suspect(camera, replace(known, confirmed=True))
        return
    desk.held.pop(camera, None)
    reason = next(
        (each for each in desk.found.get(camera, ()) if each.what.startswith(HEARTBEAT) and not each.cause), None
    )
    desk.suspect(camera, Dead(at, desk.steady, 0, reason.code if reason else "", reason.detail if reason else ""))
    own = desk.find(of_camera(camera), Cause.OUTAGE)
    if own is not None:  # on the mend until now, or flapping
        _return(desk, own, camera, at)


def _return(desk: Desk, fault: Fault, camera: str, at: float) -> None:
    desk.attribute(camera, fault)
    desk.mending.pop(fault.id, None)
    desk.returned(desk.change(fault, cameras=frozenset({camera})), at)


def _back(desk: Desk, camera: str, at: float) -> None:
    """A suspicion is dropped without a word; a fault has one camera less."""
    dead = desk.dead.pop(camera, None)
    fault = desk.open.get(dead.fault) if dead else None
    if fault is None:
        return
    if fault.cause not in GROUPS:
        desk.mend(desk.change(fault, cameras=frozenset()), at)
        return
    desk.shrink(fault, camera, at)
    left = len(desk.members(fault.id))
    if not left:
        desk.mend(fault, at)
    elif 2 * left <= desk.count(fault.id):
        desk.mend(fault, at, split=True)


# --- maintenance


def _maintain(desk: Desk, camera: str, at: float) -> None:
    desk.maintenance.add(camera)
    desk.held.pop(camera, None)
    for fault in _of(desk, camera):
        if not fault.suppressed and _members(desk, fault) <= desk.maintenance:
            desk.say(fault, EventKind.SUPPRESSED, at)
            desk.change(desk.open[fault.id], suppressed=True)


def _resume(desk: Desk, camera: str, at: float) -> None:
    desk.maintenance.discard(camera)
    for fault in _of(desk, camera):
        if fault.suppressed:
            desk.say(desk.change(fault, suppressed=False), EventKind.RESUMED, at, tell=True)
    dead = desk.dead.get(camera)
    if dead is not None and not dead.fault:
        desk.suspect(camera, dead)
    for found in desk.found.get(camera, ()):
        appeared(desk, camera, found)


def _of(desk: Desk, camera: str) -> list[Fault]:
    return [fault for fault in desk.open.values() if camera in _members(desk, fault)]


def _members(desk: Desk, fault: Fault) -> AbstractSet[str]:
    """The cameras that it is about: those at fault, or, of one that is on the mend, those that were."""
    return {fault.subject.code} if fault.subject.scope is Scope.CAMERA else desk.members(fault.id) or fault.ever


# --- the ledger


def _reload(desk: Desk) -> None:
    """Cameras and places that are gone take their faults with them; that proves nothing."""
    known = desk.places.village
    for table in (desk.dead, desk.found, desk.held, desk.asked, desk.looks):
        for camera in [code for code in table if code not in known]:
            del table[camera]
    desk.maintenance &= known.keys()
    for fault in list(desk.open.values()):
        kept = frozenset(camera for camera in fault.cameras if camera in known)
        if not _stands(desk, fault) or (fault.cameras and not kept):
            _leave(desk, desk.close(fault, desk.now, proven=False, text=GONE))
        elif kept != fault.cameras:
            desk.change(fault, cameras=kept, ever=frozenset(fault.ever & known.keys()))


def _stands(desk: Desk, fault: Fault) -> bool:
    if fault.subject.scope is Scope.CAMERA:
        return fault.subject.code in desk.places.village
    return fault.subject in desk.places.villages


def _leave(desk: Desk, fault: Fault) -> None:
    """What is still dead of a group that is no fault any more is suspected anew."""
    for camera in fault.cameras:
        dead = desk.dead.get(camera)
        if dead is not None and dead.fault == fault.id:
            desk.suspect(camera, replace(dead, left_over=True))


# --- time


def _pass_time(desk: Desk) -> None:
    for id_, mending in list(desk.mending.items()):
        fault = desk.open[id_]
        hidden = fault.subject.scope is Scope.CAMERA and fault.subject.code in desk.dead
        if not hidden and desk.steady - mending.since >= desk.patience_of(fault, mending):
            _leave(desk, desk.close(fault, mending.at, proven=True))
    for fault in list(desk.open.values()):
        if fault.late is None and desk.now > fault.deadline and not fault.suppressed and fault.id not in desk.mending:
            desk.say(fault, EventKind.OVERDUE, fault.deadline, tell=True)
            desk.change(fault, late=desk.now)

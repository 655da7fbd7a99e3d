"""From findings to faults of one camera: one fault for each cause, whatever number of findings speaks for it. Moves the
desk."""

from skywatch.health.board import Found
from skywatch.health.desk import Desk, of_camera
from skywatch.health.fault import Cause, EventKind, Fault

DOUBTED = frozenset({Cause.STREAM})
"""What a camera that has just died shows first: nothing is told before its heartbeat was looked at again."""


def appeared(desk: Desk, camera: str, found: Found) -> None:
    """A finding stands. Under maintenance that is only remembered."""
    others = tuple([each for each in desk.found.get(camera, ()) if each.what != found.what])
    desk.found[camera] = (*others, found)
    if found.waived or found.cause is None or camera in desk.maintenance:
        return
    fault = desk.find(of_camera(camera), found.cause)
    if fault is not None:
        _again(desk, fault, camera, found.since)
    elif found.cause in DOUBTED:
        if camera not in desk.dead and camera not in desk.held:
            desk.held[camera] = desk.steady
    else:
        _begin(desk, camera, found.cause)


def ended(desk: Desk, camera: str, what: str, at: float, *, reason: str = "") -> None:
    """A finding stands no longer: visits say so, or, with a `reason`, nobody looks any more. One that never stood by
    itself, since its camera had died, ends when it began."""
    gone = next((each for each in desk.found.get(camera, ()) if each.what == what), None)
    if gone is None:
        return
    rest = tuple([each for each in desk.found[camera] if each is not gone])
    if rest:
        desk.found[camera] = rest
    else:
        del desk.found[camera]
    fault = desk.find(of_camera(camera), gone.cause) if gone.cause else None
    if fault is None:
        if not any(each.cause in DOUBTED for each in rest):
            desk.held.pop(camera, None)
    elif strongest(desk, camera, fault.cause):
        _lead(desk, fault, camera)
    elif reason:
        desk.close(fault, at, proven=False, text=reason)
    elif at <= gone.since and camera in desk.dying:
        desk.void(fault, at)
    else:
        desk.mend(desk.change(fault, cameras=frozenset()), at)


def released(desk: Desk) -> None:
    """Streams that still fail after a while, though their cameras turned out to live, or nobody could look in time."""
    for camera, since in list(desk.held.items()):
        desk.ask([camera], since)
        seen = desk.looks.get(camera)
        alive = seen is not None and seen.alive and seen.when >= since
        waited = desk.steady - since
        if waited >= desk.policy.patience or (alive and waited >= desk.policy.hold):
            del desk.held[camera]
            if camera not in desk.dead:
                for cause in {each.cause for each in desk.found.get(camera, ()) if each.cause in DOUBTED}:
                    _begin(desk, camera, cause)


def strongest(desk: Desk, camera: str, cause: Cause) -> tuple[Found, ...]:
    """What speaks for a cause, the most severe first, of equals the earliest."""
    same = [each for each in desk.found.get(camera, ()) if each.cause is cause and not each.waived]
    return tuple(sorted(same, key=lambda each: (-each.severity, each.since, each.what)))


def _begin(desk: Desk, camera: str, cause: Cause | None) -> None:
    if cause is None or desk.find(of_camera(camera), cause) is not None:
        return
    found = strongest(desk, camera, cause)
    if not found:
        return
    owner = desk.places.contractor_of(desk.places.village[camera])
    fault = desk.begin(
        cause, of_camera(camera), owner, min(each.since for each in found), [camera], finding=found[0].code,
        severity=found[0].severity, evidence=_said(found),
    )  # fmt: skip
    desk.change(fault, others=_others(fault.others, found))


def _again(desk: Desk, fault: Fault, camera: str, at: float) -> None:
    """One finding more for a fault that is open, or on the mend."""
    mending = desk.mending.pop(fault.id, None)
    if mending is not None:
        fault = desk.change(fault, cameras=frozenset({camera}))
        if mending.since < desk.steady:  # else one finding took the other's place
            fault = desk.returned(fault, at)
    _lead(desk, fault, camera)


def _lead(desk: Desk, fault: Fault, camera: str) -> None:
    """Name the strongest finding; the others are evidence."""
    found = strongest(desk, camera, fault.cause)
    severity = max(fault.severity, found[0].severity)
    others = _others((*fault.others, fault.finding), found)
    if found[0].code == fault.finding and severity == fault.severity:
        desk.change(fault, others=others)
        return
    sooner = min(fault.deadline, desk.policy.deadlines.of(fault.cause, severity, desk.now))
    fault = desk.change(
        fault, finding=found[0].code, severity=severity, others=others, deadline=sooner, evidence=_said(found)
    )
    desk.say(fault, EventKind.CHANGED, found[0].since, text=fault.finding)


def _others(before: tuple[str, ...], found: tuple[Found, ...]) -> tuple[str, ...]:
    codes = dict.fromkeys((*before, *(each.code for each in found[1:])))
    return tuple([code for code in codes if code != found[0].code])


def _said(found: tuple[Found, ...]) -> str:
    return "; ".join(f"{each.code}: {each.detail}" if each.detail else each.code for each in found)

"""What people say of a fault: that they know, that it is repaired, a note, or that it is to be closed. Pure."""

from dataclasses import replace

from skywatch.health.board import Board, Policy, Step
from skywatch.health.desk import Desk
from skywatch.health.fault import EventKind, Fault, Scope
from skywatch.health.places import Places
from skywatch.i18n import N_


class Unheard(Exception):
    """It can't be taken down; `why` is a msgid with {fault} in it."""

    def __init__(self, why: str, fault: int) -> None:
        super().__init__(why.format(fault=fault))
        self.why, self.fault = why, fault


WORDS = (EventKind.ACKNOWLEDGED, EventKind.REPAIRED, EventKind.NOTE, EventKind.CLOSED)
"""What may be said."""


def say(
    board: Board, now: float, fault: int, kind: EventKind, who: str, text: str, places: Places, policy: Policy
) -> Step:
    """The board after `who` said `kind`, one of `WORDS`, of a fault, with `text`.

    Whoever says the same twice is taken down once; two people who acknowledge are both. A repair is only said: visits
    have to prove it. A close needs a reason, and holds until the camera has been well in between. Raises Unheard where
    there is no such fault, where it is closed already (a note is still taken), or where the reason is missing.
    """
    if kind not in WORDS:
        raise ValueError(f"nobody says {kind}")
    known = board.open.get(fault) or board.closed.get(fault)
    if known is None:
        raise Unheard(N_("there is no fault {fault}, or it was closed long ago"), fault)
    if known.closed is not None and kind is not EventKind.NOTE:
        raise Unheard(N_("fault {fault} is closed already"), fault)
    if kind is EventKind.CLOSED and not text.strip():
        raise Unheard(N_("say why fault {fault} is to be closed"), fault)
    desk = Desk(board, now, places, policy)
    _take(desk, known, kind, who, text.strip())
    return desk.done()


def _take(desk: Desk, fault: Fault, kind: EventKind, who: str, text: str) -> None:
    if kind is EventKind.CLOSED:
        _close(desk, fault, who, text)
        return
    said = {EventKind.ACKNOWLEDGED: fault.acknowledged, EventKind.REPAIRED: fault.repaired}.get(kind, ())
    if kind is EventKind.NOTE:
        after = replace(fault, notes=(*fault.notes, f"{who}: {text}" if who else text))
    elif any(name == who for name, _ in said):
        return
    elif kind is EventKind.ACKNOWLEDGED:
        after = replace(fault, acknowledged=(*said, (who, desk.now)))
    else:
        after = replace(fault, repaired=(*said, (who, desk.now)))
    (desk.closed if fault.closed is not None else desk.open)[fault.id] = after
    desk.say(after, kind, desk.now, who=who, text=text)


def _close(desk: Desk, fault: Fault, who: str, text: str) -> None:
    """What still stands of it is waived: it opens nothing until it has been gone."""
    desk.close(fault, desk.now, proven=False, who=who, text=text)
    if fault.subject.scope is Scope.CAMERA:
        camera = fault.subject.code
        if camera in desk.found:
            desk.found[camera] = tuple(
                [replace(each, waived=True) if each.cause is fault.cause else each for each in desk.found[camera]]
            )

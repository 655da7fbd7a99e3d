"""What a message says: what, where, since when, why probably, what to try. In the language that is spoken here and now
(`i18n.speaking`). Plain text, for every channel takes it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from skywatch import findings
from skywatch.health.causes import NAMES, TRY, WHY
from skywatch.health.fault import Event, EventKind, Fault, Scope
from skywatch.i18n import N_, _
from skywatch.inventory import Camera, Feed, Inventory, Uplink, Village

MOST_NAMED = 8
"""Cameras that a message names; of more it gives the number."""

HEADS = {
    EventKind.TOLD: N_("Fault"),
    EventKind.REOPENED: N_("Fault is back"),
    EventKind.RESUMED: N_("Fault still there after maintenance"),
    EventKind.CLOSED: N_("Repaired"),
    EventKind.OVERDUE: N_("Overdue"),
    EventKind.ABSORBED: N_("Part of another fault"),
    EventKind.FLAPPING: N_("Comes and goes"),
    EventKind.SUPPRESSED: N_("Under maintenance"),
    EventKind.REPAIRED: N_("Said to be repaired"),
    EventKind.ACKNOWLEDGED: N_("Acknowledged"),
    EventKind.NOTE: N_("Note"),
}
"""How a message about an event begins."""

UNANSWERED = N_("Nobody has acknowledged")


def subject(fault: Fault, head: str, inventory: Inventory) -> str:
    """One line. It begins with the fault's number, so that mail programs put one fault's messages together."""
    return f"[#{fault.id}] {head}{_(': ')}{where(fault, inventory)} {what(fault)}"


def what(fault: Fault) -> str:
    """The cause in words, and what was found where that says more."""
    name, found = _(NAMES[fault.cause]), findings.say(fault.finding)
    return f"{name} ({found})" if found not in ("", name) else name


def where(fault: Fault, inventory: Inventory) -> str:
    """The name of what is at fault, as people say it."""
    code, scope = fault.subject.code, fault.subject.scope
    if scope is Scope.STATION:
        return _("the station")
    if scope is Scope.CAMERA:
        return _camera_name(code, inventory)
    named: Mapping[Scope, Mapping[str, Village] | Mapping[str, Feed] | Mapping[str, Uplink]] = {
        Scope.VILLAGE: inventory.villages,
        Scope.FEED: inventory.feeds,
        Scope.UPLINK: inventory.uplinks,
    }
    found = named[scope].get(code)
    return found.name if found else code


def body(fault: Fault, event: Event | None, inventory: Inventory, zone: ZoneInfo) -> str:
    """The rest of a message, a line each."""
    return "\n".join(line for line in _lines(fault, event, inventory, zone) if line)


def clock(at: float, zone: ZoneInfo) -> str:
    """A time as people write it."""
    return datetime.fromtimestamp(at, zone).strftime("%Y-%m-%d %H:%M")


def _lines(fault: Fault, event: Event | None, inventory: Inventory, zone: ZoneInfo) -> Iterator[str]:
    yield _("What: {what}").format(what=what(fault))
    yield from _places(fault, inventory)
    yield _("Since: {time}").format(time=clock(fault.since, zone))
    if fault.closed is not None:
        yield _("Ended: {time}").format(time=clock(fault.closed, zone))
        yield _proof(fault, event)
        return
    yield _("To be repaired by: {time}").format(time=clock(fault.deadline, zone))
    yield _("Responsible: {owner}").format(owner=owner(fault, inventory))
    if reasons := _(", ").join(_(WHY[key]) for key in fault.why if key in WHY):
        yield _("Probable cause: {text}").format(text=reasons)
    if fault.evidence:
        yield _("Evidence: {text}").format(text=fault.evidence)
    yield _("Try: {text}").format(text=_(TRY[fault.cause]))
    if event is not None and event.text and event.kind in (EventKind.NOTE, EventKind.REPAIRED, EventKind.ABSORBED):
        yield _("{who} says: {text}").format(who=event.who or "skywatch", text=event.text)


def _proof(fault: Fault, event: Event | None) -> str:
    if fault.proven:
        return _("Visits prove that it is over.")
    who, text = (event.who, event.text) if event else ("", "")
    return _("Closed by {who}: {text}").format(who=who or "skywatch", text=text if who or not text else _(text))


def owner(fault: Fault, inventory: Inventory) -> str:
    """Who answers for a fault, with the number to call where the ledger has one."""
    contractor = inventory.contractors.get(fault.owner.name)
    if contractor is None:
        return fault.owner.name or _("the station")
    return f"{contractor.name} {contractor.phone}".rstrip()


def _places(fault: Fault, inventory: Inventory) -> Iterator[str]:
    cameras = [inventory.cameras[code] for code in sorted(fault.cameras or fault.ever) if code in inventory.cameras]
    if len(cameras) == 1:
        yield _("Where: {place}").format(place=_address(cameras[0], inventory))
        return
    names = _(", ").join(camera.name for camera in cameras[:MOST_NAMED])
    if len(cameras) > MOST_NAMED:
        names += _(" and {count} more").format(count=len(cameras) - MOST_NAMED)
    yield _("Where: {place}").format(place=where(fault, inventory))
    if cameras:
        yield _("{count} cameras: {names}").format(count=len(cameras), names=names)


def _address(camera: Camera, inventory: Inventory) -> str:
    longitude, latitude = inventory.place_of(camera)
    village = inventory.village_of(camera).name
    return f"{camera.name}, {camera.address or village} ({latitude:.5f}, {longitude:.5f}), {camera.code}"


def _camera_name(code: str, inventory: Inventory) -> str:
    camera = inventory.cameras.get(code)
    return camera.name if camera else code

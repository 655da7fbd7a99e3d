"""Which cause a finding speaks for, how severe a cause is, and the words for both. Tables; `docs/reference/faults.md`
shows them to people. Every text here is a msgid."""

from collections.abc import Mapping

from skywatch.health.camera import HEARTBEAT
from skywatch.health.fault import Cause
from skywatch.i18n import N_

GROUPS = (Cause.STATION, Cause.UPLINK, Cause.FEED, Cause.VILLAGE)
"""Causes of many cameras at once, the widest first."""

LIFELESS = (Cause.OUTAGE, Cause.FLAPPING, *GROUPS)
"""Causes for which cameras are dead, rather than alive with something wrong."""

NAMES: Mapping[Cause, str] = {
    Cause.OUTAGE: N_("camera does not answer"),
    Cause.VILLAGE: N_("whole village does not answer"),
    Cause.FEED: N_("power cut"),
    Cause.UPLINK: N_("link down"),
    Cause.STATION: N_("the station's own server or line"),
    Cause.FLAPPING: N_("camera comes and goes"),
    Cause.STREAM: N_("no usable stream"),
    Cause.ACCOUNT: N_("camera refuses the password"),
    Cause.PICTURE: N_("picture at fault"),
    Cause.LIGHT: N_("supplementary light failed"),
    Cause.CLOCK: N_("clock wrong"),
    Cause.DEVICE: N_("another device at this address"),
    Cause.RESOLUTION: N_("resolution below the ledger's"),
    Cause.SETTINGS: N_("stream settings changed"),
}

TRY: Mapping[Cause, str] = {
    Cause.OUTAGE: N_("Check power and network cable at the pole; switch it off and on; see whether its lamps are on."),
    Cause.VILLAGE: N_("Check the village's cabinet: breaker, UPS, switch, optical modem."),
    Cause.FEED: N_("Ask the supply station whether the line is cut, and when power will be back."),
    Cause.UPLINK: N_("Report the line to the carrier's fault desk, with its name."),
    Cause.STATION: N_("Check the server's network cable, the station's switch and its line."),
    Cause.FLAPPING: N_("Look for a loose plug, a weak power supply, water in a joint, an address used twice."),
    Cause.STREAM: N_("Open the stream with a player; restart the camera; check its encoder settings and its path."),
    Cause.ACCOUNT: N_("Somebody changed the password: set it back, or enter the new one in the configuration."),
    Cause.PICTURE: N_("Look at the picture; clean, straighten or refocus the camera, cut what grew before it."),
    Cause.LIGHT: N_("Check the lamp's power and its light sensor; replace the lamp."),
    Cause.CLOCK: N_("Set the camera's time server to the station's; check time zone and battery."),
    Cause.DEVICE: N_("Was the camera replaced? Then correct the ledger. If not, find out who did it."),
    Cause.RESOLUTION: N_("Set the encoder back to what was promised, or correct the ledger."),
    Cause.SETTINGS: N_("Compare the encoder's settings with what was agreed; set them back."),
}

SEVERITY: Mapping[Cause, int] = {
    Cause.OUTAGE: 4,
    Cause.VILLAGE: 5,
    Cause.FEED: 5,
    Cause.UPLINK: 5,
    Cause.STATION: 5,
    Cause.FLAPPING: 3,
    Cause.STREAM: 4,
    Cause.ACCOUNT: 3,
    Cause.PICTURE: 3,
    Cause.LIGHT: 3,
    Cause.CLOCK: 2,
    Cause.DEVICE: 4,
    Cause.RESOLUTION: 2,
    Cause.SETTINGS: 2,
}
"""1 (slight) to 5. For findings that are graded themselves, theirs goes before this one."""

SLIGHT: Mapping[str, int] = {"packet_loss": 3, "busy": 2}
"""Findings that nobody grades and that are less than their cause."""

WHY: Mapping[str, str] = {
    "alone": N_("the others in its village answer"),
    "unseen_neighbours": N_("the others in its village could not be asked"),
    "all_of_feed": N_("everything on this power line is dead"),
    "all_of_uplink": N_("everything on this link is dead"),
    "part_of_feed": N_("only part of this power line is dead"),
    "part_of_uplink": N_("only part of this link is dead"),
    "feed_lives": N_("other villages on the same power line answer"),
    "uplink_lives": N_("other villages on the same link answer"),
    "only_village_of_feed": N_("no other village hangs on this power line: it may be the village's own"),
    "only_village_of_uplink": N_("no other village hangs on this link: it may be the village's own"),
    "power_or_link": N_("power or link: both would look like this"),
    "sentinel_answers": N_("the sentinel answers: the link is alive, so it is power"),
    "sentinel_silent": N_("the sentinel, on its battery, is silent: it is the link"),
    "sentinel_unbacked": N_("the sentinel is silent, and it has no battery: that tells nothing"),
    "no_sentinel": N_("no sentinel tells power from link"),
    "nearly_everything": N_("nearly everything is dead at once"),
    "left_over": N_("it did not come back with the others"),
}
"""What speaks for a cause, and what would speak for another."""

GONE = N_("no longer in the ledger")
UNWATCHED = N_("no longer looked at")
"""Reasons of skywatch's own to close a fault, unproven."""

_BY_CODE: Mapping[str, Cause] = {
    "auth_failed": Cause.ACCOUNT,
    "clock_wrong": Cause.CLOCK,
    "device_changed": Cause.DEVICE,
    "resolution_low": Cause.RESOLUTION,
    "low_resolution": Cause.RESOLUTION,
    "stream_changed": Cause.SETTINGS,
    "light_failed": Cause.LIGHT,
}
_NOBODYS = frozenset({"unsupported", "internal", "worker_crashed", "worker_timeout", "not_reached", "low_contrast"})
"""What no visit to the camera would mend: our own limits, and the weather."""

_BY_PROBE: Mapping[str, Cause] = {"stream": Cause.STREAM, "picture": Cause.PICTURE}
"""What any other finding of a probe speaks for; other probes' are remarks."""


def cause_of(probe: str, code: str) -> Cause | None:
    """The cause that this finding speaks for; None where it is no fault, or only says why a camera is down."""
    if code in _NOBODYS:
        return None
    if probe == HEARTBEAT:
        return Cause.CLOCK if code == "clock_wrong" else None
    return _BY_CODE.get(code) or _BY_PROBE.get(probe)


def severity_of(cause: Cause, code: str, graded: int = 0) -> int:
    """1 to 5: as it was graded, if it was."""
    return graded or SLIGHT.get(code) or SEVERITY[cause]

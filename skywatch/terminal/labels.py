"""What probes measure, in words for a person: a label for every name of a fact or a number, units included. Codes stay
as they are in JSON and metrics."""

from skywatch import findings
from skywatch.i18n import N_, _
from skywatch.picture import say_why

LABELS: dict[str, str] = {
    # heartbeat
    "protocol": N_("answered by"),
    "timezone": N_("time zone"),
    "daylight_saving": N_("summer time"),
    "clock_source": N_("clock set by"),
    "clock": N_("clock"),
    "round_trip": N_("round trip (s)"),
    "clock_offset": N_("clock offset (s)"),
    # device
    "manufacturer": N_("manufacturer"),
    "model": N_("model"),
    "firmware": N_("firmware"),
    "serial": N_("serial number"),
    "hardware": N_("hardware"),
    "profiles": N_("profiles"),
    # stream
    "codec": N_("codec"),
    "transport": N_("transport"),
    "auth": N_("signed in by"),
    "server": N_("server"),
    "nominal_frame_rate": N_("frame rate as announced (1/s)"),
    "loss": N_("packet loss (0 to 1)"),
    "jitter": N_("jitter (s)"),
    "frame_rate": N_("frame rate (1/s)"),
    "bit_rate": N_("bit rate (bit/s)"),
    "keyframe_interval": N_("keyframe interval (s)"),
    "width": N_("width (pixels)"),
    "height": N_("height (pixels)"),
    # picture
    "blur": N_("blur"),
    "darkness": N_("darkness"),
    "picture_width": N_("width judged (pixels)"),
    "picture_height": N_("height judged (pixels)"),
    "visibility": N_("visibility (1: as ever)"),
    "regime": N_("light at that time"),
    "baseline": N_("baseline"),
}

BASELINES: dict[str, str] = {
    "none": N_("none yet"),
    "waiting": N_("waits for a person"),
    "accepted": N_("accepted, still learning"),
    "trusted": N_("trusted"),
}

REGIMES: dict[str, str] = {
    "day_colour": N_("day"),
    "dusk": N_("dusk"),
    "night_infrared": N_("night, infrared"),
    "night_white": N_("night, white light"),
    "night_unlit": N_("night, no light"),
    "unstated": N_("not known"),
}


def label(name: str) -> str:
    """What the fact or number `name` is; a new one stands for itself. A score and what was not judged go by their
    finding."""
    kind, _under, code = name.partition("_")
    if kind in ("score", "unjudged") and code:
        said = N_('score of "{what}"') if kind == "score" else N_('"{what}" not judged')
        return _(said).format(what=findings.say(code))
    return _(LABELS[name]) if name in LABELS else name


def value(name: str, said: str) -> str:
    """What the fact `name` is, where that is a code of ours; what a camera said stays as it is."""
    words = {"regime": REGIMES, "baseline": BASELINES}.get(name)
    if words is not None:
        return _(words[said]) if said in words else said
    return say_why(said) if name.startswith("unjudged_") else said


def figure(number: float) -> str:
    """`number` as it is read aloud: never with an exponent."""
    text = f"{number:.4g}"
    if "e" not in text:
        return text
    return f"{number:.0f}" if abs(number) >= 1 else f"{number:.6f}".rstrip("0").rstrip(".")

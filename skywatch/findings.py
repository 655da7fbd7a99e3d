"""The glossary of findings: every code that a probe may give, in words a technician acts on. One list for everybody."""

from skywatch.i18n import N_, _

GLOSSARY: dict[str, str] = {
    # nothing was said
    "refused": N_("connection refused"),
    "unreachable": N_("host unreachable"),
    "timeout": N_("no answer in time"),
    "truncated": N_("hung up in the middle"),
    "too_large": N_("answer too large"),
    "not_rtsp": N_("not an RTSP server"),
    "not_onvif": N_("not an ONVIF service"),
    # the camera said no
    "auth_failed": N_("wrong user name or password"),
    "not_found": N_("no such stream"),
    "busy": N_("too many viewers"),
    "unsupported": N_("not supported"),
    "onvif_fault": N_("ONVIF error"),
    "declined": N_("request declined"),
    # nothing to look at
    "no_video": N_("stream opens, no video comes"),
    "no_keyframe": N_("no complete picture in the stream"),
    "undecodable": N_("picture cannot be decoded"),
    "worker_crashed": N_("decoder crashed on this picture"),
    "worker_timeout": N_("picture not decoded in time"),
    "packet_loss": N_("packets lost on the way"),
    # the picture
    "black": N_("picture black"),
    "no_signal": N_("no picture signal: one colour, or a placeholder"),
    "torn": N_("picture torn or smeared"),
    "frozen": N_("picture frozen"),
    "flicker": N_("picture flickers"),
    "menu": N_("a menu is open on the picture"),
    "privacy_mask": N_("part of the picture is masked"),
    "blur": N_("picture blurred"),
    "motion_blur": N_("picture shaken: blurred along one direction"),
    "dirty_lens": N_("lens dirty: parts of the picture blurred"),
    "low_contrast": N_("low visibility (fog, haze, rain)"),
    "low_resolution": N_("picture smaller than the ledger says"),
    "dark": N_("picture too dark"),
    "light_failed": N_("supplementary light failed"),
    "overexposed": N_("picture overexposed"),
    "colour_cast": N_("colour cast"),
    "mono_by_day": N_("no colour by day"),
    "noise": N_("picture noisy (snow)"),
    "stripes": N_("stripes across the picture"),
    "moved": N_("camera moved: shifted or turned"),
    "scene_changed": N_("another scene in view"),
    "covered": N_("lens covered, in part or whole"),
    # the device
    "clock_wrong": N_("clock wrong"),
    "device_changed": N_("another device at this address"),
    "stream_changed": N_("stream settings changed"),
    "resolution_low": N_("resolution below the ledger's"),
    "not_reached": N_("the inspection did not get to it"),
    "internal": N_("skywatch itself failed at this"),
}


def say(code: str) -> str:
    """What `code` means, in the current language; an unknown code stands for itself."""
    return _(GLOSSARY[code]) if code in GLOSSARY else code

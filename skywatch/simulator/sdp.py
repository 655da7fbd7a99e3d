"""Session descriptions as cameras of different makers write them (RFC 8866, and the fmtp of each payload format)."""

import base64

from skywatch.simulator.camera import SimCamera, Stream
from skywatch.simulator.rtp import CLOCK, PAYLOAD_TYPES, Reel

VIDEO, AUDIO = "trackID=1", "trackID=2"


def describe(camera: SimCamera, stream: Stream, reel: Reel, base: str) -> bytes:
    """The SDP of `stream`; `base` is the Content-Base, for the makers who write whole addresses into it."""
    prefix = base if camera.brand.absolute else ""
    head = (
        "v=0", f"o=- {camera.serial} 1 IN IP4 {camera.claimed_host}", "s=Media Presentation", "e=NONE",
        "c=IN IP4 0.0.0.0", "t=0 0", f"a=control:{prefix or '*'}", "a=range:npt=now-",
    )  # fmt: skip
    audio = ("m=audio 0 RTP/AVP 8", "b=AS:64", f"a=control:{prefix}{AUDIO}", "a=rtpmap:8 PCMA/8000", "a=recvonly")
    video = _video(stream, reel, prefix)
    sections = {"first": (*audio, *video), "last": (*video, *audio)}.get(camera.brand.audio, video)
    return ("\r\n".join((*head, *sections)) + "\r\n").encode()


def _video(stream: Stream, reel: Reel, prefix: str) -> tuple[str, ...]:
    kind = PAYLOAD_TYPES[stream.codec]
    lines = [f"m=video 0 RTP/AVP {kind}", "b=AS:5000", f"a=control:{prefix}{VIDEO}"]
    if stream.codec != "mjpeg":  # 26 is a static type (RFC 3551), which cameras don't explain
        lines += [f"a=rtpmap:{kind} {stream.codec.upper()}/{CLOCK}", f"a=fmtp:{kind} {_format(reel)}"]
    return (*lines, f"a=framerate:{reel.frame_rate}", f"a=x-dimensions:{stream.width},{stream.height}", "a=recvonly")


def _format(reel: Reel) -> str:
    coded = [base64.b64encode(unit).decode() for unit in reel.parameters]
    if reel.codec == "h264":
        profile = reel.parameters[0][1:4].hex().upper()
        return f"profile-level-id={profile}; packetization-mode=1; sprop-parameter-sets={','.join(coded)}"
    named = zip(("sprop-vps", "sprop-sps", "sprop-pps"), coded, strict=False)
    return "; ".join(f"{name}={value}" for name, value in named)

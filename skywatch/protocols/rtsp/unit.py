"""What goes from this client to a decoder: one complete coded picture, or packets that we don't take apart. Data
only."""

from dataclasses import dataclass
from enum import StrEnum


class Codec(StrEnum):
    """What the depacketizers understand."""

    H264 = "h264"
    H265 = "h265"
    MJPEG = "mjpeg"


@dataclass(frozen=True, slots=True)
class AccessUnit:
    """One picture that stands on its own.

    `codec` is `h264`, `h265` or `mjpeg`. `data` is Annex B with its parameter sets in front (H.264, H.265), or one
    whole JPEG file. `width` and `height` in pixels are what the SPS (cropped) or the JPEG header says, 0 if unknown.
    """

    codec: str
    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Packets:
    """RTP packets of one video track in a codec that we can't take apart, in order, for somebody else to try.

    `codec` is what the camera calls it, in lower case. `sdp` is a session description of this track and nothing else:
    no address, no name, no secret. Each packet has less than 64 kB, and a header of 12 bytes: no padding, no extension.
    """

    codec: str
    sdp: str
    packets: tuple[bytes, ...]

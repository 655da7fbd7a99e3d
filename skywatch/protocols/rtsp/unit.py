"""One complete coded picture, as it leaves the depacketizers and enters a decoder. Data only."""

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

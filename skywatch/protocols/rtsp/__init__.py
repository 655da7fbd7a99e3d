"""The RTSP client (RFC 2326): until the first complete keyframe, with a name for whatever prevents it."""

from skywatch.protocols.rtsp.client import collect, look, options
from skywatch.protocols.rtsp.model import Link, Look, Recording, Target
from skywatch.protocols.rtsp.unit import AccessUnit, Codec, Packets

__all__ = ["AccessUnit", "Codec", "Link", "Look", "Packets", "Recording", "Target", "collect", "look", "options"]

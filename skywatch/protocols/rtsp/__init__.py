"""The RTSP client (RFC 2326): until the first complete keyframe, with a name for whatever prevents it."""

from skywatch.protocols.rtsp.client import look, options
from skywatch.protocols.rtsp.model import Link, Look, Target
from skywatch.protocols.rtsp.unit import AccessUnit, Codec

__all__ = ["AccessUnit", "Codec", "Link", "Look", "Target", "look", "options"]

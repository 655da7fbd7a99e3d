"""Every way in which talking to a camera can fail, as one tree.

ProtocolError
 ├─ ConnectionFailed      nothing was said
 │   ├─ Refused           somebody is there and closes the door (RST)
 │   └─ Unreachable       no way to that host (ICMP, no route, unknown name)
 ├─ TimedOut              the deadline passed; `step` says at what
 ├─ Truncated             the camera hung up in the middle
 ├─ TooLarge              more bytes than any honest answer has
 ├─ NotSpoken             what came back is not the protocol
 │   ├─ NotRtsp
 │   └─ NotOnvif
 ├─ Declined              the camera understood, and said no
 │   ├─ AuthFailed
 │   ├─ NotFound
 │   ├─ Busy
 │   ├─ Unsupported
 │   │   └─ ForeignCodec  it sends video that we can't take apart; somebody else may
 │   └─ OnvifFault        any other SOAP fault
 └─ Unseen                the stream runs, yet there is nothing to look at
     ├─ NoVideo           PLAY, then no packets
     ├─ NoKeyframe        packets, but no picture that stands on its own
     └─ PacketsLost       packets with holes, so that no keyframe came whole
"""

from typing import ClassVar

from skywatch.observation import Step


class ProtocolError(Exception):
    """`code` is the finding; `step` what was being done; `steps` what had been done until then; the message is evidence
    without any secret."""

    code: ClassVar[str] = "internal"

    def __init__(self, message: str = "", *, step: str = "", steps: tuple[Step, ...] = ()) -> None:
        super().__init__(message)
        self.step = step
        self.steps = steps

    @property
    def message(self) -> str:
        return str(self.args[0]) if self.args else ""


class ConnectionFailed(ProtocolError):
    code = "unreachable"


class Refused(ConnectionFailed):
    code = "refused"


class Unreachable(ConnectionFailed):
    code = "unreachable"


class TimedOut(ProtocolError):
    code = "timeout"


class Truncated(ProtocolError):
    code = "truncated"


class TooLarge(ProtocolError):
    code = "too_large"


class NotSpoken(ProtocolError):
    """The root of its kind; never raised itself."""


class NotRtsp(NotSpoken):
    code = "not_rtsp"


class NotOnvif(NotSpoken):
    code = "not_onvif"


class Declined(ProtocolError):
    code = "declined"


class AuthFailed(Declined):
    code = "auth_failed"


class NotFound(Declined):
    code = "not_found"


class Busy(Declined):
    code = "busy"


class Unsupported(Declined):
    code = "unsupported"


class ForeignCodec(Unsupported):
    code = "unsupported"


class OnvifFault(Declined):
    code = "onvif_fault"


class Unseen(ProtocolError):
    code = "no_video"


class NoVideo(Unseen):
    code = "no_video"


class NoKeyframe(Unseen):
    code = "no_keyframe"


class PacketsLost(Unseen):
    code = "packet_loss"

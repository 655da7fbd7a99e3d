"""What the client is asked and what it answers. Data only."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from skywatch.credentials import Credentials
from skywatch.inventory import Transport
from skywatch.observation import Step
from skywatch.protocols.rtsp.unit import AccessUnit, Packets


@dataclass(frozen=True, slots=True)
class Target:
    """Which stream, and how to ask for it.

    `url` is `rtsp[s]://host:port/path?query`; a user name and password in it are ignored, they come as `credentials`.
    Vendors hide passwords in paths and queries, so the address does not show itself either. `verify` asks for a
    certificate that the machine trusts; cameras sign their own, so the default encrypts without knowing to whom.
    """

    url: str = field(repr=False)
    credentials: Credentials | None = None
    transport: Transport = Transport.AUTO
    verify: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """What was measured of the stream. None where it could not be known: a single frame has no rate.

    `loss` is the share of RTP packets that never came, 0 to 1; `jitter` is in seconds (RFC 3550, 6.4.1); `frame_rate`
    in 1/s and `keyframe_interval` in seconds, both by the stream's own timestamps; `bit_rate` in bit/s of RTP payload.
    `packets` came, in `frames` pictures.
    """

    loss: float | None = None
    jitter: float | None = None
    frame_rate: float | None = None
    bit_rate: float | None = None
    keyframe_interval: float | None = None
    packets: int = 0
    frames: int = 0


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a stream saw.

    `facts`: `codec`; `transport` (`tcp`, `udp`); `auth` (`none`, `basic`, `digest md5`, `digest sha-256`); and where it
    was told, `server` (what it calls itself) and `nominal_frame_rate` (of the SPS or the session description, 1/s).
    `steps`: `connect`, `describe`, `setup`, `play`, `first_packet`, `keyframe`, and `listen` if that was asked.
    """

    keyframe: AccessUnit
    link: Link
    facts: Mapping[str, str]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Recording:
    """What was recorded of a stream in a codec that we can't take apart; `facts` as in a Look, without what only its
    pictures tell. `steps`: `connect`, `describe`, `setup`, `play`, `first_packet`, `collect`."""

    packets: Packets
    link: Link
    facts: Mapping[str, str]
    steps: tuple[Step, ...]

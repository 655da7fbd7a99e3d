"""The township as data: what is there, where, on whose line, and who repairs it. No behaviour beyond look-ups."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property


class Light(IntEnum):
    """Supplementary light (辅光灯), numbered as in the GB/T 28181 catalogue (SupplyLightType)."""

    NONE = 1
    INFRARED = 2
    WHITE = 3
    LASER = 4


class Kind(StrEnum):
    """What sort of place a village is."""

    VILLAGE = "village"
    HAMLET = "hamlet"
    CHECKPOINT = "checkpoint"


class Transport(StrEnum):
    """How RTP is asked for: `auto` tries TCP-interleaved first and UDP where the camera refuses it."""

    AUTO = "auto"
    TCP = "tcp"
    UDP = "udp"


@dataclass(frozen=True, slots=True)
class Feed:
    """A power line. `owner` is who answers for it."""

    code: str
    name: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Uplink:
    """A carrier's line. `carrier` as people say it (移动, 联通, 电信)."""

    code: str
    name: str
    carrier: str


@dataclass(frozen=True, slots=True)
class Contractor:
    """Who repairs."""

    code: str
    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Village:
    """A place with cameras. `planned` is how many it was promised; lon/lat in degrees WGS-84. `sentinel` is the address
    of a device beside the cameras (`icmp://HOST`, `tcp://HOST:PORT`) or ""; `battery`: it outlives a power cut."""

    code: str
    name: str
    kind: Kind
    planned: int
    feed: str
    uplink: str
    contractor: str
    longitude: float
    latitude: float
    sentinel: str = ""
    battery: bool = False


@dataclass(frozen=True, slots=True)
class Camera:
    """One row of the ledger (一机一档).

    `code` is the 20-digit code of GB/T 28181. `onvif_port` None: the camera has no ONVIF. `stream` is an RTSP path with
    its query (`/Streaming/Channels/101`), or "" to ask ONVIF; `substream` likewise for the small picture; `profile` is
    the ONVIF profile token to prefer, or "". `credentials` is a *name*, looked up in the secrets. `width`, `height` are
    what the ledger promises, in pixels, 0 if it doesn't say. `tls` means `rtsps` and `https`.
    """

    code: str
    name: str
    village: str
    host: str
    address: str = ""
    manufacturer: str = ""
    model: str = ""
    longitude: float | None = None
    latitude: float | None = None
    direction: str = ""
    ptz_type: str = ""
    light: Light = Light.NONE
    onvif_port: int | None = 80
    rtsp_port: int = 554
    stream: str = ""
    substream: str = ""
    profile: str = ""
    transport: Transport = Transport.AUTO
    tls: bool = False
    width: int = 0
    height: int = 0
    credentials: str = ""
    enabled: bool = True


@dataclass(frozen=True)
class Inventory:
    """Everything that is watched, by code, in the order of the files. Config has checked every reference."""

    villages: Mapping[str, Village] = field(default_factory=dict)
    cameras: Mapping[str, Camera] = field(default_factory=dict)
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    uplinks: Mapping[str, Uplink] = field(default_factory=dict)
    contractors: Mapping[str, Contractor] = field(default_factory=dict)

    @cached_property
    def by_village(self) -> Mapping[str, tuple[Camera, ...]]:
        """The cameras of each village, enabled or not; a village without any has an empty tuple."""
        groups: dict[str, list[Camera]] = {code: [] for code in self.villages}
        for camera in self.cameras.values():
            groups[camera.village].append(camera)
        return {code: tuple(cameras) for code, cameras in groups.items()}

    def village_of(self, camera: Camera) -> Village:
        return self.villages[camera.village]

    def uplink_of(self, camera: Camera) -> Uplink:
        return self.uplinks[self.village_of(camera).uplink]

    def place_of(self, camera: Camera) -> tuple[float, float]:
        """(longitude, latitude) of the camera, or of its village where the ledger has none."""
        village = self.village_of(camera)
        if camera.longitude is None or camera.latitude is None:
            return village.longitude, village.latitude
        return camera.longitude, camera.latitude

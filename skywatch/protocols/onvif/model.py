"""What an ONVIF visit takes and gives: addresses, what is remembered of a camera, and what a camera is. No network
here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from skywatch.observation import Step
from skywatch.protocols.onvif.addresses import redact


class Way(StrEnum):
    """How a camera was signed in to."""

    TOKEN = "token"  # noqa: S105 - a way of signing in: WS-Security UsernameToken, as digest
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a camera's ONVIF device service listens.

    `path` is for cameras that keep it elsewhere (Tapo: port 2020, `/onvif/service`); "" is what `Memory` has learned,
    or the path of the specification.
    """

    host: str
    port: int = 80
    tls: bool = False
    path: str = ""


@dataclass(slots=True)
class Memory:
    """What was learned of one camera and makes the next visit cheaper. One per camera, kept by the caller, never
    shared.

    `clock_offset` is the camera's clock minus ours in seconds: tokens are dated by it. `way` is the way of signing in
    that worked last, None while unknown or after a refusal. `path` is where the device service was found.
    """

    clock_offset: float | None = None
    way: Way | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class DeviceTime:
    """A sign of life. `utc` is the camera's clock in Unix seconds, None if it does not tell (facts say why).

    `offset` is the camera's clock minus ours in seconds, good to half a second, because cameras count whole ones.
    `seconds` is from the request's first byte to the answer's last. `hint` is an offset taken from the HTTP `Date`
    header: too coarse a witness to judge a clock, good enough to date a token by.
    """

    utc: float | None
    offset: float | None
    seconds: float
    facts: Mapping[str, str] = field(default_factory=dict)
    hint: float | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """One stream that a camera offers.

    `media` is 2 where Media2 knows it, else 1. `codec` is `h264`, `h265`, `mjpeg`, another name in small letters, or
    "". `width`, `height` in pixels, `frame_rate` in 1/s, `bit_rate` in bit/s: the encoder's settings, 0 if unknown.
    `source` names the lens: the profiles of a recorder's channel share it.

    `stream_uri` (rtsp, rtsps) and `snapshot_uri` (http, https) are on the configured host, without userinfo; "" if
    there is none. A `stream_uri` may hold a secret in its path (Xiongmai:
    `/user=admin_password=..._channel=1_stream=0.sdp`) that the stream does not open without: show `stream_shown`,
    never `stream_uri`.
    """

    token: str
    name: str = ""
    media: int = 1
    codec: str = ""
    width: int = 0
    height: int = 0
    frame_rate: float = 0.0
    bit_rate: float = 0.0
    source: str = ""
    stream_uri: str = field(default="", repr=False)
    snapshot_uri: str = field(default="", repr=False)

    @property
    def stream_shown(self) -> str:
        """`stream_uri` without secrets, to be shown."""
        return redact(self.stream_uri)


@dataclass(frozen=True, slots=True)
class Device:
    """What a camera says it is. `services` is XAddr by namespace, on the configured host; `profiles` the largest
    first."""

    manufacturer: str = ""
    model: str = ""
    firmware: str = ""
    serial: str = ""
    hardware: str = ""
    services: Mapping[str, str] = field(default_factory=dict)
    profiles: tuple[Profile, ...] = ()
    steps: tuple[Step, ...] = ()


def main_and_sub(profiles: Sequence[Profile], prefer: str = "") -> tuple[Profile, Profile]:
    """The full picture and the small one, from `profiles` sorted as in `Device`, which must not be empty.

    Main is the profile whose token, or else name, is `prefer`; without such, the largest that has a stream, and JPEG
    only where there is nothing else (Axis offers it larger than its H.264, at ten times the bit rate). Sub is the next
    smaller one of the same lens, or main where there is none.
    """
    streaming = [profile for profile in profiles if profile.stream_uri] or list(profiles)
    video = [profile for profile in streaming if profile.codec != "mjpeg"] or streaming
    main = _named(profiles, prefer) or video[0]
    smaller = (profile for profile in video if profile.source == main.source and _is_smaller(profile, main))
    return main, next(smaller, main)


def _named(profiles: Sequence[Profile], name: str) -> Profile | None:
    by_token = (profile for profile in profiles if profile.token == name)
    by_name = (profile for profile in profiles if name and profile.name == name)
    return next(by_token, None) or next(by_name, None)


def _area(profile: Profile) -> int:
    return profile.width * profile.height


def _is_smaller(profile: Profile, main: Profile) -> bool:
    """A main stream of unknown size (Dahua's H.265 over Media1) is larger than any other."""
    return profile is not main and _area(profile) > 0 and (not _area(main) or _area(profile) < _area(main))

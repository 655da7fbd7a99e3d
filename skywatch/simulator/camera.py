"""What a simulated camera is made of, from the ledger; nothing here changes while it runs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address
from zlib import crc32

from skywatch.credentials import Credentials
from skywatch.i18n import _
from skywatch.inventory import Camera, Inventory, Kind, Light, Transport
from skywatch.simulator.brands import Brand, brand_of

STREETS = {"h264": 3, "h265": 2, "mjpeg": 1}
"""How many different streets the cameras of one size and codec share: each costs half a second of encoding at first."""

_WIDEST = 2040  # pixels that RFC 2435 can say for MJPEG


class NotSimulated(ValueError):
    """The ledger has cameras that cannot be simulated; the message names them all."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One thing to watch: `path` with its query as RTSP serves it."""

    path: str
    codec: str
    width: int
    height: int
    token: str


@dataclass(frozen=True, slots=True)
class SimCamera:
    """A camera that is not there. `host` is in 127/8; `onvif_port` None: it has no ONVIF. `credentials` None: it lets
    everybody in. `scene` is the street that it looks at. `claimed_host` is what it calls itself in addresses, which on
    some cameras is not where it answers. longitude/latitude in degrees WGS-84."""

    code: str
    name: str
    host: str
    onvif_port: int | None
    rtsp_port: int
    brand: Brand
    model: str
    main: Stream
    sub: Stream
    scene: int
    light: Light
    transport: Transport
    village: str
    kind: Kind
    uplink: str
    feed: str
    longitude: float
    latitude: float
    claimed_host: str
    credentials: Credentials | None

    @property
    def serial(self) -> str:
        return f"{crc32(self.code.encode()):010d}"

    def stream_at(self, target: str) -> Stream | None:
        """The stream of an RTSP path with query. Further parameters and a control suffix are ignored, as cameras do."""
        path, _, query = target.partition("?")
        said = set(query.split("&")) if query else set()
        fitting: list[tuple[int, Stream]] = []
        for stream in (self.main, self.sub):
            own, _, query = stream.path.partition("?")
            wanted = set(query.split("&")) if query else set()
            if own.rstrip("/") == path.rstrip("/") and wanted <= said:
                fitting.append((len(wanted), stream))
        return max(fitting, key=lambda fit: fit[0])[1] if fitting else None


def cameras_of(inventory: Inventory, credentials: Callable[[str], Credentials | None]) -> list[SimCamera]:
    """Every enabled camera of the ledger, simulated; `credentials` looks a name up. The same ledger is always the same
    cameras. Raises NotSimulated where an address is not on loopback, is used twice, or wants TLS."""
    cameras = [camera for camera in inventory.cameras.values() if camera.enabled]
    if mistakes := [*_unfit(cameras), *_shared(cameras)]:
        raise NotSimulated("\n".join(mistakes))
    return [_simulated(inventory, camera, credentials) for camera in cameras]


def _unfit(cameras: Iterable[Camera]) -> list[str]:
    mistakes = []
    for camera in cameras:
        if not _loopback(camera.host):
            mistakes.append(
                _("camera {code}: {host} is not an address on loopback (127.x.y.z)").format(
                    code=camera.code, host=camera.host
                )
            )
        if camera.tls:
            mistakes.append(_("camera {code}: TLS is not simulated").format(code=camera.code))
    return mistakes


def _shared(cameras: Iterable[Camera]) -> list[str]:
    owner: dict[tuple[str, int], str] = {}
    mistakes = []
    for camera in cameras:
        for port in {camera.onvif_port, camera.rtsp_port} - {None}:
            first = owner.setdefault((camera.host, port or 0), camera.code)
            if first != camera.code:
                mistakes.append(
                    _("camera {code}: {host}:{port} belongs to camera {other} already").format(
                        code=camera.code, host=camera.host, port=port, other=first
                    )
                )
    return mistakes


def _loopback(host: str) -> bool:
    try:
        return IPv4Address(host).is_loopback
    except AddressValueError:
        return False


def _simulated(inventory: Inventory, camera: Camera, look_up: Callable[[str], Credentials | None]) -> SimCamera:
    village = inventory.village_of(camera)
    longitude, latitude = inventory.place_of(camera)
    brand = brand_of(camera.manufacturer, camera.model)
    number = crc32(camera.code.encode())
    main, sub = _streams(camera, brand, number)
    return SimCamera(
        code=camera.code,
        name=camera.name,
        host=camera.host,
        onvif_port=camera.onvif_port,
        rtsp_port=camera.rtsp_port,
        brand=brand,
        model=camera.model or f"{brand.name}-2MP",
        main=main,
        sub=sub,
        scene=1 + number // 100 % STREETS[main.codec],
        light=camera.light,
        transport=camera.transport,
        village=village.code,
        kind=village.kind,
        uplink=village.uplink,
        feed=village.feed,
        longitude=longitude,
        latitude=latitude,
        # factory addresses, left in by installers: one camera in five (and `GetStreamUri` of 127.0.1.1 was recorded)
        claimed_host=("192.168.1.64", "127.0.1.1")[number % 2] if number // 7 % 5 == 0 else camera.host,
        credentials=look_up(camera.credentials) if camera.credentials else None,
    )


def _streams(camera: Camera, brand: Brand, number: int) -> tuple[Stream, Stream]:
    width, height = (camera.width or 1920) & ~7, (camera.height or 1080) & ~7
    codec = _codec(camera, width, number)
    small = (640, 480) if width * 9 < height * 16 - 8 * 16 else (640, 360)
    path = camera.stream or (brand.main if brand.main != camera.substream else "/live/main")
    subpath = camera.substream or (brand.sub if brand.sub != path else "/live/sub")
    subcodec = "mjpeg" if codec == "mjpeg" else "h264"
    return (
        Stream(path, codec, width, height, camera.profile or "Profile_1"),
        Stream(subpath, subcodec, *small, "Profile_2" if camera.profile != "Profile_2" else "Profile_1"),
    )


def _codec(camera: Camera, width: int, number: int) -> str:
    """H.264, and by size: H.265 on two in five of the new 2-megapixel cameras, MJPEG on one in six of the old ones."""
    words = camera.model.lower()
    for named, codec in (("265", "h265"), ("264", "h264"), ("jpeg", "mjpeg")):
        if named in words:
            return codec
    if width >= 1900:
        return "h265" if number % 5 < 2 else "h264"
    return "mjpeg" if number % 6 == 0 and width <= _WIDEST else "h264"

"""How makers differ: paths, ways of signing in, answers. One table; an unknown maker's camera is like the last row."""

from dataclasses import dataclass
from enum import StrEnum


class Scheme(StrEnum):
    """What an RTSP or HTTP server may ask for, in the order that it is offered."""

    MD5 = "MD5"
    SHA256 = "SHA-256"
    BASIC = "Basic"


@dataclass(frozen=True, slots=True)
class Brand:
    """One maker's habits.

    `main` and `sub` are RTSP paths; `schemes` what RTSP offers, `qop` whether its Digest says qop="auth". ONVIF takes a
    WS-UsernameToken if `token`, and HTTP Digest if `http_digest`. `denied` is the HTTP status of ter:NotAuthorized.
    `full` is what RTSP answers to one viewer too many. `absolute` control addresses in the SDP; `audio` track "first",
    "last" or "". `media1_h265` is how Media1, which has no word for H.265, lists such a stream: "h264" or "nothing".
    """

    name: str
    aliases: tuple[str, ...]
    main: str
    sub: str
    realm: str = "IP Camera"
    server: str = "RTSP Server"
    schemes: tuple[Scheme, ...] = (Scheme.MD5,)
    qop: bool = False
    token: bool = True
    http_digest: bool = False
    denied: int = 400
    full: int = 453
    media_path: str = "/onvif/media_service"
    absolute: bool = False
    audio: str = ""
    keep_alive: bool = True
    media1_h265: str = "h264"
    firmware: str = "V1.0.0"


BRANDS: tuple[Brand, ...] = (
    Brand(
        "Hikvision", ("hikvision", "海康", "ds-"), "/Streaming/Channels/101", "/Streaming/Channels/102",
        realm="IP Camera(C2471)", server="Rtsp Server/3.0", schemes=(Scheme.MD5, Scheme.BASIC), http_digest=True,
        denied=400, full=503, media_path="/onvif/Media", absolute=True, keep_alive=False,
        firmware="V5.4.5 build 170124",
    ),
    Brand(
        "Dahua", ("dahua", "大华", "ipc-h"),
        "/cam/realmonitor?channel=1&subtype=0", "/cam/realmonitor?channel=1&subtype=1",
        realm="Login to 4K0123EPAJ00001", server="Rtsp Server/2.0", http_digest=True, denied=400, audio="last",
        media1_h265="nothing", firmware="2.800.0000000.16.R, Build Date 2021-06-15",
    ),
    Brand(
        "Uniview", ("uniview", "宇视", "ipc2"), "/media/video1", "/media/video2", realm="4419b7a5c3d0", qop=True,
        denied=401, firmware="IPC_D1201-B0007P51D1904C09",
    ),
    Brand(
        "Axis", ("axis", "安讯士"),
        "/axis-media/media.amp?streamprofile=Quality", "/axis-media/media.amp?streamprofile=Mobile",
        realm="AXIS_ACCC8E1B2A3C", server="GStreamer RTSP server", schemes=(Scheme.SHA256, Scheme.MD5), qop=True,
        http_digest=True, denied=401, media_path="/onvif/services", absolute=True, firmware="11.9.60",
    ),
    Brand(
        "Tiandy", ("tiandy", "天地伟业", "tc-"), "/1/1", "/1/2", realm="tiandy", token=False, http_digest=True,
        denied=401, firmware="V11.7.8.0.5",
    ),
    Brand(
        "TVT", ("tvt", "同为"), "/profile1", "/profile2", realm="TVT", schemes=(Scheme.BASIC,), audio="first",
        keep_alive=False, firmware="4.2.1.0(11873)",
    ),
    Brand(
        "XiongMai", ("xiongmai", "雄迈", "ipg-"), "/live/ch00_0", "/live/ch00_1", realm="XM", server="H264DVR 1.0",
        media_path="/onvif/Media", firmware="V4.02.R12.00035520.12012.047500.00200",
    ),
    Brand("IPCAM", (), "/live/main", "/live/sub", schemes=(Scheme.MD5,), firmware="1.0.14"),
)  # fmt: skip


def brand_of(manufacturer: str, model: str) -> Brand:
    """The maker that a ledger's words name, in Chinese or English; the model decides where the maker is missing."""
    for words in (manufacturer.lower(), model.lower()):
        for brand in BRANDS:
            if any(alias in words for alias in brand.aliases):
                return brand
    return BRANDS[-1]

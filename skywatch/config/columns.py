"""The columns of the ledger (一机一档), one table: names in English, Chinese and GB/T 28181, and how each is read."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from skywatch.config import cells
from skywatch.i18n import N_


@dataclass(frozen=True, slots=True)
class Column:
    """`key` names it in our documents and, for most, the field of `Camera`; `names` are the headers that mean it, the
    first Chinese one and GB/T 28181's among them; `read` turns a cell into a value or raises `cells.Refused`."""

    key: str
    names: tuple[str, ...]
    read: Callable[[str], Any]
    about: str
    required: bool = False


COLUMNS: tuple[Column, ...] = (
    Column("code", ("设备编码", "DeviceID", "国标编码", "编码", "GB code"), cells.code,
           N_("20-digit code of GB/T 28181"), required=True),
    Column("name", ("设备名称", "Name", "名称", "点位名称", "摄像机名称"), cells.words,
           N_("name as people say it"), required=True),
    Column("village", ("所属村", "村庄编码", "村庄", "村编码", "village code"), cells.words,
           N_("code or name of a village of the YAML file"), required=True),
    Column("address", ("安装地址", "Address", "安装位置"), cells.words, N_("where it hangs, in words")),
    Column("manufacturer", ("设备厂商", "Manufacturer", "厂商", "品牌", "brand"), cells.words, N_("who made it")),
    Column("model", ("设备型号", "Model", "型号"), cells.words, N_("the maker's name for it")),
    Column("host", ("IP地址", "IPAddress", "IP", "设备IP", "主机"), cells.host,
           N_("IP address or host name"), required=True),
    Column("onvif_port", ("ONVIF端口", "HTTP端口", "HTTP port"), cells.port_or_none,
           N_("port of ONVIF; empty where the camera has none, 80 where the column is missing")),
    Column("rtsp_port", ("RTSP端口",), cells.port, N_("port of RTSP; 554 where empty")),
    Column("stream", ("主码流路径", "主码流", "RTSP路径", "stream path", "main stream"), cells.path,
           N_("RTSP path of the full picture, with its query; empty to ask ONVIF")),
    Column("substream", ("子码流路径", "子码流", "辅码流", "substream path", "sub stream"), cells.path,
           N_("RTSP path of the small picture")),
    Column("profile", ("媒体配置", "ONVIF profile", "profile token"), cells.words,
           N_("token of the ONVIF profile to prefer")),
    Column("transport", ("传输方式", "RTP传输"), cells.transport, N_("auto, tcp or udp")),
    Column("tls", ("加密传输", "TLS", "rtsps"), cells.yes, N_("yes for rtsps and https")),
    Column("resolution", ("分辨率", "Resolution", "主码流分辨率"), cells.resolution,
           N_("promised size of the picture: 1920x1080, 1080p, 200万, or the catalogue's 6")),
    Column("credentials", ("凭据", "凭据名称", "登录凭据", "credentials name"), cells.words,
           N_("name of credentials of the YAML file; never a password")),
    Column("longitude", ("经度", "Longitude", "lon"), cells.longitude, N_("degrees east, WGS-84")),
    Column("latitude", ("纬度", "Latitude", "lat"), cells.latitude, N_("degrees north, WGS-84")),
    Column("direction", ("监视方位", "DirectionType", "朝向"), cells.direction,
           N_("where it looks: 1 east, 2 west, 3 south, 4 north, 5 southeast, 6 northeast, 7 southwest, 8 northwest")),
    Column("ptz_type", ("摄像机类型", "PTZType", "云台类型"), cells.ptz_type,
           N_("1 speed dome, 2 dome, 3 fixed bullet, 4 remote-controlled bullet, 5 remote-controlled dome, "
              "6 panoramic channel, 7 split channel")),
    Column("light", ("补光属性", "SupplyLightType", "辅光灯", "补光", "补光类型"), cells.light,
           N_("supplementary light: 1 none, 2 infrared, 3 white, 4 laser; none where empty")),
    Column("enabled", ("启用", "是否启用"), cells.yes,
           N_("no for a camera that is not to be watched; yes where empty")),
)  # fmt: skip

IGNORED: tuple[str, ...] = (
    "序号", "No.", "备注", "Remark", "安装时间", "安装日期", "InstallTime", "维护单位", "联系人", "联系电话", "MAC地址",
    "MacAddr", "序列号", "SN", "子网掩码", "网关", "乡镇", "供电", "运营商",
    # catalogue items of GB/T 28181 that say nothing about watching
    "Event", "Owner", "CivilCode", "行政区域", "Block", "警区", "Parental", "ParentID", "SafetyWay", "RegisterWay",
    "CertNum", "Certifiable", "ErrCode", "EndTime", "SecurityLevelCode", "Secrecy", "Status", "设备状态",
    "PositionType", "RoomType", "室内外", "UseType", "PhotoelectricImagingType", "CapturePositionType",
    "BusinessGroupID", "DownloadSpeed",
    "SVCSpaceSupportMode", "SVCTimeSupportMode", "SSVCRatioSupportList", "StreamNumberList", "MobileDeviceType",
    "HorizontalFieldAngle", "VerticalFieldAngle", "MaxViewDistance", "GrassrootsCode", "PointType", "PointCommonName",
    "MAC", "FunctionType", "EncodeType", "ManagementUnit", "ContactInfo", "RecordSaveDays", "IndustrialClassification",
)  # fmt: skip
"""Headers that ledgers and catalogue exports have and that mean nothing here."""

AMBIGUOUS = ("端口", "端口号", "Port")
"""Headers that may mean ONVIF's port, RTSP's, or a vendor's own: who writes them must say which."""

SIGN_IN = ("密码", "口令", "Password", "登录密码", "pwd", "用户名", "LoginName", "username", "user")
"""Headers that must not be there with anything under them: a ledger is copied and mailed."""

_DROPPED = dict.fromkeys(map(ord, " \t\r\n_-*()（）:：/.\u200b\ufeff"))


def folded(header: str) -> str:
    """A header without what people vary: width, case, blanks, brackets, a star for 'required'."""
    return unicodedata.normalize("NFKC", header).casefold().translate(_DROPPED)


BY_NAME: dict[str, Column] = {folded(name): column for column in COLUMNS for name in (column.key, *column.names)}
"""Every header that is understood, folded."""

IGNORED_NAMES = frozenset(map(folded, IGNORED))
AMBIGUOUS_NAMES = frozenset(map(folded, AMBIGUOUS))
SIGN_IN_NAMES = frozenset(map(folded, SIGN_IN))

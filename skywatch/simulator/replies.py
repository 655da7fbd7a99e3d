"""What an ONVIF camera answers, operation by operation, as SOAP 1.2 text (ONVIF Core, Media and Media2)."""

from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from skywatch.simulator.camera import SimCamera, Stream
from skywatch.simulator.lens import FRAME_RATE
from skywatch.simulator.scenes import GOP

TDS = "http://www.onvif.org/ver10/device/wsdl"
TRT = "http://www.onvif.org/ver10/media/wsdl"
TR2 = "http://www.onvif.org/ver20/media/wsdl"

_NAMESPACES = (
    'xmlns:env="http://www.w3.org/2003/05/soap-envelope" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:ter="http://www.onvif.org/ver10/error" '
    f'xmlns:tds="{TDS}" xmlns:trt="{TRT}" xmlns:tr2="{TR2}"'
)
_ENCODINGS = {"h264": "H264", "h265": "H265", "mjpeg": "JPEG"}
_LOCAL = timedelta(hours=8)  # the township's time


def envelope(body: str) -> bytes:
    """A whole SOAP reply around `body`."""
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<env:Envelope {_NAMESPACES}><env:Body>'
    return f"{head}{body}</env:Body></env:Envelope>".encode()


def fault(code: str, subcode: str, reason: str, deeper: str = "") -> bytes:
    """A SOAP 1.2 fault; `code` Sender or Receiver, `subcode` and `deeper` like ter:NotAuthorized."""
    inner = f"<env:Subcode><env:Value>{deeper}</env:Value></env:Subcode>" if deeper else ""
    return envelope(
        f"<env:Fault><env:Code><env:Value>env:{code}</env:Value><env:Subcode><env:Value>{subcode}</env:Value>{inner}"
        '</env:Subcode></env:Code><env:Reason><env:Text xml:lang="en">'
        f"{escape(reason)}</env:Text></env:Reason></env:Fault>"
    )


def date_and_time(now: float) -> bytes:
    """GetSystemDateAndTime at Unix time `now`; years outside 1970..9999 are clamped, as a camera's chip would."""
    utc = datetime.fromtimestamp(min(max(now, 0.0), 253_370_764_800.0), UTC)
    return envelope(
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType>"
        "<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>CST-8</tt:TZ></tt:TimeZone>"
        f"<tt:UTCDateTime>{_moment(utc)}</tt:UTCDateTime><tt:LocalDateTime>{_moment(utc + _LOCAL)}</tt:LocalDateTime>"
        "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    )


def _moment(at: datetime) -> str:
    return (
        f"<tt:Time><tt:Hour>{at.hour}</tt:Hour><tt:Minute>{at.minute}</tt:Minute><tt:Second>{at.second}</tt:Second></tt:Time>"
        f"<tt:Date><tt:Year>{at.year}</tt:Year><tt:Month>{at.month}</tt:Month><tt:Day>{at.day}</tt:Day></tt:Date>"
    )


def device_information(camera: SimCamera) -> str:
    return (
        f"<tds:GetDeviceInformationResponse><tds:Manufacturer>{escape(camera.brand.name)}</tds:Manufacturer>"
        f"<tds:Model>{escape(camera.model)}</tds:Model><tds:FirmwareVersion>{escape(camera.brand.firmware)}</tds:FirmwareVersion>"
        f"<tds:SerialNumber>{camera.serial}</tds:SerialNumber><tds:HardwareId>88</tds:HardwareId>"
        "</tds:GetDeviceInformationResponse>"
    )


def hostname(camera: SimCamera) -> str:
    return (
        "<tds:GetHostnameResponse><tds:HostnameInformation><tt:FromDHCP>false</tt:FromDHCP>"
        f"<tt:Name>cam-{camera.serial}</tt:Name></tds:HostnameInformation></tds:GetHostnameResponse>"
    )


def scopes(camera: SimCamera) -> str:
    items = (
        "type/video_encoder", "Profile/Streaming", *(("Profile/T",) if has_media2(camera) else ()),
        f"hardware/{camera.model}".replace(" ", "%20"), f"name/{camera.brand.name}",
    )  # fmt: skip
    listed = "".join(
        f"<tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef><tt:ScopeItem>onvif://www.onvif.org/{escape(item)}</tt:ScopeItem></tds:Scopes>"
        for item in items
    )
    return f"<tds:GetScopesResponse>{listed}</tds:GetScopesResponse>"


def has_media2(camera: SimCamera) -> bool:
    """Only Media2 has a word for H.265, so a camera that sends it has that service."""
    return camera.main.codec == "h265"


def capabilities(camera: SimCamera) -> str:
    return (
        "<tds:GetCapabilitiesResponse><tds:Capabilities>"
        f"<tt:Device><tt:XAddr>{_address(camera, '/onvif/device_service')}</tt:XAddr></tt:Device>"
        f"<tt:Media><tt:XAddr>{_address(camera, camera.brand.media_path)}</tt:XAddr><tt:StreamingCapabilities>"
        "<tt:RTPMulticast>false</tt:RTPMulticast><tt:RTP_TCP>true</tt:RTP_TCP><tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP>"
        "</tt:StreamingCapabilities></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>"
    )


def services(camera: SimCamera) -> str:
    listed = [(TDS, "/onvif/device_service", 17), (TRT, camera.brand.media_path, 16)]
    if has_media2(camera):
        listed.append((TR2, MEDIA2_PATH, 18))
    items = "".join(
        f"<tds:Service><tds:Namespace>{namespace}</tds:Namespace><tds:XAddr>{_address(camera, path)}</tds:XAddr>"
        f"<tds:Version><tt:Major>{year}</tt:Major><tt:Minor>12</tt:Minor></tds:Version></tds:Service>"
        for namespace, path, year in listed
    )
    return f"<tds:GetServicesResponse>{items}</tds:GetServicesResponse>"


MEDIA2_PATH = "/onvif/media2_service"


def _address(camera: SimCamera, path: str) -> str:
    return f"http://{camera.claimed_host}:{camera.onvif_port}{path}"


def video_sources(camera: SimCamera) -> str:
    return (
        '<trt:GetVideoSourcesResponse><trt:VideoSources token="VideoSource_1">'
        f"<tt:Framerate>{FRAME_RATE}</tt:Framerate>{_resolution(camera.main)}</trt:VideoSources></trt:GetVideoSourcesResponse>"
    )


def profiles(camera: SimCamera) -> str:
    """Media1's GetProfiles."""
    listed = "".join(_profile(camera, stream) for stream in (camera.main, camera.sub))
    return f"<trt:GetProfilesResponse>{listed}</trt:GetProfilesResponse>"


def _profile(camera: SimCamera, stream: Stream) -> str:
    return (
        f'<trt:Profiles token="{escape(stream.token)}" fixed="true"><tt:Name>{_title(camera, stream)}</tt:Name>'
        f'<tt:VideoSourceConfiguration token="VideoSourceToken">{_source(camera)}</tt:VideoSourceConfiguration>'
        f'<tt:VideoEncoderConfiguration token="Encoder_{escape(stream.token)}">{_encoder(camera, stream)}'
        "</tt:VideoEncoderConfiguration></trt:Profiles>"
    )


def _encoder(camera: SimCamera, stream: Stream) -> str:
    head = f"<tt:Name>{_title(camera, stream)}</tt:Name><tt:UseCount>1</tt:UseCount>"
    if stream.codec == "h265" and camera.brand.media1_h265 == "nothing":
        return head  # Dahua leaves Encoding and Resolution out, against the schema
    coding = "JPEG" if stream.codec == "mjpeg" else "H264"
    details = (
        ""
        if coding == "JPEG"
        else f"<tt:H264><tt:GovLength>{GOP}</tt:GovLength><tt:H264Profile>High</tt:H264Profile></tt:H264>"
    )
    return (
        f"{head}<tt:Encoding>{coding}</tt:Encoding>{_resolution(stream)}<tt:Quality>4</tt:Quality><tt:RateControl>"
        f"<tt:FrameRateLimit>{FRAME_RATE}</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval>"
        f"<tt:BitrateLimit>4096</tt:BitrateLimit></tt:RateControl>{details}{_MULTICAST}<tt:SessionTimeout>PT60S</tt:SessionTimeout>"
    )


_MULTICAST = (
    "<tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type><tt:IPv4Address>0.0.0.0</tt:IPv4Address></tt:Address>"
    "<tt:Port>0</tt:Port><tt:TTL>1</tt:TTL><tt:AutoStart>false</tt:AutoStart></tt:Multicast>"
)


def profiles2(camera: SimCamera) -> str:
    """Media2's GetProfiles."""
    listed = "".join(
        f'<tr2:Profiles token="{escape(stream.token)}" fixed="true"><tr2:Name>{_title(camera, stream)}</tr2:Name>'
        f'<tr2:Configurations><tr2:VideoSource token="VideoSourceToken">{_source(camera)}</tr2:VideoSource>'
        f'<tr2:VideoEncoder token="Encoder_{escape(stream.token)}" GovLength="{GOP}" Profile="Main">'
        f"{_encoder2(camera, stream)}</tr2:VideoEncoder></tr2:Configurations></tr2:Profiles>"
        for stream in (camera.main, camera.sub)
    )
    return f"<tr2:GetProfilesResponse>{listed}</tr2:GetProfilesResponse>"


def _encoder2(camera: SimCamera, stream: Stream) -> str:
    return (
        f"<tt:Name>{_title(camera, stream)}</tt:Name><tt:UseCount>1</tt:UseCount>"
        f"<tt:Encoding>{_ENCODINGS[stream.codec]}</tt:Encoding>{_resolution(stream)}"
        f'<tt:RateControl ConstantBitRate="false"><tt:FrameRateLimit>{FRAME_RATE}</tt:FrameRateLimit>'
        "<tt:BitrateLimit>4096</tt:BitrateLimit></tt:RateControl><tt:Quality>4</tt:Quality>"
    )


def _title(camera: SimCamera, stream: Stream) -> str:
    return "mainStream" if stream == camera.main else "subStream"


def _source(camera: SimCamera) -> str:
    return (
        "<tt:Name>VideoSourceConfig</tt:Name><tt:UseCount>2</tt:UseCount><tt:SourceToken>VideoSource_1</tt:SourceToken>"
        f'<tt:Bounds x="0" y="0" width="{camera.main.width}" height="{camera.main.height}"/>'
    )


def _resolution(stream: Stream) -> str:
    return f"<tt:Resolution><tt:Width>{stream.width}</tt:Width><tt:Height>{stream.height}</tt:Height></tt:Resolution>"


def _uri(camera: SimCamera, scheme: str, port: int | None, path: str) -> str:
    return escape(f"{scheme}://{camera.claimed_host}:{port}{path}")


def stream_uri(camera: SimCamera, stream: Stream) -> str:
    """Media1's GetStreamUri."""
    uri = _uri(camera, "rtsp", camera.rtsp_port, stream.path)
    return f"<trt:GetStreamUriResponse>{_media_uri(uri)}</trt:GetStreamUriResponse>"


def snapshot_uri(camera: SimCamera, stream: Stream) -> str:
    """Media1's GetSnapshotUri."""
    uri = _uri(camera, "http", camera.onvif_port, snapshot_path(stream))
    return f"<trt:GetSnapshotUriResponse>{_media_uri(uri)}</trt:GetSnapshotUriResponse>"


def _media_uri(uri: str) -> str:
    return (
        f"<trt:MediaUri><tt:Uri>{uri}</tt:Uri><tt:InvalidAfterConnect>false</tt:InvalidAfterConnect>"
        "<tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT60S</tt:Timeout></trt:MediaUri>"
    )


def stream_uri2(camera: SimCamera, stream: Stream) -> str:
    """Media2's GetStreamUri."""
    uri = _uri(camera, "rtsp", camera.rtsp_port, stream.path)
    return f"<tr2:GetStreamUriResponse><tr2:Uri>{uri}</tr2:Uri></tr2:GetStreamUriResponse>"


def snapshot_uri2(camera: SimCamera, stream: Stream) -> str:
    """Media2's GetSnapshotUri."""
    uri = _uri(camera, "http", camera.onvif_port, snapshot_path(stream))
    return f"<tr2:GetSnapshotUriResponse><tr2:Uri>{uri}</tr2:Uri></tr2:GetSnapshotUriResponse>"


def snapshot_path(stream: Stream) -> str:
    return f"/onvif/snapshot/{stream.token}.jpg"


def xml_bomb() -> bytes:
    """A document of nested entities ("billion laughs") that would unfold to 10 GB inside an otherwise honest reply."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE env:Envelope [<!ENTITY l0 "laughlaugh">{levels}]>'
    body = "<tds:GetSystemDateAndTimeResponse>&l9;</tds:GetSystemDateAndTimeResponse>"
    return f"{head}<env:Envelope {_NAMESPACES}><env:Body>{body}</env:Body></env:Envelope>".encode()

"""Small replies as cameras give them, made here: what the tests need when no recording is at hand."""

from calendar import timegm
from time import gmtime

NAMESPACES = (
    'xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tt="http://www.onvif.org/ver10/schema" '
    'xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl" '
    'xmlns:tr2="http://www.onvif.org/ver20/media/wsdl" xmlns:ter="http://www.onvif.org/ver10/error"'
)
DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA1 = "http://www.onvif.org/ver10/media/wsdl"
MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"


def enveloped(body: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f"{head}<s:Envelope {NAMESPACES}><s:Body>{body}</s:Body></s:Envelope>".encode()


def fault(*codes: str, words: str = "no") -> bytes:
    nested = ""
    for code in reversed(codes):
        nested = f"<s:Subcode><s:Value>ter:{code}</s:Value>{nested}</s:Subcode>"
    return enveloped(
        f"<s:Fault><s:Code><s:Value>s:Sender</s:Value>{nested}</s:Code>"
        f'<s:Reason><s:Text xml:lang="en">{words}</s:Text></s:Reason></s:Fault>'
    )


def date(name: str, seconds: float) -> str:
    at = gmtime(int(seconds // 1))
    assert timegm(at) == int(seconds // 1)
    return (
        f"<tt:{name}><tt:Time><tt:Hour>{at.tm_hour}</tt:Hour><tt:Minute>{at.tm_min}</tt:Minute>"
        f"<tt:Second>{at.tm_sec}</tt:Second></tt:Time><tt:Date><tt:Year>{at.tm_year}</tt:Year>"
        f"<tt:Month>{at.tm_mon}</tt:Month><tt:Day>{at.tm_mday}</tt:Day></tt:Date></tt:{name}>"
    )


def system_date(utc: float | None, *, local: float | None = None, zone: str = "", summer: bool = False) -> bytes:
    parts = [
        f"<tt:DateTimeType>NTP</tt:DateTimeType><tt:DaylightSavings>{str(summer).lower()}</tt:DaylightSavings>",
        f"<tt:TimeZone><tt:TZ>{zone}</tt:TZ></tt:TimeZone>" if zone else "",
        date("UTCDateTime", utc) if utc is not None else "",
        date("LocalDateTime", local) if local is not None else "",
    ]
    return enveloped(
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>"
        + "".join(parts)
        + "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    )


def information(manufacturer: str = "ACME") -> bytes:
    return enveloped(
        f"<tds:GetDeviceInformationResponse><tds:Manufacturer>{manufacturer}</tds:Manufacturer><tds:Model>M1</tds:Model>"
        "<tds:FirmwareVersion>1.2</tds:FirmwareVersion><tds:SerialNumber>S3</tds:SerialNumber>"
        "<tds:HardwareId>H4</tds:HardwareId></tds:GetDeviceInformationResponse>"
    )


def services(**xaddrs: str) -> bytes:
    """By short name: device, media1, media2."""
    names = {"device": DEVICE, "media1": MEDIA1, "media2": MEDIA2}
    return enveloped(
        "<tds:GetServicesResponse>"
        + "".join(
            f"<tds:Service><tds:Namespace>{names[name]}</tds:Namespace><tds:XAddr>{xaddr}</tds:XAddr>"
            "<tds:Version><tt:Major>2</tt:Major><tt:Minor>6</tt:Minor></tds:Version></tds:Service>"
            for name, xaddr in xaddrs.items()
        )
        + "</tds:GetServicesResponse>"
    )


def capabilities(media: str) -> bytes:
    return enveloped(
        "<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Media>"
        f"<tt:XAddr>{media}</tt:XAddr><tt:StreamingCapabilities/></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>"
    )


def _encoder(codec: str, width: int, height: int) -> str:
    return (
        f"<tt:Name>e</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>{codec}</tt:Encoding>"
        f"<tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height></tt:Resolution>"
    )


_RATE = (
    "<tt:RateControl><tt:FrameRateLimit>25</tt:FrameRateLimit>{interval}"
    "<tt:BitrateLimit>2048</tt:BitrateLimit></tt:RateControl>"
)


def _lens(tag: str, source: str) -> str:
    return (
        f'<{tag} token="vs"><tt:Name>v</tt:Name><tt:UseCount>2</tt:UseCount><tt:SourceToken>{source}</tt:SourceToken>'
        f'<tt:Bounds x="0" y="0" width="1920" height="1080"/></{tag}>'
    )


def profile1(token: str, codec: str, width: int, height: int, source: str = "lens") -> str:
    rate = _RATE.format(interval="<tt:EncodingInterval>1</tt:EncodingInterval>")
    return (
        f'<trt:Profiles token="{token}" fixed="true"><tt:Name>{token} name</tt:Name>'
        + _lens("tt:VideoSourceConfiguration", source)
        + f'<tt:VideoEncoderConfiguration token="ve">{_encoder(codec, width, height)}<tt:Quality>4</tt:Quality>{rate}'
        "</tt:VideoEncoderConfiguration></trt:Profiles>"
    )


def profile2(token: str, codec: str, width: int, height: int, source: str = "lens") -> str:
    return (
        f'<tr2:Profiles token="{token}" fixed="true"><tr2:Name>{token} name</tr2:Name><tr2:Configurations>'
        + _lens("tr2:VideoSource", source)
        + f'<tr2:VideoEncoder token="ve" GovLength="50" Profile="Main">{_encoder(codec, width, height)}'
        + _RATE.format(interval="")
        + "<tt:Quality>4</tt:Quality></tr2:VideoEncoder></tr2:Configurations></tr2:Profiles>"
    )


def profiles1(*profiles: str) -> bytes:
    return enveloped(f"<trt:GetProfilesResponse>{''.join(profiles)}</trt:GetProfilesResponse>")


def profiles2(*profiles: str) -> bytes:
    return enveloped(f"<tr2:GetProfilesResponse>{''.join(profiles)}</tr2:GetProfilesResponse>")


def uri1(operation: str, uri: str) -> bytes:
    return enveloped(
        f"<trt:{operation}Response><trt:MediaUri><tt:Uri>{uri}</tt:Uri>"
        "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>"
        f"<tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:{operation}Response>"
    )


def uri2(operation: str, uri: str) -> bytes:
    return enveloped(f"<tr2:{operation}Response><tr2:Uri>{uri}</tr2:Uri></tr2:{operation}Response>")

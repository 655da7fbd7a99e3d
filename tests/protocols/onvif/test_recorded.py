"""Every recorded reply of a real camera, sent again over HTTP, read by the whole client."""

import ast
import asyncio
from pathlib import Path
from typing import Any

import pytest

from skywatch.clock import ManualClock
from skywatch.protocols.errors import AuthFailed, NotOnvif, OnvifFault, ProtocolError, Unsupported
from skywatch.protocols.onvif import Device, DeviceTime, Memory, Onvif, Profile, main_and_sub
from tests.protocols.onvif import replies
from tests.protocols.onvif.camera import Camera, Reply, complete, running
from tests.real import shared

pytestmark = pytest.mark.real

MEDIA1, MEDIA2 = replies.MEDIA1, replies.MEDIA2
REFUSED = (
    "refused: Sender/NotAuthorized: Sender not authorized - The action requested requires authorization and the sender"
)

DATES: dict[str, tuple[int, float | None, dict[str, str]]] = {
    "axis-GetSystemDateAndTime-fault.xml": (200, None, {"clock": "refused: Sender/WellFormed: Well-formed error"}),
    "axis-p3818-GetSystemDateAndTime.xml": (200, 1768332325.0, {"timezone": "EST5EDT,M3.2.0,M11.1.0"}),
    "dahua-like-GetSystemDateAndTime.xml": (200, 1720554546.0, {"timezone": "BRT3", "daylight_saving": "true"}),
    "hikvision-fixed-nvt-GetSystemDateAndTime-Response.xml": (200, 1519756481.0, {"timezone": "CST7:00:00"}),
    "hikvision-nvt-GetSystemDateAndTime-Response.xml": (200, 1519756081.0, {"clock_source": "Manual"}),
    "noname-GetSystemDateAndTime-nons-local-only.xml": (200, None, {"clock": "tells no UTC"}),
    "reolink-e1zoom-GetSystemDateAndTime.xml": (200, 1768332312.0, {"timezone": "CST+8:00:00"}),
    "reolink-trackmix-GetSystemDateAndTime.xml": (200, 1768332329.0, {"daylight_saving": "true"}),
    "unknown-wsse-rejecting-GetSystemDateAndTime-err.xml": (400, None, {"clock": REFUSED}),
    "vivotek-GetSystemDateAndTime-NotAuthorized.xml": (200, None, {"clock": "refused: Sender/NotAuthorized: An error"}),
    "xiongmai-xm530-device_management-GetSystemDateAndTimeResponse.xml": (200, 1745717262.0, {"timezone": "CST6CDT:"}),
}  # fmt: skip
"""File: HTTP status, UTC, and how some facts begin."""

IDENTITIES = {
    "axis-m2025-GetDeviceInformation.xml": ("AXIS", "M2025-LE", "9.80.3.13", "B8A44F26437D", "727"),
    "axis-p3818-GetDeviceInformation.xml": ("AXIS", "P3818-PVE", "11.9.60", "B8A44FA04F26", "7DB"),
    "hikvision-fixed-nvt-GetDeviceInformation-Response.xml": (
        "HIKVISION", "DS-2CD2012-I", "V5.2.0 build 140721", "DS-2CD2012-I20150201CCWR501088621", "88",
    ),
    "hikvision-nvt-GetDeviceInformation-Response.xml": (
        "HIKVISION", "DS-2DF7276-AEL", "V5.1.6 build 140401", "DS-2DF7276-AEL20140613CCWR468714298B", "88",
    ),
    "reolink-e1zoom-GetDeviceInformation.xml": ("REOLINK", "E1 Zoom", "v3.1.0.2649_23083101", "192168261", "IPC"),
    "reolink-trackmix-GetDeviceInformation.xml": (
        "REOLINK", "Reolink TrackMix WiFi", "v3.0.0.5428_2509171974", "1921682236", "IPC",
    ),
    "xiongmai-xm530-device_management-GetDeviceInformationResponse.xml": (
        "H264", "XM530_50X50-WG_8M", "V5.00.R02.L5330747.10010.349917..ONVIF 16.12", "f0d2d8a9c5380a0f", "00001",
    ),
}  # fmt: skip

SERVICES: dict[str, tuple[int, str, str]] = {
    "axis-m2025-GetServices.xml": (16, "http://127.0.0.1:80/onvif/services", "http://127.0.0.1:80/onvif/services"),
    "axis-p3818-GetCapabilities.xml": (2, "http://127.0.0.1:80/onvif/services", ""),
    "axis-p3818-GetServices.xml": (15, "http://127.0.0.1:80/onvif/services", "http://127.0.0.1:80/onvif/services"),
    "hikvision-fixed-nvt-GetCapabilities-Response.xml": (2, "http://127.0.0.1:80/onvif/Media", ""),
    "hikvision-fixed-nvt-GetServices-Response.xml": (6, "http://127.0.0.1:80/onvif/Media", ""),
    "hikvision-nvt-GetCapabilities-Response.xml": (2, "http://127.0.0.1:80/onvif/Media", ""),
    "hikvision-nvt-GetServices-Response.xml": (7, "http://127.0.0.1:80/onvif/Media", ""),
    "reolink-e1zoom-GetCapabilities.xml": (2, "http://127.0.0.1:8000/onvif/media_service", ""),
    "reolink-e1zoom-GetServices.xml": (
        7, "http://127.0.0.1:8000/onvif/media_service", "http://127.0.0.1:8000/onvif/Media2",
    ),
    "reolink-trackmix-GetCapabilities.xml": (2, "http://127.0.0.1:8000/onvif/media_service", ""),
    "reolink-trackmix-GetServices.xml": (
        8, "http://127.0.0.1:8000/onvif/media_service", "http://127.0.0.1:8000/onvif/Media2",
    ),
    "tapo-c200-GetCapabilities-head.xml": (1, "", ""),
    "unknown-oem-device_management-GetCapabilitiesResponse.xml": (2, "http://127.0.0.1:80/onvif/Media", ""),
    "xiongmai-xm530-device_management-GetCapabilitiesResponse.xml": (2, "http://127.0.0.1:8899/onvif/Media", ""),
    "xiongmai-xm530-device_management-GetServicesResponse.xml": (
        6, "http://127.0.0.1:8899/onvif/Media", "http://127.0.0.1:8899/onvif/Media2",
    ),
}  # fmt: skip
"""File: how many services, where Media1 is, where Media2 is."""

PROFILES: dict[str, tuple[str, int, tuple[str, str, int, int], str]] = {
    "axis-m2025-GetProfiles.xml": (MEDIA1, 2, ("profile_1_h264", "h264", 1920, 1080), "profile_1_h264"),
    "axis-p3818-GetProfiles.xml": (MEDIA1, 2, ("profile_1_h264", "h264", 1920, 960), "profile_1_h264"),
    "dahua-GetProfiles-encoder-empty-h265.xml": (MEDIA1, 1, ("MediaProfile00000", "", 0, 0), "MediaProfile00000"),
    "dahua-GetProfiles-h265-media1.xml": (MEDIA1, 1, ("Profile000", "h265", 1920, 1080), "Profile000"),
    "elixir-GetProfiles-invalid-encoder.xml": (MEDIA1, 12, ("MediaProfile00000", "", 0, 0), "MediaProfile00000"),
    "hikvision-fixed-nvt-GetProfiles-Response.xml": (MEDIA1, 2, ("Profile_1", "h264", 1280, 720), "Profile_2"),
    "hikvision-nvt-GetProfiles-Response.xml": (MEDIA1, 3, ("Profile_1", "h264", 1280, 720), "Profile_2"),
    "reolink-e1zoom-GetProfiles.xml": (MEDIA1, 2, ("000", "h264", 2048, 1536), "001"),
    "reolink-trackmix-GetProfiles.xml": (MEDIA1, 3, ("000", "h264", 3840, 2160), "003"),
    "xiongmai-xm530-media1-GetProfilesResponse.xml": (MEDIA1, 2, ("000", "h264", 2592, 1944), "001"),
    "xiongmai-xm530-media2-GetProfilesResponse.xml": (MEDIA2, 2, ("000", "h264", 2592, 1944), "001"),
}
"""File: service, how many profiles, the main one, and the token of the sub-stream."""

XM = "rtsp://127.0.0.1:554/user=admin_password=_channel=1_stream=0&protocol=unicast&onvif=ture.sdp?real_stream"
AXIS = "onvif-media/media.amp?profile=profile_1_h264&sessiontimeout=60&streamtype=unicast"
ADDRESSES = {
    "axis-m2025-GetSnapshotUri.xml": (MEDIA2, "http://127.0.0.1:80/onvif-cgi/jpg/image.cgi?resolution=1920x1080&compression=30"),
    "axis-m2025-GetStreamUri.xml": (MEDIA2, f"rtsp://127.0.0.1:554/{AXIS}"),
    "axis-p3818-GetSnapshotUri.xml": (MEDIA1, "http://127.0.0.1:80/onvif-cgi/jpg/image.cgi?resolution=1920x960&compression=30"),
    "axis-p3818-GetStreamUri.xml": (MEDIA1, f"rtsp://127.0.0.1:554/{AXIS}"),
    "hikvision-fixed-nvt-GetSnapshotUri-Response.xml": (MEDIA1, "http://127.0.0.1:80/onvif-http/snapshot"),
    "hikvision-fixed-nvt-GetStreamUri-Response.xml": (
        MEDIA1, "rtsp://127.0.0.1:554/Streaming/Channels/2?transportmode=unicast&profile=Profile_2",
    ),
    "hikvision-nvt-GetSnapshotUri-Response.xml": (MEDIA1, "http://127.0.0.1:80/onvif/snapshot"),
    "hikvision-nvt-GetStreamUri-Response.xml": (
        MEDIA1, "rtsp://127.0.0.1:554/Streaming/Channels/3?transportmode=unicast&profile=Profile_3",
    ),
    "reolink-e1zoom-GetSnapshotUri.xml": (MEDIA1, "http://127.0.0.1:80/cgi-bin/api.cgi?cmd=onvifSnapPic&channel=0"),
    "reolink-e1zoom-GetStreamUri.xml": (MEDIA1, "rtsp://127.0.0.1:554/"),
    "reolink-trackmix-GetSnapshotUri.xml": (MEDIA1, "http://127.0.0.1:80/cgi-bin/api.cgi?cmd=onvifSnapPic&channel=0"),
    "reolink-trackmix-GetStreamUri.xml": (MEDIA1, "rtsp://127.0.0.1:554/Preview_01_main"),
    "virtual-GetStreamUri-127.0.1.1.xml": (MEDIA1, "rtsp://127.0.0.1:8554/tapo_sub"),
    "xiongmai-xm530-GetSnapshotUri-is-rtsp.xml": (MEDIA1, ""),
    "xiongmai-xm530-media1-GetSnapshotUriResponse.xml": (MEDIA1, "http://127.0.0.1:80/webcapture.jpg?command=snap&channel=1"),
    "xiongmai-xm530-media2-GetSnapshotUriResponse.xml": (MEDIA2, "http://127.0.0.1:80/webcapture.jpg?command=snap&channel=1"),
    "xiongmai-xm530-media2-GetStreamUriResponse.xml": (MEDIA2, XM),
}  # fmt: skip

FAULTS: dict[str, tuple[int, type[ProtocolError], str]] = {
    "axis-media2-leading-newline.xml": (200, NotOnvif, "not XML"),
    "axis-p3818-GetAudioSources-err.xml": (500, Unsupported, "ActionNotSupported/AudioNotSupported: No audio support"),
    "axis-p3818-GetAuthFailureWarningConfiguration-err.xml": (500, Unsupported, "Optional action not implemented"),
    "axis-p3818-GetDPAddresses-err.xml": (400, OnvifFault, "Sender"),
    "axis-p3818-GetStorageConfigurations-err.xml": (500, Unsupported, "Optional action not implemented"),
    "dahua-NotAuthorized-attempts.xml": (400, AuthFailed, "You still have 22 attempt(s)."),
    "env-Fault-NoProfile.xml": (200, OnvifFault, "InvalidArgVal/NoProfile: Argument Value Invalid"),
    "generic-GetStreamUri-InvalidArgs.xml": (500, OnvifFault, "Sender/InvalidArgs: Invalid Args"),
    "hikvision-fixed-nvt-GetServices-Error.xml": (200, OnvifFault, "InvalidParameter: the parameter value is illegal"),
    "hikvision-nvt-GetServices-Error.xml": (200, OnvifFault, "InvalidParameter: the parameter value is illegal"),
    "reolink-e1zoom-GetAuthFailureWarningConfiguration-err.xml": (400, Unsupported, "not implemented"),
    "reolink-e1zoom-GetDPAddresses-err.xml": (400, Unsupported, "not implemented"),
    "reolink-e1zoom-GetStorageConfigurations-err.xml": (400, Unsupported, "not implemented"),
    "reolink-trackmix-GetAuthFailureWarningConfiguration-err.xml": (400, Unsupported, "not implemented"),
    "reolink-trackmix-GetDPAddresses-err.xml": (400, Unsupported, "not implemented"),
    "reolink-trackmix-GetStorageConfigurations-err.xml": (400, Unsupported, "not implemented"),
    "unknown-wsse-rejecting-GetCapabilities-err.xml": (400, AuthFailed, "the sender is not authorized"),
    "unknown-wsse-rejecting-GetDeviceInformation-err.xml": (400, AuthFailed, "the sender is not authorized"),
}
"""What fails: status, error, and a part of its message. The first was recorded in the quotes of another language."""

OTHER_ANSWERS = {
    "axis-p3818-GetScopes.xml",
    "generic-CreatePullPoint-undeclared-wsa.xml",
    "hikvision-fixed-nvt-CreatePullPointSubscription-Response.xml",
    "hikvision-fixed-nvt-PullMessages-Response.xml",
    "hikvision-nvt-CreatePullPointSubscription-Response.xml",
    "hikvision-nvt-PullMessages-Response.xml",
    "kotlin-ProbeMatch2.xml",
    "reolink-e1zoom-GetScopes.xml",
    "reolink-trackmix-GetScopes.xml",
}
"""Envelopes that are well-formed, some after mending, and answer what skywatch does not ask."""


def recording(name: str) -> bytes:
    return shared("recorded", "onvif", name).read_bytes()


async def describe(answers: dict[Any, Any]) -> Device:
    async with running(Camera(answers)) as camera, Onvif(ManualClock()) as onvif:
        return await onvif.describe(camera.address, None, Memory(), asyncio.get_running_loop().time() + 10)


def only(namespace: str, **more: bytes) -> dict[Any, Any]:
    """A camera with one of the media services and one profile."""
    name, path = ("media1", "/onvif/Media") if namespace == MEDIA1 else ("media2", "/onvif/Media2")
    profiles = (
        replies.profiles1(replies.profile1("one", "H264", 640, 360))
        if namespace == MEDIA1
        else replies.profiles2(replies.profile2("one", "H264", 640, 360))
    )
    answers = complete(GetServices=replies.services(**{name: f"http://10.0.0.9{path}"}))
    answers[path, "GetProfiles"] = profiles
    return answers | {(path, operation): reply for operation, reply in more.items()}


def test_every_recording_is_replayed() -> None:
    files = {path.name for path in shared("recorded", "onvif").iterdir()}
    tables = (DATES, IDENTITIES, SERVICES, PROFILES, ADDRESSES, FAULTS, OTHER_ANSWERS)
    assert files == {name for table in tables for name in table}


@pytest.mark.parametrize("name", DATES)
async def test_a_recorded_date_is_a_heartbeat(name: str) -> None:
    status, utc, facts = DATES[name]
    camera = Camera({"GetSystemDateAndTime": Reply(recording(name), status)})
    async with running(camera), Onvif(ManualClock()) as onvif:
        told: DeviceTime = await onvif.device_time(camera.address, asyncio.get_running_loop().time() + 10)
    assert told.utc == utc
    for fact, beginning in facts.items():
        assert told.facts[fact].startswith(beginning)


@pytest.mark.parametrize("name", IDENTITIES)
async def test_a_recorded_identity_is_read(name: str) -> None:
    device = await describe({"GetDeviceInformation": recording(name)})
    told = (device.manufacturer, device.model, device.firmware, device.serial, device.hardware)
    assert told == IDENTITIES[name]


@pytest.mark.parametrize("name", SERVICES)
async def test_recorded_services_are_found_on_the_configured_host(name: str) -> None:
    count, media1, media2 = SERVICES[name]
    answers = complete()
    if "GetServices" in name:
        answers["GetServices"] = recording(name)
    else:
        del answers["GetServices"]
        answers["GetCapabilities"] = recording(name)
    services = (await describe(answers)).services
    assert len(services) == count
    assert services.get(MEDIA1, "") == media1
    assert services.get(MEDIA2, "") == media2


@pytest.mark.parametrize("name", PROFILES)
async def test_recorded_profiles_are_sorted_into_main_and_sub(name: str) -> None:
    namespace, count, main, sub = PROFILES[name]
    device = await describe(only(namespace, GetProfiles=recording(name)))
    assert len(device.profiles) == count
    first, second = main_and_sub(device.profiles)
    assert (first.token, first.codec, first.width, first.height) == main
    assert second.token == sub
    assert first.source == second.source


@pytest.mark.parametrize("name", ADDRESSES)
async def test_a_recorded_address_is_brought_to_the_configured_host(name: str) -> None:
    namespace, address = ADDRESSES[name]
    operation = "GetStreamUri" if "GetStreamUri" in name else "GetSnapshotUri"
    profile: Profile = (await describe(only(namespace, **{operation: recording(name)}))).profiles[0]
    assert (profile.stream_uri if operation == "GetStreamUri" else profile.snapshot_uri) == address
    assert profile.stream_uri
    assert "192.168" not in profile.stream_uri + profile.snapshot_uri


@pytest.mark.parametrize("name", FAULTS)
async def test_a_recorded_refusal_has_its_name_and_its_words(name: str) -> None:
    status, error, words = FAULTS[name]
    with pytest.raises(ProtocolError) as caught:
        await describe({"GetDeviceInformation": Reply(recording(name), status)})
    assert type(caught.value) is error
    assert words in str(caught.value)


@pytest.mark.parametrize("name", sorted(OTHER_ANSWERS))
async def test_a_recorded_answer_to_another_question_is_not_taken_for_ours(name: str) -> None:
    with pytest.raises(NotOnvif, match="an envelope without GetDeviceInformationResponse"):
        await describe({"GetDeviceInformation": recording(name)})


async def test_the_recording_in_quotes_is_a_fault_once_unquoted() -> None:
    quoted: Path = shared("recorded", "onvif", "axis-media2-leading-newline.xml")
    unquoted = ast.literal_eval(quoted.read_text()).encode()
    with pytest.raises(ProtocolError, match="The requested SOAP action failed"):
        await describe({"GetDeviceInformation": b"\n" + unquoted})

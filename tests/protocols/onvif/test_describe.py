import asyncio
import logging

import pytest

from skywatch.clock import ManualClock
from skywatch.credentials import Credentials
from skywatch.observation import Step
from skywatch.protocols.errors import NotOnvif, OnvifFault, ProtocolError, Refused, TimedOut
from skywatch.protocols.onvif import Address, Device, DeviceTime, Memory, Onvif
from tests.protocols.onvif import replies
from tests.protocols.onvif.camera import Camera, Reply, complete, running

NOW = 1_700_000_000.0
XM = "rtsp://192.168.15.40:554/user=admin_password=tlJwpbo6_channel=1_stream=0.sdp?real_stream"


async def visit(camera: Camera, memory: Memory | None = None, seconds: float = 10.0) -> Device:
    async with running(camera), Onvif(ManualClock(NOW)) as onvif:
        deadline = asyncio.get_running_loop().time() + seconds
        return await onvif.describe(camera.address, None, memory or Memory(), deadline)


async def time_of(camera: Camera, address: Address | None = None, memory: Memory | None = None) -> DeviceTime:
    async with running(camera), Onvif(ManualClock(NOW)) as onvif:
        deadline = asyncio.get_running_loop().time() + 5
        return await onvif.device_time(address or camera.address, deadline, memory)


async def test_a_heartbeat_asks_without_credentials_and_measures_the_clock() -> None:
    camera = Camera(now=NOW + 3600)
    told = await time_of(camera)
    assert told.utc == NOW + 3600
    assert told.offset == pytest.approx(3600.5, abs=0.4), "half a second is added for what cameras cut off"
    assert 0 < told.seconds < 1
    (heard,) = camera.heard
    assert (heard.path, heard.operation, heard.way) == ("/onvif/device_service", "GetSystemDateAndTime", "")
    assert "Authorization" not in heard.headers


@pytest.mark.parametrize(
    ("path", "memory", "asked"),
    [
        ("", Memory(), "/onvif/device_service"),
        ("", Memory(path="/onvif/service"), "/onvif/service"),
        ("/onvif/Device_service", Memory(path="/onvif/service"), "/onvif/Device_service"),
        ("onvif/x y", Memory(), "/onvif/x%20y"),
    ],
)
async def test_a_heartbeat_goes_to_the_path_that_was_given_or_learned(path: str, memory: Memory, asked: str) -> None:
    camera = Camera()
    async with running(camera), Onvif(ManualClock(NOW)) as onvif:
        address = Address("127.0.0.1", camera.port, path=path)
        await onvif.device_time(address, asyncio.get_running_loop().time() + 5, memory)
    assert [heard.path for heard in camera.heard] == [asked]


async def test_a_camera_with_both_media_services_is_described_whole() -> None:
    camera = Camera(complete())
    steps: list[Step] = []
    async with running(camera), Onvif(ManualClock(NOW)) as onvif:
        deadline = asyncio.get_running_loop().time() + 10
        device = await onvif.describe(camera.address, None, Memory(), deadline, steps.append)
    assert (device.manufacturer, device.model, device.firmware) == ("ACME", "M1", "1.2")
    assert (device.serial, device.hardware) == ("S3", "H4")
    main, sub = device.profiles
    assert (main.token, main.media, main.codec, main.width, main.height) == ("main", 2, "h265", 2560, 1440)
    assert (sub.token, sub.media, sub.codec, sub.width, sub.height) == ("sub", 2, "h264", 640, 360)
    assert (main.frame_rate, main.bit_rate, main.source, main.name) == (25.0, 2_048_000.0, "lens", "main name")
    assert main.stream_uri == "rtsp://127.0.0.1:554/live"
    assert main.snapshot_uri == "http://127.0.0.1:80/snap.jpg"
    assert tuple(steps) == device.steps
    assert [step.name for step in steps] == [
        "time", "library", "device_information", "services", "media2_profiles", "media_profiles",
        "stream_uri", "stream_uri", "snapshot_uri", "snapshot_uri",
    ]  # fmt: skip
    assert all(step.seconds >= 0 and not step.note for step in steps)


async def test_a_camera_with_media1_only_is_described_by_it() -> None:
    camera = Camera(complete(GetServices=replies.services(media1="http://10.0.0.9/onvif/Media")))
    (profile,) = (await visit(camera)).profiles
    assert (profile.token, profile.media, profile.codec) == ("sub", 1, "h264")
    assert profile.stream_uri == "rtsp://127.0.0.1:554/live1"


async def test_a_camera_without_getservices_is_asked_for_its_capabilities() -> None:
    refusal = Reply(replies.fault("InvalidArgVal", "InvalidParameter"), 400)
    camera = Camera(complete(GetServices=refusal, GetCapabilities=replies.capabilities("http://10.0.0.9/onvif/Media")))
    device = await visit(camera)
    assert [profile.token for profile in device.profiles] == ["sub"]
    assert next(step for step in device.steps if step.name == "services").note == "onvif_fault"


async def test_a_camera_may_have_onvif_only_for_information() -> None:
    camera = Camera({"GetDeviceInformation": replies.information()})
    device = await visit(camera)
    assert device.model == "M1"
    assert device.profiles == ()
    assert {step.name: step.note for step in device.steps if step.note} == {
        "services": "unsupported",
        "capabilities": "unsupported",
    }


async def test_where_media2_fails_media1_is_believed() -> None:
    answers = complete()
    answers["/onvif/Media2", "GetProfiles"] = b"<html>"
    device = await visit(Camera(answers))
    assert [(profile.token, profile.media) for profile in device.profiles] == [("sub", 1)]


async def test_where_media2_gives_no_address_media1_is_asked_for_it() -> None:
    answers = complete()
    answers["/onvif/Media2", "GetStreamUri"] = Reply(replies.fault("InvalidArgVal"), 400)
    device = await visit(Camera(answers))
    assert {profile.stream_uri for profile in device.profiles} == {"rtsp://127.0.0.1:554/live1"}


async def test_media2_knows_what_media1_leaves_empty() -> None:
    """Dahua's H.265 main stream over Media1 has an encoder without encoding and resolution."""
    empty = replies.profile1("main", "H264", 1, 1)
    head, _, rest = empty.partition("<tt:Encoding>")
    empty = head + rest.partition("</tt:Resolution>")[2]
    answers = complete()
    answers["/onvif/Media", "GetProfiles"] = replies.profiles1(empty)
    answers["/onvif/Media2", "GetProfiles"] = replies.profiles2(replies.profile2("main", "H265", 2560, 1440))
    (profile,) = (await visit(Camera(answers))).profiles
    assert (profile.codec, profile.width, profile.height) == ("h265", 2560, 1440)

    answers["GetServices"] = replies.services(media1="http://10.0.0.9/onvif/Media")
    answers["/onvif/Media", "GetProfiles"] = replies.profiles1(replies.profile1("sub", "H264", 640, 360), empty)
    main, sub = (await visit(Camera(answers))).profiles
    assert (main.token, main.codec, main.width) == ("main", "", 0), "sorted by the lens, which is larger than the sub"
    assert sub.token == "sub"


async def test_an_xiongmai_stream_is_usable_and_never_shown() -> None:
    answers = complete()
    for path, reply in (("/onvif/Media2", replies.uri2), ("/onvif/Media", replies.uri1)):
        answers[path, "GetStreamUri"] = reply("GetStreamUri", XM)
        answers[path, "GetSnapshotUri"] = reply("GetSnapshotUri", XM)
    device = await visit(Camera(answers))
    assert device.profiles[0].stream_uri == XM.replace("192.168.15.40", "127.0.0.1")
    assert device.profiles[0].snapshot_uri == "", "a snapshot that is rtsp is none"
    assert "tlJwpbo6" not in repr(device)


@pytest.mark.parametrize("path", ["/onvif/service", "/onvif/Device_service"])
async def test_a_service_at_another_path_is_found_and_remembered(path: str) -> None:
    class Elsewhere(Camera):
        def _answer(self, asked: str, operation: str) -> Reply:
            return super()._answer(asked, operation) if asked == path else Reply(b"<html>", 404)

    memory = Memory()
    camera = Elsewhere({"GetDeviceInformation": replies.information()})
    assert (await visit(camera, memory)).model == "M1"
    assert memory.path == path
    camera.heard.clear()
    await visit(camera, memory)
    assert {heard.path for heard in camera.heard} == {path}
    await visit(Camera({"GetDeviceInformation": replies.information()}), memory)
    assert memory.path == path, "another camera at this address that answers there as well"


async def test_a_camera_that_moved_its_service_back_is_found_again() -> None:
    class Usual(Camera):
        def _answer(self, asked: str, operation: str) -> Reply:
            usual = asked == "/onvif/device_service"
            return super()._answer(asked, operation) if usual else Reply(b"<html>", 404)

    memory = Memory(path="/onvif/service")
    assert (await visit(Usual({"GetDeviceInformation": replies.information()}), memory)).model == "M1"
    assert memory.path == ""


async def test_a_port_that_a_camera_names_and_that_is_closed_is_replaced_by_the_configured_one() -> None:
    """Behind a router the camera names the port that it has inside."""
    camera = Camera(complete(GetServices=replies.services(media1="http://10.0.0.9:9/onvif/Media")))
    assert (await visit(camera)).profiles


async def test_a_tapo_with_one_path_for_everything_is_described() -> None:
    camera = Camera()
    async with running(camera), Onvif(ManualClock(NOW)) as onvif:
        url = f"http://10.0.0.9:{camera.port}/onvif/service"
        camera.answers = {
            "GetDeviceInformation": replies.information("tp-link"),
            "GetServices": replies.services(device=url, media1=url),
            "GetProfiles": replies.profiles1(replies.profile1("profile_1", "H264", 1920, 1080)),
            "GetStreamUri": replies.uri1("GetStreamUri", "rtsp://10.0.0.9:554/stream1"),
        }
        device = await onvif.describe(camera.address, None, Memory(), asyncio.get_running_loop().time() + 5)
    assert device.profiles[0].stream_uri == "rtsp://127.0.0.1:554/stream1"
    assert device.profiles[0].snapshot_uri == ""


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (Reply(b"<html>", 404), NotOnvif, "HTTP 404"),
        (b"<html>Login</html>", NotOnvif, "HTML"),
        (replies.fault("InvalidArgs", words="who?"), OnvifFault, "Sender/InvalidArgs: who?"),
        (replies.profiles1(), NotOnvif, "without GetDeviceInformationResponse"),
        (replies.enveloped(""), NotOnvif, "without GetDeviceInformationResponse"),
    ],
)
async def test_a_camera_that_does_not_say_who_it_is_fails_by_name(
    answer: bytes | Reply, error: type[ProtocolError], words: str
) -> None:
    with pytest.raises(error, match=words) as caught:
        await visit(Camera({"GetDeviceInformation": answer}))
    assert caught.value.step == "device_information"
    assert [step.name for step in caught.value.steps] == ["time", "library", "device_information"]


async def test_a_camera_that_is_not_there_costs_one_try() -> None:
    camera = Camera()
    async with running(camera):
        pass
    async with Onvif(ManualClock(NOW)) as onvif:
        with pytest.raises(Refused) as caught:
            await onvif.describe(camera.address, None, Memory(), asyncio.get_running_loop().time() + 5)
    assert [(step.name, step.note) for step in caught.value.steps] == [("time", "refused")]


async def test_numbers_that_no_camera_has_are_not_believed(caplog: pytest.LogCaptureFixture) -> None:
    profile = replies.profile2("main", "H264", 1920, 1080)
    for honest, lie in (("1920", "99999999999"), ("1080", "-5"), (">25<", ">NaN<"), ("2048", "many")):
        assert honest in profile
        profile = profile.replace(honest, lie)
    answers = complete()
    answers["/onvif/Media2", "GetProfiles"] = replies.profiles2(profile)
    answers["/onvif/Media", "GetProfiles"] = replies.profiles1()
    with caplog.at_level(logging.WARNING):
        (told,) = (await visit(Camera(answers))).profiles
    assert (told.width, told.height, told.frame_rate, told.bit_rate) == (0, 0, 0.0, 0.0)
    assert caplog.records == []


async def test_a_camera_with_a_thousand_profiles_is_asked_for_the_addresses_of_a_few() -> None:
    answers = complete(GetServices=replies.services(media2="http://10.0.0.9/onvif/Media2"))
    many = (replies.profile2(f"p{number}", "H264", 100 + number, 100) for number in range(200))
    answers["/onvif/Media2", "GetProfiles"] = replies.profiles2(*many)
    camera = Camera(answers)
    device = await visit(camera)
    assert len(device.profiles) == 32
    assert sum(heard.operation == "GetStreamUri" for heard in camera.heard) == 32


async def test_a_deadline_within_the_snapshots_loses_only_these() -> None:
    class Slow(Camera):
        async def handle(self, request):  # type: ignore[no-untyped-def]
            if b"GetSnapshotUri" in await request.read():
                await asyncio.sleep(30)
            return await super().handle(request)

    device = await visit(Slow(complete()), seconds=1.0)
    assert device.profiles[0].stream_uri
    assert device.profiles[0].snapshot_uri == ""
    assert device.steps[-1].note == "timeout"


async def test_a_deadline_before_that_is_a_time_out_with_its_step() -> None:
    class Slow(Camera):
        async def handle(self, request):  # type: ignore[no-untyped-def]
            if b"GetProfiles" in await request.read():
                await asyncio.sleep(30)
            return await super().handle(request)

    with pytest.raises(TimedOut) as caught:
        await visit(Slow(complete()), seconds=1.0)
    assert caught.value.step == "media2_profiles"


async def test_many_cameras_are_described_at_once() -> None:
    async with Onvif(ManualClock(NOW)) as onvif, running(Camera(complete(), frozenset({"token"}))) as camera:
        who = Credentials(camera.username, camera.password)
        deadline = asyncio.get_running_loop().time() + 20
        devices = await asyncio.gather(*(onvif.describe(camera.address, who, Memory(), deadline) for _ in range(20)))
    assert {device.profiles[0].token for device in devices} == {"main"}

"""The cameras' ONVIF, seen by onvif-zeep-async, by aiohttp, and by raw bytes."""

import base64
import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import cv2
import numpy as np
import onvif
import pytest

from skywatch.clock import ManualClock
from skywatch.simulator import SceneCache, SimCamera
from tests.simulator.town import BRANDS, ONVIF, PASSWORD, USER, http, row, simulated, start

WSDL = Path(onvif.__file__).parent / "wsdl"
TDS = "http://www.onvif.org/ver10/device/wsdl"
TRT = "http://www.onvif.org/ver10/media/wsdl"
TR2 = "http://www.onvif.org/ver20/media/wsdl"
WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"


def envelope(operation: str, namespace: str = TDS, head: str = "", inside: str = "") -> str:
    return (
        f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>{head}</s:Header>'
        f'<s:Body><{operation} xmlns="{namespace}">{inside}</{operation}></s:Body></s:Envelope>'
    )


def token(created: datetime, nonce: bytes = b"0123456789", password: str = PASSWORD) -> str:
    """A WS-UsernameToken after OASIS WSS 1.1, written for the tests."""
    stamp = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    sealed = base64.b64encode(hashlib.sha1(nonce + stamp.encode() + password.encode()).digest()).decode()
    return (
        f'<Security xmlns="{WSS}-wssecurity-secext-1.0.xsd"><UsernameToken><Username>{USER}</Username>'
        f'<Password Type="{WSS}-username-token-profile-1.0#PasswordDigest">{sealed}</Password>'
        f"<Nonce>{base64.b64encode(nonce).decode()}</Nonce>"
        f'<Created xmlns="{WSS}-wssecurity-utility-1.0.xsd">{stamp}</Created></UsernameToken></Security>'
    )


async def told_by_zeep(camera: SimCamera) -> tuple[Any, list[Any], Any]:
    """Device information, Media1 profiles, and the address of the first stream."""
    client = onvif.ONVIFCamera(camera.host, ONVIF, USER, PASSWORD, str(WSDL))
    client.xaddrs = {
        TDS: f"http://{camera.host}:{ONVIF}/onvif/device_service",
        TRT: f"http://{camera.host}:{ONVIF}/onvif/media_service",
    }
    try:
        device = await client.create_devicemgmt_service()
        media = await client.create_media_service()
        information = await device.GetDeviceInformation()
        profiles = await media.GetProfiles()
        setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
        uri = await media.GetStreamUri({"StreamSetup": setup, "ProfileToken": profiles[0].token})
        return information, profiles, uri
    finally:
        await client.close()


@pytest.mark.parametrize("maker", [maker for maker in BRANDS if maker != "天地伟业"])
async def test_onvif_zeep_understands_every_maker_that_takes_tokens(maker: str, films: SceneCache) -> None:
    rows = [row(40, manufacturer=maker)]
    camera = simulated(*rows)[0]
    async with start(*rows, films=films) as town:
        information, profiles, uri = await told_by_zeep(camera)
        assert town.attempts(camera.code) == 0
    assert (information.Manufacturer, information.Model) == (camera.brand.name, "x264")
    encoder = profiles[0].VideoEncoderConfiguration
    assert (encoder.Encoding, encoder.Resolution.Width, encoder.Resolution.Height) == ("H264", 640, 360)
    assert uri.Uri == f"rtsp://{camera.claimed_host}:{camera.rtsp_port}{camera.main.path}"


async def test_a_maker_without_tokens_takes_http_digest(films: SceneCache) -> None:
    rows = [row(41, manufacturer="tiandy")]
    camera = simulated(*rows)[0]
    url, body = f"http://{camera.host}:{ONVIF}/onvif/device_service", envelope("GetDeviceInformation")
    async with start(*rows, films=films) as town:
        good = aiohttp.DigestAuthMiddleware(USER, PASSWORD)
        async with aiohttp.ClientSession(middlewares=(good,)) as session, session.post(url, data=body) as reply:
            assert reply.status == 200
            assert "tds:SerialNumber" in await reply.text()
        bad = aiohttp.DigestAuthMiddleware(USER, "wrong")
        async with aiohttp.ClientSession(middlewares=(bad,)) as session, session.post(url, data=body) as reply:
            assert reply.status == 401
            assert "ter:NotAuthorized" in await reply.text()
        assert town.attempts(camera.code) == 1
        signed = await http(camera, envelope("GetDeviceInformation", head=token(datetime.now(UTC))))
        assert signed.status == 401, "a token is not even looked at"


async def test_the_heartbeat_needs_no_password_and_tells_the_cameras_time(
    films: SceneCache, clock: ManualClock
) -> None:
    camera = simulated(row(42))[0]
    async with start(row(42), films=films, clock=clock) as town:
        true = datetime.fromtimestamp(clock.now(), UTC)
        assert (
            f"<tt:UTCDateTime><tt:Time><tt:Hour>{true.hour}</tt:Hour>".encode()
            in (await http(camera, envelope("GetSystemDateAndTime"))).body
        )
        town.cue(camera.code, "wrong_clock", offset=-3600)
        wrong = datetime.fromtimestamp(clock.now() - 3600, UTC)
        assert (
            f"<tt:UTCDateTime><tt:Time><tt:Hour>{wrong.hour}</tt:Hour>".encode()
            in (await http(camera, envelope("GetSystemDateAndTime"))).body
        )
        assert town.attempts(camera.code) == 0


@pytest.mark.parametrize(
    ("camera_off", "token_off", "status"),
    [(0, 0, 200), (0, 29, 200), (0, -29, 200), (0, 31, 400), (0, -31, 400), (3600, 0, 400), (3600, 3600, 200)],
)
async def test_a_token_must_be_of_the_cameras_own_time(
    camera_off: int, token_off: int, status: int, films: SceneCache, clock: ManualClock
) -> None:
    camera = simulated(row(42))[0]
    async with start(row(42), films=films, clock=clock) as town:
        if camera_off:
            town.cue(camera.code, "wrong_clock", offset=camera_off)
        signed = token(datetime.fromtimestamp(clock.now() + token_off, UTC))
        assert (await http(camera, envelope("GetDeviceInformation", head=signed))).status == status
        assert town.attempts(camera.code) == 0, "the password was right"


async def test_no_token_is_good_twice_and_none_at_all_is_not_authorized(films: SceneCache, clock: ManualClock) -> None:
    camera = simulated(row(42))[0]
    async with start(row(42), films=films, clock=clock):
        signed = envelope("GetDeviceInformation", head=token(datetime.fromtimestamp(clock.now(), UTC)))
        assert (await http(camera, signed)).status == 200
        replies = await http(camera, signed), await http(camera, envelope("GetDeviceInformation"))
    for reply in replies:
        assert reply.status == 400
        assert b"ter:NotAuthorized" in reply.body


async def test_wrong_passwords_over_onvif_count_down_to_the_lock(films: SceneCache, clock: ManualClock) -> None:
    camera = simulated(row(42))[0]
    async with start(row(42), films=films, clock=clock) as town:
        now = datetime.fromtimestamp(clock.now(), UTC)
        bad = envelope("GetDeviceInformation", head=token(now, password="wrong"))
        assert b"still have 4 attempt(s)" in (await http(camera, bad)).body
        for _ in range(4):
            await http(camera, bad)
        assert town.condition(camera.code).locks == 1
        good = envelope("GetDeviceInformation", head=token(now))
        assert b"still have 0 attempt(s)" in (await http(camera, good)).body


async def test_h265_is_told_by_media2_only(films: SceneCache) -> None:
    rows = [row(43, manufacturer="Dahua", model="x265")]
    camera = simulated(*rows)[0]
    async with start(*rows, films=films):
        assert TR2.encode() in (await http(camera, envelope("GetServices"))).body
        head = token(datetime.now(UTC))
        second = await http(camera, envelope("GetProfiles", TR2, head))
        first = await http(camera, envelope("GetProfiles", TRT, token(datetime.now(UTC), b"other")))
    assert b"<tt:Encoding>H265</tt:Encoding>" in second.body
    assert b"H265" not in first.body


async def test_what_a_camera_lacks_is_a_fault_of_the_right_kind(films: SceneCache) -> None:
    camera = simulated(row(44))[0]
    asked = [
        ("GetProfiles", TR2, "", b"ter:ActionNotSupported"),
        ("GetStreamUri", TRT, "<ProfileToken>none</ProfileToken>", b"ter:NoProfile"),
        ("RebootNow", TDS, "", b"ter:ActionNotSupported"),
    ]
    async with start(row(44), films=films):
        for number, (operation, namespace, inside, code) in enumerate(asked):
            head = token(datetime.now(UTC), bytes([number]))
            assert code in (await http(camera, envelope(operation, namespace, head, inside))).body
        assert b"ter:WellFormed" in (await http(camera, "no XML")).body
        assert (await http(camera, "", "Content-Length: 300000\r\n")).status == 413


async def test_a_snapshot_is_a_jpeg_of_the_stream_behind_a_digest(films: SceneCache) -> None:
    rows = [row(45, manufacturer="dahua")]
    camera = simulated(*rows)[0]
    url = f"http://{camera.host}:{ONVIF}/onvif/snapshot/{camera.main.token}.jpg"
    async with start(*rows, films=films):
        async with aiohttp.ClientSession() as session, session.get(url) as reply:
            assert reply.status == 401
        signed = aiohttp.DigestAuthMiddleware(USER, PASSWORD)
        async with aiohttp.ClientSession(middlewares=(signed,)) as session, session.get(url) as reply:
            assert reply.content_type == "image/jpeg"
            picture = cv2.imdecode(np.frombuffer(await reply.read(), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (360, 640, 3)


async def test_a_connection_is_kept_or_closed_as_the_maker_has_it(films: SceneCache) -> None:
    rows = [row(46, manufacturer="dahua"), row(47, manufacturer="hikvision")]
    kept, closed = simulated(*rows)
    async with start(*rows, films=films), aiohttp.ClientSession() as session:
        for camera, word in ((kept, "keep-alive"), (closed, "close")):
            url = f"http://{camera.host}:{ONVIF}/onvif/device_service"
            for _ in range(3):
                async with session.post(url, data=envelope("GetSystemDateAndTime")) as reply:
                    assert (reply.status, reply.headers["Connection"]) == (200, word)


async def test_a_camera_without_password_lets_everybody_in(films: SceneCache) -> None:
    rows = [row(48, credentials="")]
    camera = simulated(*rows)[0]
    async with start(*rows, films=films):
        assert (await http(camera, envelope("GetDeviceInformation"))).status == 200

"""Passwords against cameras that check them by the specifications (tests/protocols/onvif/camera.py)."""

import asyncio
import base64
import hashlib
import logging
from dataclasses import replace

import pytest
from lxml import etree

from skywatch.clock import ManualClock
from skywatch.credentials import Credentials
from skywatch.protocols.errors import AuthFailed, ProtocolError
from skywatch.protocols.onvif import Device, Memory, Onvif, Way
from tests.protocols.onvif import replies
from tests.protocols.onvif.camera import NS, Camera, Reply, complete, running

RIGHT = Credentials("admin", "Geheim-123")
WRONG = Credentials("admin", "Falsch-456")
TOKEN, DIGEST = frozenset({"token"}), frozenset({"digest"})
BOTH = TOKEN | DIGEST
NOW = 1_700_000_000.0

DAHUA = Reply(
    replies.fault(
        "NotAuthorized", words="Sender not Authorized. Invalid username or password! You still have 22 attempt(s)."
    ),
    400,
)


async def visit(camera: Camera, who: Credentials | None, memory: Memory, clock: ManualClock | None = None) -> Device:
    async with running(camera), Onvif(clock or ManualClock(NOW)) as onvif:
        return await onvif.describe(camera.address, who, memory, asyncio.get_running_loop().time() + 10)


async def refused(camera: Camera, who: Credentials | None, memory: Memory) -> AuthFailed:
    with pytest.raises(AuthFailed) as caught:
        await visit(camera, who, memory)
    return caught.value


@pytest.mark.parametrize("wrong_by", [0.0, 0.9, 86_400.0 * 365 * 30, -86_400.0 * 365 * 40, 3601.3])
async def test_a_token_is_dated_by_the_cameras_own_clock_however_wrong(wrong_by: float) -> None:
    camera = Camera(complete(), TOKEN, now=NOW + wrong_by)
    memory = Memory()
    assert (await visit(camera, RIGHT, memory)).model == "M1"
    assert memory.way is Way.TOKEN
    assert memory.clock_offset == pytest.approx(wrong_by, abs=1.0)
    assert all(admitted for _, admitted in camera.attempts)


async def test_without_the_cameras_clock_a_token_would_be_refused() -> None:
    silent = Reply(replies.system_date(None), headers={"Date": "not told"})
    camera = Camera(complete(GetSystemDateAndTime=silent), TOKEN, now=NOW + 3600)
    error = await refused(camera, RIGHT, Memory())
    assert "does not tell its time" in str(error)


async def test_a_camera_that_hides_its_clock_is_dated_by_its_http_header() -> None:
    hidden = Reply(replies.fault("NotAuthorized"), 400, {"Date": "Tue, 14 Nov 2023 23:13:20 GMT"})
    camera = Camera(complete(GetSystemDateAndTime=hidden), TOKEN, now=NOW + 3600.5)
    assert (await visit(camera, RIGHT, Memory())).model == "M1"


async def test_the_token_is_what_the_specification_says() -> None:
    """Web Services Security UsernameToken Profile 1.1.1, section 3.1."""
    camera = Camera(complete(), TOKEN, now=NOW + 100)
    await visit(camera, RIGHT, Memory())
    tokens = [
        etree.fromstring(heard.body).find("s:Header/wsse:Security/wsse:UsernameToken", NS)
        for heard in camera.heard
        if heard.way == "token"
    ]
    nonces = set()
    for token in tokens:
        password = token.find("wsse:Password", NS)
        nonce = base64.b64decode(token.findtext("wsse:Nonce", namespaces=NS))
        created = token.findtext("wsu:Created", namespaces=NS)
        assert token.findtext("wsse:Username", namespaces=NS) == "admin"
        assert password.get("Type").endswith("#PasswordDigest")
        assert created == "2023-11-14T22:15:00Z"
        digest = hashlib.sha1(nonce + created.encode() + RIGHT.password.encode()).digest()
        assert base64.b64decode(password.text) == digest
        assert len(nonce) == 16
        nonces.add(nonce)
    assert len(nonces) == len(tokens) > 3


async def test_a_camera_that_takes_only_digest_gets_it_after_one_refused_token() -> None:
    camera = Camera(complete(), DIGEST)
    memory = Memory()
    assert (await visit(camera, RIGHT, memory)).model == "M1"
    assert memory.way is Way.DIGEST
    assert [way for way, admitted in camera.attempts if not admitted] == ["token"]
    assert [way for way, admitted in camera.attempts if admitted] == ["digest"] * (len(camera.attempts) - 1)


async def test_what_worked_is_remembered_and_no_other_way_is_tried() -> None:
    camera = Camera(complete(), DIGEST)
    memory = Memory(way=Way.DIGEST)
    await visit(camera, RIGHT, memory)
    assert {way for way, _ in camera.attempts} == {"digest"}
    assert all(admitted for _, admitted in camera.attempts)
    unsigned = [heard.operation for heard in camera.heard if not heard.way]
    assert unsigned == ["GetSystemDateAndTime", "GetDeviceInformation"], "one challenge serves the whole visit"


@pytest.mark.parametrize(
    ("ways", "memory", "attempts"),
    [
        (TOKEN, Memory(), ["token"]),
        (BOTH, Memory(), ["token", "digest"]),
        (DIGEST, Memory(), ["token", "digest"]),
        (BOTH, Memory(way=Way.TOKEN), ["token"]),
        (BOTH, Memory(way=Way.DIGEST), ["digest"]),
        (TOKEN, Memory(way=Way.DIGEST), []),
    ],
)
async def test_a_wrong_password_costs_one_attempt_for_each_way_and_none_for_another_question(
    ways: frozenset[str], memory: Memory, attempts: list[str]
) -> None:
    camera = Camera(complete(), ways)
    error = await refused(camera, WRONG, memory)
    assert camera.attempts == [(way, False) for way in attempts]
    assert memory.way is None, "the next visit starts afresh: the camera may have been set up anew"
    assert error.step == "device_information"
    assert error.steps[-1].note == "auth_failed"


@pytest.mark.parametrize("status", [400, 401])
async def test_a_camera_that_counts_aloud_is_not_asked_another_way_and_its_count_is_told(status: int) -> None:
    camera = Camera(complete(), BOTH, refusal=replace(DAHUA, status=status))
    error = await refused(camera, WRONG, Memory())
    assert camera.attempts == [("token", False)]
    assert "You still have 22 attempt(s)" in str(error)


async def test_a_nonce_that_has_gone_stale_is_renewed_without_another_attempt_at_the_password() -> None:
    camera = Camera(complete(), DIGEST)

    class Forgetful(list[str]):
        """Each nonce is good for two requests."""

        uses = 0

        def __getitem__(self, index: object) -> str:  # type: ignore[override]
            self.uses += 1
            return f"nonce{self.uses // 4}"

    camera.nonces = Forgetful()
    assert (await visit(camera, RIGHT, Memory(way=Way.DIGEST))).profiles


@pytest.mark.parametrize(
    "challenge",
    [
        'Digest realm="IPC", nonce="{nonce}", algorithm=SHA-256, qop="auth"',
        'Digest realm="IPC", nonce="{nonce}", qop="auth,auth-int", algorithm=MD5',
        'Digest realm="IPC", nonce="{nonce}"',
        'Basic realm="IPC", Digest realm="IPC", nonce="{nonce}", qop="auth"',
    ],
)
async def test_digest_in_all_its_dresses(challenge: str) -> None:
    if challenge.startswith("Basic"):
        camera = Camera(
            complete(), DIGEST, challenge=challenge.replace('Basic realm="IPC", ', "") + ', Basic realm="IPC"'
        )
    else:
        camera = Camera(complete(), DIGEST, challenge=challenge)
    assert (await visit(camera, RIGHT, Memory())).model == "M1"


async def test_basic_is_never_answered() -> None:
    """A password in the clear would go to whoever asks for it."""
    camera = Camera(complete(), DIGEST, challenge='Basic realm="{nonce}"')
    await refused(camera, RIGHT, Memory())
    assert not any("Authorization" in heard.headers for heard in camera.heard)


async def test_a_camera_that_lets_strangers_in_is_described_without_credentials() -> None:
    camera = Camera(complete())
    memory = Memory()
    assert (await visit(camera, None, memory)).model == "M1"
    assert memory.way is None


async def test_without_credentials_a_refusal_says_so() -> None:
    error = await refused(Camera(complete(), TOKEN), None, Memory())
    assert "no credentials configured" in str(error)


async def test_a_camera_that_is_refusing_only_later_ends_the_visit_there() -> None:
    """Device information is public at some, and proves nothing about the password."""
    camera = Camera(
        complete(), TOKEN, public=frozenset({"GetSystemDateAndTime", "GetDeviceInformation", "GetServices"})
    )
    error = await refused(camera, WRONG, Memory())
    assert camera.attempts == [("token", False)]
    assert error.step == "media2_profiles"


async def test_a_camera_with_a_public_front_and_a_digest_behind_it_is_signed_in_to() -> None:
    camera = Camera(complete(), DIGEST, public=frozenset({"GetSystemDateAndTime", "GetDeviceInformation"}))
    memory = Memory()
    assert (await visit(camera, RIGHT, memory)).profiles
    assert memory.way is Way.DIGEST


@pytest.mark.parametrize("ways", [TOKEN, DIGEST])
async def test_credentials_never_follow_a_redirect(ways: frozenset[str]) -> None:
    thief = Camera(complete())
    camera = Camera(complete(), ways)
    async with running(thief), running(camera), Onvif(ManualClock(NOW)) as onvif:
        away = f"http://localhost:{thief.port}/onvif/Media2"
        for status in (301, 302, 307, 308):
            camera.answers["GetDeviceInformation"] = Reply(b"", status, {"Location": away})
            with pytest.raises(ProtocolError, match=f"HTTP {status}"):
                await onvif.describe(camera.address, RIGHT, Memory(), asyncio.get_running_loop().time() + 5)
    assert camera.attempts
    assert thief.heard == []


async def test_credentials_go_to_no_host_that_a_camera_names() -> None:
    """An XAddr on another host is asked for on the configured one."""
    camera = Camera(ways=TOKEN)
    thief = Camera(complete())
    async with running(thief), running(camera), Onvif(ManualClock(NOW)) as onvif:
        elsewhere = f"http://127.0.0.2:{camera.port}/onvif/"
        camera.answers = complete(
            GetServices=replies.services(
                media1=f"{elsewhere}Media", media2=f"http://127.0.0.3:{thief.port}@127.0.0.4/x"
            )
        )
        device = await onvif.describe(camera.address, RIGHT, Memory(), asyncio.get_running_loop().time() + 5)
    assert "/onvif/Media" in {heard.path for heard in camera.heard}
    assert all(url.startswith("http://127.0.0.1:") for url in device.services.values())
    assert thief.heard == []


@pytest.mark.parametrize(
    ("answer", "ways"),
    [
        (Reply(replies.fault("NotAuthorized", words="password {password} of {username} is wrong"), 400), TOKEN),
        (Reply(replies.fault("InvalidArgs", words="what is {password}?"), 500), frozenset()),
        (Reply(b"<html>{password}</html>", 500), frozenset()),
        (Reply(replies.information("{password}").replace(b"</tds:Model>", b""), 200), frozenset()),
    ],
)
async def test_no_error_tells_the_password_even_where_the_camera_does(answer: Reply, ways: frozenset[str]) -> None:
    said = replace(answer, body=answer.body.replace(b"{password}", RIGHT.password.encode()))
    camera = Camera({"GetDeviceInformation": said}, ways, password="another one", refusal=said)
    with pytest.raises(ProtocolError) as caught:
        await visit(camera, RIGHT, Memory())
    error: BaseException | None = caught.value
    while error is not None:
        assert RIGHT.password not in repr(error) + str(error)
        error = error.__cause__


@pytest.mark.parametrize("ways", [TOKEN, DIGEST])
async def test_no_secret_reaches_the_log_however_much_is_logged(
    ways: frozenset[str], caplog: pytest.LogCaptureFixture
) -> None:
    uri = "rtsp://10.0.0.9/user=admin_password=tlJwpbo6_channel=1_stream=0.sdp"
    answers = complete()
    answers["/onvif/Media2", "GetStreamUri"] = replies.uri2("GetStreamUri", uri)
    with caplog.at_level(logging.DEBUG):
        device = await visit(Camera(answers, ways), RIGHT, Memory())
        await refused(Camera(complete(), ways), WRONG, Memory())
    assert "tlJwpbo6" in device.profiles[0].stream_uri
    for secret in (RIGHT.password, WRONG.password, "tlJwpbo6", "PasswordDigest", "response="):
        assert secret not in caplog.text

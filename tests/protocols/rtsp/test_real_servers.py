"""Against RTSP servers that we did not write: GStreamer's, as many kinds of camera, and VLC's. What comes decodes."""

import asyncio
from pathlib import Path

import pytest

from skywatch.credentials import Credentials
from skywatch.inventory import Transport
from skywatch.protocols.errors import AuthFailed, NoKeyframe, NotFound, Unsupported
from skywatch.protocols.rtsp import Target, look, options
from tests import real
from tests.protocols.rtsp.looking import decoded, look_at
from tests.servers.certificate import write_certificate
from tests.servers.running import PASSWORD, USER, gstreamer, vlc

pytestmark = pytest.mark.real

VIEWER = Credentials(USER, PASSWORD)


@pytest.mark.parametrize("codec", ["h264", "h265", "mjpeg"])
async def test_each_codec_by_each_transport_decodes(codec: str) -> None:
    with gstreamer("--codec", codec) as server:
        for transport in (Transport.TCP, Transport.UDP):
            seen = await look_at(server.url, 10.0, transport=transport)
            assert decoded(seen.keyframe) == [(640, 360)]
            assert (seen.keyframe.width, seen.keyframe.height) == (640, 360)
            assert (seen.facts["codec"], seen.facts["transport"]) == (codec, transport.value)
            assert seen.link.loss == 0


@pytest.mark.parametrize("codec", ["h264", "h265"])
async def test_multi_slice_pictures_beside_audio_with_their_sets_in_the_stream_decode(codec: str) -> None:
    with gstreamer("--codec", codec, "--slices", "4", "--in-band", "--audio", "first") as server:
        seen = await look_at(server.url, 10.0)
        assert decoded(seen.keyframe) == [(640, 360)]


async def test_the_link_is_measured_while_listening() -> None:
    with gstreamer("--key-int", "10", "--audio", "second") as server:
        link = (await look_at(server.url, 10.0, listen=1.2)).link
    assert link.frame_rate == pytest.approx(25, rel=0.1)
    assert link.keyframe_interval == pytest.approx(0.4, rel=0.1)
    assert link.loss == 0
    assert link.bit_rate is not None
    assert 20_000 < link.bit_rate < 5_000_000


@pytest.mark.parametrize("auth", ["basic", "digest"])
async def test_a_password_is_said_as_it_is_asked_for(auth: str) -> None:
    with gstreamer("--auth", auth) as server:
        seen = await look_at(server.url, 10.0, credentials=VIEWER)
        assert seen.facts["auth"].startswith(auth)
        assert decoded(seen.keyframe) == [(640, 360)]
        for credentials in (None, Credentials(USER, "wrong")):
            with pytest.raises(AuthFailed):
                await look_at(server.url, 10.0, credentials=credentials)
        steps = await options(Target(server.url), asyncio.get_running_loop().time() + 5)
        assert [step.name for step in steps] == ["connect", "options"]


async def test_a_server_for_udp_only_is_watched_by_udp_and_one_for_tcp_only_refuses_it() -> None:
    with gstreamer("--transport", "udp") as server:
        seen = await look_at(server.url, 10.0, listen=0.3)
        assert (seen.facts["transport"], decoded(seen.keyframe)) == ("udp", [(640, 360)])
    with gstreamer("--transport", "tcp") as server, pytest.raises(Unsupported, match="461"):
        await look_at(server.url, 10.0, transport=Transport.UDP)


async def test_rtsps_encrypts_whoever_signed_and_refuses_strangers_where_that_is_asked(tmp_path: Path) -> None:
    pem = tmp_path / "camera.pem"
    write_certificate(pem)
    with gstreamer("--tls", str(pem), "--auth", "digest") as server:
        seen = await look_at(server.url, 10.0, credentials=VIEWER)
        assert decoded(seen.keyframe) == [(640, 360)]
        assert seen.steps[0].note == "TLS"
        with pytest.raises(Unsupported, match="certificate is not trusted"):
            await look(Target(server.url, VIEWER, verify=True), asyncio.get_running_loop().time() + 10)


async def test_a_stream_that_never_sends_an_idr_is_given_up_in_time() -> None:
    with gstreamer("--intra-refresh", "--key-int", "10") as server:
        began = asyncio.get_running_loop().time()
        with pytest.raises(NoKeyframe, match="intra refresh") as caught:
            await look_at(server.url, 2.0)
        assert asyncio.get_running_loop().time() - began < 3.0
        assert caught.value.step == "keyframe"


async def test_what_is_not_there_or_not_known_is_named() -> None:
    with gstreamer("--codec", "vp8") as server:
        with pytest.raises(Unsupported, match="VP8"):
            await look_at(server.url, 10.0)
        with pytest.raises(NotFound):
            await look_at(server.url + "/nowhere", 10.0)


@pytest.mark.parametrize(
    ("clip", "size"),
    [
        ("clips/dvrscan_motorway.mp4", (1280, 720)),
        ("clips/opencv_vtest.avi", (768, 576)),
        ("clips/tyoh_irnight.mp4", None),
    ],
)
@pytest.mark.parametrize("codec", ["h264", "h265"])
async def test_real_footage_decodes(clip: str, size: tuple[int, int] | None, codec: str) -> None:
    with gstreamer("--codec", codec, "--file", str(real.shared("footage", clip))) as server:
        seen = await look_at(server.url, 15.0)
        (found,) = decoded(seen.keyframe)
        assert found == (seen.keyframe.width, seen.keyframe.height)
        assert size in (found, None)


async def test_vlc_is_watched_by_the_only_transport_that_it_has() -> None:
    with vlc() as server:
        seen = await look_at(server.url, 15.0, listen=1.5)
        assert decoded(seen.keyframe) == [(320, 180)]
        assert seen.facts["transport"] == "udp"
        assert "VLC" in seen.facts["server"]
        assert seen.link.frame_rate == pytest.approx(25, rel=0.15)
        with pytest.raises(Unsupported, match="461"):
            await look_at(server.url, 15.0, transport=Transport.TCP)

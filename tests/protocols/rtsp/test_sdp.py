"""Session descriptions: those that cameras sent, and any that one could."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.protocols.errors import ForeignCodec, NoVideo, ProtocolError, Unsupported
from skywatch.protocols.rtsp.nal import sprop
from skywatch.protocols.rtsp.sdp import choose, choose_foreign, parse
from tests import real

# file (a part of its name): codec, payload type, control of the chosen track; or the failure
RECORDED = {
    "TestBugSDP1": ("h264", 96, "track0"),
    "TestBugSDP2": ("h264", 96, "track0"),
    "TestBugSDP3": ("h264", 96, "track1"),
    "TestBugSDP4": ("h264", 96, "track1"),
    "TestBugSDP5": ("h264", 99, "trackID=1"),
    "TestBugSDP6": ("mjpeg", 26, "track1"),
    "TestBugSDP7": ("h264", 105, "rtsp://1.0.1.113/media/video2/video"),
    "TestHikvisionPCM": ("h264", 96, "rtsp://192.168.1.12:554/Streaming/channels/101/trackID=1"),
    "gortsplib-base": NoVideo,
    "1025-undisclosed-cameras-ipv4": Unsupported,
    "1025-undisclosed-cameras-ipv6": Unsupported,
    "112-a-hex-session": NoVideo,
    "112-b-hex-session": NoVideo,
    "116-ioi-trk-101": ForeignCodec,
    "474-udp-technology": NoVideo,
    "1119-fritzbox": ForeignCodec,
    "115-rr-bitrate": ("h264", 96, ""),
    "120-mp2t-in-protocol": Unsupported,
    "121-empty-unicast": ("h264", 96, "rtsp://10.10.1.30:8554/onvif2/audio/trackID=0"),
    "127-amcrest": NoVideo,
    "136-rs-bandwidth": ForeignCodec,
    "5008-uniview": ("h264", 105, "rtsp://10.0.0.1/media/video1/video"),
    "5074-fake-back-channel": ("h264", 96, "rtsp://*****/video=video1"),
    "5074-real-back-channel": ("h264", 96, "video"),
    "no-origin": ("h265", 96, "streamid=0"),
    "no-timing": ("h265", 96, "streamid=0"),
    "media-absolute": ("h264", 97, "rtsp://10.0.100.50/profile5/media.smp/trackID=v"),
    "media-relative": ("h264", 97, "trackID=1"),
    "gortsplib-onvif-back-channel": ("mjpeg", 26, "rtsp://192.168.0.1/video"),
    "gortsplib-onvif-specification": ("mjpeg", 26, "rtsp://192.168.0.1/video"),
}


def expected_of(path: Path) -> object:
    (expected,) = (value for part, value in RECORDED.items() if part in path.name)
    return expected


@pytest.mark.real
def test_recorded_descriptions_lead_to_their_video_track() -> None:
    files = sorted(real.shared("recorded", "sdp").glob("*.sdp"))
    assert len(files) == len(RECORDED)
    for path in files:
        try:
            track = choose(parse(path.read_bytes()))
            found: object = (track.codec, track.format.payload_type, track.media.control)
        except (NoVideo, Unsupported) as error:
            found = type(error)
        assert found == expected_of(path), path.name


@pytest.mark.real
def test_recorded_details_are_understood() -> None:
    def track(part: str) -> tuple[float | None, tuple[int, int], int]:
        (path,) = real.shared("recorded", "sdp").glob(f"*{part}*")
        chosen = choose(parse(path.read_bytes()))
        sets = [*sprop(chosen.format.parameters.get("sprop-parameter-sets", ""))]
        return chosen.media.frame_rate, chosen.media.size, len(sets)

    assert track("media-absolute") == (30.0, (1920, 1080), 2)
    assert track("TestBugSDP6") == (None, (1280, 960), 0)
    assert track("TestBugSDP2") == (None, (0, 0), 2)  # its fmtp stands below the audio
    assert track("TestHikvisionPCM") == (None, (3200, 1800), 2)


def test_audio_metadata_and_back_channels_in_front_are_passed_over() -> None:
    body = (
        b"m=audio 0 RTP/AVP 0\na=sendonly\nm=application 0 RTP/AVP 107\nm=video 0 RTP/AVP 98\na=rtpmap:98 H265/90000\n"
    )
    assert choose(parse(body)).codec == "h265"


def test_an_inactive_video_is_taken_only_if_there_is_no_other() -> None:
    body = b"m=video 0 RTP/AVP 26\na=inactive\na=control:a\nm=video 0 RTP/AVP 26\na=control:b\n"
    assert choose(parse(body)).media.control == "b"
    assert choose(parse(body[: body.index(b"m=video 0 RTP/AVP 26\na=control:b")])).media.control == "a"


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b"m=video 0 RTP/AVP 96\na=rtpmap:96 MP4V-ES/90000\n", ForeignCodec, "MP4V-ES"),
        (b"m=video 0 RTP/AVP 33\n", ForeignCodec, "MP2T"),
        (b"m=video 0 RTP/AVP 97\n", Unsupported, "payload type 97 without a name"),
        (b"m=video 0 RTP/AVP 96\na=rtpmap:96 <b>/90000\n", Unsupported, "<B>"),
        (b"m=video 0 RTP/SAVP 96\na=rtpmap:96 H264/90000\n", Unsupported, "H264 over RTP/SAVP"),
        (b"m=video 0 RTP/SAVP 96\na=rtpmap:96 VP8/90000\n", Unsupported, "VP8 over RTP/SAVP"),
    ],
)
def test_a_codec_that_we_do_not_know_is_named(body: bytes, kind: type[Unsupported], said: str) -> None:
    with pytest.raises(Unsupported, match=said) as caught:
        choose(parse(body))
    assert type(caught.value) is kind


def test_what_we_understand_comes_before_what_stands_first() -> None:
    both = parse(b"m=video 0 RTP/AVP 96 97\na=rtpmap:96 VP8/90000\na=rtpmap:97 H264/90000\n")
    assert (choose(both).codec, choose_foreign(both).name) == ("h264", "vp8")


def test_a_description_of_nothing_foreign_has_nothing_to_record() -> None:
    with pytest.raises(Unsupported, match="another kind"):
        choose_foreign(parse(b"m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\n"))
    with pytest.raises(NoVideo):
        choose_foreign(parse(b""))


def test_a_camera_that_forgot_the_rtpmap_is_known_by_its_parameters() -> None:
    assert choose(parse(b"m=video 0 RTP/AVP 96\na=fmtp:96 sprop-parameter-sets=Z0IAHg==,aM4=\n")).codec == "h264"
    assert choose(parse(b"m=video 0 RTP/AVP 96\na=fmtp:96 sprop-sps=QgE=\n")).codec == "h265"


LINES = st.sampled_from(
    [
        "m=video 0 RTP/AVP 96",
        "m=audio 0 RTP/AVP 8",
        "a=rtpmap:96 H264/90000",
        "a=control:x",
        "a=fmtp:96 a=b;c",
        "a=framerate:25",
        "m=",
        "a=",
        "m=video",
        "a=rtpmap:",
        "a=rtpmap:96 H264/0",
        "a=framerate:nan",
        "a=x-dimensions:9,",
        "v=0",
        "²=²",
    ]
)


@given(st.one_of(st.binary(max_size=400), st.lists(LINES, max_size=30).map(lambda lines: "\r\n".join(lines).encode())))
def test_any_bytes_are_a_description_or_a_named_failure(body: bytes) -> None:
    with suppress(ProtocolError):
        assert choose(parse(body)).format.clock > 0


def test_a_description_without_measure_stays_small() -> None:
    found = parse(b"m=video 0 RTP/AVP" + b" 96" * 10000 + b"\n" + b"m=audio 0 RTP/AVP 0\n" * 10000)
    assert len(found.media) <= 64
    assert all(len(media.formats) <= 32 for media in found.media)

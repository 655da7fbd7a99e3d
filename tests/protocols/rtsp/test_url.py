"""RTSP addresses: what is kept, what is dropped, and where tracks are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.protocols.errors import Unsupported
from skywatch.protocols.rtsp.url import Url, parse, rebase, resolve, same_server

HERE = parse("rtsp://cam.example:8554/live?channel=1&subtype=0")


@pytest.mark.parametrize(
    ("text", "scheme", "host", "port", "path", "written"),
    [
        ("rtsp://10.0.0.5/live", "rtsp", "10.0.0.5", 554, "/live", "rtsp://10.0.0.5/live"),
        ("rtsps://10.0.0.5/live", "rtsps", "10.0.0.5", 322, "/live", "rtsps://10.0.0.5/live"),
        ("RTSP://10.0.0.5:8554", "rtsp", "10.0.0.5", 8554, "", "rtsp://10.0.0.5:8554"),
        ("rtsp://[fe80::1]:554/a", "rtsp", "fe80::1", 554, "/a", "rtsp://[fe80::1]/a"),
        ("rtsp://u:p@10.0.0.5/a?b=c", "rtsp", "10.0.0.5", 554, "/a?b=c", "rtsp://10.0.0.5/a?b=c"),
        ("rtsp://u:p@ss@10.0.0.5/a", "rtsp", "10.0.0.5", 554, "/a", "rtsp://10.0.0.5/a"),
        ("rtsp://10.0.0.5?x=1", "rtsp", "10.0.0.5", 554, "?x=1", "rtsp://10.0.0.5?x=1"),
        ("rtsp://10.0.0.5/路 1", "rtsp", "10.0.0.5", 554, "/%E8%B7%AF%201", "rtsp://10.0.0.5/%E8%B7%AF%201"),
    ],
)
def test_an_address_is_taken_apart(text: str, scheme: str, host: str, port: int, path: str, written: str) -> None:
    assert parse(text) == Url(scheme, host, port, path)
    assert str(parse(text)) == written


@pytest.mark.parametrize(
    "text",
    ["", "http://10.0.0.5/", "rtsp://", "rtsp:///path", "rtsp://a b/", "rtsp://h:0/", "rtsp://h:99999/", "x" * 9999],
)
def test_what_is_no_address_is_unsupported(text: str) -> None:
    with pytest.raises(Unsupported) as caught:
        parse(text)
    assert caught.value.step == "url"


def test_an_address_never_shows_its_path_because_vendors_put_passwords_there() -> None:
    assert "hunter2" not in repr(parse("rtsp://h/user=admin_password=hunter2_channel=1"))


@pytest.mark.parametrize(
    ("control", "base", "expected"),
    [
        ("", "rtsp://cam.example:8554/live", "rtsp://cam.example:8554/live"),
        ("*", "rtsp://cam.example:8554/live", "rtsp://cam.example:8554/live"),
        ("track1", "rtsp://cam.example:8554/live", "rtsp://cam.example:8554/live/track1"),
        ("track1", "rtsp://cam.example:8554/live/", "rtsp://cam.example:8554/live/track1"),
        # Dahua: the query stays, and the track goes behind it
        (
            "trackID=0",
            "rtsp://cam.example:8554/cam/realmonitor?channel=1&subtype=0",
            "rtsp://cam.example:8554/cam/realmonitor?channel=1&subtype=0/trackID=0",
        ),
        ("?ctype=video", "rtsp://cam.example:8554/live", "rtsp://cam.example:8554/live?ctype=video"),
        # a foreign host keeps its path and query only
        (
            "rtsp://10.1.1.1:554/media/video1?x=1",
            "rtsp://cam.example:8554/live",
            "rtsp://cam.example:8554/media/video1?x=1",
        ),
        ("/live/track1", "rtsp://cam.example:8554/live/", "rtsp://cam.example:8554/live/track1"),
        ("/track1", "rtsp://cam.example:8554/live", "rtsp://cam.example:8554/live/track1"),
    ],
)
def test_a_track_is_found(control: str, base: str, expected: str) -> None:
    assert resolve(control, base, HERE) == expected


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("rtsp://192.168.1.9/live/", "rtsp://cam.example:8554/live/"),
        ("/live/", "rtsp://cam.example:8554/live/"),
        ("nonsense", str(HERE)),
        ("", str(HERE)),
    ],
)
def test_a_base_that_the_camera_names_is_put_on_the_configured_host(named: str, expected: str) -> None:
    assert rebase(named, HERE) == expected


@pytest.mark.parametrize(
    ("location", "leads"),
    [
        ("rtsp://cam.example:8554/other", True),
        ("rtsp://CAM.example:8554/other", True),
        ("/other", True),
        ("rtsp://evil.example:8554/other", False),
        ("rtsp://cam.example/other", False),
        ("rtsps://cam.example:8554/other", False),
        ("http://cam.example:8554/other", False),
        ("", False),
    ],
)
def test_a_redirect_is_followed_within_the_server_only(location: str, leads: bool) -> None:
    there = same_server(location, HERE)
    assert (there is not None) == leads
    assert there is None or there.path == "/other"


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_address_leaves_the_configured_server_or_ends_a_request_line(control: str, named: str) -> None:
    address = resolve(control, rebase(named, HERE), HERE)
    assert address.startswith(HERE.root)
    assert not any(character.isspace() or not character.isprintable() for character in address)

"""From ledger rows to simulated cameras."""

import pytest

from skywatch.simulator import NotSimulated, Simulator
from skywatch.simulator.condition import Condition
from skywatch.simulator.soap import Token
from tests.simulator.town import PASSWORD, row, simulated


def test_the_same_ledger_is_always_the_same_cameras() -> None:
    rows = [row(number, width=1920, height=1080, model="") for number in range(30)]
    assert simulated(*rows) == simulated(*rows)
    assert {camera.main.codec for camera in simulated(*rows)} == {"h264", "h265"}
    old = simulated(*(row(number, width=1280, height=960, model="") for number in range(30)))
    assert {camera.main.codec for camera in old} == {"h264", "mjpeg"}


def test_a_few_cameras_call_themselves_by_an_address_that_is_not_theirs() -> None:
    cameras = simulated(*(row(number) for number in range(60)))
    lying = [camera for camera in cameras if camera.claimed_host != camera.host]
    assert 0 < len(lying) < 30


def test_every_camera_that_cannot_be_simulated_is_named() -> None:
    rows = [row(1, host="10.0.0.1"), row(2, tls=True), row(3), row(4, host=row(3).host), row(5, host="camera.local")]
    with pytest.raises(NotSimulated) as told:
        simulated(*rows)
    message = str(told.value)
    for code, word in ((1, "loopback"), (2, "TLS"), (4, "belongs"), (5, "loopback")):
        assert any(row(code).code in line and word in line for line in message.splitlines())
    assert f"camera {row(3).code}:" not in message


def test_a_camera_that_is_off_is_not_there() -> None:
    assert simulated(row(1, enabled=False), row(2))[0].code == row(2).code


@pytest.mark.parametrize(
    ("main", "sub", "asked", "found"),
    [
        ("/Streaming/Channels/101", "/Streaming/Channels/102", "/Streaming/Channels/101", "main"),
        ("/Streaming/Channels/101", "/Streaming/Channels/102", "/Streaming/Channels/102/", "sub"),
        ("/Streaming/Channels/101", "", "/Streaming/Channels/101?transportmode=unicast&profile=Profile_1", "main"),
        ("/a?channel=1&subtype=0", "/a?channel=1&subtype=1", "/a?subtype=1&channel=1", "sub"),
        ("/a?channel=1&subtype=0", "/a?channel=1&subtype=1", "/a?channel=1", ""),
        ("/media.amp", "/media.amp?resolution=640x360", "/media.amp?resolution=640x360", "sub"),
        ("/media.amp", "/media.amp?resolution=640x360", "/media.amp?resolution=320x180", "main"),
        ("", "", "/live/main", "main"),
        ("", "", "/live", ""),
        ("", "", "/", ""),
    ],
)
def test_a_path_leads_to_its_stream(main: str, sub: str, asked: str, found: str) -> None:
    camera = simulated(row(1, stream=main, substream=sub))[0]
    stream = camera.stream_at(asked)
    assert {camera.main: "main", camera.sub: "sub", None: ""}[stream] == found


def test_no_part_of_the_simulator_shows_a_password() -> None:
    cameras = simulated(row(1))
    condition = Condition(cameras[0], clock=None)  # type: ignore[arg-type]
    shown = [cameras[0], condition, Simulator(cameras), Token("admin", PASSWORD, False, b"", "")]
    assert PASSWORD not in "".join(map(repr, shown))

import pickle

import pytest

from skywatch.protocols.onvif import Device, Memory, Profile, Way, main_and_sub

SECRET = "tlJwpbo6"


def profile(
    token: str, width: int, height: int, source: str = "lens", uri: str = "rtsp://h/1", codec: str = "h264"
) -> Profile:
    return Profile(token, f"name of {token}", 1, codec, width, height, source=source, stream_uri=uri)


ONE = profile("one", 1920, 1080)
TWO = profile("two", 704, 576)
THREE = profile("three", 352, 288)
OTHER_LENS = profile("other", 1280, 720, source="second")
UNKNOWN = profile("unknown", 0, 0)
JPEG = profile("jpeg", 3840, 2160, codec="mjpeg")
MUTE = profile("mute", 3840, 2160, uri="")


@pytest.mark.parametrize(
    ("profiles", "prefer", "main", "sub"),
    [
        ((ONE,), "", ONE, ONE),
        ((ONE, TWO), "", ONE, TWO),
        ((ONE, TWO, THREE), "", ONE, TWO),
        ((ONE, TWO, THREE), "two", TWO, THREE),
        ((ONE, TWO, THREE), "name of two", TWO, THREE),
        ((ONE, TWO, THREE), "three", THREE, THREE),
        ((ONE, TWO, THREE), "not there", ONE, TWO),
        ((ONE, OTHER_LENS, TWO), "", ONE, TWO),
        ((ONE, OTHER_LENS), "", ONE, ONE),
        ((ONE, OTHER_LENS, TWO), "other", OTHER_LENS, OTHER_LENS),
        ((UNKNOWN, TWO), "", UNKNOWN, TWO),
        ((ONE, UNKNOWN), "", ONE, ONE),
        ((MUTE, ONE, TWO), "", ONE, TWO),
        ((MUTE,), "", MUTE, MUTE),
        ((JPEG, ONE, TWO), "", ONE, TWO),
        ((JPEG, ONE, TWO), "jpeg", JPEG, ONE),
        ((JPEG,), "", JPEG, JPEG),
        ((ONE, profile("twin", 1920, 1080)), "", ONE, ONE),
    ],
)
def test_main_is_the_ledgers_or_the_largest_and_sub_the_next_smaller_of_the_same_lens(
    profiles: tuple[Profile, ...], prefer: str, main: Profile, sub: Profile
) -> None:
    assert main_and_sub(profiles, prefer) == (main, sub)


def test_a_profile_opens_its_stream_with_a_secret_that_it_never_shows() -> None:
    uri = f"rtsp://10.0.0.1:554/user=admin_password={SECRET}_channel=1_stream=0.sdp?real_stream"
    device = Device(profiles=(Profile("p", stream_uri=uri, snapshot_uri=f"http://10.0.0.1/s?password={SECRET}"),))
    assert SECRET in device.profiles[0].stream_uri
    for shown in (repr(device), str(device), device.profiles[0].stream_shown):
        assert SECRET not in shown


def test_what_a_visit_gives_can_be_sent_to_another_process() -> None:
    device = Device(profiles=(ONE,))
    assert pickle.loads(pickle.dumps(device)) == device
    assert pickle.loads(pickle.dumps(Memory(1.0, Way.DIGEST, "/x"))) == Memory(1.0, Way.DIGEST, "/x")

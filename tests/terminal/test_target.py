"""What `skywatch probe` may be told."""

import pytest

from skywatch.credentials import Credentials
from skywatch.inventory import Camera, Inventory
from skywatch.terminal import Failure
from skywatch.terminal.target import EVERYTHING, UnknownTarget, chosen, resolve
from tests.township import township

CODE = "37039915001320000001"
LEDGER = Inventory(
    cameras={
        CODE: Camera(code=CODE, name="村口", village="v", host="10.0.0.5"),
        "2": Camera(code="2", name="桥头", village="v", host="10.0.0.9"),
        "3": Camera(code="3", name="桥头", village="v", host="10.0.0.9"),
    }
)


@pytest.mark.parametrize("what", [CODE, "村口", "10.0.0.5"])
def test_a_camera_of_the_ledger_goes_by_code_name_and_host(what: str) -> None:
    assert resolve(what, LEDGER)[0].code == CODE


@pytest.mark.parametrize(
    ("what", "host", "onvif", "rtsp", "stream"),
    [
        ("10.1.1.1", "10.1.1.1", 80, 554, ""),
        ("10.1.1.1:8080", "10.1.1.1", 8080, 554, ""),
        ("fe80::1", "fe80::1", 80, 554, ""),
        ("rtsp://10.1.1.1/a/b?c=d", "10.1.1.1", None, 554, "/a/b?c=d"),
        ("rtsp://10.1.1.1:8554", "10.1.1.1", None, 8554, "/"),
        ("rtsps://cam.lan/x", "cam.lan", None, 322, "/x"),
        ("http://10.1.1.1", "10.1.1.1", 80, 554, ""),
        ("https://10.1.1.1:8443/onvif", "10.1.1.1", 8443, 554, ""),
    ],
)
def test_hosts_and_addresses(what: str, host: str, onvif: int | None, rtsp: int, stream: str) -> None:
    camera, secret = resolve(what, None)
    assert (camera.host, camera.onvif_port, camera.rtsp_port, camera.stream, secret) == (
        host,
        onvif,
        rtsp,
        stream,
        None,
    )


def test_credentials_in_an_address_are_taken_out_of_it() -> None:
    camera, secret = resolve("rtsp://admin:p%40ss@10.1.1.1/x", None)
    assert secret == Credentials("admin", "p@ss")
    assert "p@ss" not in repr(camera)
    assert "p%40ss" not in repr(camera)


@pytest.mark.parametrize(
    "what", ["", "two words", "ftp://10.1.1.1", "rtsp://", "10.1.1.1:many", "http://10.1.1.1:99999"]
)
def test_what_is_no_camera_is_said_to_be_none(what: str) -> None:
    with pytest.raises(UnknownTarget, match=r"."):
        resolve(what, LEDGER)


@pytest.mark.parametrize("what", ["桥头", "10.0.0.9"])
def test_a_name_of_two_cameras_is_answered_with_both(what: str) -> None:
    with pytest.raises(UnknownTarget, match="2, 3"):
        resolve(what, LEDGER)


def test_a_village_goes_by_its_code_and_its_name() -> None:
    inventory = township().inventory
    village = next(iter(inventory.villages.values()))
    there = [camera for camera in inventory.by_village[village.code] if camera.enabled]
    assert there
    assert chosen(village.code, inventory) == chosen(village.name, inventory) == there
    assert chosen(there[0].code, inventory) == there[:1]
    assert len(chosen(EVERYTHING, inventory)) == sum(camera.enabled for camera in inventory.cameras.values())
    with pytest.raises(Failure, match="no such camera or village"):
        chosen("nobody", inventory)

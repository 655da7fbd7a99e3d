import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.protocols.onvif.addresses import redact, service_url, snapshot_uri, stream_uri

HOST = "192.0.2.7"


@pytest.mark.parametrize(
    ("told", "usable"),
    [
        (
            "rtsp://10.0.0.1:554/Streaming/Channels/101?profile=P1",
            f"rtsp://{HOST}:554/Streaming/Channels/101?profile=P1",
        ),
        ("rtsp://10.0.0.1/live", f"rtsp://{HOST}:554/live"),
        ("rtsp://127.0.1.1:8554/tapo_sub", f"rtsp://{HOST}:8554/tapo_sub"),
        ("rtsp://10.0.0.1:554/", f"rtsp://{HOST}:554/"),
        ("rtsp://10.0.0.1", f"rtsp://{HOST}:554/"),
        ("RTSPS://10.0.0.1/live", f"rtsps://{HOST}:322/live"),
        ("rtsp://admin:pa@ss@evil.example/live", f"rtsp://{HOST}:554/live"),
        ("rtsp://[fe80::1]:8554/live", f"rtsp://{HOST}:8554/live"),
        ("  rtsp://10.0.0.1/live \n", f"rtsp://{HOST}:554/live"),
        ("rtsp://10.0.0.1/a b\r\nX: y", f"rtsp://{HOST}:554/a%20b%0D%0AX:%20y"),
        ("rtsp://10.0.0.1/%E6%91%84?x=%2F", f"rtsp://{HOST}:554/%E6%91%84?x=%2F"),
        (
            "rtsp://10.0.0.1:554/user=admin_password=_channel=1_stream=0&protocol=unicast&onvif=ture.sdp?real_stream",
            f"rtsp://{HOST}:554/user=admin_password=_channel=1_stream=0&protocol=unicast&onvif=ture.sdp?real_stream",
        ),
        ("http://10.0.0.1/live", ""),
        ("rtsp://10.0.0.1:0/live", ""),
        ("rtsp://10.0.0.1:99999/live", ""),
        ("file:///etc/passwd", ""),
        ("", ""),
        ("rtsp://10.0.0.1/" + "x" * 3000, ""),
    ],
)
def test_a_stream_keeps_path_query_and_port_and_gets_the_configured_host(told: str, usable: str) -> None:
    assert stream_uri(told, HOST) == usable


@pytest.mark.parametrize(
    ("told", "usable"),
    [
        ("http://10.0.0.1/onvif-http/snapshot?Profile_1", f"http://{HOST}:80/onvif-http/snapshot?Profile_1"),
        (
            "http://10.0.0.1/webcapture.jpg?command=snap&channel=1&user=admin&password=geheim",
            f"http://{HOST}:80/webcapture.jpg?command=snap&channel=1",
        ),
        ("http://10.0.0.1/s?user=admin&password=geheim&channel=1", f"http://{HOST}:80/s?channel=1"),
        ("http://10.0.0.1/s?user=admin&password=geheim", f"http://{HOST}:80/s"),
        ("http://admin:geheim@10.0.0.1:8080/s.jpg", f"http://{HOST}:8080/s.jpg"),
        ("https://10.0.0.1/s.jpg", f"https://{HOST}:443/s.jpg"),
        ("rtsp://10.0.0.1:554/user=admin_password=x_channel=0.sdp", ""),
    ],
)
def test_a_snapshot_is_http_without_user_and_password(told: str, usable: str) -> None:
    assert snapshot_uri(told, HOST) == usable


@pytest.mark.parametrize(
    ("told", "tls", "usable"),
    [
        ("http://10.0.0.1:8000/onvif/media_service", False, f"http://{HOST}:8000/onvif/media_service"),
        ("https://10.0.0.1/onvif/Media", False, f"https://{HOST}:443/onvif/Media"),
        ("http://10.0.0.1/onvif/Media", True, f"https://{HOST}:8443/onvif/Media"),
        ("https://10.0.0.1/onvif/Media", True, f"https://{HOST}:443/onvif/Media"),
        ("http://10.0.0.1:8106:8106/onvif/Events", False, f"http://{HOST}:8106/onvif/Events"),
        ("nonsense", False, ""),
    ],
)
def test_a_service_is_asked_on_the_configured_host_and_never_without_the_configured_tls(
    told: str, tls: bool, usable: str
) -> None:
    assert service_url(told, HOST, 8443 if tls else 80, tls) == usable


def test_an_ipv6_host_stands_in_brackets() -> None:
    assert stream_uri("rtsp://10.0.0.1/live", "2001:db8::1") == "rtsp://[2001:db8::1]:554/live"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("rtsp://h:554/live?channel=1", "rtsp://h:554/live?channel=1"),
        ("rtsp://admin:geheim@h/live", "rtsp://h/live"),
        (
            "rtsp://h/user=admin_password=ge_heim_channel=1_stream=0.sdp?real_stream",
            "rtsp://h/user=***_password=***_channel=1_stream=0.sdp?real_stream",
        ),
        ("rtsp://h/user=admin&password=geheim&channel=1", "rtsp://h/user=***&password=***&channel=1"),
        ("rtsp://h/live?username=admin&pwd=geheim&x=1", "rtsp://h/live?username=***&pwd=***&x=1"),
        ("http://h/snapshot.cgi?loginuse=admin&loginpas=geheim", "http://h/snapshot.cgi?loginuse=***&loginpas=***"),
    ],
)
def test_what_is_shown_of_an_address_holds_no_secret(address: str, shown: str) -> None:
    assert redact(address) == shown


@given(st.text(max_size=300))
def test_whatever_a_camera_names_only_the_configured_host_is_talked_to(told: str) -> None:
    for usable in (
        stream_uri(f"rtsp://{told}", HOST),
        stream_uri(told, HOST),
        snapshot_uri(f"http://{told}", HOST),
        service_url(f"http://{told}", HOST, 80, tls=False),
    ):
        if usable:
            place = usable.partition("://")[2].partition("/")[0]
            assert place.rpartition(":")[0] == HOST
            assert usable.isascii()
            assert not any(letter.isspace() or not letter.isprintable() for letter in usable)

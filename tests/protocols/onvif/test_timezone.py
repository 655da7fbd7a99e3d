import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.protocols.onvif.timezone import behind_utc

HOUR = 3600


@pytest.mark.parametrize(
    ("zone", "daylight", "seconds"),
    [
        ("CST-8", False, -8 * HOUR),
        ("CST-8:00:00", False, -8 * HOUR),
        ("BRT3", True, 3 * HOUR),
        ("IST-5:30", False, -5.5 * HOUR),
        ("CET-1CEST,M3.5.0,M10.5.0/3", False, -1 * HOUR),
        ("CET-1CEST,M3.5.0,M10.5.0/3", True, -2 * HOUR),
        ("<+0330>-3:30<+0430>,J79/24,J263/24", True, -4.5 * HOUR),
        ("EST5EDT4,M3.2.0,M11.1.0", True, 4 * HOUR),
        ("CST7:00:00DST01:00:00,M3.2.0/02:00:00,M11.1.0/02:00:00", True, 6 * HOUR),
        ("CST6CDT:", True, 5 * HOUR),
        ("UTC0", False, 0),
        ("GMT+0", False, 0),
        ("GMT+08:00", False, None),
        ("UTC-8", False, None),
        ("CST-25", False, None),
        ("Asia/Shanghai", False, None),
        ("", False, None),
    ],
)
def test_a_posix_zone_says_how_far_behind_utc_its_clocks_are(zone: str, daylight: bool, seconds: int | None) -> None:
    assert behind_utc(zone, daylight=daylight) == seconds


@given(st.text(max_size=80), st.booleans())
def test_no_zone_breaks_the_reader(zone: str, daylight: bool) -> None:
    behind = behind_utc(zone, daylight=daylight)
    assert behind is None or abs(behind) <= 49 * HOUR

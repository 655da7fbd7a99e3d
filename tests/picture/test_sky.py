"""Which light a picture is judged by: by the sun, the place and the ledger."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.inventory import Light
from skywatch.picture import Regime, Sky, sky_at

SHANDONG = (118.0, 36.5)


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("utc", "elevation"),
    [
        ("2026-06-21T04:10", 76.9),  # high noon of midsummer: 90 - 36.5 + 23.44
        ("2026-12-22T04:06", 30.1),  # and of midwinter
        ("2026-03-20T16:15", -53.5),  # midnight of the equinox
    ],
)
def test_the_sun_stands_where_the_almanac_says(utc: str, elevation: float) -> None:
    assert sky_at(*SHANDONG, at(utc), Light.NONE).elevation == pytest.approx(elevation, abs=0.3)


@pytest.mark.parametrize(
    ("elevation", "light", "regime"),
    [
        (None, Light.INFRARED, Regime.UNSTATED),
        (40.0, Light.NONE, Regime.DAY),
        (3.0, Light.WHITE, Regime.DAY),
        (2.9, Light.WHITE, Regime.DUSK),
        (0.0, Light.NONE, Regime.DUSK),
        (-5.9, Light.INFRARED, Regime.DUSK),
        (-6.0, Light.INFRARED, Regime.INFRARED),
        (-40.0, Light.LASER, Regime.INFRARED),
        (-40.0, Light.WHITE, Regime.WHITE),
        (-40.0, Light.NONE, Regime.UNLIT),
    ],
)
def test_the_regime_follows_from_sun_and_light(elevation: float | None, light: Light, regime: Regime) -> None:
    assert Sky(elevation, light).regime is regime


@given(
    longitude=st.floats(-180, 180),
    latitude=st.floats(-90, 90),
    when=st.floats(0, 4_000_000_000),
    light=st.sampled_from(Light),
)
def test_there_is_a_sky_everywhere_and_always(longitude: float, latitude: float, when: float, light: Light) -> None:
    elevation = sky_at(longitude, latitude, when, light).elevation
    assert elevation is not None
    assert -91 < elevation < 91

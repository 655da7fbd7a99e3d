"""What a camera should be seeing: where the sun stands, which light is installed, and the regime that follows.

Knows no pictures: a regime is what the sky and the ledger say, not what the picture looks like.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from astral import Observer
from astral.sun import elevation as _elevation

from skywatch.inventory import Light

DAY = 3.0
"""Degrees. With the sun this high, streets are bright even under rain clouds and between houses."""

NIGHT = -6.0
"""Degrees. Civil twilight ends: whatever is seen from here on is seen by lamps."""


class Regime(StrEnum):
    """The light that a picture is judged by. A camera has one baseline for each.

    `unlit` is night at a camera without a light of its own (street lamps may still show it something); `dusk` is dawn
    too, when some cameras have switched over and others have not; `unstated` is a picture without place or time.
    """

    DAY = "day_colour"
    INFRARED = "night_infrared"
    WHITE = "night_white"
    UNLIT = "night_unlit"
    DUSK = "dusk"
    UNSTATED = "unstated"


@dataclass(frozen=True, slots=True)
class Sky:
    """`elevation` of the sun over the horizon in degrees, refraction included; None where place or time is unknown."""

    elevation: float | None = None
    light: Light = Light.NONE

    @property
    def regime(self) -> Regime:
        if self.elevation is None:
            return Regime.UNSTATED
        if self.elevation >= DAY:
            return Regime.DAY
        if self.elevation > NIGHT:
            return Regime.DUSK
        return _BY_LIGHT[self.light]


_BY_LIGHT = {
    Light.NONE: Regime.UNLIT,
    Light.INFRARED: Regime.INFRARED,
    Light.LASER: Regime.INFRARED,  # a laser illuminator is an infrared one
    Light.WHITE: Regime.WHITE,
}


def sky_at(longitude: float, latitude: float, at: float, light: Light) -> Sky:
    """The sky over a place (degrees WGS-84) at Unix time `at`. Astral is good to a tenth of a degree or so, and a
    regime needs no better."""
    height = _elevation(Observer(latitude, longitude), datetime.fromtimestamp(at, UTC))
    return Sky(float(height), light)

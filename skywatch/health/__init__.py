"""What observations mean: states, uptime and rates. Pure functions and values; asks no clock, keeps no file."""

from skywatch.health.camera import CameraState, Flip, FlipKind, Mark, Rules, Standing, State, Track, unseen
from skywatch.health.state import advance, lapse, only, retire, revive, with_maintenance

__all__ = [
    "CameraState",
    "Flip",
    "FlipKind",
    "Mark",
    "Rules",
    "Standing",
    "State",
    "Track",
    "advance",
    "lapse",
    "only",
    "retire",
    "revive",
    "unseen",
    "with_maintenance",
]

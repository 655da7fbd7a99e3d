"""Planes -> features -> diagnosis, and the worker processes that do it.

Imports neither OpenCV nor FFmpeg nor numpy: those live in the workers. `decode`, `measure`, `text`, `worker` and
`score` are the files that need them.
"""

from skywatch.picture.diagnose import Diagnosis, diagnose, say_why
from skywatch.picture.errors import PictureError, Undecodable, WorkerCrashed, WorkerTimedOut
from skywatch.picture.features import Features
from skywatch.picture.limits import Limits
from skywatch.picture.pool import Workers
from skywatch.picture.sky import Regime, Sky, sky_at

__all__ = [
    "Diagnosis",
    "Features",
    "Limits",
    "PictureError",
    "Regime",
    "Sky",
    "Undecodable",
    "WorkerCrashed",
    "WorkerTimedOut",
    "Workers",
    "diagnose",
    "say_why",
    "sky_at",
]

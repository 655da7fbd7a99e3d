"""What runs inside a worker process: one access unit or some packets in, numbers out. The process knows its limits
before it sees the first byte of a camera's, and keeps nothing from one picture to the next.

Importing this file costs OpenCV and FFmpeg; the daemon imports it never, the fork server once.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: threads of its own would not survive the fork

import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import cv2

from skywatch.picture.decode import Planes, decode
from skywatch.picture.errors import Undecodable
from skywatch.picture.examine import examined
from skywatch.picture.examined import Asked, Examined
from skywatch.picture.foreign import decode_packets
from skywatch.picture.thumbnail import thumbnail
from skywatch.protocols.rtsp.unit import AccessUnit, Packets

NICE = 5


def prepare(memory: int) -> None:
    """Bound what this process may do: `memory` bytes of data, one thread, no core dumps of other people's streets.

    SIGTERM ends it at once, also in the middle of FFmpeg, where Python's own handler would never get its turn.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_DATA, memory)
    with suppress(PermissionError):  # systemd's filter for services forbids it (~@resources)
        os.nice(NICE)  # the daemon's loop goes before its pictures
    cv2.setNumThreads(1)


def _limit(kind: int, most: int) -> None:
    """Lower a limit of this process to `most`, for good; what is lower already stays."""
    _, hard = resource.getrlimit(kind)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, most))


def examine(unit: AccessUnit | Packets, asked: Asked) -> Examined:
    """The picture in `unit`, or the first whole one in packets, measured. Raises Undecodable, and nothing else that
    they could cause."""
    return _measured(lambda: decode_packets(unit) if isinstance(unit, Packets) else decode(unit), asked)


def _measured(decoded: Callable[[], Planes], asked: Asked) -> Examined:
    try:
        planes = decoded()
        seen = examined(planes, asked.references, asked.earlier, asked.want_reference)
        return replace(seen, thumbnail=thumbnail(planes)) if asked.want_thumbnail else seen
    except MemoryError:
        raise Undecodable("needs more memory than a worker is given") from None
    except cv2.error as error:
        raise Undecodable(f"OpenCV: {error.err or type(error).__name__}") from None

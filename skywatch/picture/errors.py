"""Every way in which looking at a picture can fail, as one tree. None of them is a fault of the picture: what could not
be looked at is `unknown`.

PictureError
 ├─ Undecodable       the bytes are no whole picture: damaged, cut short, too large, or of no known codec
 ├─ WorkerCrashed     the decoder died on them, or could not be started
 └─ WorkerTimedOut    the decoder hung on them, or no worker was free by the deadline
"""

from typing import ClassVar


class PictureError(Exception):
    """`code` is a key of `skywatch.findings.GLOSSARY`; the message is evidence, in English."""

    code: ClassVar[str] = "undecodable"

    def __init__(self, message: str = "") -> None:
        super().__init__(message)


class Undecodable(PictureError):
    code = "undecodable"


class WorkerCrashed(PictureError):
    code = "worker_crashed"


class WorkerTimedOut(PictureError):
    code = "worker_timeout"

"""A message to somebody, as the outbox keeps it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One text for one channel. Times are Unix seconds, None where it has not happened; `schema.sql` says of each what
    it is, under `message`. `id` is given by whoever makes it, counting up from `Archive.last_message`."""

    id: int
    fault: int | None
    kind: str
    channel: str
    subject: str
    body: str
    queued: float
    due: float
    tries: int = 0
    sent: float | None = None
    failed: float | None = None
    error: str = ""
    thread: str = ""

    @property
    def waits(self) -> bool:
        """Whether it is still to be sent."""
        return self.sent is None and self.failed is None

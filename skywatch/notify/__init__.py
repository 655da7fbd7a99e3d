"""Faults -> messages -> people. `outbox` and `routing` decide, `words` says it, `courier` and `transport` take it
there. The store is the outbox: what waits there is sent, whatever happens to skywatch meanwhile."""

from skywatch.config.messages import Messages
from skywatch.notify.courier import Courier
from skywatch.notify.outbox import Outbox, Post
from skywatch.notify.transport import Apprise, Outcome, Sender

__all__ = ["Apprise", "Courier", "Messages", "Outbox", "Outcome", "Post", "Sender"]

"""What skywatch remembers over restarts. The only SQL of the house is here, and one thread writes it."""

from skywatch.store.affairs import Word
from skywatch.store.announced import Announced
from skywatch.store.baselines import Baselines
from skywatch.store.history import History
from skywatch.store.prune import Retention
from skywatch.store.record import Affairs, Batch, Restored
from skywatch.store.refusals import Refusals
from skywatch.store.rounds import Looked, Round

__all__ = [
    "Affairs",
    "Announced",
    "Baselines",
    "Batch",
    "History",
    "Looked",
    "Refusals",
    "Restored",
    "Retention",
    "Round",
    "Word",
]

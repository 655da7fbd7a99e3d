"""When each job is due, how many at once. Knows no cameras."""

from skywatch.scheduler.job import PATIENCE, Job, Limits
from skywatch.scheduler.scheduler import Scheduler
from skywatch.scheduler.timing import next_due, next_pause, phase

__all__ = ["PATIENCE", "Job", "Limits", "Scheduler", "next_due", "next_pause", "phase"]

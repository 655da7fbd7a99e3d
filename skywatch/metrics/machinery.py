"""What the daemon exports of itself: one table."""

from collections.abc import Callable
from dataclasses import dataclass, field

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

from skywatch.histogram import Histogram


@dataclass
class Machinery:
    """What the daemon tells of itself, filled in at each scrape."""

    jobs: float = 0.0
    running: float = 0.0
    waiting: float = 0.0
    failures: float = 0.0
    beat_age: float = 0.0
    worker_crashes: float = 0.0
    worker_timeouts: float = 0.0
    reload_ok: float = 1.0
    reloaded_at: float = 0.0
    history_ok: float = 1.0
    history_lost: float = 0.0
    lateness: Histogram = field(default_factory=lambda: Histogram((1.0,)))


@dataclass(frozen=True)
class Own:
    """One number of the daemon itself."""

    name: str
    help: str
    read: Callable[[Machinery], float]
    counter: bool = False

    def family(self, machinery: Machinery) -> Metric:
        kind = CounterMetricFamily if self.counter else GaugeMetricFamily
        return kind(f"skywatch_{self.name}", self.help, value=self.read(machinery))


OWN: tuple[Own, ...] = (
    Own("scheduler_jobs", "Jobs that are scheduled.", lambda m: m.jobs),
    Own("scheduler_running", "Visits under way.", lambda m: m.running),
    Own("scheduler_waiting", "Visits that are due and wait for a connection's place.", lambda m: m.waiting),
    Own("scheduler_beat_age_seconds", "Since the scheduler last came round.", lambda m: m.beat_age),
    Own("worker_crashes", "Picture workers that died on a picture.", lambda m: m.worker_crashes, True),
    Own("worker_timeouts", "Pictures that were given up in time.", lambda m: m.worker_timeouts, True),
    Own("config_last_reload_successful", "1 if the last load of the configuration worked.", lambda m: m.reload_ok),
    Own(
        "config_last_reload_success_timestamp_seconds",
        "When the configuration in use was loaded.",
        lambda m: m.reloaded_at,
    ),
    Own("scheduler_failures", "Jobs that broke: mistakes of our own.", lambda m: m.failures, True),
    Own("history_lost", "Changes of state that could not be written down.", lambda m: m.history_lost, True),
    Own("history_healthy", "1 while the history is written.", lambda m: m.history_ok),
)

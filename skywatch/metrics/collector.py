"""The collector: reads the monitor's state when it is scraped."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from prometheus_client.metrics_core import HistogramMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from skywatch import __version__
from skywatch.clock import Clock
from skywatch.health import headcount, mean, shares, total
from skywatch.metrics.cameras import CAMERAS, baselines
from skywatch.metrics.machinery import OWN, Machinery
from skywatch.metrics.places import PLACES
from skywatch.monitor import Monitor, Watch

HISTOGRAMS: Mapping[str, str] = {
    "skywatch_probe_duration_seconds": "How long visits took, by probe and verdict.",
    "skywatch_scheduler_lateness_seconds": "How much later than due visits began.",
}


class Telemetry(Collector):
    """Everything, computed when it is asked for. `collect` may run in another thread than the visits: it takes copies
    first, and what they hold is immutable."""

    def __init__(self, monitor: Monitor, clock: Clock, machinery: Callable[[], Machinery]) -> None:
        self._monitor, self._clock, self._machinery = monitor, clock, machinery

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not cost a scrape."""
        return ()

    def collect(self) -> Iterator[Metric]:
        now = self._clock.now()
        watches = tuple(self._monitor.watches.values())
        yield InfoMetricFamily("skywatch_build", "The version that runs.", {"version": __version__})
        for series in CAMERAS:
            yield series.family(watches, now)
        yield from self._places(watches, now)
        yield baselines(watches)
        yield from self._own()

    def _places(self, watches: tuple[Watch, ...], now: float) -> Iterator[Metric]:
        inventory = self._monitor.inventory
        counts = headcount(inventory, {watch.camera.code: watch.state for watch in watches})
        by_time = shares(inventory, {watch.camera.code: watch.past for watch in watches}, now)
        places = {code: (counts[code], by_time[code]) for code in inventory.villages}
        township = (total(counts.values()), mean(by_time.values()))
        for each in PLACES:
            yield from each.families(places, township)

    def _own(self) -> Iterator[Metric]:
        machinery = self._machinery()
        for own in OWN:
            yield own.family(machinery)
        durations, lateness = HISTOGRAMS
        visits = HistogramMetricFamily(durations, HISTOGRAMS[durations], labels=("probe", "verdict"))
        for (probe, verdict), counted in tuple(self._monitor.durations.items()):
            visits.add_metric((probe, verdict.value), counted.buckets(), counted.total)
        yield visits
        late = machinery.lateness
        yield HistogramMetricFamily(lateness, HISTOGRAMS[lateness], late.buckets(), late.total)

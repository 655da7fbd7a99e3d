"""What is exported of villages and of the township: one table."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from skywatch.health import WINDOWS, Headcount, Shares

Place = tuple[Headcount, Shares]
Values = Iterable[tuple[tuple[str, ...], float]]


def _maybe(value: float | None) -> Values:
    return () if value is None else (((), value),)


def _count(name: str) -> Callable[[Headcount, Shares], Values]:
    return lambda count, _shares: _maybe(float(getattr(count, name)))


def _ratio(name: str) -> Callable[[Headcount, Shares], Values]:
    return lambda count, _shares: _maybe(getattr(count, name).ratio)


def _by_time(name: str) -> Callable[[Headcount, Shares], Values]:
    def read(_tally: Headcount, shares: Shares) -> Values:
        rates = zip(WINDOWS, getattr(shares, name), strict=False)  # without any village there are no rates
        return [((window,), rate.ratio) for window, rate in rates if rate.ratio is not None]

    return read


@dataclass(frozen=True)
class Sum:
    """One metric of places: `read(count, shares)` gives (values of `labels`, value). It is exported for every village
    as `skywatch_village_NAME` and for all of them together as `skywatch_township_NAME`, unless `township_only`."""

    name: str
    help: str
    read: Callable[[Headcount, Shares], Values]
    labels: tuple[str, ...] = ()
    township_only: bool = False

    def families(
        self, places: Mapping[str, tuple[Headcount, Shares]], township: tuple[Headcount, Shares]
    ) -> Iterator[Metric]:
        whole = GaugeMetricFamily(f"skywatch_township_{self.name}", f"Township: {self.help}", labels=self.labels)
        for labels, value in self.read(*township):
            whole.add_metric(labels, value)
        yield whole
        if self.township_only:
            return
        each = GaugeMetricFamily(
            f"skywatch_village_{self.name}", f"Village: {self.help}", labels=("village", *self.labels)
        )
        for code, place in places.items():
            for labels, value in self.read(*place):
                each.add_metric((code, *labels), value)
        yield each


PLACES: tuple[Sum, ...] = (
    Sum("cameras_planned", "cameras that were promised.", _count("planned")),
    Sum("cameras_enabled", "cameras in the ledger and enabled.", _count("enabled")),
    Sum("cameras_online", "cameras that are up.", _count("online")),
    Sum("cameras_down", "cameras that are down.", _count("down")),
    Sum("cameras_unknown", "cameras of which nothing is known.", _count("unknown")),
    Sum("cameras_maintenance", "cameras in maintenance.", _count("maintenance")),
    Sum("cameras_intact", "cameras that are up with nothing wrong.", _count("intact")),
    Sum("online_ratio", "online rate now: online / enabled.", _ratio("online_now")),
    Sum("intact_ratio", "intact rate now: intact / online.", _ratio("intact_now")),
    Sum(
        "online_time_ratio", "online rate by duration: mean share of watched time up.", _by_time("online"), ("window",)
    ),
    Sum(
        "intact_time_ratio",
        "intact rate by duration: mean share of watched time intact.",
        _by_time("intact"),
        ("window",),
    ),
    Sum("installation_ratio", "installation rate: enabled / planned.", _ratio("installation")),
    Sum("coverage_ratio", "coverage rate: places with a camera / places planned.", _ratio("coverage"), (), True),
    Sum("coverage_online_ratio", "places with a camera online / places planned.", _ratio("coverage_now"), (), True),
    Sum("connection_ratio", "connection rate: cameras that have ever answered / enabled.", _ratio("networking")),
)

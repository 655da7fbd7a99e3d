"""Everything that Prometheus is told; `docs/reference/metrics.md` describes each."""

from skywatch.metrics.collector import Telemetry
from skywatch.metrics.machinery import Machinery

__all__ = ["Machinery", "Telemetry"]

"""What is exported of a camera: one table.

Labels are village, camera (the 20-digit code) and what the table lists; nothing
that a camera says becomes a label.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

from skywatch.health import State
from skywatch.monitor import Watch
from skywatch.observation import Verdict

Values = Iterable[tuple[tuple[str, ...], float]]
PLACE = ("village", "camera")


@dataclass(frozen=True)
class Series:
    """One metric of a camera: `read(watch, now)` gives (values of `labels`, value) for each series that it has now."""

    name: str
    help: str
    read: Callable[[Watch, float], Values]
    labels: tuple[str, ...] = ()
    counter: bool = False

    def family(self, watches: Iterable[Watch], now: float) -> Metric:
        """The metric over all cameras. A camera without a value has no series: absent is not zero."""
        kind = CounterMetricFamily if self.counter else GaugeMetricFamily
        family = kind(f"skywatch_camera_{self.name}", self.help, labels=PLACE + self.labels)
        for watch in watches:
            place = (watch.camera.village, watch.camera.code)
            for labels, value in self.read(watch, now):
                family.add_metric(place + labels, value)
        return family


def _maybe(value: float | None) -> Values:
    return () if value is None else (((), value),)


def _number(probe: str, name: str) -> Callable[[Watch, float], Values]:
    """What the last visit of `probe` measured, if it measured it."""

    def read(watch: Watch, _now: float) -> Values:
        seen = watch.latest.get(probe)
        return _maybe(seen.numbers.get(name)) if seen else ()

    return read


SCORE = "score_"
WORTH_TELLING = 0.25
"""Scores of the picture under this are left out: twenty items of ten thousand cameras would be 200,000 series of 0."""


def _scores(watch: Watch, _now: float) -> Values:
    seen = watch.latest.get("picture")
    if seen is None:
        return []
    named = [(name.removeprefix(SCORE), score) for name, score in seen.numbers.items() if name.startswith(SCORE)]
    found = {finding.code for finding in seen.findings}
    return [((item,), score) for item, score in named if score >= WORTH_TELLING or item in found]


def _severities(watch: Watch, _now: float) -> Values:
    graded = [(mark.finding.code, mark.finding.severity) for mark in watch.state.findings if mark.finding.severity]
    return [((code,), float(severity)) for code, severity in graded]


def _states(watch: Watch, _now: float) -> Values:
    return [((state.value,), float(watch.state.state is state)) for state in State]


def _up(watch: Watch, _now: float) -> Values:
    return _maybe({State.UP: 1.0, State.DOWN: 0.0}.get(watch.state.state))


def _intact(watch: Watch, _now: float) -> Values:
    return _maybe({Verdict.PASS: 1.0, Verdict.FAIL: 0.0}.get(watch.state.intact))


def _findings(watch: Watch, _now: float) -> Values:
    return [((mark.probe, mark.finding.code), 1.0) for mark in watch.state.findings]


def _success(watch: Watch, _now: float) -> Values:
    verdicts = [(probe, watch.state.verdict(probe)) for probe in tuple(watch.latest)]
    return [((probe,), float(verdict is Verdict.PASS)) for probe, verdict in verdicts if verdict is not Verdict.UNKNOWN]


def _uptime(watch: Watch, now: float) -> Values:
    return [((window,), ratio) for window, ratio in watch.uptime(now).items() if ratio is not None]


def _seconds(watch: Watch, _now: float) -> Values:
    return [((state.value,), seconds) for state, seconds in watch.seconds().items()]


def _info(watch: Watch, _now: float) -> Values:
    camera = watch.camera
    return [((camera.name, camera.address, camera.manufacturer, camera.model, camera.host), 1.0)]


CAMERAS: tuple[Series, ...] = (
    Series(
        "info",
        "The camera as the ledger has it; always 1.",
        _info,
        ("name", "address", "manufacturer", "model", "host"),
    ),
    Series("state", "1 for the state that the camera is in, 0 for the others.", _states, ("state",)),
    Series("up", "1 while the camera is up, 0 while it is down; absent otherwise.", _up),
    Series("intact", "1 while it is up and nothing is wrong with stream or picture, 0 when something is.", _intact),
    Series("finding", "1 for every finding that stands.", _findings, ("probe", "finding")),
    Series(
        "probe_success", "Standing verdict of each probe: 1 pass, 0 fail; absent when unknown.", _success, ("probe",)
    ),
    Series("uptime_ratio", "Share of watched time that the camera was up, over the window.", _uptime, ("window",)),
    Series(
        "state_seconds",
        "Seconds spent in each state since the camera is known, restarts included.",
        _seconds,
        ("state",),
        counter=True,
    ),
    Series(
        "blur_score", "Blur of the last judged picture, 0 sharp to 1 nothing sharp left.", _number("picture", "blur")
    ),
    Series(
        "darkness_score", "Darkness of the last judged picture, 0 bright to 1 black.", _number("picture", "darkness")
    ),
    Series(
        "picture_score",
        "Of every other item of the last judged picture, 0 as it should be to 1 nothing left; absent under 0.25.",
        _scores,
        ("item",),
    ),
    Series(
        "picture_severity", "How severe a finding of the picture is that stands, 1 to 5.", _severities, ("finding",)
    ),
    Series(
        "visibility_ratio",
        "Contrast of the last judged picture over what is usual there by this light.",
        _number("picture", "visibility"),
    ),
    Series("clock_offset_seconds", "The camera's clock minus ours.", _number("heartbeat", "clock_offset")),
    Series("rtp_loss_ratio", "Share of RTP packets lost in the last look.", _number("stream", "loss")),
    Series("rtp_jitter_seconds", "Interarrival jitter (RFC 3550) in the last look.", _number("stream", "jitter")),
    Series("frame_rate", "Frames per second in the last look.", _number("stream", "frame_rate")),
    Series("bit_rate", "Bits per second of RTP payload in the last look.", _number("stream", "bit_rate")),
    Series(
        "keyframe_interval_seconds",
        "From keyframe to keyframe in the last look.",
        _number("stream", "keyframe_interval"),
    ),
    Series("width_pixels", "Width of the main stream.", _number("stream", "width")),
    Series("height_pixels", "Height of the main stream.", _number("stream", "height")),
)


BASELINES = "Baselines of pictures by light and by how they stand, of the cameras that were looked at since the start."


def baselines(watches: Iterable[Watch]) -> Metric:
    """How many baselines wait for a person to accept them, and how many judge."""
    family = GaugeMetricFamily("skywatch_township_baselines", BASELINES, labels=("regime", "standing"))
    for (regime, standing), count in sorted(Counter(each for watch in watches for each in _kept(watch)).items()):
        family.add_metric((regime, standing), count)
    return family


def _kept(watch: Watch) -> tuple[tuple[str, str], ...]:
    return tuple(watch.baselines.items())

"""What is exported of pictures, and that it stays little."""

from collections.abc import Mapping

from prometheus_client.metrics_core import Metric

from skywatch.clock import ManualClock
from skywatch.health import Past, unseen
from skywatch.inventory import Camera
from skywatch.metrics.cameras import CAMERAS, baselines
from skywatch.monitor import Watch
from skywatch.observation import Finding, Observation, Verdict

HEALTHY = dict.fromkeys([f"score_item{number}" for number in range(20)], 0.1)


def watched(numbers: Mapping[str, float], *findings: Finding, code: str = "c") -> Watch:
    """A camera whose picture was judged once."""
    now = ManualClock().now()
    watch = Watch(Camera(code, "C", "v", "127.0.0.1"), unseen(code, now), Past.since(now))
    verdict = Verdict.FAIL if findings else Verdict.PASS
    watch.latest["picture"] = Observation("picture", code, now, 0.1, verdict, findings, numbers)
    return watch


def told(name: str, watch: Watch) -> dict[str, float]:
    """Last label -> value."""
    (series,) = [series for series in CAMERAS if series.name == name]
    return values(series.family([watch], 0.0))


def values(family: Metric) -> dict[str, float]:
    return {"/".join(tuple(sample.labels.values())[-2:]): sample.value for sample in family.samples}


def test_of_a_healthy_picture_no_score_but_blur_and_darkness_is_told() -> None:
    watch = watched({"blur": 0.2, "darkness": 0.1, **HEALTHY})
    assert told("picture_score", watch) == {}
    assert list(told("blur_score", watch).values()) == [0.2]


def test_a_score_that_is_worth_telling_is_told_and_so_is_one_that_was_found() -> None:
    watch = watched({**HEALTHY, "score_moved": 0.3, "score_frozen": 0.2}, Finding("frozen", severity=2))
    assert told("picture_score", watch) == {"c/moved": 0.3, "c/frozen": 0.2}


def test_a_camera_that_nobody_looked_at_has_no_scores() -> None:
    watch = Watch(Camera("c", "C", "v", "127.0.0.1"), unseen("c", 0.0), Past.since(0.0))
    assert told("picture_score", watch) == {}
    assert told("visibility_ratio", watch) == {}


def test_baselines_are_counted_by_light_and_by_how_they_stand() -> None:
    watches = [watched({}, code=str(number)) for number in range(3)]
    watches[0].baselines = {"day_colour": "trusted", "night_infrared": "waiting"}
    watches[1].baselines = {"day_colour": "waiting"}
    watches[2].baselines = {"day_colour": "waiting"}
    assert values(baselines(watches)) == {
        "day_colour/trusted": 1,
        "day_colour/waiting": 2,
        "night_infrared/waiting": 1,
    }

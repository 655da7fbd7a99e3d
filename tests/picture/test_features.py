"""Features as they are stored and read again."""

import json
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from skywatch.picture import Features
from skywatch.picture.compare import taken
from skywatch.picture.examine import examine
from skywatch.picture.measure import Canvas
from tests.picture.drawn import town
from tests.picture.healthy import planes_of, street


def stored() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(json.dumps(street().to_dict(), allow_nan=False))
    return kept


def test_what_is_stored_is_read_again() -> None:
    assert Features.from_dict(stored()) == street()


def test_what_was_measured_against_a_reference_is_stored_too() -> None:
    picture = planes_of(town(1, 640, 360))
    features = examine(picture, [taken(Canvas(picture))])
    assert features.view is not None
    assert Features.from_dict(json.loads(json.dumps(features.to_dict(), allow_nan=False))) == features


@pytest.mark.parametrize("version", [1, 99, None, "2"])
def test_features_of_another_version_are_refused(version: object) -> None:
    with pytest.raises(ValueError, match=f"version {version!r}"):
        Features.from_dict({**stored(), "version": version})


@pytest.mark.parametrize(
    ("group", "name", "value", "said"),
    [
        ("sharpness", "steepness", float("nan"), "sharpness.steepness is nan"),
        ("grain", "noise", float("inf"), "grain.noise is inf"),
        ("tone", "p50", "90", "tone.p50 is '90'"),
        ("colour", "strength", None, "colour.strength is None"),
    ],
)
def test_features_that_make_no_sense_are_refused_by_name(group: str, name: str, value: object, said: str) -> None:
    wrong = stored()
    wrong[group][name] = value
    with pytest.raises(ValueError, match=said):
        Features.from_dict(wrong)


def test_a_number_is_no_truth() -> None:
    with pytest.raises(ValueError, match="width is True"):
        Features.from_dict({**stored(), "width": True})


def test_features_that_are_missing_are_named() -> None:
    wrong = stored()
    del wrong["grain"]["noise"]
    with pytest.raises(ValueError, match=r"without grain\.noise"):
        Features.from_dict(wrong)
    del wrong["tone"]
    with pytest.raises(ValueError, match="without tone"):
        Features.from_dict(wrong)


def test_a_group_that_is_no_group_is_refused() -> None:
    with pytest.raises(ValueError, match="grain"):
        Features.from_dict({**stored(), "grain": 3})


def test_every_number_has_a_path_and_those_that_are_missing_have_none() -> None:
    numbers = street().numbers()
    assert numbers["tone.p50"] == 120
    assert numbers["width"] == 1920
    assert not any(name.startswith("view") for name in numbers)
    assert all(isinstance(value, int | float) for value in numbers.values())


def test_every_group_says_what_it_is() -> None:
    groups = [value for field in fields(street()) if is_dataclass(value := getattr(street(), field.name))]
    assert len(groups) >= 7
    assert [type(group).__name__ for group in groups if not type(group).__doc__] == []

"""Features as they are stored and read again."""

import json

import pytest

from skywatch.picture import Features

SOME = Features(1920, 1080, 0.42, 24, 0.6, 1.2, 30.0, 90.0, 180.0, 12.0, 0.02)


def test_what_is_stored_is_read_again() -> None:
    assert Features.from_dict(json.loads(json.dumps(SOME.to_dict()))) == SOME


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("version", 2, "version 2"),
        ("version", None, "version None"),
        ("sharpness", float("nan"), "sharpness is nan"),
        ("noise", float("inf"), "noise is inf"),
        ("luma_p50", "90", "luma_p50 is '90'"),
        ("width", True, "width is True"),
    ],
)
def test_features_that_make_no_sense_are_refused_by_name(name: str, value: object, said: str) -> None:
    stored = {**SOME.to_dict(), name: value}
    with pytest.raises(ValueError, match=said):
        Features.from_dict(stored)  # type: ignore[arg-type]


def test_features_that_are_missing_are_named() -> None:
    stored = SOME.to_dict()
    del stored["noise"], stored["colour"]
    with pytest.raises(ValueError, match="without noise, colour"):
        Features.from_dict(stored)

"""What else can be wrong with a picture: each does to it what it says, at every size, and leaves the clock sharp."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from skywatch.simulator import FAULTS
from skywatch.simulator.faults import Choice
from skywatch.simulator.lens import Regime, View, frames
from skywatch.simulator.trouble import CARDS, LENS, SIGNAL

Picture = NDArray[Any]
WIDTH, HEIGHT = 320, 180
CLOCK = (slice(4, 14), slice(5, 120))
MIDDLE = slice(150, 170)
STREET = slice(HEIGHT // 4, HEIGHT * 7 // 8)


def strength(name: str) -> float:
    """The default of the fault's option."""
    options = list(FAULTS[name].options.values())
    return 1.0 if not options or isinstance(options[0], Choice) else options[0].default


def shown(*troubles: tuple[str, float], count: int = 1, regime: Regime = Regime.DAY) -> list[Picture]:
    """Frames of one street, BGR."""
    view = View(1, WIDTH, HEIGHT, regime, troubles=troubles)
    return [cv2.cvtColor(planes, cv2.COLOR_YUV2BGR_I420) for planes in frames(view, 0, count)]


def luma(picture: Picture) -> Picture:
    return cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(float)


def contrast(picture: Picture) -> float:
    return float(luma(picture)[STREET].std())


def sharpness(picture: Picture) -> float:
    return float(cv2.Laplacian(luma(picture)[STREET], cv2.CV_64F).var())


def colour(picture: Picture) -> float:
    return float(np.ptp(picture.astype(int), axis=2).mean())


def warmth(picture: Picture) -> float:
    return float(picture[..., 2].mean() - picture[..., 0].mean())


def rough(picture: Picture) -> float:
    """How much neighbouring pixels of the sky differ."""
    return float(np.abs(np.diff(luma(picture)[20:40], axis=1)).mean())


def banded(picture: Picture) -> float:
    """How strongly the rows go up and down, 14 times from top to bottom, about the middle."""
    return float(np.abs(np.fft.rfft(luma(picture)[:, MIDDLE].mean(axis=1))[14]))


def coarse(picture: Picture) -> Picture:
    """Without what changes from pixel to pixel."""
    return cv2.GaussianBlur(picture, (0, 0), 2.0).astype(float)


def same_lines(picture: Picture) -> int:
    """Lines at the end that are all alike."""
    rows = luma(picture)
    return int(sum(np.abs(row - rows[-1]).mean() < 2 for row in rows))


LOOKS: dict[str, Callable[[Picture, Picture], bool]] = {
    "foggy": lambda good, bad: contrast(bad) < 0.7 * contrast(good) and luma(bad).mean() > luma(good).mean(),
    "dirty": lambda good, bad: sharpness(bad) < 0.7 * sharpness(good),
    "shaken": lambda good, bad: sharpness(bad) < sharpness(good) / 4,
    "overexposed": lambda good, bad: (luma(bad) > 250).mean() > 0.2 + (luma(good) > 250).mean(),
    "tinted": lambda good, bad: warmth(bad) > warmth(good) + 30,
    "colourless": lambda good, bad: colour(bad) < 3 < colour(good),
    "striped": lambda good, bad: banded(bad) > 3 * banded(good),
    "noisy": lambda good, bad: rough(bad) > 2 * rough(good),
    "flickering": lambda good, bad: luma(bad).mean() > 1.1 * luma(good).mean(),
    "black": lambda _good, bad: luma(bad)[STREET].mean() < 3,
    "no_signal": lambda _good, bad: len(np.unique(bad[20:40].reshape(-1, 3), axis=0)) == 1,
    "torn": lambda good, bad: same_lines(bad) > HEIGHT // 3 > 10 * same_lines(good),
}


@pytest.mark.parametrize("name", [*LENS, *SIGNAL])
def test_every_trouble_is_a_fault_and_shows(name: str) -> None:
    (good,), (bad,) = shown(), shown((name, strength(name)))
    assert LOOKS[name](good, bad)


@pytest.mark.parametrize("name", [*LENS, "torn"])
def test_the_clock_stays_as_it_is(name: str) -> None:
    (bad,) = shown((name, strength(name)))
    clock = luma(bad)[CLOCK]
    assert clock.max() > 200
    assert cv2.Laplacian(clock, cv2.CV_64F).var() > 1000


@pytest.mark.parametrize("name", ["foggy", "dirty", "shaken", "overexposed", "tinted", "striped", "noisy"])
def test_the_stronger_it_is_the_farther_from_what_it_should_be(name: str) -> None:
    option = next(iter(FAULTS[name].options.values()))
    assert not isinstance(option, Choice)
    weak, strong = (option.high, option.low) if name == "foggy" else (option.low, option.high)
    (good,), (less,), (more,) = shown(), shown((name, weak)), shown((name, strong))
    apart = [float(np.abs(coarse(bad) - coarse(good)).mean()) for bad in (less, more)]
    assert apart[1] > 2 * apart[0]


def test_a_placeholder_is_still_has_no_clock_and_keeps_its_colour_by_night() -> None:
    for number, _ in enumerate(CARDS):
        first, last = shown(("no_signal", float(number)), count=2, regime=Regime.INFRARED)
        assert np.array_equal(first, last)
        assert luma(first)[CLOCK].std() < 2 or number == CARDS.index("bars")
    assert colour(shown(("no_signal", 0.0), regime=Regime.INFRARED)[0]) > 50


def test_light_that_flickers_differs_from_frame_to_frame_and_bands_wander() -> None:
    levels = [luma(picture).mean() for picture in shown(("flickering", 0.25), count=6)]
    assert np.std(levels) > 5 * np.std([luma(picture).mean() for picture in shown(count=6)])
    first, later = shown(("striped", 30.0), count=2)
    assert np.abs(luma(first)[:, MIDDLE].mean(axis=1) - luma(later)[:, MIDDLE].mean(axis=1)).mean() > 3


def test_several_at_once_all_show() -> None:
    (both,) = shown(("foggy", 0.3), ("noisy", 25.0))
    (fog,), (snow,) = shown(("foggy", 0.3)), shown(("noisy", 25.0))
    assert contrast(both) < contrast(snow)
    assert rough(both) > 2 * rough(fog)

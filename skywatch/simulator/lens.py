"""What a lens and its light make of a street: day, infrared, white light or none; out of focus, covered, turned away.

Gives the frames of one view as I420 planes with the on-screen clock drawn last, so that the text stays sharp on a
picture that is not: a measure must not take it for focus. Knows nothing of codecs and cameras.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from skywatch.simulator import draw, trouble
from skywatch.simulator.draw import Picture

FRAME_RATE = 12


class Regime(StrEnum):
    """The light that a picture is taken in."""

    DAY = "day"
    INFRARED = "infrared"
    WHITE = "white"
    UNLIT = "unlit"  # night, and no light


class Cover(StrEnum):
    """What may hang before a lens."""

    HAND = "hand"
    BAG = "bag"
    LEAF = "leaf"


@dataclass(frozen=True, slots=True)
class View:
    """One street as one camera sees it. `blur` is the radius of defocus as a share of the width; `turned` how far the
    camera was turned aside, as a share of its view; `share` of the picture is hidden by `cover`; `troubles` are
    everything else that is wrong with it (trouble.py)."""

    seed: int
    width: int
    height: int
    regime: Regime = Regime.DAY
    blur: float = 0.0
    dark: bool = False
    cover: Cover | None = None
    share: float = 0.0
    turned: float = 0.0
    frozen: bool = False
    troubles: tuple[tuple[str, float], ...] = ()


_GRAIN = {Regime.DAY: 1.5, Regime.INFRARED: 3.0, Regime.WHITE: 2.5, Regime.UNLIT: 1.5}


def frames(view: View, take: int, count: int) -> Iterator[NDArray[np.uint8]]:
    """`count` frames of `view`, (height * 3 / 2, width) I420 of limited range. `take` numbers the moment of the day;
    a frozen view has one moment for all, and only its clock goes on."""
    street = _turned(view)
    gain = _gain(view)
    cover = _covering(view)
    rng = np.random.default_rng(view.seed * 1000 + (0 if view.frozen else take))
    still: Picture | None = None
    for number in range(count):
        if still is None or not view.frozen:
            still = _exposed(view, street.copy(), take, number)
            still = _seen(view, still, gain, cover)
        picture = trouble.through_lens(still, view.troubles, take + number).copy()
        _clock(picture, take, number)
        planes = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), dtype=np.uint8)
        yield trouble.as_sent(_grained(view, planes, rng), view.troubles)


def _turned(view: View) -> Picture:
    """The street, or what lies beside it where the camera was turned away."""
    street = draw.street(view.seed, view.width, view.height)
    if not view.turned:
        return street
    beside = draw.street(view.seed + 5000, view.width, view.height)
    shift = int(view.width * min(1.0, view.turned))
    aside = np.hstack((street[:, shift:], beside[:, :shift]))
    tilt = cv2.getRotationMatrix2D((view.width / 2, view.height / 2), 9 * view.turned, 1.0)
    return np.asarray(
        cv2.warpAffine(aside, tilt, (view.width, view.height), borderMode=cv2.BORDER_REFLECT), dtype=np.uint8
    )


def _exposed(view: View, picture: Picture, take: int, number: int) -> Picture:
    moment = 0 if view.frozen else take
    draw.traffic(picture, view.seed, moment * 37.0 + number / FRAME_RATE)
    if view.regime is Regime.INFRARED:
        picture = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR).astype(np.uint8)
    return picture


def _gain(view: View) -> Picture | None:
    """How much light falls where, as 0..255 for 0..1; None for all of it."""
    if view.regime is Regime.DAY and not view.dark:
        return None
    across = np.linspace(-0.5, 0.5, view.width, dtype=np.float32)
    down = np.linspace(-0.62, 0.38, view.height, dtype=np.float32)
    beam = np.exp(-(down**2) / np.float32(0.14))[:, None] * np.exp(-(across**2) / np.float32(0.18))
    tint = (1.0, 1.0, 1.0)
    if view.regime is Regime.INFRARED:
        beam = 0.22 + 0.75 * beam
    elif view.regime is Regime.WHITE:
        beam, tint = 0.16 + 0.8 * beam, (0.72, 0.93, 1.0)
    elif view.regime is Regime.UNLIT:
        beam = np.full_like(beam, 0.025)
    if view.dark:
        beam = np.minimum(beam if view.regime is not Regime.DAY else np.ones_like(beam), 1.0) * np.float32(0.08)
    shares = [(beam * np.float32(part * 255)).clip(0, 255).astype(np.uint8) for part in tint]
    return np.asarray(cv2.merge(shares), dtype=np.uint8)


def _covering(view: View) -> tuple[Picture, Picture] | None:
    """What hides the view, and what it lets through (0..255), both out of focus: it is too near to be sharp."""
    if view.cover is None:
        return None
    height, width = view.height, view.width
    shape = np.zeros((height, width), np.uint8)
    reach = int(width * view.share)
    if view.cover is Cover.BAG:
        shape[:, :reach] = 255
    elif view.cover is Cover.LEAF:
        cv2.ellipse(shape, (width // 3, height // 2), (int(reach * 0.75), int(height * 0.55)), 30, 0, 360, (255,), -1)
    else:
        for finger in range(5):
            low = height * (2 * finger + 1) // 10
            cv2.line(shape, (0, low), (int(reach * (0.8 + 0.06 * finger)), low), (255,), height // 5)
    soft = cv2.GaussianBlur(shape, (0, 0), max(1.0, width / 60))
    colour = {Cover.HAND: (70, 95, 150), Cover.BAG: (150, 150, 145), Cover.LEAF: (30, 85, 45)}[view.cover]
    grain = draw.noise(view.seed + 9, width, height, 3)[..., None]
    thing = np.array(colour, np.float32) * (0.8 + 0.4 * grain) * (soft[..., None].astype(np.float32) / 255)
    return thing.clip(0, 255).astype(np.uint8), np.asarray(cv2.merge([255 - soft] * 3), dtype=np.uint8)


def _seen(view: View, picture: Picture, gain: Picture | None, cover: tuple[Picture, Picture] | None) -> Picture:
    if cover is not None:
        thing, through = cover
        picture = cv2.add(cv2.multiply(picture, through, scale=1 / 255), thing).astype(np.uint8)
    if gain is not None:
        picture = cv2.multiply(picture, gain, scale=1 / 255).astype(np.uint8)
    if view.blur:
        picture = cv2.GaussianBlur(picture, (0, 0), view.blur * view.width).astype(np.uint8)
    return picture


def _clock(picture: Picture, take: int, number: int) -> None:
    """The on-screen display: time at the top left, the camera's name as it left the factory at the bottom right."""
    height, width = picture.shape[:2]
    scale, thick = width / 1280, max(1, width // 640)
    text = f"2025-06-01 {10 + take // 12:02}:{take * 5 % 60:02}:{number // FRAME_RATE:02}"
    for words, place in ((text, (0.03, 0.07)), ("Camera 01", (0.78, 0.95))):
        corner = (int(place[0] * width), int(place[1] * height))
        shadow = (corner[0] + thick, corner[1] + thick)
        cv2.putText(picture, words, shadow, cv2.FONT_HERSHEY_SIMPLEX, scale, (0, 0, 0), thick, cv2.LINE_AA)
        cv2.putText(picture, words, corner, cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), thick, cv2.LINE_AA)


def _grained(view: View, planes: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Sensor noise on the luma; a random cut of one sheet is as good as a new one and far cheaper."""
    sheet = _sheet(view.width, view.height)
    top, left = (0, 0) if view.frozen else (int(rng.integers(64)), int(rng.integers(64)))
    cut = sheet[top : top + view.height, left : left + view.width]
    strength = round(_GRAIN[view.regime] * 4)
    luma = planes[: view.height]
    cv2.add(luma, (cut * strength) >> 4, luma, dtype=cv2.CV_8U)
    np.clip(luma, 16, 235, out=luma)
    if view.regime is Regime.INFRARED:
        planes[view.height :] = 128
    return planes


@lru_cache(maxsize=2)
def _sheet(width: int, height: int) -> NDArray[np.int16]:
    """Noise of standard deviation 4."""
    grain = np.random.default_rng(5).standard_normal((height + 64, width + 64), np.float32) * 4
    return grain.round().astype(np.int16)

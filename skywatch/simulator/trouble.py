"""What can be wrong with a picture besides its focus: in the air, on the glass, in the camera, on the way to the
encoder. One table; each row is a function of (picture, how strong, which frame of the film).

In the order of the light: what comes first is seen through what comes later. Strengths are in the units of the fault's
option (faults.py), and mean the same at every size.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from skywatch.simulator import draw
from skywatch.simulator.draw import Picture

Planes = NDArray[np.uint8]
"""I420, (height * 3 / 2, width)."""

Troubles = Sequence[tuple[str, float]]
"""Names of `LENS` and `SIGNAL`, each with its strength."""

CARDS = ("blue", "grey", "bars")
"""Placeholders, by their number."""

_AIR = (214, 211, 208)
_GROUNDS = ((190, 45, 20), (128, 128, 128))
_BARS = ((235, 235, 235), (16, 235, 235), (235, 235, 16), (16, 235, 16), (235, 16, 235), (16, 16, 235), (235, 16, 16))


def through_lens(picture: Picture, troubles: Troubles, number: int) -> Picture:
    """What the camera sees of `picture` in frame `number`, before it writes its clock into it."""
    wanted = dict(troubles)
    for name, trouble in LENS.items():
        if name in wanted:
            picture = trouble(picture, wanted[name], number)
    return picture


def as_sent(planes: Planes, troubles: Troubles) -> Planes:
    """What goes to the encoder, clock and all."""
    wanted = dict(troubles)
    for name, trouble in SIGNAL.items():
        if name in wanted:
            planes = trouble(planes, wanted[name])
    return planes


def _foggy(picture: Picture, through: float, _number: int) -> Picture:
    """A veil that lets `through` of the contrast pass at the horizon, and more of it near by (Koschmieder)."""
    height, width = picture.shape[:2]
    near = np.clip(np.linspace(-0.6, 1.0, height, dtype=np.float32), 0, 1)
    kept = np.float32(through) ** (1 - 0.6 * near)
    share = np.repeat((kept * 255).astype(np.uint8)[:, None], width, axis=1)
    return _blended(picture, np.full_like(picture, _AIR), share)


def _dirty(picture: Picture, share: float, _number: int) -> Picture:
    """Grease and dust on `share` of the glass: what lies behind it is soft and pale."""
    height, width = picture.shape[:2]
    smeared = cv2.GaussianBlur(picture, (0, 0), 0.008 * width)
    smeared = cv2.addWeighted(smeared, 0.6, np.full_like(picture, 150), 0.4, 0)
    return _blended(smeared.astype(np.uint8), picture, _smear(width, height, round(share, 2)))


@lru_cache(maxsize=4)
def _smear(width: int, height: int, share: float) -> NDArray[np.uint8]:
    """Where the dirt lies, 0..255, with soft edges."""
    cloud = draw.noise(4711, width, height, 2)
    limit = float(np.quantile(cloud, 1 - share))
    return np.asarray(np.clip((cloud - limit) * 1500 + 128, 0, 255), dtype=np.uint8)


def _shaken(picture: Picture, length: float, _number: int) -> Picture:
    """A mast in the wind: every point is a streak of that length."""
    reach = max(3, round(length * picture.shape[1]))
    kernel = np.zeros((reach, reach), np.float32)
    cv2.line(kernel, (0, round(reach * 0.6)), (reach - 1, round(reach * 0.4)), (1.0,), 1, cv2.LINE_AA)
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT), dtype=np.uint8)


def _overexposed(picture: Picture, stops: float, _number: int) -> Picture:
    """So many times doubled the light, as a sensor takes it."""
    return np.asarray(cv2.LUT(picture, _curve(2.0**stops)), dtype=np.uint8)


def _tinted(picture: Picture, ratio: float, _number: int) -> Picture:
    """Red light so many times as strong as blue: an old sensor, or a white balance that has lost its way."""
    parts = zip(cv2.split(picture), (ratio**-0.5, 1.0, ratio**0.5), strict=True)
    return np.asarray(cv2.merge([cv2.LUT(part, _curve(gain)) for part, gain in parts]), dtype=np.uint8)


@lru_cache(maxsize=16)
def _curve(gain: float) -> NDArray[np.uint8]:
    """`gain` in linear light, on values with the usual gamma."""
    linear = (np.arange(256) / 255) ** 2.2 * gain
    return np.asarray(np.clip(linear, 0, 1) ** (1 / 2.2) * 255 + 0.5, dtype=np.uint8)


def _colourless(picture: Picture, _strength: float, _number: int) -> Picture:
    """The infrared filter is stuck: grey by day."""
    return np.asarray(cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def _striped(picture: Picture, levels: float, number: int) -> Picture:
    """Interference on the cable: slanting bands of that many levels that wander."""
    height, width = picture.shape[:2]
    rows = np.arange(height, dtype=np.float32)[:, None, None] / height
    columns = np.arange(width, dtype=np.float32)[None, :, None] / width
    bands = np.sin(2 * np.pi * (14 * rows + 3 * columns + 0.13 * number))
    return _plus(picture, np.broadcast_to(levels * bands, picture.shape))


def _noisy(picture: Picture, sigma: float, number: int) -> Picture:
    """Snow: a random cut of one sheet is as good as a new one."""
    height, width = picture.shape[:2]
    top, left = number * 37 % 64, number * 53 % 64
    snow = _snow(width, height)[top : top + height, left : left + width, None]
    return _plus(picture, np.broadcast_to(sigma * snow, picture.shape))


@lru_cache(maxsize=2)
def _snow(width: int, height: int) -> NDArray[np.float32]:
    return np.random.default_rng(6).standard_normal((height + 64, width + 64), np.float32)


def _flickering(picture: Picture, depth: float, number: int) -> Picture:
    """A lamp, or an exposure, that pumps: the light goes up and down by `depth` of itself."""
    gain = 1 + depth * (1, -0.6, 0.3, -1, 0.8, -0.2)[number % 6]
    return np.asarray(cv2.convertScaleAbs(picture, alpha=gain), dtype=np.uint8)


def _black(picture: Picture, _strength: float, _number: int) -> Picture:
    """Nothing comes through at all."""
    return np.zeros_like(picture)


def _card(planes: Planes, kind: float) -> Planes:
    """What a recorder shows in place of a camera that it has lost: one colour with words, or bars."""
    height, width = planes.shape[0] * 2 // 3, planes.shape[1]
    card = np.zeros((height, width, 3), np.uint8)
    if kind < len(_GROUNDS):
        card[:] = _GROUNDS[int(kind)]
        scale, thick = width / 400, max(2, width // 250)
        place = (int(width * 0.24), int(height * 0.53))
        cv2.putText(card, "NO SIGNAL", place, cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), thick, cv2.LINE_AA)
    else:
        for number, colour in enumerate(_BARS):
            card[:, width * number // len(_BARS) : width * (number + 1) // len(_BARS)] = colour
    return np.asarray(cv2.cvtColor(card, cv2.COLOR_BGR2YUV_I420), dtype=np.uint8)


def _torn(planes: Planes, at: float) -> Planes:
    """The lower part was lost on the way, and the last line that came is drawn down to the end."""
    height, width = planes.shape[0] * 2 // 3, planes.shape[1]
    cut = max(16, int(at * height) // 16 * 16)
    torn = planes.copy()
    torn[cut:height] = torn[cut - 1]
    for chroma in torn[height:].reshape(2, height // 2, width // 2):
        chroma[cut // 2 :] = chroma[cut // 2 - 1]
    return torn


def _blended(over: Picture, under: Picture, share: NDArray[np.uint8]) -> Picture:
    """`share`/255 of one picture over the other."""
    alpha = cv2.merge([share] * 3)
    first = cv2.multiply(over, alpha, scale=1 / 255)
    second = cv2.multiply(under, cv2.bitwise_not(alpha), scale=1 / 255)
    return np.asarray(cv2.add(first, second), dtype=np.uint8)


def _plus(picture: Picture, change: NDArray[np.float32]) -> Picture:
    return np.asarray(np.clip(picture + change, 0, 255), dtype=np.uint8)


LENS: Mapping[str, Callable[[Picture, float, int], Picture]] = {
    "foggy": _foggy,
    "dirty": _dirty,
    "shaken": _shaken,
    "overexposed": _overexposed,
    "tinted": _tinted,
    "colourless": _colourless,
    "striped": _striped,
    "noisy": _noisy,
    "flickering": _flickering,
    "black": _black,
}
SIGNAL: Mapping[str, Callable[[Planes, float], Planes]] = {"no_signal": _card, "torn": _torn}

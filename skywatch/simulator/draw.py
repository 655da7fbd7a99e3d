"""Draws a village street by day: sky, hills, houses, road, trees, wires, and those who move along it.

Pure pictures in numpy arrays; knows no video and no cameras. Textured to the last pixel, as what a lens sees is: a
sharpness measure must find the same detail here that it finds in a healthy camera's picture.
"""

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""BGR, (height, width, 3)."""

Colour = tuple[int, int, int]
_HORIZON = 0.38
_PAINTS: tuple[Colour, ...] = (
    (60, 60, 190),
    (210, 210, 205),
    (140, 80, 40),
    (40, 40, 45),
    (70, 150, 190),
    (90, 130, 80),
)
_WALLS: tuple[Colour, ...] = ((96, 118, 170), (170, 190, 205), (120, 150, 190), (150, 160, 165), (85, 100, 140))


def noise(seed: int, width: int, height: int, octaves: int = 6) -> NDArray[np.float32]:
    """Gradient noise in 0..1, (height, width): each octave twice as fine and 0.62 times as strong."""
    rng = np.random.default_rng(seed)
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        cells = 4 << octave
        grid = rng.random((cells * height // width + 2, cells + 2), np.float32)
        total += cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC) * np.float32(0.62**octave)
    cv2.normalize(total, total, 0.0, 1.0, cv2.NORM_MINMAX)
    return total


@lru_cache(maxsize=3)
def street(seed: int, width: int, height: int) -> Picture:
    """The empty street number `seed` on a bright day; the same seed is the same street at every size. Copy it before
    drawing on it: it is kept for the next caller."""
    rng = np.random.default_rng(seed)
    picture = np.zeros((height, width, 3), np.uint8)
    _sky(picture, seed)
    _hills(picture, seed, rng)
    _ground(picture, seed)
    _houses(picture, rng)
    _road(picture, seed)
    _trees(picture, rng)
    _wires(picture, rng)
    picture = _weathered(picture, seed)
    picture.setflags(write=False)
    return picture


def traffic(picture: Picture, seed: int, seconds: float) -> None:
    """Cars and people of street `seed` as they are `seconds` after the beginning, drawn into `picture`."""
    height, width = picture.shape[:2]
    rng = np.random.default_rng(seed + 77)
    for _ in range(3):
        lane, speed, start = rng.uniform(0.66, 0.9), rng.uniform(0.05, 0.16), rng.uniform(0, 1.4)
        paint = _PAINTS[int(rng.integers(len(_PAINTS)))]
        along = (start + speed * seconds) % 1.4 - 0.2
        _car(picture, (along * width, lane * height), lane * 0.17 * width, paint)
    for _ in range(3):
        foot, speed, start = rng.uniform(0.58, 0.64), rng.uniform(0.01, 0.03), rng.uniform(0, 1)
        paint = _PAINTS[int(rng.integers(len(_PAINTS)))]
        _person(picture, (((start + speed * seconds) % 1.0) * width, foot * height), 0.14 * height, paint)


def _points(points: Sequence[tuple[float, float]]) -> NDArray[np.int32]:
    return np.array(points, np.float32).round().astype(np.int32)


def _textured(area: Picture, colour: Colour, grain: NDArray[np.float32], depth: float) -> None:
    """Fill `area` with `colour`, lightened and darkened by `grain` (0..1) by up to `depth` of its value."""
    shade = 1.0 - depth / 2 + depth * grain[..., None]
    area[:] = np.clip(np.array(colour, np.float32) * shade, 0, 255).astype(np.uint8)


def _sky(picture: Picture, seed: int) -> None:
    height, width = picture.shape[:2]
    rows = int(height * _HORIZON) + 1
    fade = np.linspace(0, 1, rows, dtype=np.float32)[:, None, None]
    blue = np.array((205, 165, 120), np.float32) * (1 - fade) + np.array((225, 220, 210), np.float32) * fade
    clouds = np.clip(noise(seed + 1, width, height)[:rows] * 2.2 - 0.9, 0, 1)[..., None]
    picture[:rows] = (blue * (1 - clouds) + 240.0 * clouds).astype(np.uint8)


def _hills(picture: Picture, seed: int, rng: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    grain = noise(seed + 2, width, height, 8)
    for layer, colour in enumerate(((150, 150, 120), (80, 110, 80))):
        xs = np.linspace(0, 1, 60)
        waves = sum(np.sin(xs * rng.uniform(4, 22) + rng.uniform(0, 6)) * rng.uniform(0.005, 0.025) for _ in range(4))
        tops = (_HORIZON - 0.09 + 0.05 * layer + waves) * height
        outline = [(0.0, height * 0.5), *zip(xs * width, tops, strict=True), (float(width), height * 0.5)]
        mask = np.zeros((height, width), np.uint8)
        cv2.fillPoly(mask, [_points(outline)], (255,), cv2.LINE_AA)
        flat = np.empty_like(picture)
        _textured(flat, colour, grain, 0.9)
        cv2.copyTo(flat, mask, picture)


def _ground(picture: Picture, seed: int) -> None:
    height, width = picture.shape[:2]
    top = int(height * 0.46)
    _textured(picture[top:], (95, 125, 120), noise(seed + 3, width, height, 8)[top:], 0.8)


def _houses(picture: Picture, rng: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    left = rng.uniform(-0.08, 0.0)
    while left < 1.0:
        breadth = rng.uniform(0.13, 0.26)
        top, bottom = rng.uniform(0.2, 0.34), rng.uniform(0.55, 0.58)
        box = (int(left * width), int(top * height), int((left + breadth) * width), int(bottom * height))
        _house(picture, box, _WALLS[int(rng.integers(len(_WALLS)))], rng)
        left += breadth + rng.uniform(0.0, 0.05)


def _house(picture: Picture, box: tuple[int, int, int, int], wall: Colour, rng: np.random.Generator) -> None:
    left, top, right, bottom = box
    _bricks(picture, box, wall, rng)
    rise = (bottom - top) * 0.3
    eave = (right - left) * 0.06
    roof = [(left - eave, top), (left + 3 * eave, top - rise), (right - 3 * eave, top - rise), (right + eave, top)]
    cv2.fillPoly(picture, [_points(roof)], (55, 60, 105), cv2.LINE_AA)
    step = max(3.0, (right - left) / 30)
    for tile in np.arange(left - eave, right + eave, step):  # rows of tiles run down the roof
        lean = 3 * eave * (1 - 2 * (tile - left) / max(1, right - left))
        upper = (int(np.clip(tile + lean, left + 3 * eave, right - 3 * eave)), int(top - rise))
        cv2.line(picture, upper, (int(tile), top), (35, 40, 70), 1, cv2.LINE_AA)
    columns = int(rng.integers(2, 5))
    for floor in (0.16, 0.56):
        for column in range(columns):
            middle = left + (right - left) * (column + 0.5) / columns
            _window(picture, (middle, top + (bottom - top) * floor), (right - left) / columns * 0.25, bottom - top)


def _bricks(picture: Picture, box: tuple[int, int, int, int], wall: Colour, rng: np.random.Generator) -> None:
    """A wall of bricks, each of its own shade, with mortar between."""
    left, top, right, bottom = box
    across, down = 34, 30
    shades = rng.uniform(0.72, 1.12, (down, across)).astype(np.float32)
    wide, high = max(1, right - left), max(1, bottom - top)
    brick = cv2.resize(shades, (wide, high), interpolation=cv2.INTER_NEAREST)
    flat = np.clip(brick[..., None] * np.array(wall, np.float32), 0, 255).astype(np.uint8)
    mortar = tuple(int(part * 0.62) for part in wall)
    for row in range(down + 1):
        level = row * high // down
        cv2.line(flat, (0, level), (wide, level), mortar, 1)
        for joint in range(across + 1):
            place = int((joint + (row % 2) / 2) * wide / across)
            cv2.line(flat, (place, level), (place, level + high // down), mortar, 1)
    start = max(0, left)
    end = min(picture.shape[1], right)
    if end > start:
        picture[top:bottom, start:end] = flat[:, start - left : end - left]


def _window(picture: Picture, corner: tuple[float, float], half: float, storey: int) -> None:
    x, y = corner
    low = y + storey * 0.26
    cv2.rectangle(picture, (int(x - half), int(y)), (int(x + half), int(low)), (70, 60, 50), -1)
    cv2.rectangle(picture, (int(x - half), int(y)), (int(x + half), int(low)), (215, 220, 225), 2, cv2.LINE_AA)
    cv2.line(picture, (int(x), int(y)), (int(x), int(low)), (215, 220, 225), 2, cv2.LINE_AA)
    cv2.line(
        picture, (int(x - half * 0.7), int(y + 6)), (int(x - half * 0.1), int(low - 6)), (130, 125, 110), 2, cv2.LINE_AA
    )


def _road(picture: Picture, seed: int) -> None:
    height, width = picture.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    edge = [(0, 0.66), (1, 0.6), (1, 0.97), (0, 1.0)]
    cv2.fillPoly(mask, [_points([(x * width, y * height) for x, y in edge])], (255,), cv2.LINE_AA)
    asphalt = np.empty_like(picture)
    _textured(asphalt, (105, 104, 102), noise(seed + 4, width, height, 9), 0.55)
    cv2.copyTo(asphalt, mask, picture)
    for near, far, thick in ((0.66, 0.6, 0.004), (0.985, 0.95, 0.008)):
        ends = (0, int(near * height)), (width, int(far * height))
        cv2.line(picture, *ends, (190, 195, 200), max(1, int(thick * height)), cv2.LINE_AA)
    for dash in range(9):
        x = dash / 9
        ends = (
            (int(x * width), int((0.8 - 0.03 * x) * height)),
            (int((x + 0.06) * width), int((0.798 - 0.03 * x) * height)),
        )
        cv2.line(picture, *ends, (225, 228, 230), max(1, int(0.009 * height)), cv2.LINE_AA)


def _trees(picture: Picture, rng: np.random.Generator) -> None:
    """Crowns of many leaves, each a small disc of its own green."""
    height, width = picture.shape[:2]
    for _ in range(5):
        x, foot, size = rng.uniform(0, 1) * width, rng.uniform(0.57, 0.62) * height, rng.uniform(0.1, 0.17) * height
        trunk = [
            (x - size * 0.1, foot),
            (x - size * 0.06, foot - size * 1.5),
            (x + size * 0.06, foot - size * 1.5),
            (x + size * 0.1, foot),
        ]
        cv2.fillPoly(picture, [_points(trunk)], (45, 62, 80), cv2.LINE_AA)
        around = np.clip(rng.normal(0, 0.42, (1100, 2)), -0.85, 0.85) * size + (x, foot - size * 1.8)
        greens = rng.integers((25, 60, 35), (70, 135, 85), (1100, 3))
        radius = max(1, int(size * 0.032))
        for (px, py), green in zip(around.astype(int).tolist(), greens.tolist(), strict=True):
            cv2.circle(picture, (px, py), radius, green, -1)


def _wires(picture: Picture, rng: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    poles = [(rng.uniform(0.05, 0.2), 0.08), (rng.uniform(0.75, 0.95), 0.14)]
    for x, top in poles:
        head, foot = (int(x * width), int(top * height)), (int(x * width), int(0.62 * height))
        cv2.line(picture, head, foot, (95, 100, 105), max(2, width // 190), cv2.LINE_AA)
        arm = width // 38
        cv2.line(
            picture,
            (head[0] - arm, head[1] + 8),
            (head[0] + arm, head[1] + 8),
            (80, 80, 80),
            max(2, width // 320),
            cv2.LINE_AA,
        )
    spans = np.linspace(-0.1, 1.1, 40)
    (x1, y1), (x2, y2) = poles
    for wire in range(4):
        t = (spans - x1) / (x2 - x1)
        sag = y1 + (y2 - y1) * t + 0.05 * (1 - (2 * (t % 1.0) - 1) ** 2) + 0.012 * wire
        line = _points(list(zip(spans * width, sag * height, strict=True)))
        cv2.polylines(picture, [line], False, (50, 50, 50), max(1, width // 960), cv2.LINE_AA)


def _weathered(picture: Picture, seed: int) -> Picture:
    """Dirt, light and shade over everything: no real wall is one colour."""
    height, width = picture.shape[:2]
    coarse = noise(seed + 5, width, height, 4)
    fine = np.random.default_rng(seed + 6).random((height, width), np.float32)
    shade = 0.82 + 0.26 * coarse + 0.04 * (fine - 0.5)
    return np.clip(picture * shade[..., None], 0, 255).astype(np.uint8)


def _car(picture: Picture, place: tuple[float, float], length: float, paint: Colour) -> None:
    x, y = place
    body = [(0, 0), (0, -0.17), (0.18, -0.2), (0.3, -0.36), (0.72, -0.36), (0.85, -0.2), (1, -0.16), (1, 0)]
    glass = [(0.24, -0.2), (0.32, -0.33), (0.7, -0.33), (0.79, -0.2)]
    for shape, colour in ((body, paint), (glass, (60, 50, 40))):
        cv2.fillPoly(picture, [_points([(x + u * length, y + v * length) for u, v in shape])], colour, cv2.LINE_AA)
    for wheel in (0.22, 0.78):
        middle = (int(x + wheel * length), int(y))
        cv2.circle(picture, middle, max(2, int(length * 0.085)), (25, 25, 25), -1, cv2.LINE_AA)
        cv2.circle(picture, middle, max(1, int(length * 0.04)), (150, 150, 150), -1, cv2.LINE_AA)


def _person(picture: Picture, place: tuple[float, float], tall: float, paint: Colour) -> None:
    x, y = place
    cv2.line(
        picture, (int(x - tall * 0.06), int(y)), (int(x), int(y - tall * 0.5)), (50, 45, 40), max(2, int(tall * 0.08))
    )
    cv2.line(
        picture, (int(x + tall * 0.07), int(y)), (int(x), int(y - tall * 0.5)), (50, 45, 40), max(2, int(tall * 0.08))
    )
    cv2.ellipse(
        picture, (int(x), int(y - tall * 0.65)), (int(tall * 0.11), int(tall * 0.2)), 0, 0, 360, paint, -1, cv2.LINE_AA
    )
    cv2.circle(picture, (int(x), int(y - tall * 0.92)), max(2, int(tall * 0.08)), (120, 150, 190), -1, cv2.LINE_AA)

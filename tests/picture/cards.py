"""Placeholders as vendors draw them where there is no picture, for these tests."""

from collections.abc import Callable

import cv2
import numpy as np

from tests.picture.drawn import Picture

WHITE = (255, 255, 255)


def _ground(width: int, height: int, colour: tuple[int, int, int]) -> Picture:
    return np.full((height, width, 3), colour, np.uint8)


def _write(
    picture: Picture, words: str, x: float, y: float, size: float = 1.5, ink: tuple[int, int, int] = WHITE
) -> None:
    height, width = picture.shape[:2]
    place, pen = (int(x * width), int(y * height)), max(1, width // 450)
    cv2.putText(picture, words, place, cv2.FONT_HERSHEY_DUPLEX, size * width / 1100, ink, pen, cv2.LINE_AA)


def no_video_on_blue(width: int, height: int) -> Picture:
    picture = _ground(width, height, (180, 20, 10))
    _write(picture, "NO VIDEO", 0.35, 0.5)
    return picture


def no_signal_on_black(width: int, height: int) -> Picture:
    picture = _ground(width, height, (16, 16, 16))
    _write(picture, "NO SIGNAL", 0.3, 0.52)
    return picture


def video_loss_in_red(width: int, height: int) -> Picture:
    picture = _ground(width, height, (0, 0, 0))
    _write(picture, "VIDEO LOSS", 0.3, 0.52, 2.0, (60, 60, 230))
    return picture


def crossed_out_camera(width: int, height: int) -> Picture:
    picture = _ground(width, height, (140, 140, 140))
    body = ((int(0.3 * width), int(0.15 * height)), (int(0.7 * width), int(0.6 * height)))
    cv2.rectangle(picture, *body, (250, 250, 250), -1)
    cv2.circle(picture, (width // 2, int(0.38 * height)), int(0.12 * height), (140, 140, 140), -1)
    ends = ((int(0.28 * width), int(0.1 * height)), (int(0.72 * width), int(0.68 * height)))
    cv2.line(picture, *ends, (140, 140, 140), max(2, width // 40))
    _write(picture, "CAMERA OFFLINE", 0.3, 0.85, 1.3)
    return picture


def logo_on_white(width: int, height: int) -> Picture:
    picture = _ground(width, height, WHITE)
    cv2.circle(picture, (width // 2, int(0.4 * height)), int(0.16 * height), (200, 120, 30), -1)
    _write(picture, "Camera unavailable", 0.3, 0.72, 1.2, (40, 40, 40))
    return picture


def ramp_of_blue(width: int, height: int) -> Picture:
    ramp = np.linspace(150, 30, height)[:, None, None] * np.array([1, 0.5, 0.2])
    picture = np.asarray(np.repeat(ramp, width, axis=1), np.uint8)
    _write(picture, "DEVICE OFFLINE", 0.3, 0.55)
    return picture


def glow_in_the_middle(width: int, height: int) -> Picture:
    y, x = np.mgrid[-0.5 : 0.5 : height * 1j, -0.5 : 0.5 : width * 1j]
    glow = np.clip(1 - 1.2 * np.hypot(x, y), 0, 1)[..., None]
    picture = np.asarray(glow * np.array([70, 60, 60]) + 10, np.uint8)
    _write(picture, "NO SIGNAL", 0.33, 0.52)
    return picture


def colour_bars(width: int, height: int) -> Picture:
    picture, on, off = _ground(width, height, (0, 0, 0)), 235, 16
    for bar in range(8):
        colour = tuple(off if (7 - bar) >> bit & 1 else on for bit in range(3))
        picture[:, bar * width // 8 : (bar + 1) * width // 8] = colour
    return picture


def bar_with_a_name(width: int, height: int) -> Picture:
    picture = _ground(width, height, (60, 40, 30))
    picture[: int(0.14 * height)] = (200, 120, 20)
    _write(picture, "VENDOR", 0.04, 0.1, 1.2)
    _write(picture, "Connecting...", 0.4, 0.5, 1.3)
    return picture


def lines_of_an_error(width: int, height: int) -> Picture:
    picture = _ground(width, height, (120, 60, 0))
    for line, words in enumerate(("Network error", "Code: 0x1207", "Retry in 5 s")):
        _write(picture, words, 0.33, 0.4 + 0.12 * line, 1.1)
    return picture


def letters_all_over(width: int, height: int) -> Picture:
    picture = _ground(width, height, (128, 128, 128))
    for line, words in enumerate(("Camera 00001.06592 in", "use keeping the town", "moving")):
        _write(picture, words, 0.06, 0.42 + 0.14 * line, 2.0)
    return picture


def waves_on_black(width: int, height: int) -> Picture:
    picture, side = _ground(width, height, (0, 0, 0)), int(0.18 * height)
    for wave in range(3):
        axes = (side + wave * side // 2, side + wave * side // 2)
        cv2.ellipse(
            picture, (width // 2, height // 2), axes, 0, 200, 340, (0, 140, 255), max(2, height // 60), cv2.LINE_AA
        )
    _write(picture, "connect failed", 0.33, 0.85, 1.0)
    return picture


CARDS: tuple[Callable[[int, int], Picture], ...] = (
    no_video_on_blue, no_signal_on_black, video_loss_in_red, crossed_out_camera, logo_on_white, ramp_of_blue,
    glow_in_the_middle, colour_bars, bar_with_a_name, lines_of_an_error, letters_all_over, waves_on_black,
)  # fmt: skip

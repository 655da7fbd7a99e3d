"""The pictures: what a street looks like in every light, and the films that are made of it."""

import asyncio
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from skywatch.simulator import SceneCache, draw
from skywatch.simulator.encode import nal_units
from skywatch.simulator.lens import Regime, View, frames
from skywatch.simulator.rtp import MTU, Reel, cut
from skywatch.simulator.scenes import TAKES, Shot, film, take_at

SMALL = View(1, 320, 180)


def look(view: View, take: int = 0) -> NDArray[np.uint8]:
    """The first frame: I420, (height * 3 / 2, width)."""
    return next(frames(view, take, 1))


def luma(view: View, take: int = 0) -> NDArray[np.int16]:
    return look(view, take)[: view.height].astype(np.int16)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("width", "height"), [(640, 360), (1280, 960)])
def test_a_street_has_detail_and_contrast_all_over(seed: int, width: int, height: int) -> None:
    gray = cv2.cvtColor(draw.street(seed, width, height), cv2.COLOR_BGR2GRAY)
    assert gray.std() > 30
    for row in range(3):
        for column in range(4):
            part = gray[row * height // 3 : (row + 1) * height // 3, column * width // 4 : (column + 1) * width // 4]
            assert cv2.Laplacian(part, cv2.CV_64F).var() > 20, (row, column)


def test_streets_differ_and_one_street_is_the_same_at_every_size() -> None:
    def thumb(seed: int, width: int) -> NDArray[Any]:
        picture = draw.street(seed, width, width * 9 // 16)
        return cv2.resize(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (160, 90), interpolation=cv2.INTER_AREA).ravel()

    assert np.corrcoef(thumb(1, 1280), thumb(1, 640))[0, 1] > 0.9
    assert np.corrcoef(thumb(1, 640), thumb(2, 640))[0, 1] < 0.8


def test_every_regime_has_its_brightness_and_its_colours() -> None:
    seen = {regime: look(View(1, 320, 180, regime)) for regime in Regime}
    bright = {regime: planes[:180].mean() for regime, planes in seen.items()}
    colour = {regime: np.abs(planes[180:].astype(int) - 128).mean() for regime, planes in seen.items()}
    assert bright[Regime.DAY] > 90
    assert 45 < bright[Regime.WHITE] < bright[Regime.DAY]
    assert 45 < bright[Regime.INFRARED] < bright[Regime.DAY]
    assert bright[Regime.UNLIT] < 25
    assert colour[Regime.INFRARED] == 0
    assert min(colour[Regime.DAY], colour[Regime.WHITE]) > 3


def test_moments_of_a_day_differ_and_a_frozen_view_has_only_one() -> None:
    street = slice(30, 180)
    assert np.abs(luma(SMALL, 0)[street] - luma(SMALL, 3)[street]).mean() > 1
    still = View(1, 320, 180, frozen=True)
    assert np.abs(luma(still, 0)[street] - luma(still, 3)[street]).max() == 0
    assert np.abs(luma(still, 0)[:30] - luma(still, 3)[:30]).max() > 100


def test_visits_a_quarter_of_an_hour_apart_see_seven_moments() -> None:
    assert len({take_at(visit * 900.0) for visit in range(7)}) == TAKES


def test_defocus_leaves_the_clock_sharp() -> None:
    def sharpness(part: NDArray[Any]) -> float:
        return float(cv2.Laplacian(part.astype(np.uint8), cv2.CV_64F).var())

    sharp, soft = luma(SMALL), luma(View(1, 320, 180, blur=0.01))
    assert sharpness(soft[60:150]) < sharpness(sharp[60:150]) / 10
    assert sharpness(soft[4:14, 5:120]) > sharpness(sharp[4:14, 5:120]) / 3


@given(st.lists(st.binary(min_size=1, max_size=20).map(lambda b: b.replace(b"\x00", b"\x01")), max_size=6))
def test_nal_units_come_apart_as_they_were_put_together(units: list[bytes]) -> None:
    assert nal_units(b"".join(b"\x00\x00\x00\x01" + unit for unit in units)) == units
    assert nal_units(b"".join(b"\x00\x00\x01" + unit for unit in units)) == units


@pytest.mark.parametrize("codec", ["h264", "h265", "mjpeg"])
def test_no_payload_is_larger_than_a_packet_may_be(codec: str) -> None:
    reel = cut(film(Shot(View(1, 1280, 960), codec, length=2)))
    assert len(reel.frames) == 2
    assert max(len(payload) for frame in reel.frames for payload in frame) <= MTU
    assert len(reel.parameters) == {"h264": 2, "h265": 3, "mjpeg": 0}[codec]


def test_only_the_first_frame_stands_on_its_own() -> None:
    clip = film(Shot(SMALL, "h264", length=4))
    kinds = [{unit[0] & 0x1F for unit in frame} for frame in clip.frames]
    assert {5, 7, 8} <= kinds[0]
    assert all(5 not in kind for kind in kinds[1:])
    decoder = av.CodecContext.create("h264", "r")
    first = decoder.decode(av.Packet(b"".join(b"\x00\x00\x00\x01" + unit for unit in clip.frames[0])))
    assert len([*first, *decoder.decode(None)]) == 1


async def test_a_film_is_made_once_however_many_ask(tmp_path: Path) -> None:
    films = SceneCache(tmp_path)
    shot = Shot(SMALL, "h264", length=2)
    reels = await asyncio.gather(*(films.reel(shot) for _ in range(20)))
    assert all(reel is reels[0] for reel in reels)
    assert films.held(shot) is reels[0]
    films.close()


async def test_a_film_on_disk_is_read_and_a_broken_one_made_anew(tmp_path: Path) -> None:
    shot = Shot(SMALL, "h264", length=2)
    made = await _once(tmp_path, shot)
    (file,) = tmp_path.rglob("*.clip")
    marked = file.read_bytes().replace(b'"frame_rate": 12', b'"frame_rate": 13')
    file.write_bytes(marked)
    assert (await _once(tmp_path, shot)).frame_rate == 13, "it came from the disk"
    file.write_bytes(marked[:-5])
    assert await _once(tmp_path, shot) == made


async def _once(folder: Path, shot: Shot) -> Reel:
    films = SceneCache(folder)
    try:
        return await films.reel(shot)
    finally:
        films.close()


async def test_memory_holds_no_more_films_than_it_may() -> None:
    films = SceneCache(keep=1)
    first, second = Shot(SMALL, "h264", length=1), Shot(SMALL, "mjpeg", length=1)
    await films.reel(first)
    await films.reel(second)
    assert films.held(first) is None
    assert films.held(second) is not None
    films.close()


async def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert (await _once(tmp_path / "file", Shot(SMALL, "h264", length=1))).codec == "h264"

"""Regular bands all over the picture: interference on an analogue link, a failing supply, lamps and a rolling shutter.

Facades, fences, blinds and crossings are regular as well, but they are somewhere; interference is everywhere, with one
phase. So each of the strongest waves in the spectrum is looked for in every cell of the picture by itself (a lock-in:
multiplied with the wave and averaged), its frequency is refined until the phases of the cells agree as well as they
can, and what three quarters of the cells have of it, in phase, is its height.
"""

from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from skywatch.picture.features import Stripes
from skywatch.picture.measure.canvas import Canvas, Real

_PIXELS = 57_600  # 320 x 180: the finest stripes of interest are 2.5 pixels wide
_BACKGROUND = 25  # pixels of a box, twice over, that the picture is levelled by
_DETAIL = 6.0  # levels: what stands out by more on average is made less, so that no facade outweighs a wall
_AROUND = 15  # pixels of the box that the average is taken over
_MOST = 12.0  # levels that a pixel may stand out after that: edges are no waves
_LONGEST = 0.13  # of the width: a longer wave is light and shade
_SHORTEST = 2.2  # pixels
_WAVES = 16
_CELLS = (5, 8)  # rows, columns
_WITHOUT = 0.25  # of the cells: so many may be without, for being white, black or too full of detail
_REFINED = np.linspace(-0.75, 0.75, 7)  # steps of the spectrum
_LEAST_SIDE = 32  # pixels

Complex = NDArray[np.complex64]


def stripes(canvas: Canvas) -> Stripes:
    """The highest wave that is everywhere in the picture, its text left out."""
    scale = (_PIXELS / canvas.luma.size) ** 0.5
    height, width = (round(side * scale) for side in canvas.luma.shape)
    if min(height, width) < _LEAST_SIDE:
        return Stripes(0.0, 0.0, 0.0)
    luma, text = (cv2.resize(plane, (width, height)) for plane in (canvas.luma, canvas.text))
    level = _levelled(luma.astype(np.float32))
    level[text > 0] = 0
    return _highest(level)


def _highest(level: Real) -> Stripes:
    down, across = _waves(level)
    if not down.size:
        return Stripes(0.0, 0.0, 0.0)
    heights = _heights(_locked_in(level, down, across))
    best = int(heights.argmax())
    frequency = float(np.hypot(down[best], across[best]))
    slant = float(np.degrees(np.arctan2(down[best], across[best])))
    return Stripes(max(0.0, float(heights[best])), 1 / frequency / level.shape[1], slant)


def _levelled(luma: Real) -> Real:
    """What stands out of its surroundings, the less the more there is of it."""
    box = (_BACKGROUND, _BACKGROUND)
    level = cv2.subtract(luma, cv2.blur(cv2.blur(luma, box), box))
    usual = cv2.blur(np.abs(level), (_AROUND, _AROUND))
    return np.asarray(np.clip(level * (2 * _DETAIL / (_DETAIL + usual)), -_MOST, _MOST), np.float32)


def _waves(level: Real) -> tuple[Real, Real]:
    """Cycles a pixel (down, across) of the strongest in the spectrum, whitened: natural pictures have amplitudes that
    fall with the frequency."""
    window, weight = _window(*level.shape)
    spectrum = cv2.dft(level * window, flags=cv2.DFT_COMPLEX_OUTPUT)[:, : weight.shape[1]]
    power = np.asarray(cv2.magnitude(spectrum[..., 0].copy(), spectrum[..., 1].copy()) * weight, np.float32)
    peaks = np.flatnonzero((power >= cv2.dilate(power, np.ones((3, 3), np.uint8))) & (power > 0))
    strongest = peaks[np.argsort(-power.ravel()[peaks])[:_WAVES]]
    ys, xs = np.unravel_index(strongest, power.shape)
    rows, columns = level.shape
    return np.fft.fftfreq(rows)[ys].astype(np.float32), (xs / columns).astype(np.float32)


@lru_cache(8)
def _window(rows: int, columns: int) -> tuple[Real, Real]:
    """For pictures of that size: what fades them out towards the rim, and how much each frequency counts."""
    down, across = np.fft.fftfreq(rows), np.arange(columns // 2 + 1) / columns
    frequency = np.hypot(down[:, None], across[None])
    weight = frequency * ((frequency > 1 / (_LONGEST * columns)) & (frequency < 1 / _SHORTEST))
    weight[rows // 2 :, 0] = 0  # there once already, mirrored
    window = cv2.createHanningWindow((columns, rows), cv2.CV_32F)
    return np.asarray(window, np.float32), weight.astype(np.float32)


def _locked_in(level: Real, down: Real, across: Real) -> Complex:
    """Complex amplitude of each wave in each cell: (waves, rows of cells, columns of cells)."""
    ys, xs = (np.linspace(0, side, parts + 1).astype(int) for side, parts in zip(level.shape, _CELLS, strict=True))
    turned = _carrier(level.shape[1], across)
    parted = np.hstack([turned.real, turned.imag])  # products of real matrices take a quarter of the time
    columns = np.stack([level[:, left:right] @ parted[left:right] for left, right in pairwise(xs)])
    waves = across.size
    by_row = (columns[..., :waves] + 1j * columns[..., waves:]) * _carrier(level.shape[0], down)
    cells = np.add.reduceat(by_row, ys[:-1], axis=1)
    areas = np.outer(np.diff(ys), np.diff(xs))
    return np.asarray(2 * cells.transpose(2, 1, 0) / areas[None], np.complex64)


def _carrier(side: int, frequencies: Real) -> Complex:
    """(side, frequencies)"""
    angle = np.outer(np.arange(side, dtype=np.float32), np.float32(-2 * np.pi) * frequencies)
    return np.asarray(np.cos(angle) + 1j * np.sin(angle), np.complex64)


def _heights(cells: Complex) -> Real:
    """Of each wave, the levels that three quarters of the cells have, in the phase that suits most."""
    tamed = _tamed(cells)
    down, across = (
        np.exp(-2j * np.pi * np.outer(_REFINED, (np.arange(parts) + 0.5) / parts)).astype(np.complex64)
        for parts in _CELLS
    )
    sums = (down @ tamed @ across.T).reshape(len(cells), -1)
    best = np.abs(sums).argmax(axis=1)
    phase = sums[np.arange(len(cells)), best]
    rows, columns = np.unravel_index(best, (_REFINED.size, _REFINED.size))
    towards = np.conj(phase) / np.maximum(np.abs(phase), 1e-9)
    along = (cells * down[rows][:, :, None] * across[columns][:, None, :] * towards[:, None, None]).real
    ranked = np.sort(along.reshape(len(cells), -1), axis=1)
    return np.asarray(ranked[:, round(_WITHOUT * ranked.shape[1])], np.float32)


def _tamed(cells: Complex) -> Complex:
    """`cells`, none longer than the wave's median, so that a facade does not set the phase for all."""
    length = np.abs(cells)
    ranked = np.sort(length.reshape(len(cells), -1), axis=1)
    usual = ranked[:, ranked.shape[1] // 2, None, None]
    return np.asarray(cells * np.minimum(1, usual / np.maximum(length, 1e-6)), np.complex64)

"""The evidence, drawn on the picture: where it is soft, what is covered, how it moved, what was taken for writing.

One PNG: the picture with the evidence on it, the reference that it was compared with, and findings and numbers beside
them, in English: OpenCV's letters have no Chinese, and codes are the same in both languages.
"""

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from skywatch.picture.compare import Unreadable, model
from skywatch.picture.decode import Planes
from skywatch.picture.features import Features, lens, view
from skywatch.picture.measure import Canvas
from skywatch.picture.reference import Reference
from skywatch.picture.score import Scored, Shown

Picture = NDArray[np.uint8]
Colour = tuple[int, int, int]

WIDTH, HIGHEST, PANEL, LINE = 800, 900, 480, 19
"""Pixels: of a picture's width, its height at most, the width of the words and the height of one of their lines."""

_LETTERS = 56
_ORANGE, _RED, _BLUE, _YELLOW = (0, 140, 255), (40, 40, 230), (230, 160, 30), (0, 220, 255)
_INK, _PALE, _PAPER = (40, 40, 40), (130, 130, 130), (250, 250, 250)
_SOFT = 0.7
"""Of the reference's steepness: softer than that is tinted, the more the softer."""
_MOVED = 0.003
"""Of the width: less than that is not drawn."""


def explain(scored: Scored, path: Path) -> None:
    """Write what was found at `scored`, which must have been `shown`, to `path` (PNG). Raises OSError."""
    if scored.shown is None or scored.features is None:
        raise ValueError("there is no picture to draw on")
    path.write_bytes(cv2.imencode(".png", drawn(scored.shown, scored.features, scored))[1].tobytes())


def drawn(shown: Shown, features: Features, scored: Scored) -> Picture:
    """The whole sheet, BGR."""
    displaced = bool({"moved", "scene_changed"} & {finding.code for finding in scored.diagnosis.findings})
    sheet = [_evidence(shown.planes, features, displaced)]
    if shown.reference is not None and (before := _reference(shown.reference, sheet[0].shape)) is not None:
        sheet.append(before)
    words = _words(features, scored, displaced)
    height = max(sheet[0].shape[0], LINE * (len(words) + 2))
    return np.hstack([*(_padded(part, height) for part in sheet), _panel(words, height)])


def _evidence(planes: Planes, features: Features, displaced: bool) -> Picture:
    """`displaced`: the view is not where it was, and what its places say against the reference's is chance."""
    canvas = _scaled(_bgr(planes))
    _hatch(canvas, Canvas(planes).text)
    if features.edges is not None and not displaced:
        _tint(canvas, features.edges.places)
    if features.view is not None:
        _outline(canvas, features.view.hidden)
        _arrow(canvas, features.view)
    return canvas


def _bgr(planes: Planes) -> Picture:
    if planes.cb is None or planes.cr is None:
        return np.asarray(cv2.cvtColor(planes.luma, cv2.COLOR_GRAY2BGR), np.uint8)
    size = planes.luma.shape[::-1]
    cb, cr = (cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) for plane in (planes.cb, planes.cr))
    return np.asarray(cv2.cvtColor(cv2.merge([planes.luma, cr, cb]), cv2.COLOR_YCrCb2BGR), np.uint8)


def _scaled(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    scale = min(WIDTH / width, HIGHEST / height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(
        cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC), np.uint8
    )


def _hatch(canvas: Picture, text: Picture) -> None:
    """Slanting lines over what was taken for writing: none of it was measured."""
    height, width = canvas.shape[:2]
    mask = cv2.resize(text, (width, height), interpolation=cv2.INTER_NEAREST) > 0
    lines = np.add.outer(np.arange(height), np.arange(width)) % 8 < 2
    canvas[mask & lines] = _YELLOW


def _tint(canvas: Picture, places: Sequence[float]) -> None:
    """Orange where edges are softer than in the reference."""
    for value, (y, x) in zip(places, _cells(canvas, lens.ROWS, lens.COLUMNS), strict=False):
        if 0 < value < _SOFT:
            strength = 0.2 + 0.4 * (1 - value / _SOFT)
            part = canvas[y, x].astype(np.float32)
            canvas[y, x] = (part * (1 - strength) + np.array(_ORANGE, np.float32) * strength).astype(np.uint8)


def _outline(canvas: Picture, hidden: Sequence[float]) -> None:
    """A red line around what is covered."""
    mask = np.zeros(canvas.shape[:2], np.uint8)
    for value, part in zip(hidden, _cells(canvas, view.ROWS, view.COLUMNS), strict=False):
        if value > 0:
            mask[part] = 255
    around, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    cv2.drawContours(canvas, around, -1, _RED, 3)


def _arrow(canvas: Picture, seen: view.View) -> None:
    """From where things were to where they are, three times as long where it is short."""
    if seen.shift_x is None or seen.shift_y is None or (seen.distance or 0.0) < _MOVED:
        return
    height, width = canvas.shape[:2]
    longer = 3 if max(abs(seen.shift_x), abs(seen.shift_y)) < 0.03 else 1
    begin = (width // 2, height // 2)
    end = (begin[0] + round(longer * seen.shift_x * width), begin[1] + round(longer * seen.shift_y * width))
    cv2.arrowedLine(canvas, begin, end, (255, 255, 255), 6, cv2.LINE_AA, tipLength=0.2)
    cv2.arrowedLine(canvas, begin, end, _BLUE, 3, cv2.LINE_AA, tipLength=0.2)


def _cells(canvas: Picture, rows: int, columns: int) -> Iterator[tuple[slice, slice]]:
    ys, xs = (
        np.linspace(0, side, count + 1).round().astype(int)
        for side, count in zip(canvas.shape, (rows, columns), strict=False)
    )
    for row in range(rows):
        for column in range(columns):
            yield slice(ys[row], ys[row + 1]), slice(xs[column], xs[column + 1])


def _reference(reference: Reference, shape: tuple[int, ...]) -> Picture | None:
    """The reference at the size of the picture, grey as it is kept; None where it can't be read."""
    try:
        luma = model(reference).luma
    except Unreadable:
        return None
    grey = cv2.cvtColor(cv2.resize(luma, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), cv2.COLOR_GRAY2BGR)
    cv2.putText(grey, "reference", (10, shape[0] - 12), cv2.FONT_HERSHEY_SIMPLEX, 0.6, _YELLOW, 2, cv2.LINE_AA)
    return np.asarray(grey, np.uint8)


def _padded(picture: Picture, height: int) -> Picture:
    below = np.full((height - picture.shape[0], picture.shape[1], 3), _PAPER, np.uint8)
    return np.vstack([picture, below])


def _words(features: Features, scored: Scored, displaced: bool) -> list[tuple[str, Colour]]:
    """The lines of the panel."""
    judged = scored.diagnosis
    lines = [(_plain(scored.path.name), _INK), (f"{features.width}x{features.height}, {judged.regime}", _PALE)]
    lines.append((f"verdict: {judged.verdict.value}", _INK))
    for finding in judged.findings:
        degree = "remark" if finding.remark else f"severity {finding.severity} of 5"
        lines.append((f"{finding.code}: {degree}", _PALE if finding.remark else _RED))
        lines += [(f"  {part}", _INK) for part in textwrap.wrap(_plain(finding.detail), _LETTERS)]
    lines += [("", _INK), *_moved(features), *_legend(features, displaced)]
    lines += [("", _INK), ("scores, 0 as it should be, 1 nothing left", _PALE)]
    lines += [(f"  {code}  {score:.2f}", _INK) for code, score in judged.scores.items()]
    lines += [(f"  {code}  not judged: {reason}", _PALE) for code, reason in judged.unjudged.items()]
    return lines


def _moved(features: Features) -> list[tuple[str, Colour]]:
    seen = features.view
    if seen is None or seen.shift_x is None or seen.shift_y is None or (seen.distance or 0.0) < _MOVED:
        return []
    turned = f", turned {seen.turn:+.1f} degrees" if seen.turn else ""
    across, down = "right" if seen.shift_x >= 0 else "left", "down" if seen.shift_y >= 0 else "up"
    words = f"moved {abs(seen.shift_x):.1%} {across}, {abs(seen.shift_y):.1%} {down} of the width{turned}"
    return [(part, _BLUE) for part in textwrap.wrap(words, _LETTERS)]


def _legend(features: Features, displaced: bool) -> list[tuple[str, Colour]]:
    """What the colours mean, of those that are there."""
    lines = []
    if not displaced and features.edges is not None and any(0 < value < _SOFT for value in features.edges.places):
        lines.append(("orange: softer than the reference", _ORANGE))
    if features.view is not None and any(value > 0 for value in features.view.hidden):
        lines.append(("red line: covered", _RED))
    if features.text_share > 0:
        lines.append(("yellow hatching: writing, not measured", (0, 150, 190)))
    return lines


def _plain(text: str) -> str:
    return text.encode("ascii", "replace").decode()


def _panel(words: Sequence[tuple[str, Colour]], height: int) -> Picture:
    panel = np.full((height, PANEL, 3), _PAPER, np.uint8)
    for number, (line, colour) in enumerate(words):
        place = (14, LINE * (number + 1) + 6)
        cv2.putText(panel, line, place, cv2.FONT_HERSHEY_SIMPLEX, 0.46, colour, 1, cv2.LINE_AA)
    return panel

"""Detection over false alarms, a small panel for each fault, as one SVG file written by hand: no library draws so
little."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.pictures_cases import Case
from bench.pictures_table import BARS, CODES, Bar, healthy, of_fault
from skywatch.picture.diagnose import Item

WIDE, HIGH, LEFT, TOP, ACROSS = 200, 130, 46, 34, 4
SPACE_X, SPACE_Y = 250, 200
MOST_FALSE = 0.10
COLOURS = ("#0b6e4f", "#c1440e", "#888888")

Points = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Curve:
    """`points` are (false alarms, detection), rising."""

    name: str
    points: Points
    dashed: bool = False


def curve(faulty: Sequence[tuple[str, float]], well: Sequence[tuple[str, float]]) -> Points:
    """(camera, score) of faulty and healthy pictures -> what every limit would give; cameras weigh the same."""
    scores = sorted({score for _, score in (*faulty, *well)} - {-math.inf}, reverse=True)
    bad, good = _weighted(faulty), _weighted(well)
    points: Points = [(0.0, 0.0)]
    for limit in scores:
        points.append((_above(good, limit), _above(bad, limit)))
    return points


def curves(cases: Sequence[Case]) -> list[tuple[Bar, list[Curve]]]:
    """For each row of the contract that has a score: beside references of other days, without, and variance of
    Laplacian where that claims to know."""
    found = []
    for bar in BARS:
        codes = tuple(dict.fromkeys(code for kind in bar.faults for code in CODES[kind]))
        if bar.alone or "fog" in bar.faults:
            continue
        lines = []
        for alone in (False, True):
            faulty, well = of_fault(cases, bar.faults, alone), healthy(cases, bar.lights, alone)
            points = curve(_scores(faulty, codes, alone), _scores(well, codes, alone))
            if faulty and well and points[-1][1] > 0:
                lines.append(Curve("without a reference" if alone else "beside other days", points, dashed=alone))
        if "blur" in codes:
            faulty, well = of_fault(cases, bar.faults, True), healthy(cases, bar.lights, True)
            rule = curve(*([(c.camera, -c.rules["laplacian"]) for c in some] for some in (faulty, well)))
            lines.append(Curve("variance of Laplacian", rule, dashed=True))
        found.append((bar, lines))
    return found


def drawn(panels: Sequence[tuple[Bar, list[Curve]]]) -> str:
    """The SVG."""
    rows = (len(panels) + ACROSS - 1) // ACROSS
    size = f'width="{ACROSS * SPACE_X}" height="{rows * SPACE_Y + 40}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="11" fill="#333">',
        f'<rect {size} fill="white"/>',
    ]
    for number, (bar, lines) in enumerate(panels):
        parts.append(_panel(bar, lines, number % ACROSS * SPACE_X, number // ACROSS * SPACE_Y))
    for number, name in enumerate(("beside other days", "without a reference", "variance of Laplacian")):
        parts.append(_legend(name, COLOURS[number], 60 + 220 * number, rows * SPACE_Y + 20, dashed=number > 0))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(bar: Bar, lines: Sequence[Curve], left: int, top: int) -> str:
    """One fault: false alarms from 0 to 10 % to the right, detection upwards; the square is what the contract asks."""
    x, y = left + LEFT, top + TOP
    parts = [
        f'<text x="{x}" y="{y - 10}" font-weight="bold">{bar.what}</text>',
        f'<rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" fill="none" stroke="#bbb"/>',
    ]
    for step in (0.0, 0.5, 1.0):
        down = y + HIGH * (1 - step)
        parts.append(f'<text x="{x - 6}" y="{down + 4:.0f}" text-anchor="end">{step:.0%}</text>')
        parts.append(f'<line x1="{x}" x2="{x + WIDE}" y1="{down:.1f}" y2="{down:.1f}" stroke="#eee"/>')
    for step in (0.0, 0.05, 0.10):
        across = x + WIDE * step / MOST_FALSE
        parts.append(f'<text x="{across:.0f}" y="{y + HIGH + 14}" text-anchor="middle">{step:.0%}</text>')
    wanted_x, wanted_y = x + WIDE * min(1.0, bar.false / MOST_FALSE), y + HIGH * (1 - bar.found)
    parts.append(f'<rect x="{wanted_x - 3:.1f}" y="{wanted_y - 3:.1f}" width="6" height="6" fill="#333"/>')
    parts += [_line(line, x, y) for line in lines]
    return "\n".join(parts)


def _line(line: Curve, x: int, y: int) -> str:
    names = ("beside other days", "without a reference", "variance of Laplacian")
    inside, last = [], (0.0, 0.0)
    for false, found in line.points:
        if false > MOST_FALSE:
            inside.append((MOST_FALSE, last[1]))
            break
        inside += [(false, last[1]), (false, found)]  # a step: there is no limit in between
        last = (false, found)
    path = " ".join(f"{x + WIDE * false / MOST_FALSE:.1f},{y + HIGH * (1 - found):.1f}" for false, found in inside)
    dash = ' stroke-dasharray="4 3"' if line.dashed else ""
    colour = COLOURS[names.index(line.name)]
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"{dash}/>'


def _legend(name: str, colour: str, x: int, y: int, *, dashed: bool) -> str:
    dash = ' stroke-dasharray="4 3"' if dashed else ""
    line = f'<line x1="{x}" x2="{x + 30}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="2"{dash}/>'
    return f'{line}<text x="{x + 36}" y="{y + 4}">{name}</text>'


def _scores(cases: Sequence[Case], codes: tuple[str, ...], alone: bool) -> list[tuple[str, float]]:
    """The highest score of these codes; what could not be judged is found by no limit."""
    return [(case.camera, max((-math.inf, *_of(case.items(alone), codes)))) for case in cases]


def _of(items: Mapping[str, Item], codes: tuple[str, ...]) -> list[float]:
    return [item.score for code, item in items.items() if code in codes and item.score is not None]


def _weighted(rows: Sequence[tuple[str, float]]) -> list[tuple[float, float]]:
    count: dict[str, int] = {}
    for camera, _ in rows:
        count[camera] = count.get(camera, 0) + 1
    return [(score, 1 / count[camera] / len(count)) for camera, score in rows]


def _above(rows: Sequence[tuple[float, float]], limit: float) -> float:
    return sum(weight for score, weight in rows if score >= limit)

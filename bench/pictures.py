"""`python -m bench.pictures FOLDER [--quick] [--only KIND ...] [--processes N]`: how well pictures are judged, on any
folder of real footage with an INDEX (`bench/footage.py`) and a `degrade.py`.

References come from other days than the picture under test; clock and name are written after the fault; everything goes
through an H.264 encoder; cameras weigh the same; real fog, rain and night are among the healthy. Writes `pictures.json`
beside this file, with every picture that fails by name, and the curves into `docs/design/`. Pictures that were drawn
once are kept in `bench/.cache`.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.footage import Picture, Shot, other_days, shots
from bench.pictures_cases import NONE, Case, cases, seed_of
from bench.pictures_curves import curves, drawn
from bench.pictures_events import cost, events, frozen
from bench.pictures_month import month, summary
from bench.pictures_rules import RULES, brisque
from bench.pictures_table import BARS, LIGHTS, by_severity, false_alarms, healthy, met, of_fault, share
from bench.rows import Row, machine, skipped

RESULTS = Path(__file__).parent / "pictures.json"
CURVES = Path(__file__).parent.parent / "docs" / "design" / "pictures-curves.svg"
FOOTAGE = Path(os.environ.get("SKYWATCH_FOOTAGE", Path(__file__).parent.parent.parent / "shared" / "footage"))
COST_1080P, COST_4K = 12.0, 40.0


def measure(folder: Path, quick: bool = False, processes: int = 2, only: Sequence[str] = ()) -> dict[str, Any]:
    """Everything, as it is written to `pictures.json`."""
    judged = cases(folder, quick, processes, only)
    return {
        "machine": machine(),
        "quick": quick,
        "pictures": len(judged),
        "cameras": len({case.camera for case in judged}),
        "bars": [met(judged, bar) for bar in BARS],
        "faults": by_severity(judged, alone=False),
        "faults_alone": by_severity(judged, alone=True),
        "false": false_alarms(judged, alone=False),
        "false_alone": false_alarms(judged, alone=True),
        "rules": rules(judged),
        "month": summary(month(judged)),
        "events": events(folder, processes),
        "frozen": frozen(folder, processes),
        "cost": _cost(folder),
        "curves": drawn(curves(judged)),
    }


def rules(judged: Sequence[Case]) -> list[dict[str, Any]]:
    """What the naive rules find, and on which healthy pictures they alarm."""
    rows = []
    for rule in RULES:
        if rule.limit is None or not any(rule.number in case.rules for case in judged):
            continue
        row: dict[str, Any] = {"rule": rule.name}
        for name, kinds in (("defocus 4 and 5", {"defocus": (4, 5)}), ("three stops dark", {"under": (3, 4)})):
            some = of_fault(judged, kinds, alone=True)
            row[name] = share((case.camera, rule.says(case.rules[rule.number])) for case in some)
        for light in LIGHTS:
            some = healthy(judged, (light,), alone=True)
            row[light] = share((case.camera, rule.says(case.rules[rule.number])) for case in some)
        rows.append(row)
    return rows


def _cost(folder: Path) -> dict[str, dict[str, float]]:
    every = shots(folder)
    shot, picture = _wide(every)
    from bench.faults import planes

    references = [planes(each, 0.5, NONE, folder, seed=seed_of(each)) for each in other_days(shot, every)[:3]]
    return {name: cost(size, picture, references) for name, size in (("1080p", (1920, 1080)), ("4k", (3840, 2160)))}


def _wide(every: list[Shot]) -> tuple[Shot, Picture]:
    """A shot of the shape of 1080p with many other days: references of another shape would not be compared."""
    for shot in sorted(every, key=lambda each: len(other_days(each, every)), reverse=True):
        picture = shot.frames(0.5)[0]
        if abs(picture.shape[1] / picture.shape[0] - 16 / 9) < 0.02:
            return shot, picture
    raise LookupError("no picture of 16:9 in this folder")


def tables(found: dict[str, Any]) -> list[Table]:
    """What a person reads."""
    bars = _table("per picture, beside other days", "found", "any", "judged", "false", "wanted", "met", "pictures")
    for row in found["bars"]:
        wanted = f"{row['wanted'][0]:.0%} / {row['wanted'][1]:.1%}"
        shares = (row["found"], row["found_any"], row["judged"], row["false"])
        counts = "/".join(map(str, (*row["cameras"], *row["pictures"])))
        bars.add_row(row["what"], *map(_share, shares), wanted, "yes" if row["met"] else "NO", counts)
    false = _table("called at healthy pictures", *LIGHTS, "remark")
    for row in found["false"]:
        false.add_row(row["finding"], *(_share(row[light]) for light in LIGHTS), "yes" if row["remark"] else "")
    naive = _table("rules people use", "defocus 4 and 5", "three stops dark", *LIGHTS)
    for row in found["rules"]:
        naive.add_row(row["rule"], *(_share(value) for name, value in row.items() if name != "rule"))
    happened = _table("really happened", "event", "found", "right")
    for row in found["events"]:
        happened.add_row(row["shot"], row["event"], ", ".join(row["found"]), "yes" if row["right"] else "NO")
    return [bars, false, naive, happened]


def rows_of(found: dict[str, Any]) -> list[Row]:
    """The few rows that stand in the table of all benches."""
    after, cost_now = found["month"], found["cost"]
    fulfilled = [row for row in found["bars"] if row["met"]]
    still = found["frozen"]
    stopped = [row[name] for row in still for name in ("clock_running", "clock_standing")]
    return [
        Row(
            "pictures: rows of the contract that are met", "all",
            f"{len(fulfilled)} of {len(found['bars'])}", len(fulfilled) == len(found["bars"]),
        ),
        Row(
            "a simulated month: faults of severity 4 and up believed within an hour of daylight", "all",
            f"{after['within_the_hour']:.1%} of {after['faults']}, {after['rightly_named']:.1%} by their name",
            after["within_the_hour"] == 1.0,
        ),
        Row(
            "a simulated month: findings believed at healthy cameras, per 1,000 looks", "at most 1",
            f"{after['false_per_1000']:.2f} ({after['pictures']} pictures of {after['cameras']} cameras can prove "
            f"{after['provable_per_1000']:.0f})",
            after["false_per_1000"] <= 1,
        ),
        Row(
            "real events found and rightly named", "all",
            f"{sum(row['right'] for row in found['events'])} of {len(found['events'])}",
            all(row["right"] for row in found["events"]),
        ),
        Row(
            "frozen clips found, clock running or not / clips that live called frozen", "99 % / 0.5 %",
            f"{_share(_true(stopped))} / {_share(_true([row['alive'] for row in still]))} of {len(still)} clips",
            (_true(stopped) or 0) >= 0.99 and (_true([row["alive"] for row in still]) or 0) <= 0.005,
        ),
        Row(
            "judging one 1080p picture beside its references, one core", f"under {COST_1080P:.0f} ms",
            f"{cost_now['1080p']['all']:.1f} ms (variance of Laplacian alone {cost_now['1080p']['laplacian']:.1f} ms)",
            cost_now["1080p"]["all"] < COST_1080P,
        ),
        Row(
            "judging one 4K picture", f"under {COST_4K:.0f} ms",
            f"{cost_now['4k']['all']:.1f} ms (variance of Laplacian alone {cost_now['4k']['laplacian']:.1f} ms)",
            cost_now["4k"]["all"] < COST_4K,
        ),
    ]  # fmt: skip


def run() -> list[Row]:
    """As one of the benches of `python -m bench`, by name only: it takes minutes."""
    if not (FOOTAGE / "INDEX.csv").exists():
        return [skipped("pictures", "", f"no footage in {FOOTAGE}")]
    found = measure(FOOTAGE, processes=os.cpu_count() or 1)
    remember(found)
    return rows_of(found)


def remember(found: dict[str, Any]) -> None:
    """Write `pictures.json`, and the curves beside the page that shows them."""
    text = {name: value for name, value in found.items() if name != "curves"}
    RESULTS.write_text(json.dumps(text, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    CURVES.write_text(found["curves"], encoding="utf-8")


def _true(values: Sequence[bool | None]) -> float | None:
    known = [value is True for value in values]
    return sum(known) / len(known) if known else None


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _table(*headings: str) -> Table:
    return Table(*headings, box=None, padding=(0, 2, 0, 0))


def main() -> int:
    """Exit status 0 when every row is met, else 1."""
    parser = argparse.ArgumentParser(prog="python -m bench.pictures", description=(__doc__ or "").partition("\n\n")[2])
    parser.add_argument("folder", type=Path, nargs="?", default=FOOTAGE)
    parser.add_argument("--quick", action="store_true", help="fewer shots and levels; nothing is written")
    parser.add_argument("--only", nargs="*", default=(), metavar="KIND", help="kinds of degrade.py; nothing is written")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    told = parser.parse_args()
    found = measure(told.folder, told.quick, told.processes, told.only)
    if not told.quick and not told.only:
        remember(found)
    console = Console()
    for table in tables(found):
        console.print(table, "")
    if brisque() is None:
        console.print("BRISQUE was left out: no opencv-contrib-python, or its model files are not here")
    for row in rows_of(found):
        console.print(f"{row.what}: {row.figure} (wanted: {row.bar})", highlight=False)
    return int(any(row.met is False for row in rows_of(found)))


if __name__ == "__main__":
    sys.exit(main())

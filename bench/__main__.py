"""`python -m bench [NAME ...]`: measure, print the table, write `bench/results.json`. Without names, all of `BENCHES`,
which takes about seven minutes; `everything` runs by name only."""

import importlib
import json
import signal
import sys
import traceback
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.rows import Row, machine, skipped

RESULTS = Path(__file__).parent / "results.json"
BENCHES = ("first_keyframe", "heartbeat", "ten_thousand", "full_look", "scoring", "scrape", "startup", "memory")


def measure(name: str) -> list[Row]:
    """The rows of one bench; a bench that breaks is a row that says so."""
    try:
        rows: list[Row] = importlib.import_module(f"bench.{name}").run()
    except Exception as error:  # a table with a hole says more than no table
        traceback.print_exc()
        return [skipped(name, "", f"{type(error).__name__}: {error}")]
    return rows


def table_of(rows: list[Row]) -> Table:
    """The table that a person reads."""
    table = Table("what", "bar", "measured", "met", show_lines=True)
    for row in rows:
        table.add_row(row.what, row.bar, row.figure, {True: "yes", False: "NO", None: "-"}[row.met])
    return table


def remember(rows: list[Row]) -> None:
    """Write the rows to `results.json`; rows of benches that did not run this time are kept."""
    before = json.loads(RESULTS.read_text(encoding="utf-8"))["rows"] if RESULTS.exists() else []
    fresh = {row.what: {**asdict(row), "numbers": dict(row.numbers)} for row in rows}
    kept = [row for row in before if row["what"] not in fresh]
    text = json.dumps({"machine": machine(), "rows": kept + list(fresh.values())}, indent=1, ensure_ascii=False)
    RESULTS.write_text(text + "\n", encoding="utf-8")


def main(names: list[str]) -> int:
    """Exit status 0 when every bar that was measured is met, else 1."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # programs that were started must be ended
    console, rows = Console(), []
    for name in names or BENCHES:
        console.print(f"[dim]{name} ...[/dim]")
        rows += measure(name)
    remember(rows)
    console.print(table_of(rows))
    return int(any(row.met is False for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

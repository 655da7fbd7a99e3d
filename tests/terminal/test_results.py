"""`skywatch report`, `notify test` and `inspect` as they are typed."""

import asyncio
import csv
import json
import sqlite3
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from skywatch.clock import SystemClock
from skywatch.health.uptime import HOUR
from skywatch.store.archive import opened
from skywatch.store.rounds import looks, rounds
from tests.evening import VILLAGE, configured, evening
from tests.notify.test_courier import hooked
from tests.terminal.typed import typed, written
from tests.township import simulated, township


@pytest.fixture
async def state(tmp_path: Path) -> Path:
    """A quarter of an hour of today, with a blurred camera."""
    config = configured(tmp_path)
    async with evening(config, SystemClock().now() - 1000) as made:
        made.blurred.add(config.inventory.by_village[VILLAGE][0].code)
        await made.wait(15)
    return tmp_path


def today() -> str:
    return f"{datetime.fromtimestamp(SystemClock().now(), ZoneInfo('Asia/Shanghai')):%Y-%m-%d}"


@pytest.mark.parametrize("which", ["daily", "monthly"])
def test_a_report_in_each_format_and_language(state: Path, tmp_path: Path, which: str) -> None:
    page = typed(state, "report", which, "--lang", "en")
    assert page.exit_code == 0
    assert page.stdout.startswith("<!doctype html>")
    assert {"daily": "Open faults", "monthly": "Repeat offenders"}[which] in page.stdout
    chinese = typed(state, "report", which, "--lang", "zh", "-o", str(tmp_path / "报告.html"))
    assert (chinese.exit_code, chinese.stdout) == (0, "")
    assert "完好率" in (tmp_path / "报告.html").read_text(encoding="utf-8")
    table = typed(
        state, "report", which, "--lang", "en", "--format", "csv", "--date", today()[: 10 if which == "daily" else 7]
    )
    assert any("online rate" in "".join(row) for row in csv.reader(StringIO(table.stdout)))
    assert typed(state, "report", which, "-o", str(tmp_path / "report.xlsx")).exit_code == 0
    assert len(load_workbook(BytesIO((tmp_path / "report.xlsx").read_bytes())).sheetnames) > 4


def test_reports_of_nothing_and_nonsense_are_refused(state: Path, tmp_path: Path) -> None:
    nothing = typed(state, "report", "monthly", "--date", "2020-05")
    assert (nothing.exit_code, "nothing is known of 2020-05" in nothing.output) == (1, True)
    for words in (
        ("weekly",), ("daily", "--format", "pdf"), ("daily", "--lang", "fr"), ("daily", "--date", "yesterday"),
        ("daily", "-o", str(tmp_path / "report.doc")),
    ):  # fmt: skip
        assert typed(state, "report", *words).exit_code == 2
    assert typed(state, "report", "daily", "-o", str(tmp_path / "nowhere" / "x.html")).exit_code == 1
    assert not (tmp_path / "report.doc").exists()


async def test_a_test_message_goes_through_a_channel(tmp_path: Path) -> None:
    async with hooked() as hook:
        config = written(
            tmp_path, f'messages: {{channels: {{duty: {{url: "json://127.0.0.1:{hook.port}/", language: en}}}}}}\n'
        )
        taken = await asyncio.to_thread(typed, tmp_path, "notify", "test", "duty", config=config)
        assert (taken.exit_code, "duty took the message" in taken.output) == (0, True)
        assert hook.got[0]["title"] == "skywatch: a test"
        hook.status = 404
        refused = await asyncio.to_thread(typed, tmp_path, "notify", "test", "duty", "--json", config=config)
        assert (refused.exit_code, json.loads(refused.stdout)["permanent"]) == (1, True)
        assert "404" in (await asyncio.to_thread(typed, tmp_path, "notify", "test", "duty", config=config)).output
    unknown = typed(tmp_path, "notify", "test", "nobody", config=config)
    assert (unknown.exit_code, "there is no channel nobody" in unknown.output) == (2, True)


async def test_a_village_is_inspected_by_hand_and_what_was_seen_is_kept(state: Path) -> None:
    codes = [camera.code for camera in township().inventory.by_village[VILLAGE]]
    path, clock = written(state), SystemClock()
    async with simulated(township(codes), clock) as simulator:
        simulator.cue(codes[0], "power_cut")
        done = await asyncio.to_thread(typed, state, "inspect", VILLAGE, "--json", config=path)
        shown = await asyncio.to_thread(typed, state, "inspect", codes[1], config=path)
    seen = {row["camera"]: row for row in json.loads(done.stdout)}
    assert done.exit_code == 1
    assert seen.keys() == set(codes)
    assert (seen[codes[0]]["verdict"], seen[codes[0]]["online"]) == ("fail", False)
    assert {seen[code]["online"] for code in codes[1:]} == {True}
    assert township().inventory.cameras[codes[1]].name in shown.output
    with opened(state / "history.sqlite") as archive:
        first, second = rounds(archive.connection, clock.now() - HOUR, clock.now())
        assert (first.kind, first.ended is None) == ("asked", False)
        assert looks(archive.connection, first.id).keys() == set(codes)
        assert looks(archive.connection, second.id)[codes[1]].thumbnail


def test_what_is_not_in_the_ledger_is_not_inspected(state: Path) -> None:
    assert typed(state, "inspect", "atlantis").exit_code == 2


async def test_a_damaged_history_is_named_and_not_touched(state: Path) -> None:
    file = state / "history.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file.write_bytes(b"\xa5" * file.stat().st_size)
    before = file.read_bytes()
    for words in (
        ("faults", "list"),
        ("report", "daily"),
        ("maintenance", "add", "all", "--to", "2031-01-01", "--reason", "x"),
    ):
        done = typed(state, *words)
        assert (done.exit_code, "not a database" in done.output) == (2, True)
    assert file.read_bytes() == before

"""`skywatch faults`, `maintenance` and `uptime` as they are typed, on a history that the real engine made."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from skywatch.clock import SystemClock
from skywatch.health.uptime import HOUR
from tests.evening import NEIGHBOUR, VILLAGE, Evening, configured, evening
from tests.terminal.typed import typed


@dataclass(frozen=True)
class Lived:
    """Where the history is; the number of a fault that is open (of `camera`, in VILLAGE) and of one that is over."""

    state: Path
    camera: str
    open: int
    over: int


@pytest.fixture
async def lived(tmp_path: Path) -> Lived:
    """Yesterday evening: a camera that is blurred, and one in the next village that was dead for a while."""
    config = configured(tmp_path)
    blurred, dead = (config.inventory.by_village[village][0].code for village in (VILLAGE, NEIGHBOUR))
    async with evening(config, SystemClock().now() - 12 * HOUR) as made:
        made.dead.add(dead)
        await made.wait(10)
        (over,) = made.open
        made.dead.clear()
        made.blurred.add(blurred)
        await made.wait(10)
        (still,) = made.open
    return Lived(tmp_path, blurred, still.id, over.id)


def answer(lived: Lived, *words: str) -> Any:
    done = typed(lived.state, *words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


async def goes_on(lived: Lived) -> Evening:
    """The daemon is started again, and hears what was said meanwhile."""
    async with evening(configured(lived.state), SystemClock().now()) as made:
        made.blurred.add(lived.camera)
        await made.wait(1)
    return made


def test_faults_are_listed_those_that_are_over_on_request(lived: Lived) -> None:
    assert [each["id"] for each in answer(lived, "faults", "list")] == [lived.open]
    every = answer(lived, "faults", "list", "--all")
    assert {each["id"]: each["closed"] is None for each in every} == {lived.over: False, lived.open: True}
    assert [each["id"] for each in answer(lived, "faults", "list", "--all", "--village", NEIGHBOUR)] == [lived.over]
    assert answer(lived, "faults", "list", "--village", NEIGHBOUR) == []
    for words in (("list",), ("list", "--all")):
        assert "picture at fault (picture blurred)" in typed(lived.state, "faults", *words).output
    assert "No fault is open." in typed(lived.state, "faults", "list", "--village", NEIGHBOUR).output


def test_one_fault_is_shown_with_its_life(lived: Lived) -> None:
    shown = answer(lived, "faults", "show", str(lived.over))
    assert [each["kind"] for each in shown["events"]] == ["opened", "told", "closed"]
    assert (shown["cause"], shown["proven"]) == ("outage", True)
    text = typed(lived.state, "faults", "show", str(lived.open)).output
    for word in (f"#{lived.open}", "picture blurred", "0.93", "found", "told", "try: "):
        assert word in text


def test_the_pictures_of_a_fault_are_exported_for_a_person_to_see(lived: Lived, tmp_path: Path) -> None:
    folder = tmp_path / "out" / "pictures"
    shown = answer(lived, "faults", "show", str(lived.open), "--export", str(folder))
    assert shown["pictures"] == [str(folder / f"{lived.open}-{which}.jpg") for which in ("then", "now")]
    for path in map(Path, shown["pictures"]):
        assert path.read_bytes().startswith(b"JPEG of ")
        assert path.stat().st_mode & 0o777 == 0o600
    nothing = typed(lived.state, "faults", "show", str(lived.over), "--export", str(folder))
    assert (nothing.exit_code, "There is no picture of it." in nothing.output) == (0, True)
    blocked = typed(lived.state, "faults", "show", str(lived.open), "--export", str(lived.state / "history.sqlite"))
    assert blocked.exit_code == 1


async def test_what_a_person_says_is_heeded_by_the_daemon(lived: Lived) -> None:
    about = str(lived.open)
    assert answer(lived, "faults", "ack", about, "--as", "王工")["who"] == "王工"
    assert "Noted, by 李." in typed(lived.state, "faults", "repaired", about, "擦了镜头", "--as", "李").output
    assert typed(lived.state, "faults", "note", about, "等配件").exit_code == 0
    (fault,) = (await goes_on(lived)).open
    assert [who for who, _ in fault.acknowledged] == ["王工"]
    assert [who for who, _ in fault.repaired] == ["李"]
    assert "等配件" in fault.notes[0]
    shown = answer(lived, "faults", "show", about)
    assert [(each["kind"], each["text"]) for each in shown["events"]][2:] == [
        ("acknowledged", ""), ("repaired", "擦了镜头"), ("note", "等配件"),
    ]  # fmt: skip


async def test_a_person_closes_a_fault_for_a_reason(lived: Lived) -> None:
    assert typed(lived.state, "faults", "close", str(lived.open), "  ").exit_code == 2
    assert typed(lived.state, "faults", "close", str(lived.open), "已拆除").exit_code == 0
    assert (await goes_on(lived)).open == []
    assert answer(lived, "faults", "show", str(lived.open))["proven"] is False
    assert "已拆除" in typed(lived.state, "faults", "show", str(lived.open)).output


def test_words_that_cannot_be_heeded_are_refused_at_once(lived: Lived) -> None:
    closed = typed(lived.state, "faults", "ack", str(lived.over))
    assert (closed.exit_code, "closed already" in closed.output) == (2, True)
    assert typed(lived.state, "faults", "note", str(lived.over), "电源坏").exit_code == 0
    for words in (("ack", "99"), ("show", "99"), ("list", "--village", "atlantis")):
        done = typed(lived.state, "faults", *words)
        assert (done.exit_code, "there is no" in done.output) == (2, True)


@pytest.mark.parametrize(
    "words", [("faults", "list"), ("faults", "ack", "1"), ("maintenance", "list"), ("uptime",), ("report", "daily")]
)
def test_where_skywatch_has_never_run_every_command_says_so(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = typed(tmp_path, *words)
    assert (done.exit_code, "skywatch has not run here yet" in done.output) == (2, True)


# --- maintenance


def announced(lived: Lived, *options: str) -> int:
    words = ("--to", "2031-01-01", "--reason", "换杆", "--as", "王工", *options)
    return int(answer(lived, "maintenance", "add", f"village:{VILLAGE}", *words)["id"])


async def test_maintenance_is_announced_listed_heeded_and_taken_back(lived: Lived) -> None:
    number = announced(lived)
    (row,) = answer(lived, "maintenance", "list")
    assert (row["id"], row["scope"], row["code"], row["reason"], row["who"]) == (
        number, "village", VILLAGE, "换杆", "王工",
    )  # fmt: skip
    assert "换杆" in typed(lived.state, "maintenance", "list").output
    made = await goes_on(lived)
    assert [each.id for each in made.history.announced] == [number]
    assert answer(lived, "maintenance", "remove", str(number)) == {"id": number}
    assert answer(lived, "maintenance", "list") == []
    assert "No maintenance is announced." in typed(lived.state, "maintenance", "list").output
    assert typed(lived.state, "maintenance", "remove", str(number)).exit_code == 2


def test_maintenance_comes_again(lived: Lived) -> None:
    announced(lived, "--from", "2030-05-01 08:00", "--to", "2030-05-01 17:30", "--repeat", "daily")
    (row,) = answer(lived, "maintenance", "list")
    assert (row["repeat"], row["until"] - row["since"]) == ("daily", 9.5 * HOUR)


@pytest.mark.parametrize(
    ("target", "options", "why"),
    [
        ("village:atlantis", (), "there is no village atlantis"),
        (VILLAGE, (), "write all, or camera:"),
        ("all", ("--to", "tomorrow"), "tomorrow is no time"),
        ("all", ("--to", "2001-01-01"), "ends before it starts"),
        ("all", ("--repeat", "yearly"), "--repeat takes once"),
        ("all", ("--repeat", "daily"), "longer than the time"),
    ],
)
def test_a_wrong_announcement_is_refused_with_its_reason(
    lived: Lived, target: str, options: tuple[str, ...], why: str
) -> None:
    words = ("--to", "2031-01-01", "--reason", "换杆", *options)
    done = typed(lived.state, "maintenance", "add", target, *words)
    assert (done.exit_code, why in " ".join(done.output.split())) == (2, True)
    assert answer(lived, "maintenance", "list") == []


# --- uptime


@pytest.mark.parametrize("by", ["camera", "village", "feed", "uplink", "contractor", "township"])
def test_uptime_by_every_group(lived: Lived, by: str) -> None:
    rows = {row["code"]: row for row in answer(lived, "uptime", "--by", by)}
    inventory = configured(lived.state).inventory
    village = inventory.villages[NEIGHBOUR]
    camera = inventory.by_village[NEIGHBOUR][0].code
    codes = {
        "camera": camera, "village": NEIGHBOUR, "feed": village.feed, "uplink": village.uplink,
        "contractor": village.contractor, "township": "",
    }  # fmt: skip
    row = rows[codes[by]]
    assert 400 < row["seconds"]["down"] < 700, "the one that was dead for ten minutes"
    assert row["rates"][0]["formula"] == "online_time"
    assert 0 < row["rates"][0]["ratio"] < 1
    assert sum(each["cameras"] for each in rows.values()) == 260
    assert row["name"] in typed(lived.state, "uptime", "--by", by).output


def test_uptime_of_days_and_of_nonsense(lived: Lived) -> None:
    (row,) = answer(lived, "uptime", "--by", "township", "--from", "2020-01-01", "--to", "2020-02-01")
    assert row["seconds"] == {"up": 0, "down": 0, "unknown": 0, "maintenance": 0}
    assert row["rates"][0]["ratio"] is None
    assert typed(lived.state, "uptime", "--by", "planet").exit_code == 2
    assert typed(lived.state, "uptime", "--from", "yesterday").exit_code == 2

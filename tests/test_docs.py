"""What is written for people agrees with what they will find: links, commands, metrics, the two languages."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from skywatch.cli import app
from skywatch.clock import ManualClock
from skywatch.findings import GLOSSARY
from skywatch.health import Rules
from skywatch.inventory import Inventory, Kind, Village
from skywatch.metrics import Machinery, Telemetry
from skywatch.monitor import Monitor
from skywatch.parts import Orders, Parts
from skywatch.picture import Workers
from skywatch.protocols.onvif import Onvif
from tests.real import ROOT

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
REFERENCE = ROOT / "docs" / "reference"
GUIDE = ROOT / "docs" / "guide"
PROGRAM: Any = typer.main.get_command(app)


def commands(group: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    """Every command by what is typed for it, those of groups too."""
    for name, command in group.commands.items():
        yield f"{above}{name}", command
        if hasattr(command, "commands"):
            yield from commands(command, f"{above}{name} ")


COMMANDS: dict[str, Any] = dict(commands(PROGRAM))


def page(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(text: str) -> list[str]:
    """What stands between fences: commands and files."""
    return re.findall(r"^```\w*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def sections(text: str) -> dict[str, str]:
    """Heading -> what stands below it, up to the next heading of any depth."""
    parts = re.split(r"^#+ (.*)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def links(path: Path) -> Iterator[str]:
    prose = re.sub(r"^```.*?^```$", "", page(path), flags=re.MULTILINE | re.DOTALL)
    yield from (target for target in re.findall(r"\]\(([^)\s]+)\)", prose) if "://" not in target)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(path: Path) -> None:
    targets = {target: (path.parent / target.partition("#")[0]) for target in links(path) if not target.startswith("#")}
    assert [target for target, place in targets.items() if not place.exists()] == []


def test_every_command_is_documented_with_all_it_takes() -> None:
    documented = sections(page(REFERENCE / "cli.md"))
    missing = []
    for name, command in COMMANDS.items():
        text = next((body for heading, body in documented.items() if f"skywatch {name}" in heading), "")
        options = [
            option
            for parameter in command.params
            if not getattr(parameter, "hidden", False)
            for option in parameter.opts
        ]
        wanted = [f"skywatch {name}", *(option for option in options if option.startswith("-"))]
        missing += [f"{name}: {word}" for word in wanted if word not in text]
    assert missing == []


def test_every_command_gives_an_example_in_its_help() -> None:
    assert [name for name, command in COMMANDS.items() if f"skywatch {name}" not in (command.help or "")] == []


def exported() -> set[str]:
    """The name of every metric, as Prometheus shows it."""
    clock, suffix = ManualClock(), {"counter": "_total", "info": "_info"}
    tools = Parts(clock, Onvif(), Workers(1)).tools(Orders())
    village = Village("v", "V", Kind.VILLAGE, 1, "f", "u", "c", 118.0, 36.0)
    monitor = Monitor(Inventory(villages={"v": village}), tools, Rules(), lambda _flips: None, clock)
    families = Telemetry(monitor, clock, Machinery).collect()
    return {family.name + suffix.get(family.type, "") for family in families}


def test_every_metric_is_described_and_every_description_is_of_a_metric() -> None:
    assert set(re.findall(r"\bskywatch_\w+", page(REFERENCE / "metrics.md"))) == exported()


def test_both_languages_of_the_install_guide_type_the_same() -> None:
    english, chinese = blocks(page(GUIDE / "install.md")), blocks(page(GUIDE / "install.zh.md"))
    assert english == chinese


def test_the_install_guide_names_the_wheel_that_is_built() -> None:
    project = tomllib.loads(page(ROOT / "pyproject.toml"))["project"]
    assert f"skywatch-{project['version']}-py3-none-any.whl" in page(GUIDE / "install.md")


def test_the_install_guide_installs_what_is_shipped() -> None:
    text = page(GUIDE / "install.md")
    named = set(re.findall(r"\b((?:deploy|config)/[\w./-]+)", "".join(blocks(text))))
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
    shipped = {f"deploy/systemd/{path.name}" for path in (ROOT / "deploy" / "systemd").iterdir()}
    assert shipped <= named


FOREIGN = (
    "status=", "Failed with result 'watchdog'", "killed by the OOM killer", "Job for skywatch.service failed",
    "ensurepip is not available", "No matching distribution found for",
)  # fmt: skip
"""Messages of systemd and pip."""


def messages() -> Iterator[re.Pattern[str]]:
    """Every text in the program that could be shown, with anything where it has values."""
    for path in sorted((ROOT / "skywatch").rglob("*.py")):
        for node in ast.walk(ast.parse(page(path))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) > 10:
                parts = re.split(r"%[.\d]*[sdrf]|\{[^}]*\}", node.value)
                yield re.compile(".*".join(map(re.escape, parts)))


def headings(name: str) -> list[str]:
    return re.findall(r"^### `(.*)`$", page(GUIDE / name), re.MULTILINE)


def test_the_headings_of_troubleshooting_are_messages_as_they_stand() -> None:
    known = list(messages())
    texts = [text for text in headings("troubleshooting.md") if text not in GLOSSARY and not text.startswith(FOREIGN)]
    sources = "\n".join(page(path) for path in (ROOT / "skywatch").rglob("*.py"))
    assert texts
    assert [text for text in texts if text not in sources and not any(one.fullmatch(text) for one in known)] == []


def test_every_finding_has_its_place_in_troubleshooting() -> None:
    assert GLOSSARY.keys() - set(headings("troubleshooting.md")) == set()


def test_troubleshooting_is_the_same_in_both_languages() -> None:
    assert headings("troubleshooting.md") == headings("troubleshooting.zh.md")

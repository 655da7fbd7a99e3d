"""Everything that one camera can tell, step by step with timings: what an engineer types when a camera is dead."""

from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from skywatch import findings
from skywatch.clock import SystemClock
from skywatch.config import Config
from skywatch.credentials import Credentials
from skywatch.i18n import N_, _
from skywatch.inventory import Camera
from skywatch.observation import Observation, Step, Verdict
from skywatch.parts import Orders, open_parts
from skywatch.probes import PROBES, Account, Tools
from skywatch.probes.baselines import Untouched
from skywatch.probes.visit import visit
from skywatch.protocols.onvif import Device
from skywatch.store import Baselines as Files
from skywatch.terminal.labels import figure, label, value
from skywatch.terminal.target import SECRET_NAME, resolve

VERDICTS = {
    Verdict.PASS: (N_("pass"), "bold green"),
    Verdict.FAIL: (N_("fail"), "bold red"),
    Verdict.UNKNOWN: (N_("unknown"), "bold yellow"),
}
TITLES = {
    "heartbeat": N_("Heartbeat"),
    "device": N_("Device"),
    "stream": N_("Stream"),
    "picture": N_("Picture"),
}


async def interview(camera: Camera, tools: Tools) -> AsyncIterator[Observation]:
    """Visit `camera` with every probe that applies to it, in the order of `PROBES`."""
    for probe in PROBES.values():
        if probe.applies(camera):
            yield await visit(probe, camera, tools)


async def show(camera: Camera, tools: Tools, console: Console) -> list[Observation]:
    """Interview `camera` and print each step as it happens; returns what was observed."""
    console.print(Text(f"{camera.name}  {camera.host}", style="bold"))
    talking = replace(tools, step=lambda step: console.print(_line(step)))
    seen = []
    async for observation in interview(camera, talking):
        console.print(_verdict(observation))
        seen.append(observation)
    if device := tools.recollect(camera).device:
        console.print(_profiles(device))
    return seen


def _line(step: Step) -> Text:
    return Text.assemble(("  · ", "dim"), f"{step.name:<20}", (f"{step.seconds * 1000:9.1f} ms  ", "cyan"), step.note)


def _verdict(seen: Observation) -> Text:
    word, style = VERDICTS[seen.verdict]
    title = _(TITLES.get(seen.probe, seen.probe))
    lines = Text.assemble((title + _(": "), "bold"), (_(word), style), (f"  {seen.seconds * 1000:.0f} ms", "cyan"))
    for finding in seen.findings:
        lines.append(f"\n    {finding.code}: {findings.say(finding.code)}", style)
        lines.append("".join(f" [{part}]" for part in (finding.step, finding.detail) if part), "dim")
    for name, said in seen.facts.items():
        lines.append(f"\n    {label(name)}{_(': ')}{value(name, said)}")
    for name, number in seen.numbers.items():
        lines.append(f"\n    {label(name)}{_(': ')}{figure(number)}")
    return lines


def _profiles(device: Device) -> Table:
    table = Table(title=_("Profiles"), title_justify="left", box=None)
    for heading in (_("profile"), _("codec"), _("size"), _("frames/s"), _("stream")):
        table.add_column(heading, overflow="fold")
    for profile in device.profiles:
        size = f"{profile.width}x{profile.height}" if profile.width else ""
        rate = f"{profile.frame_rate:g}" if profile.frame_rate else ""
        table.add_row(profile.token, profile.codec, size, rate, profile.stream_shown)
    return table


def to_json(seen: list[Observation]) -> list[dict[str, Any]]:
    """Observations as JSON-ready dictionaries, with the findings in words."""
    rows = [asdict(observation) for observation in seen]
    for row in rows:
        for finding in row["findings"]:
            finding["meaning"] = findings.say(finding["code"])
    return rows


async def ask(what: str, config: Config | None, given: Credentials | None, console: Console) -> list[Observation]:
    """Resolve `what`, interview it, print. `given` credentials go before those of a URL and of the ledger.

    Raises UnknownTarget.
    """
    orders = Orders.of(config) if config else Orders()
    camera, carried = resolve(what, orders.inventory)
    if secret := given or carried:
        camera = replace(camera, credentials=SECRET_NAME)
        orders = replace(orders, credentials=lambda _name: secret)
    async with open_parts(SystemClock(), workers=1) as parts:
        parts.accounts.recall = lambda _host, _credentials: Account(tries=1)  # a person's next run is the second try
        if config:
            parts.baselines.files = Untouched(Files(config.settings.state_dir / "baselines"))
        return await show(camera, parts.tools(orders), console)

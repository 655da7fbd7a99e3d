"""`skywatch inspect`: an inspection by hand, with a progress bar. Works beside the daemon, and its looks are kept as
any inspection's are."""

import asyncio
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from skywatch import findings
from skywatch.clock import SystemClock
from skywatch.config import Config
from skywatch.i18n import _
from skywatch.inspection import Inspector, Looker, Order
from skywatch.inventory import Camera
from skywatch.observation import Observation, Verdict
from skywatch.parts import Orders, open_parts
from skywatch.probes import Probe, Tools
from skywatch.probes.visit import visit
from skywatch.scheduler import Limits, Scheduler
from skywatch.store import Batch, Looked
from skywatch.store.rounds import put_looks, put_rounds
from skywatch.terminal import Failure
from skywatch.terminal.interview import VERDICTS
from skywatch.terminal.store import path_of, writing

TICK = 0.5


async def inspect(config: Config, cameras: list[str], retry: bool, console: Console) -> list[Looked]:
    """Look at these cameras and return what was seen, in the order of the ledger."""
    seen: dict[str, Looked] = {}
    clock = SystemClock()
    known = config.settings.inspections
    with _bar(console) as bar:
        task = bar.add_task(_("inspecting"), total=len(cameras))
        async with open_parts(clock, config.settings.limits.workers) as parts:
            tools = parts.tools(Orders.of(config))
            look = Looker(_plain_visit, lambda: tools, lambda: known)
            order = Order(known.retry if retry else known.bound, known.bound)
            inspector = Inspector(config.inventory, look, clock, _keeper(config), order, int(clock.now() * 1000))

            def told(looked: Looked) -> None:
                seen[looked.camera] = looked
                bar.update(task, completed=len(seen))

            inspector.told = told
            await _run(inspector, config, cameras, clock)
    return [seen[code] for code in cameras if code in seen]


async def _run(inspector: Inspector, config: Config, cameras: list[str], clock: SystemClock) -> None:
    limits = config.settings.limits
    scheduler = Scheduler(clock, ramp=0.1)
    scheduler.replace(inspector.jobs(), Limits(limits.connections, limits.per_uplink))
    running = asyncio.create_task(scheduler.run())
    try:
        for key in inspector.begin("asked", clock.now(), cameras):
            scheduler.hurry(key)
        while inspector.round is not None:
            await clock.sleep(TICK)
            inspector.tick()
    finally:
        await scheduler.stop(0.0)
        await asyncio.gather(running, return_exceptions=True)


async def _plain_visit(probe: Probe, camera: Camera, tools: Tools) -> Observation:
    return await visit(probe, camera, tools)


def _keeper(config: Config) -> Any:
    """Writes rounds and looks into the history, where there is one; without it they are only shown."""

    def keep(batch: Batch) -> None:
        if not path_of(config).exists():
            return
        try:
            with writing(config) as connection:
                put_rounds(connection, batch.rounds.values())
                put_looks(connection, batch.looks)
        except Failure:
            return  # shown all the same

    return keep


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True)


def show(seen: Iterable[Looked], config: Config, console: Console) -> None:
    """A row a camera, those at fault first."""
    order = {"fail": 0, "unknown": 1, "pass": 2}
    table = Table(_("village"), _("camera"), _("verdict"), _("why"), box=None, padding=(0, 2, 0, 0))
    for look in sorted(seen, key=lambda each: order[each.verdict]):
        camera = config.inventory.cameras[look.camera]
        word, style = VERDICTS[Verdict(look.verdict)]
        why = _(", ").join(findings.say(each["code"]) for each in look.seen["findings"])
        village = config.inventory.village_of(camera).name
        table.add_row(village, Text(camera.name), Text(_(word), style=style), Text(why))
    console.print(table)


def to_json(seen: Iterable[Looked]) -> list[dict[str, Any]]:
    """Plain values, one object a camera; without the picture."""
    return [{"camera": each.camera, "at": each.at, "verdict": each.verdict, **each.seen} for each in seen]

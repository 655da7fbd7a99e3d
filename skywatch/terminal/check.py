"""What was understood of a configuration, or every mistake in it, for a person and for a script."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from skywatch.config import Config, ConfigError
from skywatch.config.summary import Summary, summarise
from skywatch.config.units import say_seconds
from skywatch.i18n import N_, _
from skywatch.inventory import Kind, Light
from skywatch.terminal.overview import PROBES

KINDS = {Kind.VILLAGE: N_("villages"), Kind.HAMLET: N_("hamlets"), Kind.CHECKPOINT: N_("road checkpoints")}
LIGHTS = {Light.NONE: N_("none"), Light.INFRARED: N_("infrared"), Light.WHITE: N_("white"), Light.LASER: N_("laser")}
ACCESS = {
    "onvif and path": N_("ONVIF and a stream path"),
    "onvif only": N_("ONVIF only"),
    "path only": N_("stream path only"),
}


def show_mistakes(error: ConfigError, console: Console) -> None:
    """One line a mistake: file, line and key, what is wrong, what was meant."""
    for mistake in error.mistakes:
        console.print(Text(str(mistake), style="red"), soft_wrap=True)
    console.print(_("Mistakes: {count}. Nothing was started.").format(count=len(error.mistakes)), style="bold red")


def show(config: Config, console: Console) -> None:
    """What was understood, as tables."""
    summary = summarise(config)
    console.print(Text(f"{summary.path}  +  {summary.ledger}", style="bold"))
    console.print(_places(summary))
    console.print(_probes(summary))
    console.print(_counts(summary))
    console.print(_credentials(summary))
    for warning in summary.warnings:
        console.print(Text(f"! {warning}", style="yellow"), soft_wrap=True)
    verdict = _("No mistakes. Warnings: {count}.").format(count=len(summary.warnings))
    console.print(verdict, style="bold green" if not summary.warnings else "bold yellow")


def _places(summary: Summary) -> Table:
    table = _table(_("places"), _("how many"), _("planned"), _("in the ledger"), _("enabled"))
    for row in (*summary.places, summary.total):
        name = _(KINDS[row.kind]) if row.kind else _("together")
        table.add_row(name, *map(str, (row.places, row.planned, row.cameras, row.enabled)))
    return table


def _probes(summary: Summary) -> Table:
    table = _table(_("probe"), _("period"), _("time-out"), "")
    for plan in summary.probes:
        state = "" if plan.enabled else _("off")
        table.add_row(_(PROBES.get(plan.name, plan.name)), say_seconds(plan.period), say_seconds(plan.timeout), state)
    return table


def _counts(summary: Summary) -> Table:
    table = Table(box=None, show_header=False)
    for title, counts in (
        (_("brands"), summary.brands),
        (_("lights"), {_(LIGHTS[light]): count for light, count in summary.lights.items()}),
        (_("sizes"), {f"{w}x{h}" if w else "?": count for (w, h), count in summary.resolutions.items()}),
        (_("looked at by"), {_(ACCESS[way]): count for way, count in summary.access.items()}),
        (_("carriers"), summary.carriers),
        (_("lines"), {_("feeds"): summary.feeds, _("uplinks"): summary.uplinks}),
        (_("contractors"), {"": summary.contractors}),
    ):
        table.add_row(Text(title, style="bold"), _listed(counts))
    table.add_row(Text(_("history"), style="bold"), str(summary.state_dir))
    table.add_row(Text(_("metrics"), style="bold"), f"http://{summary.address}/metrics")
    return table


def _listed(counts: Mapping[str, int]) -> Text:
    return Text(", ".join(f"{name} {count}".strip() for name, count in counts.items()))


def _credentials(summary: Summary) -> Table:
    table = _table(_("credentials"), _("user name"), _("password from"), _("cameras"))
    for sign_in in summary.credentials:
        table.add_row(sign_in.name, sign_in.username, sign_in.source, str(sign_in.cameras))
    if summary.unsigned:
        table.add_row(_("(none)"), "", "", str(summary.unsigned))
    return table


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading)
    return table


def to_json(config: Config) -> dict[str, Any]:
    """The same for a script."""
    summary = summarise(config)
    plain = asdict(summary)
    plain["lights"] = {light.name.lower(): count for light, count in summary.lights.items()}
    plain["resolutions"] = {f"{w}x{h}": count for (w, h), count in summary.resolutions.items()}
    return plain

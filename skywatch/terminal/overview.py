"""From the monitor's present to what the board shows."""

from collections.abc import Iterator

from skywatch import findings
from skywatch.health import Mark, headcount
from skywatch.i18n import N_, _
from skywatch.monitor import Monitor, Watch
from skywatch.terminal.board import Board, Trouble, VillageLine

PROBES = {
    "heartbeat": N_("heartbeat"),
    "device": N_("device"),
    "stream": N_("stream"),
    "picture": N_("picture"),
}


def overview(monitor: Monitor, now: float, seconds: float, url: str) -> Board:
    """The board at Unix time `now`, `seconds` after the start."""
    states = {code: watch.state for code, watch in monitor.watches.items()}
    counts = headcount(monitor.inventory, states)
    lines = [
        VillageLine(monitor.inventory.villages[code].name, each.enabled, each.online, each.intact)
        for code, each in counts.items()
    ]
    troubles = [trouble for watch in monitor.watches.values() for trouble in _troubles(monitor, watch, now)]
    return Board(lines, troubles, monitor.visits, seconds, url)


def _troubles(monitor: Monitor, watch: Watch, now: float) -> Iterator[Trouble]:
    """What stands against one camera. While it is down, only why: the rest could not be seen."""
    for mark in watch.state.findings:
        if watch.state.down and mark.probe != "heartbeat":
            continue
        village = monitor.inventory.village_of(watch.camera).name
        yield Trouble(
            village, watch.camera.name, _words(mark), _evidence(mark), now - mark.since, down=watch.state.down
        )


def _words(mark: Mark) -> str:
    return _(PROBES.get(mark.probe, mark.probe)) + _(": ") + findings.say(mark.finding.code)


def _evidence(mark: Mark) -> str:
    return " ".join(part for part in (mark.finding.step, mark.finding.detail) if part)

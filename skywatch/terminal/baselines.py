"""`skywatch baseline`: which cameras still wait for a person to say that all is well, and the saying of it. Works on
the daemon's files while it runs; each change is made under their lock."""

import getpass
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from skywatch import findings
from skywatch.config import Config
from skywatch.i18n import N_, _
from skywatch.inventory import Camera
from skywatch.picture import Regime
from skywatch.picture.baseline import Baseline, NothingToAccept, accept, reset
from skywatch.probes import Baselines
from skywatch.store import Baselines as Files
from skywatch.terminal import Failure
from skywatch.terminal.labels import REGIMES
from skywatch.terminal.target import chosen, known_camera

Done = tuple[Camera, str]
"""A camera and a light, of which something was done."""

STATES = {
    "unseen": N_("not looked at yet"),
    "unhealthy": N_("no healthy look yet"),
    "waiting": N_("waits for a person"),
    "changed": N_("another scene waits for a person"),
    "frozen": N_("learns nothing while a fault stands"),
    "learning": N_("accepted, still learning"),
    "trusted": N_("trusted"),
}
WAITING = frozenset({"unseen", "unhealthy", "waiting", "changed"})
"""States in which a person has to do something."""


@dataclass(frozen=True, slots=True)
class Row:
    """One camera by one light; without `baseline` nobody has seen it by any."""

    camera: Camera
    village: str
    baseline: Baseline | None = None
    picture: Path | None = None

    @property
    def state(self) -> str:
        """A key of `STATES`."""
        known = self.baseline
        if known is None:
            return "unseen"
        if known.candidate is not None:
            return "changed" if known.accepted else "waiting"
        if not known.accepted:
            return "unhealthy"
        return "frozen" if known.frozen else "trusted" if known.trusted else "learning"


def rows(config: Config, every: bool = False) -> list[Row]:
    """Every enabled camera of the ledger by every light it was seen by; only those that a person has to do something
    about, unless `every`. Raises Failure, OSError."""
    found = list(_rows(config))
    return found if every else [row for row in found if row.state in WAITING]


def _rows(config: Config) -> Iterator[Row]:
    files = _files(config)
    kept, lights = Baselines(files), dict[str, list[str]]()
    for code, light in files.all():
        lights.setdefault(code, []).append(light)
    for camera in config.inventory.cameras.values():
        if not camera.enabled:
            continue
        village = config.inventory.village_of(camera).name
        known = [kept.find(camera.code, light) for light in sorted(lights.get(camera.code, ()), key=_order)]
        seen = [Row(camera, village, each) for each in known if each is not None]
        yield from seen or [Row(camera, village)]


def _files(config: Config) -> Files:
    """Where the daemon keeps them. Raises Failure where there is nothing at all: most often that is another folder."""
    folder = config.settings.state_dir / "baselines"
    if not folder.is_dir():
        said = _("{folder} is not there: no picture was looked at yet, or the daemon has another $STATE_DIRECTORY")
        raise Failure(said.format(folder=folder))
    return Files(folder)


def _order(light: str) -> int:
    return list(REGIMES).index(light) if light in REGIMES else len(REGIMES)


def export(rows: Iterable[Row], folder: Path) -> list[Row]:
    """Write each row's picture, the one that is to be accepted or else the first reference, into `folder`; the rows
    with its path. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_exported(row, folder) for row in rows]


def _exported(row: Row, folder: Path) -> Row:
    from skywatch.picture.portrait import portrait

    known = row.baseline
    look = (known.candidate or next(iter(known.references), None)) if known else None
    if known is None or look is None or look.reference is None:
        return row
    path = folder / f"{row.camera.code}-{known.regime}-{_utc(look.at):%Y%m%dT%H%M%SZ}.jpg"
    path.write_bytes(portrait(look.reference))
    return Row(row.camera, row.village, known, path)


def show(rows: Sequence[Row], console: Console) -> None:
    """One line a camera and light."""
    if not rows:
        console.print(_("Nothing waits for a person."), style="bold green")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(_("camera"), no_wrap=True)
    for heading in (_("name"), _("village"), _("light"), _("since"), _("state"), _("picture")):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, _cells(row)))
    console.print(table)


def _cells(row: Row) -> tuple[str, ...]:
    known = row.baseline
    light = _(REGIMES[known.regime]) if known and known.regime in REGIMES else ""
    state = _(STATES[row.state])
    if known and known.frozen:
        state += " (" + _(", ").join(map(findings.say, known.frozen)) + ")"
    since = _local(known.since) if known else ""
    taken = _local(known.candidate.at) if known and known.candidate else ""
    return row.camera.code, row.camera.name, row.village, light, since, state, str(row.picture or taken)


def to_json(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The same for a script; times are Unix seconds."""
    return [
        {
            "camera": row.camera.code,
            "name": row.camera.name,
            "village": row.camera.village,
            "regime": row.baseline and row.baseline.regime,
            "state": row.state,
            "since": row.baseline and row.baseline.since,
            "version": row.baseline and row.baseline.version,
            "accepted_at": row.baseline and row.baseline.accepted_at,
            "accepted_by": row.baseline and row.baseline.accepted_by,
            "found": list(row.baseline.frozen) if row.baseline else [],
            "looks": len(row.baseline.samples) if row.baseline else 0,
            "candidate_at": row.baseline.candidate.at if row.baseline and row.baseline.candidate else None,
            "picture": row.picture and str(row.picture),
        }
        for row in rows
    ]


def accept_all(config: Config, what: str, light: str | None, now: float) -> list[Done]:
    """A person says that what was seen last is how it should be: at a camera, at all of a village, or everywhere; by
    one light or by all. Returns what was accepted. Raises Failure, OSError."""
    cameras = chosen(what, config.inventory)
    return _each(config, cameras, light, lambda known: accept(known, _who(), now))


def reset_all(config: Config, what: str, light: str | None, now: float) -> list[Done]:
    """Forget what was learned of one camera, by one light or by all. Returns what was forgotten. Raises Failure,
    OSError."""
    return _each(config, [known_camera(what, config.inventory)], light, lambda known: reset(known, now))


def _each(
    config: Config, cameras: Iterable[Camera], light: str | None, change: Callable[[Baseline], Baseline]
) -> list[Done]:
    """Change the baselines of `cameras`; those that there are, and that the change means something to."""
    if light is not None and light not in REGIMES:
        raise Failure(_("{light}: no such light; there are {lights}").format(light=light, lights=", ".join(Regime)))
    files = _files(config)
    kept, wanted = Baselines(files), {camera.code: camera for camera in cameras}
    there = [(wanted[code], each) for code, each in files.all() if code in wanted and light in (None, each)]
    return [(camera, each) for camera, each in there if _changed(kept, camera.code, each, change)]


def _changed(kept: Baselines, camera: str, light: str, change: Callable[[Baseline], Baseline]) -> bool:
    done = []

    def apply(known: Baseline | None) -> Baseline | None:
        if known is None:
            return None
        fresh = change(known)
        done.append(fresh)
        return fresh

    try:
        kept.change(camera, light, apply)
    except NothingToAccept:
        return False
    return bool(done)


def tell(done: Sequence[Done], said: str, nothing: str, console: Console) -> None:
    """One line a camera and light, and how many; or that there was nothing to do."""
    for camera, light in done:
        console.print(Text(f"{camera.code}  {camera.name}  {_(REGIMES.get(light, light))}"))
    console.print(said.format(count=len(done)) if done else nothing, style="bold green" if done else "bold yellow")


def _who() -> str:
    """Who is at the keyboard, behind sudo too."""
    if behind := os.environ.get("SUDO_USER"):
        return behind
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _utc(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _local(at: float) -> str:
    return f"{_utc(at).astimezone():%Y-%m-%d %H:%M}"

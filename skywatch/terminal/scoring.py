"""`skywatch score`: what was named on the command line -> scored pictures."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from skywatch.config import Config
from skywatch.i18n import _
from skywatch.inventory import Camera
from skywatch.picture import Regime, Sky
from skywatch.picture.explain import explain
from skywatch.picture.files import in_folder
from skywatch.picture.score import LIGHTS, Scored, scored, to_json
from skywatch.picture.vouched import Vouched, vouched
from skywatch.terminal import Failure
from skywatch.terminal.live import looked_at
from skywatch.terminal.target import resolve

__all__ = ["REGIMES", "Wish", "run", "to_json"]

REGIMES = tuple(regime.value for regime in LIGHTS if regime is not Regime.UNSTATED)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed. `config` loads the configuration when a camera is meant, or says that there is none."""

    what: Sequence[str]
    baseline: Sequence[Path]
    regime: str | None
    explain: Path | None
    config: Callable[[], Config | None]


def run(wish: Wish) -> list[Scored]:
    """Score everything, in the order it was named. Raises Failure for what can't be meant, before anything is
    scored."""
    sky = _sky(wish.regime)
    subjects = [subject for what in wish.what for subject in _subjects(what, wish)]
    known = _known(wish.baseline)
    place = _placed(wish.explain, len(subjects))
    rows = []
    for each in _scored(subjects, wish, sky, known):
        if each.shown is not None and place is not None:
            explain(each, place(each.path))
        rows.append(replace(each, shown=None))
    return rows


def _sky(regime: str | None) -> Sky | None:
    if regime is None:
        return None
    if regime not in (*REGIMES, Regime.UNSTATED):
        raise Failure(_("--regime takes one of {names}").format(names=", ".join(REGIMES)))
    return LIGHTS[Regime(regime)]


def _subjects(what: str, wish: Wish) -> list[Path | Camera]:
    path = Path(what)
    if path.is_dir():
        return _in(path)
    if path.exists() or path.suffix:
        return [path]
    config = wish.config()
    if config is not None and (camera := resolve(what, config.inventory)[0]).code in config.inventory.cameras:
        return [camera]
    raise Failure(_("{what}: no such file, and no such camera in the ledger").format(what=what))


def _in(folder: Path) -> list[Path | Camera]:
    found = in_folder(folder)
    if not found:
        raise Failure(_("no pictures in {folder}").format(folder=folder))
    return list(found)


def _known(paths: Sequence[Path]) -> Vouched | None:
    """Raises Failure where none of what was named as a baseline can be used: without it, other things are judged."""
    if not paths:
        return None
    known = vouched([path for named in paths for path in (in_folder(named) if named.is_dir() else [named])])
    if not known.usable:
        why = "; ".join(f"{path}: {reason}" for path, reason in known.broken.items())
        raise Failure(_("no baseline that could be used: {why}").format(why=why or ", ".join(map(str, paths))))
    return known


def _scored(subjects: Sequence[Path | Camera], wish: Wish, sky: Sky | None, known: Vouched | None) -> Iterator[Scored]:
    for subject in subjects:
        if isinstance(subject, Path):
            yield from scored([subject], sky, known=known)
        elif (config := wish.config()) is not None:
            yield asyncio.run(looked_at(subject, config, sky, known))


def _placed(wanted: Path | None, count: int) -> Callable[[Path], Path] | None:
    """Where the drawn picture of a file goes: where it was wanted, or for several into a folder of that name."""
    if wanted is None:
        return None
    if count == 1 and not wanted.is_dir():
        return lambda _path: wanted
    wanted.mkdir(parents=True, exist_ok=True)
    taken: dict[str, int] = {}

    def place(path: Path) -> Path:
        taken[path.stem] = taken.get(path.stem, 0) + 1
        again = f"-{taken[path.stem]}" if taken[path.stem] > 1 else ""
        return wanted / f"{path.stem}{again}.png"

    return place

"""A scenario: which fault begins and ends when, and at whom; names the cameras, or draws lots for them.

Its file form is read by scenario_file.py and documented in docs/reference/scenario.md.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from skywatch.i18n import N_, _
from skywatch.simulator.camera import SimCamera
from skywatch.simulator.condition import Act

GROUPS: dict[str, Callable[[SimCamera], str]] = {
    "camera": lambda camera: camera.code,
    "village": lambda camera: camera.village,
    "uplink": lambda camera: camera.uplink,
    "feed": lambda camera: camera.feed,
}
"""What a fault can be addressed to, and the code by which a camera belongs to it."""

FILTERS: dict[str, Callable[[SimCamera], str]] = {
    **GROUPS,
    "kind": lambda camera: camera.kind.value,
    "light": lambda camera: camera.light.name.lower(),
    "codec": lambda camera: camera.main.codec,
    "brand": lambda camera: camera.brand.name.lower(),
    "onvif": lambda camera: "yes" if camera.onvif_port else "no",
    "transport": lambda camera: camera.transport.value,
}
"""What a pick can be narrowed by. Values are compared as lower-case words."""


class ScenarioError(Exception):
    """A scenario that cannot be played; `mistakes` are sentences, all of them."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


@dataclass(frozen=True, slots=True)
class Pick:
    """Some cameras (or villages, uplinks, feeds: `what`), drawn by lot among those that `filters` let through."""

    count: int
    what: str = "camera"
    filters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cue:
    """A fault, whom it hits, and from when to when in seconds after the start; `end` None is never. `codes` names
    members of the group `what`; it is empty where a `pick` decides. `where` tells a person the place in the file."""

    act: Act
    start: float
    end: float | None
    what: str = "camera"
    codes: tuple[str, ...] = ()
    pick: Pick | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """A cue with its cameras' codes."""

    cue: Cue
    cameras: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens to a township. `seed` decides the lots. `daylight` is day, night, auto (the sun's), or "" for what
    the caller wants."""

    cues: tuple[Cue, ...] = ()
    seed: int = 0
    daylight: str = ""

    def cast(self, cameras: Sequence[SimCamera]) -> tuple[Scene, ...]:
        """The cues with their cameras, the same for the same ledger. A lot never falls on a camera that another cue
        has already. Raises ScenarioError where a code does not exist, or too few are left to pick from."""
        mistakes: list[str] = []
        taken: set[str] = set()
        scenes: dict[int, Scene] = {}
        for named in (True, False):  # lots are drawn last, so that they avoid everybody who is named
            for number, cue in enumerate(self.cues):
                if (cue.pick is None) is named:
                    chosen = _named(cue, cameras, mistakes) if named else self._drawn(number, cameras, taken, mistakes)
                    taken.update(chosen)
                    scenes[number] = Scene(cue, chosen)
        if mistakes:
            raise ScenarioError(mistakes)
        return tuple(scenes[number] for number in range(len(self.cues)))

    def _drawn(
        self, number: int, cameras: Sequence[SimCamera], taken: set[str], mistakes: list[str]
    ) -> tuple[str, ...]:
        cue = self.cues[number]
        pick = cue.pick
        if pick is None:
            return ()
        group = GROUPS[pick.what]
        spoken_for = {group(camera) for camera in cameras if camera.code in taken}
        fitting = [
            camera for camera in cameras if all(FILTERS[k](camera).lower() == v for k, v in pick.filters.items())
        ]
        lots = sorted({group(camera) for camera in fitting} - spoken_for - {""})
        if len(lots) < pick.count:
            mistakes.append(
                _("{where}: asks for {count}, only {left} are left to pick from").format(
                    where=cue.where, count=pick.count, left=len(lots)
                )
            )
            return ()
        drawn = set(random.Random(f"{self.seed}:{number}").sample(lots, pick.count))
        return tuple(camera.code for camera in cameras if group(camera) in drawn)


def _named(cue: Cue, cameras: Sequence[SimCamera], mistakes: list[str]) -> tuple[str, ...]:
    group = GROUPS[cue.what]
    known = {group(camera) for camera in cameras}
    for code in cue.codes:
        if code not in known:
            mistakes.append(_(NO_SUCH[cue.what]).format(where=cue.where, code=code))
    wanted = set(cue.codes)
    return tuple(camera.code for camera in cameras if group(camera) in wanted)


NO_SUCH = {
    "camera": N_("{where}: there is no camera {code}"),
    "village": N_("{where}: no camera is in a village {code}"),
    "uplink": N_("{where}: no camera is on an uplink {code}"),
    "feed": N_("{where}: no camera is on a feed {code}"),
}

"""The rates that the town promised, by village and for the township: each a number with its denominator and the name of
its formula. Sums of what is known; asks no clock. `docs/reference/rates.md` gives every formula."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from skywatch.health.camera import CameraState, State
from skywatch.health.uptime import DAY, HOUR, Past, Timeline, ratios
from skywatch.i18n import N_
from skywatch.inventory import Inventory
from skywatch.observation import Verdict

WINDOWS: Mapping[str, float] = {"1h": HOUR, "24h": DAY, "30d": 30 * DAY}
"""The windows of the duration rates, in seconds, ascending."""

FORMULAS: Mapping[str, str] = {
    "online_now": N_("online now / enabled"),
    "intact_now": N_("intact now / online"),
    "online_time": N_("mean share of watched time that a camera was up"),
    "intact_time": N_("mean share of watched time that a camera was intact"),
    "online_seconds": N_("seconds up / seconds watched, all cameras together"),
    "intact_seconds": N_("seconds intact / seconds judged, all cameras together"),
    "installation": N_("cameras in the ledger and enabled / cameras planned"),
    "coverage": N_("places with a camera installed / places planned"),
    "coverage_now": N_("places with a camera online now / places planned"),
    "networking": N_("cameras that have answered at least once / cameras installed"),
}
"""What each formula divides by what, for a person to read (a msgid)."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`numerator` of `denominator`, by the formula of that name in `FORMULAS`."""

    numerator: float
    denominator: float
    formula: str

    @property
    def ratio(self) -> float | None:
        """None where there is nothing to divide by. An installation rate may exceed 1."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(slots=True)
class Headcount:
    """Cameras of a place by what they are now. `planned` is what the place was promised; `enabled` counts the ledger's;
    of these each is `online`, `down`, `unknown` or in `maintenance`, and of the online ones each is `intact`, `faulty`
    or `unjudged` (up, not yet seen working). `connected` ones have answered at least once since they are known.
    `places` were promised cameras; `covered` ones have any; `working` ones have one online."""

    planned: int = 0
    enabled: int = 0
    online: int = 0
    down: int = 0
    unknown: int = 0
    maintenance: int = 0
    intact: int = 0
    faulty: int = 0
    unjudged: int = 0
    connected: int = 0
    places: int = 0
    covered: int = 0
    working: int = 0

    def add(self, other: "Headcount") -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def online_now(self) -> Rate:
        return Rate(self.online, self.enabled, "online_now")

    @property
    def intact_now(self) -> Rate:
        return Rate(self.intact, self.online, "intact_now")

    @property
    def installation(self) -> Rate:
        return Rate(self.enabled, self.planned, "installation")

    @property
    def coverage(self) -> Rate:
        return Rate(self.covered, self.places, "coverage")

    @property
    def coverage_now(self) -> Rate:
        return Rate(self.working, self.places, "coverage_now")

    @property
    def networking(self) -> Rate:
        return Rate(self.connected, self.enabled, "networking")


def headcount(inventory: Inventory, states: Mapping[str, CameraState]) -> dict[str, Headcount]:
    """Every village's headcount, by its code. An enabled camera that `states` does not have is `unknown`."""
    counts = {code: Headcount(planned=village.planned) for code, village in inventory.villages.items()}
    for code, camera in inventory.cameras.items():
        if camera.enabled:
            _count(counts[camera.village], states.get(code))
    for village in counts.values():
        village.places = int(village.planned > 0)
        village.covered = int(village.places and village.enabled > 0)
        village.working = int(village.places and village.online > 0)
    return counts


def _count(village: Headcount, state: CameraState | None) -> None:
    village.enabled += 1
    if state is None or state.state is State.UNKNOWN:
        village.unknown += 1
    elif state.state is State.UP:
        village.online += 1
        if state.intact is Verdict.PASS:
            village.intact += 1
        elif state.intact is Verdict.FAIL:
            village.faulty += 1
        else:
            village.unjudged += 1
    elif state.state is State.DOWN:
        village.down += 1
    else:
        village.maintenance += 1
    village.connected += state is not None and state.alive is not None


def total(counts: Iterable[Headcount]) -> Headcount:
    """All these places together."""
    whole = Headcount()
    for each in counts:
        whole.add(each)
    return whole


@dataclass(frozen=True, slots=True)
class Shares:
    """Rates by duration, one of each for every window, in the order of the windows."""

    online: tuple[Rate, ...]
    intact: tuple[Rate, ...]


def shares(
    inventory: Inventory, pasts: Mapping[str, Past], now: float, windows: Sequence[float] = tuple(WINDOWS.values())
) -> dict[str, Shares]:
    """Every village's rates by duration over the windows (seconds, ascending) that end `now`, by the village's code.

    The mean over its enabled cameras of each one's share of its own watched time; a camera that was not watched at all
    is not in the mean. So a camera that was added today weighs as much as any other.
    """
    count = len(windows)
    sums = {code: ([0.0] * count, [0] * count, [0.0] * count, [0] * count) for code in inventory.villages}
    for code, camera in inventory.cameras.items():
        past = pasts.get(code) if camera.enabled else None
        if past is not None:
            up, ups, intact, intacts = sums[camera.village]
            _share(past.state, now, windows, up, ups)
            _share(past.intact, now, windows, intact, intacts)
    return {
        code: Shares(_rates(a, b, "online_time"), _rates(c, d, "intact_time")) for code, (a, b, c, d) in sums.items()
    }


def _share(timeline: Timeline, now: float, windows: Sequence[float], shares: list[float], counts: list[int]) -> None:
    for index, ratio in enumerate(ratios(timeline, now, windows)):
        if ratio is not None:
            shares[index] += ratio
            counts[index] += 1


def _rates(numerators: Sequence[float], denominators: Sequence[int], formula: str) -> tuple[Rate, ...]:
    return tuple([Rate(*pair, formula) for pair in zip(numerators, denominators, strict=True)])


def mean(villages: Iterable[Shares]) -> Shares:
    """The township's rates by duration: every camera weighs the same, wherever it hangs."""
    each = list(villages)
    return Shares(_merged([one.online for one in each]), _merged([one.intact for one in each]))


def _merged(rows: Sequence[tuple[Rate, ...]]) -> tuple[Rate, ...]:
    return tuple(
        [
            Rate(sum(rate.numerator for rate in rates), sum(rate.denominator for rate in rates), rates[0].formula)
            for rates in zip(*rows, strict=True)
        ]
    )

"""What truly happens in the month, and whom it should be told to. Written before the rules and without looking at them:
this file knows the ledger and nothing else of skywatch.

Times are seconds since the month began. Frequencies are those of a township like ours: power goes about every other
day somewhere, a carrier's line once a week, a camera dies one and a half times a day, and every kind of fault of a
picture, a stream or a device comes a few times.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from skywatch.inventory import Inventory

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
TELLABLE = 12 * MINUTE
"""What is over sooner nobody needs to be told: a restart, a blink of the power."""

NEAR = 25 * MINUTE
"""So far apart things begin that hit the same cameras: what begins in the shadow of another nobody could tell apart."""

FINDINGS = (
    # probe, code, severity, cause, how often a month
    ("picture", "blur", 3, "picture", 3),
    ("picture", "motion_blur", 2, "picture", 2),
    ("picture", "dirty_lens", 2, "picture", 2),
    ("picture", "covered", 5, "picture", 3),
    ("picture", "moved", 4, "picture", 3),
    ("picture", "scene_changed", 3, "picture", 2),
    ("picture", "frozen", 4, "picture", 3),
    ("picture", "black", 5, "picture", 2),
    ("picture", "no_signal", 5, "picture", 2),
    ("picture", "noise", 2, "picture", 2),
    ("picture", "light_failed", 3, "light", 4),
    ("stream", "no_video", 0, "stream", 3),
    ("stream", "not_found", 0, "stream", 2),
    ("stream", "no_keyframe", 0, "stream", 2),
    ("stream", "packet_loss", 0, "stream", 2),
    ("stream", "auth_failed", 0, "account", 3),
    ("stream", "resolution_low", 0, "resolution", 2),
    ("stream", "stream_changed", 0, "settings", 2),
    ("heartbeat", "clock_wrong", 0, "clock", 4),
    ("device", "device_changed", 0, "device", 2),
)


@dataclass(frozen=True)
class Truth:
    """One thing that happened: `what` in words, which `cameras` it hit, and what should have been told: a `cause` of
    this `scope` and `code`, to this `party`, called `owner`. Not `tellable`: nothing should have been."""

    what: str
    start: float
    end: float
    cameras: tuple[str, ...]
    scope: str
    code: str
    cause: str
    party: str
    owner: str
    probe: str = ""
    finding: str = ""
    severity: int = 0
    tellable: bool = True
    spells: tuple[tuple[float, float], ...] = ()

    @property
    def deadly(self) -> bool:
        return not self.probe

    @property
    def times(self) -> tuple[tuple[float, float], ...]:
        """When its cameras are dead, or its finding is there."""
        return self.spells or ((self.start, self.end),)


@dataclass
class Month:
    """All of it. `windows` are maintenance (start, end, cameras); `restarts` of skywatch (killed, back); `lossy` are
    times in which an uplink loses packets (start, end, uplink, share)."""

    days: float
    truths: list[Truth] = field(default_factory=list)
    windows: list[tuple[float, float, tuple[str, ...]]] = field(default_factory=list)
    restarts: list[tuple[float, float]] = field(default_factory=list)
    lossy: list[tuple[float, float, str, float]] = field(default_factory=list)
    sentinels: dict[str, bool] = field(default_factory=dict)


class Author:
    """Writes a month from a seed."""

    def __init__(self, inventory: Inventory, seed: int, days: float) -> None:
        self.random, self.inventory = random.Random(seed), inventory
        self.month = Month(days)
        self._busy: dict[str, list[tuple[float, float]]] = {}
        self.cameras = [camera.code for camera in inventory.cameras.values() if camera.enabled]
        self.by_village = {code: [each.code for each in cameras] for code, cameras in inventory.by_village.items()}

    def write(self, per_month: float = 30.0) -> Month:
        share = self.month.days / per_month
        self._sentinels()
        for count, author in (
            (1, self.station), (4, self.uplink), (2, self.branch), (12, self.feed), (1, self.storm), (6, self.cabinet),
            (1, self.lone_cabinet), (2, self.drop_line), (0.5, self.dark_drop_line),
            (8, self.maintenance), (4, self.flapping), (45, self.outage),
        ):  # fmt: skip
            self._often(count * share, author)
        for row in FINDINGS:
            self._often(row[4] * share, lambda row=row: self.finding(*row[:4]))  # type: ignore[misc]
        self._often(25 * share, self.blink)
        self._often(780 * share, self.reboot)
        self._often(6 * share, self.loss)
        self._often(6 * share, self.restart)
        self.month.truths.sort(key=lambda truth: truth.start)
        return self.month

    def _often(self, count: float, author: Callable[[], None]) -> None:
        whole, rest = int(count), count - int(count)
        for _ in range(whole + (self.random.random() < rest)):
            author()

    # --- many at once

    def station(self) -> None:
        self._group("station cut off", self.cameras, self._span(15, 90), "station", "", "station", "station", "")

    def uplink(self) -> None:
        uplink = self.random.choice(list(self.inventory.uplinks.values()))
        hit = self._hung(lambda village: village.uplink == uplink.code)
        span = self._span(20, 400)
        self._group("link cut", hit, span, "uplink", uplink.code, "uplink", "carrier", uplink.carrier)

    def feed(self) -> None:
        """The whole line goes dark; now and then a camera does not survive the return of the power."""
        feed = self.random.choice(list(self.inventory.feeds.values()))
        hit = self._hung(lambda village: village.feed == feed.code)
        span = self._span(20, 480)
        cut = self._group("power cut", hit, span, "feed", feed.code, "feed", "power", feed.owner)
        if cut and len(hit) > 3 and self.random.random() < 0.4:
            camera = self.random.choice(hit)
            end = cut.end + self.random.uniform(3, 30) * HOUR
            self._single(camera, "killed by the power", cut.start, end, "outage", reserve=(cut.end, end))

    def branch(self) -> None:
        """A branch of a carrier's line: half of its villages, or a little less, are cut off, the others live."""
        uplink = self.random.choice(list(self.inventory.uplinks.values()))
        villages = [code for code, place in self.inventory.villages.items() if place.uplink == uplink.code]
        some = self.random.sample(villages, max(2, len(villages) // 2 - self.random.randint(0, 1)))
        hit = [camera for code in some for camera in self.by_village[code]]
        span = self._span(20, 400)
        self._group("link cut", hit, span, "uplink", uplink.code, "uplink", "carrier", uplink.carrier)

    def storm(self) -> None:
        """Two or three power lines go within a minute."""
        start, end = self._span(40, 300)
        for feed in self.random.sample(list(self.inventory.feeds.values()), self.random.randint(2, 3)):
            hit = self._hung(lambda village, feed=feed: village.feed == feed.code)
            begin = start + self.random.uniform(0, 60)
            self._group("power cut", hit, (begin, end), "feed", feed.code, "feed", "power", feed.owner)

    def cabinet(self) -> None:
        """A village's own switch or breaker, where others on its power line and on its link show that these live."""
        shared = [code for code in self.by_village if self._shared(code) and len(self.by_village[code]) > 1]
        code = self.random.choice(shared)
        contractor = self.inventory.villages[code].contractor
        span = self._span(30, 900)
        self._group(
            "village cabinet", self.by_village[code], span, "village", code, "village", "contractor", contractor
        )

    def lone_cabinet(self) -> None:
        """The same in a village that is alone on its power line: its breaker looks like a power cut, even to the
        sentinel behind its battery. Nobody could tell from afar."""
        code = self.random.choice([code for code in self.month.sentinels if len(self.by_village[code]) > 1])
        contractor = self.inventory.villages[code].contractor
        span = self._span(30, 900)
        self._group(
            "village cabinet", self.by_village[code], span, "village", code, "village", "contractor", contractor
        )

    def dark_drop_line(self) -> None:
        """The last piece of fibre to a village without a sentinel: that it is the carrier's nobody could tell."""
        code = self.random.choice([code for code in self.by_village if code not in self.month.sentinels])
        carrier = self.inventory.uplinks[self.inventory.villages[code].uplink].carrier
        span = self._span(30, 600)
        self._group("drop line", self.by_village[code], span, "village", code, "village", "carrier", carrier)

    def drop_line(self) -> None:
        """The last piece of fibre to a village that has a sentinel behind it: the carrier's."""
        lone = [code for code in self.month.sentinels if len(self.by_village[code]) > 1]
        code = self.random.choice(lone)
        carrier = self.inventory.uplinks[self.inventory.villages[code].uplink].carrier
        span = self._span(30, 600)
        self._group("drop line", self.by_village[code], span, "village", code, "village", "carrier", carrier)

    def blink(self) -> None:
        """The power blinks, and the cameras of a line restart."""
        feed = self.random.choice(list(self.inventory.feeds))
        start = self.random.uniform(0, self.month.days) * DAY
        hit = self._hung(lambda village: village.feed == feed)
        span = start, start + self.random.uniform(40, 110)
        self._group("power blinks", hit, span, "feed", feed, "", "", "", tellable=False)

    # --- one alone

    def outage(self) -> None:
        camera = self.random.choice(self.cameras)
        start, end = self._span(30, 3000)
        self._single(camera, "camera dead", start, end, "outage")

    def reboot(self) -> None:
        camera = self.random.choice(self.cameras)
        start = self.random.uniform(0, self.month.days) * DAY
        self._single(camera, "camera restarts", start, start + self.random.uniform(30, 110), "", tellable=False)

    def flapping(self) -> None:
        camera = self.random.choice(self.cameras)
        start = self.random.uniform(0, self.month.days - 0.5) * DAY
        spells, at = list[tuple[float, float]](), start
        for _ in range(self.random.randint(12, 30)):
            down = self.random.uniform(4, 14) * MINUTE
            spells.append((at, at + down))
            at += down + self.random.uniform(5, 25) * MINUTE
        self._single(camera, "comes and goes", start, spells[-1][1], "flapping", spells=tuple(spells))

    def finding(self, probe: str, code: str, severity: int, cause: str) -> None:
        """Long enough to be seen: by a probe that looks once a day, or by night, where it shows by night alone."""
        camera = self.random.choice(self.cameras)
        rare = probe == "device" or code == "light_failed"
        start, end = self._span(3000 if rare else 600, 6000, rest=1.2 if rare else 0.2)
        self._single(camera, code, start, end, cause, probe=probe, finding=code, severity=severity)

    def maintenance(self) -> None:
        """People at work: cameras go, turn, and come back; now and then one stays dead when they leave."""
        code = self.random.choice([code for code, cameras in self.by_village.items() if cameras])
        start, end = self._span(90, 400)
        hit = tuple(self.by_village[code])
        if not self._free(hit, start, end):
            return
        self._reserve(hit, start, end)
        self.month.windows.append((start, end, hit))
        for camera in hit:
            down = self.random.uniform(start, end - 20 * MINUTE)
            up = min(end - 5 * MINUTE, down + self.random.uniform(5, 90) * MINUTE)
            self._put("at work", camera, down, up, "", tellable=False)
        if self.random.random() < 0.25:
            camera = self.random.choice(hit)
            late = end + self.random.uniform(3, 20) * HOUR
            self._single(camera, "left dead", end - 6 * MINUTE, late, "outage", reserve=(end, late))

    # --- the rest of the world

    def loss(self) -> None:
        start, end = self._span(30, 180)
        uplink = self.random.choice(list(self.inventory.uplinks))
        self.month.lossy.append((start, end, uplink, self.random.uniform(0.03, 0.12)))

    def restart(self) -> None:
        """Half of them in the first minutes of something great, when it hurts most."""
        great = [truth for truth in self.month.truths if len(truth.cameras) > 1 and truth.tellable]
        if great and self.random.random() < 0.5:
            at = self.random.choice(great).start + self.random.uniform(20, 400)
        else:
            at = self.random.uniform(0, self.month.days) * DAY
        self.month.restarts.append((at, at + self.random.choice((5.0, 20.0, 120.0, 900.0))))

    # --- ways to write it down

    def _span(self, least: float, most: float, rest: float = 0.1) -> tuple[float, float]:
        """From `least` to `most` minutes; most things are short. It begins `rest` days before the end at the latest."""
        length = least * (most / least) ** self.random.random() * MINUTE
        start = self.random.uniform(0.02, max(0.03, self.month.days - rest)) * DAY
        return start, start + length

    def _hung(self, belongs: Callable[..., bool]) -> list[str]:
        places = self.inventory.villages
        return [camera for code, cameras in self.by_village.items() if belongs(places[code]) for camera in cameras]

    def _shared(self, code: str) -> bool:
        place, every = self.inventory.villages[code], self.inventory.villages.values()
        feed = sum(other.feed == place.feed for other in every)
        return feed > 1 and sum(other.uplink == place.uplink for other in every) > 1

    def _sentinels(self) -> None:
        """Villages that are alone on their power line or their link have one, in the cabinet and on its battery: where
        no neighbour tells power from link, and cabinet from either."""
        self.month.sentinels = {code: True for code in self.by_village if not self._shared(code)}

    def _free(self, cameras: Iterable[str], start: float, end: float) -> bool:
        return not any(
            begin - NEAR < end and start < until + NEAR for each in cameras for begin, until in self._busy.get(each, ())
        )

    def _reserve(self, cameras: Iterable[str], start: float, end: float) -> None:
        for camera in cameras:
            self._busy.setdefault(camera, []).append((start, end))

    def _group(
        self, what: str, cameras: list[str], span: tuple[float, float], scope: str, code: str, cause: str, party: str,
        owner: str, *, tellable: bool = True,
    ) -> Truth | None:  # fmt: skip
        start, end = span
        if not self._free(cameras, start, end):
            return None
        self._reserve(cameras, start, end)
        truth = Truth(what, start, end, tuple(cameras), scope, code, cause, party, owner, tellable=tellable)
        self.month.truths.append(truth)
        return truth

    def _single(
        self, camera: str, what: str, start: float, end: float, cause: str, *,
        reserve: tuple[float, float] | None = None, tellable: bool = True,
        spells: tuple[tuple[float, float], ...] = (), probe: str = "", finding: str = "", severity: int = 0,
    ) -> None:  # fmt: skip
        held = reserve or (start, end)
        if reserve is None and not self._free([camera], *held):
            return
        self._reserve([camera], *held)
        self._put(
            what, camera, start, end, cause, tellable=tellable, spells=spells, probe=probe, finding=finding,
            severity=severity,
        )  # fmt: skip

    def _put(
        self, what: str, camera: str, start: float, end: float, cause: str, *, tellable: bool = True,
        spells: tuple[tuple[float, float], ...] = (), probe: str = "", finding: str = "", severity: int = 0,
    ) -> None:  # fmt: skip
        contractor = self.inventory.village_of(self.inventory.cameras[camera]).contractor
        self.month.truths.append(
            Truth(what, start, end, (camera,), "camera", camera, cause, "contractor", contractor, probe, finding,
                  severity, tellable, spells)
        )  # fmt: skip


def written(inventory: Inventory, seed: int, days: float) -> Month:
    """The month of this seed; the same seed, ledger and length give the same month."""
    return Author(inventory, seed, days).write()


def unknowable(truth: Truth, month: Month) -> bool:
    """Whether nothing that can be seen from afar tells this from something else: the breaker of a village that is alone
    on its power line, the last piece of fibre to a village without a sentinel."""
    alone = truth.code in month.sentinels
    return (truth.what == "village cabinet" and alone) or (truth.what == "drop line" and not alone)


def tellable(month: Month) -> Iterator[Truth]:
    """What should have been told."""
    return (truth for truth in month.truths if truth.tellable and truth.end - truth.start >= TELLABLE)

"""The cameras as they truly are, minute by minute, and what a visit would see. Plays the truth; judges nothing."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from bench.month.truth import FINDINGS, Month, Truth
from skywatch.inventory import Inventory
from skywatch.observation import Finding, Observation, Verdict

BEGIN = datetime(2026, 9, 1, tzinfo=timezone(timedelta(hours=8))).timestamp()
"""The month begins on a Tuesday, has the Mid-Autumn Festival in it, and working weekends."""

LOSS = 0.004
"""Share of visits that fail for no reason anybody ever finds."""

GHOSTS = 0.002
"""Share of pictures in which something is seen that isn't there: a lorry, an insect, the sun."""

PICTURE = frozenset(code for probe, code, *_ in FINDINGS if probe == "picture")
BY_DAY = PICTURE - {"light_failed"}
_GHOSTLY = (("blur", 3), ("covered", 5), ("noise", 2), ("moved", 4))
_WAYS = ("timeout", "timeout", "timeout", "unreachable", "refused")


LINKS = ("drop line", "link cut", "station cut off")
"""What silences a sentinel."""


class World:
    """Which camera is dead, and what is wrong with which, now. `turn` moves it along."""

    def __init__(self, month: Month, inventory: Inventory, rng: random.Random) -> None:
        self.random = rng
        self.inventory = inventory
        self.dead: dict[str, int] = {}
        self.wrong: dict[str, list[Truth]] = {}
        self.lossy: dict[str, float] = {}
        self._until_loss = int(rng.expovariate(LOSS))
        self._cuts: list[Truth] = []
        self._changes = sorted(self._script(month), key=lambda change: change[0])
        self._next = 0

    @property
    def due(self) -> float:
        """When the next thing happens, seconds since the month began."""
        return self._changes[self._next][0] if self._next < len(self._changes) else float("inf")

    def turn(self, now: float) -> None:
        """Let happen what happens by `now`."""
        while self.due <= now:
            _, begins, what = self._changes[self._next]
            self._next += 1
            if isinstance(what, Truth):
                self._change(what, begins)
            else:
                uplink, share = what
                if begins:
                    self.lossy[uplink] = share
                else:
                    self.lossy.pop(uplink, None)

    def _script(self, month: Month) -> Iterator[tuple[float, bool, "Truth | tuple[str, float]"]]:
        for truth in month.truths:
            for start, end in truth.times:
                yield start, True, truth
                yield end, False, truth
        for start, end, uplink, share in month.lossy:
            yield start, True, (uplink, share)
            yield end, False, (uplink, share)

    def _change(self, truth: Truth, begins: bool) -> None:
        for camera in truth.cameras:
            if not truth.deadly:
                wrong = [each for each in self.wrong.get(camera, []) if each is not truth]
                self.wrong[camera] = [*wrong, truth] if begins else wrong
                if not self.wrong[camera]:
                    del self.wrong[camera]
            else:
                self.dead[camera] = self.dead.get(camera, 0) + (1 if begins else -1)
                if not self.dead[camera]:
                    del self.dead[camera]
        if truth.what in LINKS:
            self._cuts = [each for each in self._cuts if each is not truth] + [truth] * begins

    def sentinel(self, village: str) -> bool:
        """Whether the village's sentinel answers: it has a battery, so only a dead link silences it."""
        camera = self.inventory.by_village[village][0].code
        return not any(camera in truth.cameras for truth in self._cuts)

    def visit(self, probe: str, camera: str, at: float) -> Observation:
        """What a visit at `at`, seconds since the month began, sees."""
        if camera in self.dead or self._lost(camera):
            return self._nothing(probe, camera, at)
        wrong = [truth for truth in self.wrong[camera] if truth.probe == probe] if camera in self.wrong else []
        if probe == "picture":
            return self._picture(camera, at, wrong)
        if not wrong:
            return Observation(probe, camera, BEGIN + at, 0.1, PASS)
        findings = tuple([Finding(truth.finding, detail="as played") for truth in wrong])
        remark = probe != "stream" or all(truth.finding in _REMARKS for truth in wrong)
        return Observation(probe, camera, BEGIN + at, 0.1, PASS if remark else FAIL, findings)

    def _lost(self, camera: str) -> bool:
        self._until_loss -= 1
        if self._until_loss < 0:
            self._until_loss = int(self.random.expovariate(LOSS))
            return True
        if not self.lossy:
            return False
        uplink = self.inventory.uplink_of(self.inventory.cameras[camera]).code
        return self.random.random() < self.lossy.get(uplink, 0.0)

    def _nothing(self, probe: str, camera: str, at: float) -> Observation:
        finding = (Finding(self.random.choice(_WAYS), "connect"),)
        return Observation(probe, camera, BEGIN + at, 5.0, UNKNOWN if probe == "picture" else FAIL, finding)

    def _picture(self, camera: str, at: float, wrong: list[Truth]) -> Observation:
        if camera in self.wrong and any(
            truth.probe == "stream" and truth.finding not in _SEEN for truth in self.wrong[camera]
        ):
            return Observation("picture", camera, BEGIN + at, 1.0, UNKNOWN, (Finding("no_video"),))
        judged = BY_DAY if 6 <= at / 3600 % 24 < 19 else PICTURE
        findings = [Finding(each.finding, severity=each.severity) for each in wrong if each.finding in judged]
        if not findings and self.random.random() < GHOSTS:
            code, severity = self.random.choice(_GHOSTLY)
            findings = [Finding(code, severity=severity)]
        return Observation(
            "picture", camera, BEGIN + at, 0.2, FAIL if findings else PASS, tuple(findings), judged=judged
        )


PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
_REMARKS = frozenset({"resolution_low", "stream_changed"})
_SEEN = frozenset({"packet_loss", "resolution_low", "stream_changed"})

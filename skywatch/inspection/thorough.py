"""What a thorough look at one camera says: several observations of it put together. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from skywatch.observation import Finding, Observation, Verdict

NUMBERS = ("round_trip", "clock_offset", "frame_rate", "bit_rate", "loss", "width", "height", "blur", "visibility")
"""Measurements that are kept with an inspection."""

FACTS = ("serial", "model", "firmware", "codec", "regime")


def verdict_of(seen: Sequence[Observation], online: bool) -> Verdict:
    """`fail` where the camera is dead or something is at fault, `unknown` where its picture or its stream could not be
    judged, else `pass`."""
    if not online or any(not finding.remark for finding in faults(seen)):
        return Verdict.FAIL
    judged = {each.probe for each in seen if each.verdict is not Verdict.UNKNOWN}
    return Verdict.PASS if {"stream", "picture"} <= judged else Verdict.UNKNOWN


def faults(seen: Sequence[Observation]) -> list[Finding]:
    """What stands: of a picture, what most of its looks show; of everything else, what was found."""
    looks = [each for each in seen if each.probe == "picture" and each.verdict is not Verdict.UNKNOWN]
    counted = Counter(code for each in looks for code in {finding.code for finding in each.findings})
    latest = {finding.code: finding for each in looks for finding in each.findings}
    pictured = [latest[code] for code, count in counted.items() if 2 * count > len(looks)]
    others = {f.code: f for each in seen if each.probe != "picture" for f in each.findings}
    return [*others.values(), *pictured]


def reasons(seen: Sequence[Observation]) -> list[Finding]:
    """Why something could not be judged."""
    return [finding for each in seen if each.verdict is Verdict.UNKNOWN for finding in each.findings]


def plain(seen: Sequence[Observation], online: bool) -> dict[str, Any]:
    """As the store keeps it: whether it answered, the findings, some numbers and facts."""
    found = faults(seen) or ([] if online else reasons(seen))
    if verdict_of(seen, online) is Verdict.UNKNOWN:
        found = [*found, *reasons(seen)]
    numbers, facts = dict[str, float](), dict[str, str]()
    for each in seen:
        numbers |= {name: each.numbers[name] for name in NUMBERS if name in each.numbers}
        facts |= {name: each.facts[name] for name in FACTS if name in each.facts}
    return {
        "online": online,
        "findings": [as_plain(each) for each in {finding.code: finding for finding in found}.values()],
        "numbers": numbers,
        "facts": facts,
    }


def unreached(why: str) -> dict[str, Any]:
    """The same of a camera that nobody came to look at."""
    found = as_plain(Finding("not_reached", "inspect", why))
    return {"online": False, "findings": [found], "numbers": {}, "facts": {}}


def as_plain(finding: Finding) -> dict[str, Any]:
    """A finding as the store keeps it."""
    return asdict(finding)

"""When a finding stands and when it ends: the part of `state.py` that minds findings one by one. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from skywatch.health.camera import HEARTBEAT, Flip, FlipKind, Mark, Rules, Standing
from skywatch.health.evidence import Evidence
from skywatch.observation import Finding, Observation, Verdict

UNANSWERED = frozenset({"refused", "unreachable", "timeout", "truncated"})
"""Findings of visits to which nobody, or hardly anybody, answered."""

Marks = tuple[Mark, ...]
Flips = tuple[Flip, ...]


def notice(
    camera: str, marks: Marks, observation: Observation, at: float, noticed: float, rules: Rules
) -> tuple[Marks, Flips]:
    """The findings of one camera after a visit that could judge. A finding stands when it was seen on n of the last m
    visits of its probe, and ends when it was missing likewise; both are dated at the first such visit. The numbers
    depend on the severity; a visit that did not judge a code says nothing of it."""
    judged = observation.judged
    found: Mapping[str, Finding] = {
        finding.code: finding for finding in reversed(observation.findings) if judged is None or finding.code in judged
    }
    probe, flips = observation.probe, []
    kept: list[Mark] = []
    fresh = dict(found)
    for mark in marks:
        after = mark
        if mark.probe == probe and _speaks_of(observation, mark):
            after = _weigh(mark, fresh.pop(mark.finding.code, None), at, rules)
        if after.stands is not mark.stands:
            flips.append(flip(camera, after, after.since, noticed))
        if after.stands or after.against.bits:
            kept.append(after)
    for finding in fresh.values():
        after = _weigh(Mark(probe, finding, False, at), finding, at, rules)
        if after.stands:
            flips.append(flip(camera, after, after.since, noticed))
        kept.append(after)
    return tuple(kept), tuple(flips)


def _speaks_of(observation: Observation, mark: Mark) -> bool:
    """Whether a visit says anything of a finding: one that was not answered says nothing of what was found before in an
    answer, neither that it is there nor that it is mended."""
    code = mark.finding.code
    if observation.judged is not None:
        return code in observation.judged
    if observation.verdict is not Verdict.FAIL or code in UNANSWERED:
        return True
    return not all(finding.code in UNANSWERED for finding in observation.findings)


def _weigh(mark: Mark, finding: Finding | None, at: float, rules: Rules) -> Mark:
    seen = finding is not None
    if seen and mark.stands and not mark.against.bits:
        return mark if finding == mark.finding else Mark(mark.probe, finding or mark.finding, True, mark.since)
    latest = finding or mark.finding
    if latest.severity:
        against, since = _graded(mark, finding, at, rules)
    else:
        needed, last = (rules.passes, rules.passes_of) if mark.stands else (rules.fails, rules.fails_of)
        against = mark.against.seen(seen is not mark.stands, at, last)
        since = against.since(needed)
    if since is None:
        return Mark(mark.probe, latest, mark.stands, mark.since, against)
    return Mark(mark.probe, latest, not mark.stands, since)


def _graded(mark: Mark, finding: Finding | None, at: float, rules: Rules) -> tuple[Evidence, float | None]:
    """What speaks for a change of a finding that has a severity, and since when it is proven. It stands as soon as any
    grade has its looks, each of them at least that severe: so a fault that grows worse is never believed later, and
    one gross look beside a slight one proves nothing gross. It ends by the grade that it was seen at last."""
    contrary = (finding is not None) is not mark.stands
    if contrary and mark.against.times and at - mark.against.times[-1] < rules.apart:
        return mark.against, None
    if mark.stands:
        ending = rules.grade_of(mark.finding.severity) if finding is None else rules.grade_of(finding.severity)
        against = mark.against.seen(contrary, at, ending.of)
        return against, against.since(ending.looks)
    against = mark.against.seen(contrary, at, rules.longest, finding.severity if finding else 0)
    proven = [against.since_of(grade.looks, grade.of, grade.severity) for grade in rules.grades]
    return against, min((since for since in proven if since is not None), default=None)


def attributed(camera: str, marks: Marks, alive: float, noticed: float) -> tuple[Marks, Flips]:
    """Without what other probes found since the camera last proved life: it was the outage. Where such a finding stood
    already it ends when it began: it never stood by itself."""
    kept: list[Mark] = []
    flips: list[Flip] = []
    for mark in marks:
        if mark.probe == HEARTBEAT:
            kept.append(mark)
        elif mark.stands and mark.since > alive:
            flips.append(flip(camera, replace(mark, stands=False), mark.since, noticed))
        else:
            against = mark.against.until(alive)
            if mark.stands or against.bits:
                kept.append(replace(mark, against=against))
    return tuple(kept), tuple(flips)


def of_probes(camera: str, marks: Marks, probes: Collection[str], at: float) -> tuple[Marks, Flips]:
    """Only the findings of these probes; those of others end at `at`."""
    gone = [mark for mark in marks if mark.probe not in probes and mark.stands]
    flips = [flip(camera, replace(mark, stands=False), max(at, mark.since), at) for mark in gone]
    return tuple([mark for mark in marks if mark.probe in probes]), tuple(flips)


def flip(camera: str, mark: Mark, at: float, noticed: float) -> Flip:
    """The flip that brought `mark` where it is now."""
    old, new = (Standing.ABSENT, Standing.STANDING) if mark.stands else (Standing.STANDING, Standing.ABSENT)
    return Flip(camera, at, noticed, FlipKind.FINDING, mark.what, old, new, *_evidence(mark.finding))


def _evidence(finding: Finding) -> tuple[str, str, int, bool]:
    return finding.step, finding.detail, finding.severity, finding.remark

"""What a row of observations means: pure functions from a camera's state and what was seen to its next state and the
flips between them. Asks no clock, keeps nothing, raises nothing.

Time never runs backwards for a camera: what is dated before the last visit counts as seen at the last visit. A wall
clock that is set back by an hour so squeezes that hour's changes into one moment, in their right order; one that is set
forward leaves a gap, which is `unknown`.
"""

import math
from collections.abc import Collection, Iterable
from dataclasses import replace

from skywatch.health.camera import HEARTBEAT, CameraState, Flip, FlipKind, Mark, Rules, State, Track, unseen
from skywatch.health.evidence import NONE
from skywatch.health.marks import attributed, notice, of_probes
from skywatch.observation import Observation, Verdict

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
Flips = tuple[Flip, ...]
_RULES = Rules()
_BELOW = {PASS: State.UP, FAIL: State.DOWN, UNKNOWN: State.UNKNOWN}


def advance(state: CameraState, observation: Observation, rules: Rules) -> tuple[CameraState, Flips]:
    """The state after one more visit, and what changed.

    The heartbeat says whether the camera is up. A pass of any other probe proves life and counts as a heartbeat's pass,
    and so does a picture at fault, or one of which a part can be judged. Another failure says nothing about life, and
    nothing at all while the camera is down: the outage is its reason.
    """
    at = observation.at if state.seen < observation.at < math.inf else state.seen
    noticed = at + max(0.0, observation.seconds)
    gap: Flips = ()
    if at - state.watched > rules.gap:
        state, gap = _lost(state, state.watched, noticed)
    verdict, knock = observation.verdict, observation.probe == HEARTBEAT
    alive = (
        verdict is PASS or observation.judged is not None or (verdict is FAIL and observation.probe in rules.sighted)
    )
    if state.down and not knock and not alive:
        return replace(state, seen=at), gap
    found: Flips = ()
    heartbeat, others, marks = state.heartbeat, state.others, state.marks
    if knock or alive:
        heartbeat = _judge(heartbeat, PASS if alive else verdict, observation, at, rules)
    if (verdict is not UNKNOWN or observation.judged is not None) and (marks or observation.findings):
        marks, found = notice(state.camera, marks, observation, at, noticed, rules)
    if not knock:
        others = _judge_among(others, observation, (marks, found), at, rules)
    if heartbeat.verdict is FAIL and not state.down:
        others, marks, found = _attribute(state, others, marks, found, noticed)
    watched = at if alive or (knock and verdict is FAIL) else state.watched
    after = CameraState(
        state.camera, state.state, state.since, state.intact, state.intact_since, at, watched,
        at if alive else state.alive, heartbeat, others, marks, state.maintenance,
    )  # fmt: skip
    if heartbeat is state.heartbeat and others is state.others:
        return after, gap + found
    judged_at = at if knock else _since(others, observation.probe)
    after, moved = _settle(after, heartbeat.since, judged_at, noticed, rules)
    return after, gap + found + moved


def lapse(state: CameraState, now: float, rules: Rules) -> tuple[CameraState, Flips]:
    """To be called now and then: a camera that nobody has looked at for longer than `rules.gap` becomes `unknown`,
    dated at the last visit that could tell life from death."""
    if now - state.watched <= rules.gap:
        return state, ()
    state, flips = _lost(state, state.watched, now)
    return replace(state, seen=max(state.seen, now - rules.gap)), flips


def retire(state: CameraState, at: float) -> tuple[CameraState, Flips]:
    """The camera is watched no longer, from `at` on: it left the ledger, or was disabled there."""
    at = max(at, state.seen)
    return _lost(replace(state, maintenance=False, seen=at), at, at)


def with_maintenance(state: CameraState, on: bool, at: float, rules: Rules) -> tuple[CameraState, Flips]:
    """Enter or leave maintenance at `at`. Visits go on being judged underneath; leaving returns to what they found.
    What was not yet confirmed when maintenance began is never counted against the time before it."""
    if on == state.maintenance:
        return state, ()
    at = max(at, state.seen)
    return _settle(replace(state, maintenance=on, seen=at), at, at, at, rules)


def revive(camera: str, at: float, standing: Iterable[Mark] = (), alive: float | None = None) -> CameraState:
    """A camera that was watched before skywatch was restarted, at `at`. Its state is unknown until it is seen again;
    the findings that stood still stand, until visits prove that they ended."""
    return replace(unseen(camera, at), marks=tuple(standing), alive=alive)


def only(state: CameraState, probes: Collection[str], at: float, rules: Rules = _RULES) -> tuple[CameraState, Flips]:
    """After a reload: what probes found that do not run any more is forgotten, at `at`."""
    others = tuple([track for track in state.others if track.probe in probes])
    at = max(at, state.seen)
    marks, found = of_probes(state.camera, state.marks, probes, at)
    if len(others) == len(state.others) and len(marks) == len(state.marks):
        return state, ()
    after, moved = _settle(replace(state, others=others, marks=marks, seen=at), state.since, at, at, rules)
    return after, found + moved


def _judge(track: Track, verdict: Verdict, observation: Observation, at: float, rules: Rules) -> Track:
    """The standing verdict after one more visit; the same object where nothing is new."""
    if verdict is UNKNOWN:
        return _blinded(track, observation, at, rules)
    if verdict is track.verdict and not track.against.bits and not track.blind:
        return track
    if verdict is PASS and track.verdict is UNKNOWN:
        return Track(track.probe, PASS, at)
    needed, last = (rules.passes, rules.passes_of) if track.verdict is FAIL else (rules.fails, rules.fails_of)
    against = track.against.seen(verdict is not track.verdict, at, last)
    since = against.since(needed)
    return (
        Track(track.probe, track.verdict, track.since, against) if since is None else Track(track.probe, verdict, since)
    )


def _blinded(track: Track, observation: Observation, at: float, rules: Rules) -> Track:
    why = observation.findings[0] if observation.findings else None
    since, blind = (track.blind_since if track.blind else at), min(track.blind + 1, rules.blind)
    if track.verdict is UNKNOWN:
        return replace(track, blind=blind, blind_since=since, why=why)
    if blind < rules.blind:
        return Track(track.probe, track.verdict, track.since, track.against, blind, since, why)
    return Track(track.probe, UNKNOWN, since, NONE, blind, since, why)


def _judge_among(
    others: tuple[Track, ...],
    observation: Observation,
    noticed: tuple[tuple[Mark, ...], Flips],
    at: float,
    rules: Rules,
) -> tuple[Track, ...]:
    """`others` with the track of this probe after the visit; `noticed` are the marks by now and the flips to them."""
    by_items = observation.judged is not None
    for index, track in enumerate(others):
        if track.probe == observation.probe:
            judged = (
                _by_marks(track, observation, noticed, at, rules)
                if by_items
                else _judge(track, observation.verdict, observation, at, rules)
            )
            return others if judged is track else (*others[:index], judged, *others[index + 1 :])
    return _judge_among((*others, Track(observation.probe, UNKNOWN, at)), observation, noticed, at, rules)


def _by_marks(
    track: Track, observation: Observation, noticed: tuple[tuple[Mark, ...], Flips], at: float, rules: Rules
) -> Track:
    """A probe that judges item by item is at fault while a finding of it stands, and is not for one that was only seen
    once: how many looks it takes is the finding's own."""
    marks, flips = noticed
    standing = [mark.since for mark in marks if mark.probe == track.probe and mark.faulty]
    if standing:
        same = track.verdict is FAIL and not track.blind and not track.against.bits
        return track if same else Track(track.probe, FAIL, max(track.since, min(standing)))
    if track.verdict is FAIL:
        after = UNKNOWN if observation.verdict is UNKNOWN else PASS
        return Track(track.probe, after, max(track.since, max((flip.at for flip in flips), default=at)))
    if observation.verdict is FAIL:
        return replace(track, blind=0, why=None) if track.blind else track
    return _judge(track, observation.verdict, observation, at, rules)


def _since(others: tuple[Track, ...], probe: str) -> float:
    return next(track.since for track in others if track.probe == probe)


def _attribute(
    state: CameraState, others: tuple[Track, ...], marks: tuple[Mark, ...], found: Flips, noticed: float
) -> tuple[tuple[Track, ...], tuple[Mark, ...], Flips]:
    """The camera is found down. Whatever else failed since it last proved life was the outage itself; what had been
    found before stays as it was."""
    alive = -math.inf if state.alive is None else state.alive
    kept = tuple([_before(track, alive) for track in others])
    marks, ended = attributed(state.camera, marks, alive, noticed)
    return kept, marks, found + ended


def _before(track: Track, alive: float) -> Track:
    if track.verdict is FAIL and track.since > alive:
        return Track(track.probe, UNKNOWN, track.since)
    return Track(track.probe, track.verdict, track.since, track.against.until(alive))


def _lost(state: CameraState, at: float, noticed: float) -> tuple[CameraState, Flips]:
    """Nobody watched from `at` on: verdicts are unknown again; findings that stood stay, for absence proves nothing."""
    blank = replace(
        state,
        heartbeat=Track(HEARTBEAT, UNKNOWN, at),
        others=tuple([Track(track.probe, UNKNOWN, at) for track in state.others]),
        marks=tuple([replace(mark, against=NONE) for mark in state.marks if mark.stands]),
    )
    return _settle(blank, at, at, noticed, _RULES)


def _settle(state: CameraState, at: float, judged_at: float, noticed: float, rules: Rules) -> tuple[CameraState, Flips]:
    """What the camera counts as, given its tracks: its state as of `at`, its intactness as of `judged_at` or both."""
    now = State.MAINTENANCE if state.maintenance else _BELOW[state.heartbeat.verdict]
    intact = _intact(now, state.others, rules)
    if now is state.state and intact is state.intact:
        return state, ()
    flips: Flips = ()
    since, intact_since = state.since, state.intact_since
    if now is not state.state:
        since = judged_at = max(at, since)
        flips = (Flip(state.camera, since, noticed, FlipKind.STATE, "", state.state, now),)
    if intact is not state.intact:
        intact_since = max(judged_at, intact_since, since)
        flips = (*flips, Flip(state.camera, intact_since, noticed, FlipKind.INTACT, "", state.intact, intact))
    return replace(state, state=now, since=since, intact=intact, intact_since=intact_since), flips


def _intact(state: State, others: tuple[Track, ...], rules: Rules) -> Verdict:
    """Intact (完好) is: up, seen working, and no fault confirmed. A camera that is up but was never seen working is
    `unknown`; one that is down is not intact."""
    if state is not State.UP:
        return FAIL if state is State.DOWN else UNKNOWN
    verdicts = [track.verdict for track in others if track.probe in rules.intact]
    return FAIL if FAIL in verdicts else PASS if PASS in verdicts else UNKNOWN

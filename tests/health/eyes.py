"""Short ways to say what was seen, for the tests of health."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from skywatch.health import CameraState, Flip, Rules, advance, unseen
from skywatch.observation import Finding, Observation, Verdict

CODE = "37010000001320000001"
RULES = Rules()
VERDICTS = {"P": Verdict.PASS, "F": Verdict.FAIL, "U": Verdict.UNKNOWN}


def seen(at: float, letter: str, probe: str = "heartbeat", *codes: str, seconds: float = 0.0) -> Observation:
    """One visit: `P`, `F` or `U`, with the findings of these codes."""
    return Observation(
        probe, CODE, at, seconds, VERDICTS[letter], tuple(Finding(code, detail=f"{at}") for code in codes)
    )


def row(letters: str, start: float = 0.0, every: float = 60.0, probe: str = "heartbeat") -> Iterator[Observation]:
    """One visit after the other, the first one at `start`."""
    return (seen(start + every * index, letter, probe) for index, letter in enumerate(letters))


def watch(
    observations: Iterable[Observation], rules: Rules = RULES, state: CameraState | None = None
) -> tuple[CameraState, list[Flip]]:
    """The state after all of them, and every flip on the way."""
    state = state or unseen(CODE, 0.0)
    flips: list[Flip] = []
    for observation in observations:
        state, more = advance(state, observation, rules)
        flips += more
    return state, flips


def brief(flips: Iterable[Flip], kind: str = "state") -> list[tuple[float, str]]:
    """(when, to what) of the flips of one kind; a finding with its name in front."""
    return [(flip.at, f"{flip.what} {flip.new}".strip()) for flip in flips if flip.kind == kind]


def blurred() -> CameraState:
    """Up, its stream runs, and its picture is blurred since second 10."""
    state, _ = watch([seen(0, "P"), seen(1, "P", "stream"), *(seen(at, "F", "picture", "blur") for at in (10, 30))])
    return state


CODES = ("blur", "moved", "low_contrast")


def look(
    at: float, found: Mapping[str, int], judged: Iterable[str] = CODES, remarks: Collection[str] = ()
) -> Observation:
    """One look at the picture that judged the codes `judged` and found some, each with its severity."""
    findings = tuple(
        Finding(code, "picture", f"{at}", severity, code in remarks) for code, severity in found.items() if severity
    )
    wrong = any(not finding.remark for finding in findings)
    judged = frozenset(judged)
    verdict = Verdict.FAIL if wrong else Verdict.PASS if "blur" in judged else Verdict.UNKNOWN
    return Observation("picture", CODE, at, 0.0, verdict, findings, judged=judged)


def looks(severities: Iterable[int], start: float = 10.0, every: float = 180.0) -> Iterator[Observation]:
    """One look after the other: how blurred the picture was, 0 for not at all."""
    return (look(start + every * index, {"blur": severity}) for index, severity in enumerate(severities))

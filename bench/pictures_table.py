"""Cases -> shares: how many faults are found, how often a healthy picture is called faulty. Cameras weigh the same,
however many pictures they have."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.pictures_cases import Case
from skywatch.picture.diagnose import Item

CODES: Mapping[str, tuple[str, ...]] = {
    "defocus": ("blur",),
    "motion": ("motion_blur", "blur"),
    "dirty": ("dirty_lens",),
    "under": ("dark",),
    "over": ("overexposed",),
    "cast": ("colour_cast",),
    "snow": ("noise",),
    "stripes": ("stripes",),
    "occlude_hand": ("covered",),
    "occlude_leaf": ("covered",),
    "occlude_paint": ("covered",),
    "occlude_web": ("covered",),
    "cover": ("covered",),
    "moved": ("moved",),
    "black": ("black",),
    "blue": ("no_signal",),
    "nosignal": ("no_signal",),
    "fog": ("low_contrast",),
}
"""What a drawn fault is to be called; for severe movement another word is right, too."""

LIGHTS = ("day", "weather", "night", "drawn_night")


@dataclass(frozen=True, slots=True)
class Bar:
    """What issue and contract ask for. `faults` are (kind, severities); `found` and `false` are shares, `false` over
    the healthy pictures of `lights`; `alone`: without any reference."""

    what: str
    faults: Mapping[str, tuple[int, ...]]
    found: float
    false: float
    lights: tuple[str, ...] = LIGHTS
    alone: bool = False


_OCCLUDED = ("occlude_hand", "occlude_leaf", "occlude_paint", "occlude_web")

BARS = (
    Bar("defocus 4 and 5", {"defocus": (4, 5)}, 0.98, 0.01),
    Bar("defocus 3", {"defocus": (3,)}, 0.90, 0.01),
    Bar("motion 4 and 5", {"motion": (4, 5)}, 0.95, 0.01),
    Bar("motion 3", {"motion": (3,)}, 0.85, 0.01),
    Bar("dirty lens, half the area", {"dirty": (3,)}, 0.85, 0.02),
    Bar("three stops dark and more", {"under": (3, 4)}, 0.98, 0.02, ("night", "drawn_night")),
    Bar("two stops over and more", {"over": (3, 4)}, 0.95, 0.02),
    Bar("covered, a quarter", dict.fromkeys(_OCCLUDED, (3,)), 0.90, 0.01),
    Bar("covered, half and more", {**dict.fromkeys(_OCCLUDED, (4,)), "cover": (1, 3, 5)}, 0.99, 0.01),
    Bar("moved by 2.5 % of the width and more", {"moved": (2, 3, 4, 5)}, 0.95, 0.02),
    Bar("snow, sigma 10", {"snow": (2,)}, 0.98, 0.01),
    Bar("stripes, 12 levels", {"stripes": (3,)}, 0.90, 0.02),
    Bar("colour cast, 1.6 times", {"cast": (3,)}, 0.95, 0.03),
    Bar("black, blue, no signal", {"black": (1,), "blue": (1,), "nosignal": (1,)}, 1.0, 0.0),
    Bar("drawn fog called low contrast", {"fog": (4,)}, 0.5, 1.0),
    Bar("without any reference: defocus 4 and 5", {"defocus": (4, 5)}, 0.90, 0.01, alone=True),
    Bar("without any reference: three stops dark", {"under": (3, 4)}, 0.90, 0.01, ("night", "drawn_night"), alone=True),
    Bar("without any reference: covered whole", {"cover": (1, 3, 5)}, 0.90, 0.01, alone=True),
)


def share(rows: Iterable[tuple[str, bool]]) -> float | None:
    """The mean over cameras of each one's share of true rows; None without any."""
    by_camera: dict[str, list[bool]] = {}
    for camera, true in rows:
        by_camera.setdefault(camera, []).append(true)
    shares = [sum(values) / len(values) for values in by_camera.values()]
    return sum(shares) / len(shares) if shares else None


def rightly(case: Case, alone: bool) -> bool:
    """Whether the fault was called by its name. A camera that was turned far away may be called another scene; and what
    covers the whole lens may be called black or dark: there is nothing else to see."""
    codes: tuple[str, ...] = CODES[case.fault.kind]
    if case.fault.kind == "moved" and case.fault.severity >= 4:
        codes += ("scene_changed",)
    return any(_found(case.items(alone), code) for code in codes)


def anything(case: Case, alone: bool) -> bool:
    return any(item.found and not item.remark for item in case.items(alone).values())


def judgeable(case: Case, alone: bool) -> bool:
    """Whether what the fault is called could be judged at all."""
    items = case.items(alone)
    return any(code in items and items[code].score is not None for code in CODES[case.fault.kind])


def called(case: Case, codes: Iterable[str], alone: bool) -> bool:
    """Whether any of these is found, remarks too."""
    return any(_found(case.items(alone), code) for code in codes)


def _found(items: Mapping[str, Item], code: str) -> bool:
    return code in items and items[code].found


def of_fault(cases: Sequence[Case], kinds: Mapping[str, tuple[int, ...]], alone: bool) -> list[Case]:
    """The faulty pictures of these kinds by day; beside references, only those that have any."""
    return [
        case
        for case in cases
        if not case.healthy
        and case.fault.severity in kinds.get(case.fault.kind, ())
        and case.light != "night"
        and (alone or case.references)
    ]


def healthy(cases: Sequence[Case], lights: Iterable[str], alone: bool) -> list[Case]:
    """The healthy pictures by this light; beside references, only those that have any."""
    return [case for case in cases if case.healthy and case.light in lights and (alone or case.references)]


def met(cases: Sequence[Case], bar: Bar) -> dict[str, object]:
    """One row of the contract's table, with the pictures that fail by name."""
    faulty, well = of_fault(cases, bar.faults, bar.alone), healthy(cases, bar.lights, bar.alone)
    codes = tuple(dict.fromkeys(code for kind in bar.faults for code in CODES[kind]))
    found = share((case.camera, rightly(case, bar.alone)) for case in faulty)
    false = share((case.camera, called(case, codes, bar.alone)) for case in well)
    return {
        "what": bar.what,
        "codes": codes,
        "found": found,
        "found_any": share((case.camera, anything(case, bar.alone)) for case in faulty),
        "judged": share((case.camera, judgeable(case, bar.alone)) for case in faulty),
        "false": false,
        "wanted": [bar.found, bar.false],
        "met": found is not None and false is not None and found >= bar.found and false <= bar.false,
        "cameras": [len({case.camera for case in faulty}), len({case.camera for case in well})],
        "pictures": [len(faulty), len(well)],
        "missed": [_named(case) for case in faulty if not rightly(case, bar.alone)],
        "falsely": [_named(case) for case in well if called(case, codes, bar.alone)],
    }


def by_severity(cases: Sequence[Case], alone: bool) -> list[dict[str, object]]:
    """A row for each drawn fault and severity, by day and by night."""
    rows: list[dict[str, object]] = []
    kinds = sorted({(case.fault.kind, case.fault.severity) for case in cases if not case.healthy})
    for kind, severity in kinds:
        rows += _rows(cases, kind, severity, alone)
    return rows


def _rows(cases: Sequence[Case], kind: str, severity: int, alone: bool) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for light in ("day", "night"):
        some = [
            case
            for case in cases
            if not case.healthy
            and (case.fault.kind, case.fault.severity) == (kind, severity)
            and (case.light == "night") is (light == "night")
            and (alone or case.references)
        ]
        measures: dict[str, Callable[[Case, bool], bool]] = {
            "found": rightly, "found_any": anything, "judged": judgeable,
        }  # fmt: skip
        if some:
            shares = {name: share((c.camera, measure(c, alone)) for c in some) for name, measure in measures.items()}
            rows.append({"fault": kind, "severity": severity, "light": light, **shares, "pictures": len(some)})
    return rows


def false_alarms(cases: Sequence[Case], alone: bool) -> list[dict[str, object]]:
    """A row for each finding: the share of healthy pictures that get it, by light, and which."""
    codes = sorted({code for case in cases for code in case.items(alone)})
    rows: list[dict[str, object]] = []
    for code in codes:
        shares = {
            light: share((case.camera, called(case, (code,), alone)) for case in healthy(cases, (light,), alone))
            for light in LIGHTS
        }
        wrong = [_named(case) for case in healthy(cases, LIGHTS, alone) if called(case, (code,), alone)]
        remark = any(case.items(alone)[code].remark for case in cases if _found(case.items(alone), code))
        rows.append({"finding": code, **shares, "remark": remark, "pictures": wrong})
    return rows


def _named(case: Case) -> str:
    fault = f" {case.fault.kind} {case.fault.severity}" if case.fault.kind else ""
    return f"{case.shot}{fault}"

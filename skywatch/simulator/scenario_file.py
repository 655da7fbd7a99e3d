"""The grammar of scenario files: YAML text in, cues out, or every mistake with its line. Knows no cameras."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from skywatch.i18n import _
from skywatch.simulator.condition import Act
from skywatch.simulator.faults import FAULTS, Choice, Fault, Value
from skywatch.simulator.scenario import FILTERS, GROUPS, Cue, Pick, Scenario, ScenarioError

DAYLIGHT = ("day", "night", "auto")
_KEYS = ("cues", "seed", "daylight")
_PLACES = (*GROUPS, "pick")
_OWN = ("fault", "from", "to", *_PLACES)


def load_scenario(path: Path) -> Scenario:
    """Read a scenario file. Raises ScenarioError with every mistake in it; a file that cannot be read is one, too."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError([_("{file}: cannot be read: {error}").format(file=path, error=error)]) from error
    return read(text, path.name)


def read(text: str, name: str = "scenario") -> Scenario:
    """The scenario that `text` holds. `name` is what mistakes call the file."""
    reader = _Reader(name)
    scenario = reader.read(text)
    if reader.mistakes:
        raise ScenarioError(reader.mistakes)
    return scenario


class _Reader:
    """Collects cues and mistakes from one file."""

    def __init__(self, name: str) -> None:
        self.mistakes: list[str] = []
        self._name = name

    def read(self, text: str) -> Scenario:
        try:
            data = yaml.safe_load(text)
            lines = _lines_of_cues(text)
        except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date that is none
            self._wrong(self._name, _("is not YAML: {error}").format(error=" ".join(str(error).split())))
            return Scenario()
        if not isinstance(data, dict):
            self._wrong(self._name, _("must be a mapping with the key cues"))
            return Scenario()
        self._unknown(self._name, data, _KEYS)
        cues = data.get("cues", [])
        if not isinstance(cues, list):
            self._wrong(self._name, _("cues must be a list"))
            cues = []
        read = [self._cue(cue, self._where(number, lines)) for number, cue in enumerate(cues)]
        seed = self._whole(self._name, "seed", data.get("seed", 0), 0, 2**63)
        daylight = self._word(self._name, "daylight", data.get("daylight", ""), ("", *DAYLIGHT))
        return Scenario(tuple(cue for cue in read if cue), seed, daylight)

    def _where(self, number: int, lines: list[int]) -> str:
        return f"{self._name}:{lines[number]}" if number < len(lines) else f"{self._name}, cue {number + 1}"

    def _wrong(self, where: str, what: str) -> None:
        self.mistakes.append(f"{where}: {what}")

    def _unknown(self, where: str, data: Mapping[Any, Any], known: Iterable[str]) -> None:
        words = list(known)
        for key in data:
            if key not in words:
                self._wrong(where, _("unknown key {key}").format(key=key) + _meant(key, words))

    def _cue(self, data: Any, where: str) -> Cue | None:
        if not isinstance(data, dict):
            self._wrong(where, _("a cue must be a mapping"))
            return None
        fault = self._fault(where, data.get("fault"))
        self._unknown(where, data, (*_OWN, *(fault.options if fault else data)))
        start = self._number(where, "from", data.get("from", 0), 0, 10**9)
        end = None if data.get("to") is None else self._number(where, "to", data["to"], 0, 10**9)
        if end is not None and end <= start:
            self._wrong(where, _("to must be after from"))
        what, codes, pick = self._target(where, data)
        if fault is None:
            return None
        options = {name: self._option(where, name, fault, data[name]) for name in fault.options if name in data}
        return Cue(Act(fault.name, fault.filled(options)), start, end, what, codes, pick, where)

    def _fault(self, where: str, name: Any) -> Fault | None:
        if name is None:
            self._wrong(where, _("fault is missing"))
        elif not isinstance(name, str) or name not in FAULTS:
            self._wrong(where, _("unknown fault {name}").format(name=name) + _meant(name, FAULTS))
        else:
            return FAULTS[name]
        return None

    def _target(self, where: str, data: Mapping[Any, Any]) -> tuple[str, tuple[str, ...], Pick | None]:
        given = [place for place in _PLACES if place in data]
        if len(given) != 1:
            self._wrong(where, _("one of {places} must say whom it hits").format(places=", ".join(_PLACES)))
            return "camera", (), None
        if given == ["pick"]:
            return "camera", (), self._pick(where, data["pick"])
        codes = data[given[0]]
        listed = codes if isinstance(codes, list) else [codes]
        if not listed or any(not isinstance(code, str | int) or isinstance(code, bool) for code in listed):
            self._wrong(where, _("{key} must be a code or a list of codes").format(key=given[0]))
        return given[0], tuple(str(code) for code in listed), None

    def _pick(self, where: str, data: Any) -> Pick:
        if not isinstance(data, dict):
            self._wrong(where, _("pick must be a mapping with the key count"))
            return Pick(0)
        self._unknown(where, data, ("count", "what", *FILTERS))
        count = self._whole(where, "count", data.get("count", 1), 1, 1_000_000)
        what = self._word(where, "what", data.get("what", "camera"), tuple(GROUPS))
        return Pick(count, what, {key: _plain(value) for key, value in data.items() if key in FILTERS})

    def _option(self, where: str, name: str, fault: Fault, value: Any) -> Value:
        option = fault.options[name]
        if isinstance(option, Choice):
            return self._word(where, name, value, option.words)
        return self._number(where, name, value, option.low, option.high)

    def _number(self, where: str, key: str, value: Any, low: float, high: float) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self._wrong(where, _("{key} must be a number from {low} to {high}").format(key=key, low=low, high=high))
            return low
        return float(value)

    def _whole(self, where: str, key: str, value: Any, low: int, high: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self._wrong(where, _("{key} must be a whole number of at least {low}").format(key=key, low=low))
            return low
        return value

    def _word(self, where: str, key: str, value: Any, words: tuple[str, ...]) -> str:
        if not isinstance(value, str) or value not in words:
            listed = ", ".join(filter(None, words))
            self._wrong(where, _("{key} must be one of {words}").format(key=key, words=listed) + _meant(value, words))
            return words[0]
        return value


def _plain(value: Any) -> str:
    """YAML takes yes and no for truth values; here they are words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).lower()


def _meant(value: Any, words: Iterable[str]) -> str:
    near = get_close_matches(str(value), [word for word in words if word], 1)
    return _(" (did you mean {word}?)").format(word=near[0]) if near else ""


def _lines_of_cues(text: str) -> list[int]:
    """The line (from 1) on which each cue begins."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        return []
    for key, value in root.value:
        if key.value == "cues" and isinstance(value, yaml.SequenceNode):
            return [node.start_mark.line + 1 for node in value.value]
    return []

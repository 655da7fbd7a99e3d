"""A YAML file as plain values that remember their lines. Every scalar stays text: the models say what it means.

Built from the parser's events, so that depth and size are bounded whatever the file holds, and no tag makes an object.
YAML 1.1's surprises (`no` is false, `1:30` is 90, `0123` is octal) cannot happen to text.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from skywatch.config.mistakes import Findings, echo
from skywatch.i18n import _

MAX_BYTES = 4 << 20
MAX_DEPTH = 20
MAX_KEY = 80
MAX_NODES = 400_000
"""A thousand villages have ten thousand values; aliases count as often as they are used."""

_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TAGS = {None, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}
_NOTHING = {"", "~", "null", "Null", "NULL"}

Path_ = tuple[str | int, ...]
"""The way to a value: keys and positions."""


class _Unreadable(Exception):
    """The file can't be read on from here: (line, what, meant)."""


@dataclass(slots=True)
class Node:
    """One value: text, None, a list of nodes, or a mapping of nodes by key; and where it begins (lines from 1)."""

    line: int
    value: "str | list[Node] | dict[str, Node] | None" = None
    key_lines: dict[str, int] = field(default_factory=dict)
    size: int = 1

    @property
    def plain(self) -> Any:
        """The value without its lines: str, None, list, dict."""
        if isinstance(self.value, dict):
            return {key: node.plain for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain for node in self.value]
        return self.value

    @property
    def items(self) -> Mapping[str, "Node"]:
        """What a mapping holds; nothing for any other value."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def elements(self) -> Sequence["Node"]:
        """What a list holds; nothing for any other value."""
        return self.value if isinstance(self.value, list) else ()

    def line_of(self, path: Path_) -> int:
        """The line of the key at the end of `path`, or of the last part of the way that exists."""
        node, line = self, self.line
        for step in path:
            if isinstance(node.value, dict) and step in node.value:
                line, node = node.key_lines[str(step)], node.value[str(step)]
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.line
            else:
                break
        return line


def dotted(path: Path_) -> str:
    """`villages[3].feed`; positions count from 0, as in YAML tools. A monstrous key is cut short."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            word = step if step.isprintable() and len(step) <= MAX_KEY else repr(step[:MAX_KEY])
            text += f".{word}" if text else word
    return text


def read(path: Path, findings: Findings) -> Node | None:
    """The file's only document, or None after noting why it can't be read. An empty file is an empty mapping."""
    text = _text(path, findings)
    return None if text is None else parse(text, findings)


def _text(path: Path, findings: Findings) -> str | None:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        findings.wrong(0, "", _("cannot be read: {reason}").format(reason=error.strerror or type(error).__name__))
        return None
    if len(data) > MAX_BYTES:
        findings.wrong(0, "", _("is larger than {limit} MiB").format(limit=MAX_BYTES >> 20))
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        findings.wrong(line, "", _("is not UTF-8 text"), _("save the file again with the encoding UTF-8"))
        return None


def parse(text: str, findings: Findings) -> Node | None:
    """`text` as a tree, or None after noting why it is no YAML. Duplicate keys are noted and the first one counts."""
    try:
        return _Builder(findings).build(yaml.parse(text, Loader=_PARSER))
    except _Unreadable as error:
        findings.wrong(*error.args)
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        problem = _("is no YAML: {problem}").format(problem=error.problem or error.context or "")
        findings.wrong(mark.line + 1 if mark else 0, "", problem, _hint(text, mark))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        findings.wrong(line, "", _("holds a character that YAML does not allow"))
    return None


def _hint(text: str, mark: Any) -> str:
    """The commonest reason: somebody pressed Tab."""
    lines = text.split("\n")
    if mark and mark.line < len(lines) and lines[mark.line][: mark.column + 1].lstrip(" ").startswith("\t"):
        return _("indent with blanks, not with tabs")
    return ""


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


class _Builder:
    """Turns the parser's events into nodes."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._anchors: dict[str, Node] = {}
        self._open: set[str] = set()
        self._nodes = 0

    def build(self, events: Iterator[Any]) -> Node:
        roots: list[Node] = []
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                if roots:
                    raise _Unreadable(_line(event), "", _("a second document begins here"), "")
                roots.append(self._node(event, events, ()))
        if not roots or roots[0].value is None:
            return Node(1, {})
        if not isinstance(roots[0].value, dict):
            raise _Unreadable(roots[0].line, "", _("is not a mapping of settings"), "language: zh")
        return roots[0]

    def _node(self, event: Any, events: Iterator[Any], path: Path_) -> Node:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event.anchor or "", line, path)
        self._count(1, line, path)
        if event.tag not in _PLAIN_TAGS:
            self._findings.wrong(line, dotted(path), _("tags have no meaning here"), _("write the value without it"))
        if len(path) > MAX_DEPTH:
            raise _Unreadable(line, dotted(path[:3]), _("is nested too deeply"), "")
        if event.anchor:
            self._open.add(event.anchor)
        node = self._content(event, events, line, path)
        if event.anchor:
            self._open.discard(event.anchor)
            self._anchors[event.anchor] = node
        return node

    def _content(self, event: Any, events: Iterator[Any], line: int, path: Path_) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            nothing = event.implicit[0] and event.style in (None, "") and event.value in _NOTHING
            return Node(line, None if nothing else event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, line, path)
        return self._mapping(events, line, path)

    def _sequence(self, events: Iterator[Any], line: int, path: Path_) -> Node:
        elements: list[Node] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            elements.append(self._node(event, events, (*path, len(elements))))
        return Node(line, elements, size=1 + sum(node.size for node in elements))

    def _mapping(self, events: Iterator[Any], line: int, path: Path_) -> Node:
        members: dict[str, Node] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key, at = self._key(event, path)
            node = self._node(next(events), events, (*path, key))
            if key in members:
                what = _("is given twice; the first time in line {line}").format(line=lines[key])
                self._findings.wrong(at, dotted((*path, key)), what)
                continue
            members[key], lines[key] = node, at
        return Node(line, members, lines, 1 + sum(node.size for node in members.values()))

    def _key(self, event: Any, path: Path_) -> tuple[str, int]:
        line = _line(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise _Unreadable(line, dotted(path), _("a key must be a word"), "")
        self._count(1, line, path)
        if event.value == "<<":
            raise _Unreadable(line, dotted(path), _("merge keys (<<) have no meaning here"), _("write the keys out"))
        return event.value, line

    def _alias(self, name: str, line: int, path: Path_) -> Node:
        if name in self._open or name not in self._anchors:
            raise _Unreadable(
                line, dotted(path), _("{alias} stands for itself or for nothing").format(alias=echo(name)), ""
            )
        self._count(self._anchors[name].size, line, path)
        return self._anchors[name]

    def _count(self, nodes: int, line: int, path: Path_) -> None:
        """An alias of aliases of aliases (a YAML bomb) is small in the file and endless when it is written out."""
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            raise _Unreadable(line, dotted(path[:3]), _("has more than {limit} values").format(limit=MAX_NODES), "")

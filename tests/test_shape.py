"""The house keeps its own promises: which room knows which, who asks the time, how long a page may be."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median, quantiles

import pytest

from tests.real import ROOT

PACKAGE = ROOT / "skywatch"

ROOMS = (
    "cli", "demo", "serving", "daemon", "building", "dispatch", "terminal", "inspection", "web", "reports", "notify",
    "metrics", "monitor", "scheduler", "maintenance", "store", "parts", "probes", "picture", "protocols", "config",
    "health", "simulator",
)  # fmt: skip
"""From the roof down: a room may import from rooms further right, never from one further left."""

GROUND = ("inventory", "observation", "findings", "clock", "credentials", "i18n", "systemd", "histogram", "recurring")
"""The ground floor: everybody may stand on it, and it stands on itself alone."""

STRANGERS = {
    "simulator": {"protocols", "picture", "config"},
    "protocols": {"config", "simulator"},
    "picture": {"protocols"},
    "health": {"parts", "probes", "picture", "protocols", "config", "simulator"},
    "store": {"parts", "probes", "picture", "protocols", "simulator"},
    "scheduler": {"parts", "probes", "picture", "protocols", "simulator"},
}
"""Rooms that must not know each other though the order would let them: the simulator shares no code with the client
under test, wire formats know no cameras, judgement is pure, a schedule knows no probes."""

DATA_OF = {("picture", "protocols"): {"skywatch.protocols.rtsp.unit"}}
"""What one stranger may take from another: plain data that goes from hand to hand."""


def files(folder: Path = PACKAGE) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if ".venv" not in path.parts)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def room_of(module: str) -> str:
    """`skywatch.protocols.rtsp` is in `protocols`; the package itself, and the door `__main__`, in no room."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] != "__main__" else ""


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, module of ours) for every import anywhere in the file, those inside functions too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name.startswith("skywatch"))
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno}: imports are absolute here"
            if node.module == "skywatch":
                yield from ((node.lineno, f"skywatch.{alias.name}") for alias in node.names)
            elif node.module and node.module.startswith("skywatch."):
                yield node.lineno, node.module


def may_import(room: str, other: str, module: str) -> bool:
    if room == other or other == "__version__":
        return True
    if other in GROUND or room in GROUND:
        return other in GROUND
    if ROOMS.index(room) > ROOMS.index(other):
        return False
    return other not in STRANGERS.get(room, set()) or module in DATA_OF.get((room, other), set())


def test_every_file_is_in_a_room_of_the_house() -> None:
    rooms = {room_of(module_of(path)) for path in files()} - {""}
    assert rooms <= {*ROOMS, *GROUND}


def test_imports_go_one_way() -> None:
    wrong = [
        f"{name_of(path)}:{line}: {room} imports {module}"
        for path in files()
        if (room := room_of(module_of(path)))
        for line, module in imports(path)
        if not may_import(room, room_of(module), module)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("room", "module", "allowed"),
    [
        ("daemon", "skywatch.web", True),
        ("web", "skywatch.daemon", False),
        ("simulator", "skywatch.protocols.rtsp", False),
        ("simulator", "skywatch.clock", True),
        ("clock", "skywatch.config", False),
        ("config", "skywatch.probes", False),
        ("health", "skywatch.probes", False),
        ("picture", "skywatch.protocols.rtsp.client", False),
    ],
)
def test_the_rule_of_the_house_in_examples(room: str, module: str, allowed: bool) -> None:
    assert may_import(room, room_of(module), module) is allowed


ASKS_THE_TIME = re.compile(
    r"(time\.(time|monotonic|perf_counter|process_time|thread_time|localtime|gmtime|ctime)(_ns)?"
    r"|(datetime|date|dt)\.(now|utcnow|today))"
)


def questions(path: Path) -> Iterator[str]:
    """Where the file asks what time it is."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and ASKS_THE_TIME.search(ast.unparse(node)):
            yield f"{name_of(path)}:{node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield f"{name_of(path)}:{node.lineno}: from time import ..."


def test_only_the_clock_asks_what_time_it_is() -> None:
    assert list(questions(PACKAGE / "clock.py"))
    assert [asked for path in files() if path.name != "clock.py" for asked in questions(path)] == []


def test_only_the_command_line_and_the_terminal_print() -> None:
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in files()
        if room_of(module_of(path)) not in ("cli", "terminal")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert wrong == []


def test_nobody_but_the_command_line_configures_logging() -> None:
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in files()
        if room_of(module_of(path)) != "cli"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in ("basicConfig", "dictConfig", "fileConfig")
    ]
    assert wrong == []


# --- size


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, its docstring included."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_a_file_is_under_400_lines() -> None:
    every = [path for folder in ("skywatch", "tests", "bench") for path in files(ROOT / folder)]
    sizes = {name_of(path): path.read_text(encoding="utf-8").count("\n") for path in every}
    assert {name: lines for name, lines in sizes.items() if lines > 400} == {}


def test_a_function_is_under_60_lines() -> None:
    sizes = {f"{name_of(path)}:{node.lineno} {node.name}": length(node) for path in files() for node in functions(path)}
    assert {name: lines for name, lines in sizes.items() if lines > 60} == {}


def test_most_functions_fit_in_ten_lines_and_nine_in_ten_in_forty() -> None:
    sizes = [length(node) for path in files() for node in functions(path)]
    assert median(sizes) <= 10
    assert quantiles(sizes, n=10)[-1] < 40


# --- words


def explains_itself(node: ast.stmt) -> bool:
    """What needs no docstring: exceptions (their tree is drawn once), commands (their help says it), one-liners."""
    if isinstance(node, ast.ClassDef):
        return (
            any(ast.unparse(base).endswith(("Exception", "Error", "Enum")) for base in node.bases) or len(node.body) < 3
        )
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    return bool(node.decorator_list) or length(node) < 5


FAMILIES = {"skywatch/config/cells.py", "skywatch/simulator/replies.py"}
"""Files whose functions are the rows of one table: the file's own docstring is the contract of each."""


def silent(path: Path) -> Iterator[str]:
    """What is public in the file and says nothing of itself."""
    if path.stat().st_size and not ast.get_docstring(tree(path)):
        yield name_of(path)
    if name_of(path) in FAMILIES:
        return
    for node in tree(path).body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node) and not explains_itself(node):
            yield f"{name_of(path)}:{node.lineno} {node.name}"


def test_what_is_public_says_what_it_is() -> None:
    assert [name for path in files() for name in silent(path)] == []

"""The live board in terminals of many sizes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from skywatch.i18n import speaking
from skywatch.terminal.board import Board, Trouble, VillageLine, draw, lasting

LINES = [VillageLine(f"村{number}", 4, 4 - number % 3, 3 - number % 3) for number in range(72)]
TROUBLES = [
    Trouble(f"村{n}", f"相机{n}", "stream: no answer", "connect 10.0.0.1", n * 50.0, n % 2 == 0) for n in range(40)
]


def drawn(board: Board, width: int, height: int) -> list[str]:
    console = Console(width=width, height=height, file=None, record=True, quiet=False)
    with console.capture() as capture:
        console.print(draw(board, width, height))
    return capture.get().splitlines()


@given(st.integers(40, 250), st.integers(10, 80), st.integers(0, 72), st.integers(0, 40))
def test_the_board_fits_any_terminal(width: int, height: int, villages: int, troubles: int) -> None:
    lines = drawn(Board(LINES[:villages], TROUBLES[:troubles], 5, 1.0, "http://127.0.0.1:9655"), width, height)
    assert max(map(cell_len, lines)) <= width
    assert len(lines) <= max(height, 18) + 2, "a line that is too narrow may break once"


def test_the_worst_comes_first_and_the_rest_is_counted() -> None:
    text = "\n".join(drawn(Board(LINES, TROUBLES, 5, 1.0, "http://x"), 100, 24))
    assert "村2" in text
    assert "村3 " not in text, "it is well, and there are worse"
    assert "more" in text
    assert "http://x/metrics" in text


def test_state_is_not_told_by_colour_alone() -> None:
    line = [VillageLine("down", 2, 1, 1), VillageLine("faulty", 2, 2, 1), VillageLine("well", 2, 2, 2)]
    text = "\n".join(drawn(Board(line, [], 1, 1.0, ""), 120, 30))
    assert all(mark in text for mark in ("✗ down", "! faulty", "✓ well"))


@pytest.mark.parametrize(
    ("seconds", "said"), [(-5, "0 s"), (0, "0 s"), (59.9, "59 s"), (60, "1 min"), (7300, "2 h"), (200_000, "2 d")]
)
def test_spans_are_said_shortly(seconds: float, said: str) -> None:
    with speaking("en"):
        assert lasting(seconds) == said

"""The live board: villages with online and intact counts, what is wrong where, and where the metrics are. Draws; reads
nothing by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from skywatch.i18n import _

CHROME = 9  # lines of the board that are neither villages nor troubles
VILLAGE_WIDTH = 30


@dataclass(frozen=True, slots=True)
class VillageLine:
    """One village: `online` of `enabled` cameras answer, `intact` of the online ones have nothing wrong."""

    name: str
    enabled: int
    online: int
    intact: int

    @property
    def badness(self) -> tuple[int, int]:
        return self.enabled - self.online, self.online - self.intact


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong: where, what in words, the evidence, and for how many seconds."""

    village: str
    camera: str
    what: str
    detail: str
    seconds: float
    down: bool


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that is on the board at one moment."""

    villages: Sequence[VillageLine]
    troubles: Sequence[Trouble]
    visits: int
    seconds: float
    url: str

    @property
    def totals(self) -> VillageLine:
        lines = self.villages
        return VillageLine(
            "", sum(v.enabled for v in lines), sum(v.online for v in lines), sum(v.intact for v in lines)
        )


def draw(board: Board, width: int, height: int) -> RenderableType:
    """The board for a terminal of that size; what does not fit is counted. The worst comes first."""
    room = max(6, height - CHROME)
    columns = max(1, (width - 2) // (VILLAGE_WIDTH + 2))
    for_villages = min(room // 2, -(-len(board.villages) // columns))
    return Group(
        _headline(board),
        _villages(board.villages, columns * for_villages),
        _troubles(board.troubles, room - for_villages),
        Text.assemble(
            (_("metrics: "), "dim"), (f"{board.url}/metrics", "underline"), ("    " + _("Ctrl-C ends it"), "dim")
        ),
    )


def _headline(board: Board) -> Text:
    total = board.totals
    return Text.assemble(
        ("skywatch  ", "bold"),
        _("{count} cameras in {places} places").format(count=total.enabled, places=len(board.villages)),
        "   ",
        (_("online {online}/{enabled}").format(online=total.online, enabled=total.enabled), "bold green"),
        "   ",
        (_("intact {intact}/{online}").format(intact=total.intact, online=total.online), "bold cyan"),
        "   ",
        (_("{visits} visits in {seconds:.0f} s").format(visits=board.visits, seconds=board.seconds), "dim"),
    )


def _villages(lines: Sequence[VillageLine], places: int) -> Panel:
    worst = sorted(lines, key=lambda line: line.badness, reverse=True)
    shown, rest = worst[:places], worst[places:]
    cells: list[Text] = [_village(line) for line in shown]
    title = _("Villages: online, intact")
    subtitle = _("and {count} more").format(count=len(rest)) if rest else None
    return Panel(Columns(cells, width=VILLAGE_WIDTH, padding=(0, 1)), title=title, subtitle=subtitle, padding=(0, 0))


def _village(line: VillageLine) -> Text:
    away, faulty = line.badness
    style = "red" if away else "yellow" if faulty else "green"
    mark = "✗" if away else "!" if faulty else "✓"  # state is never told by colour alone
    text = Text(f"{mark} {line.name}", style=style, no_wrap=True, overflow="ellipsis")
    text.truncate(VILLAGE_WIDTH - 12, overflow="ellipsis", pad=True)
    return text.append(f"{line.online:>3}/{line.enabled:<3}").append(f"{line.intact:>3}", "cyan")


def _troubles(troubles: Sequence[Trouble], room: int) -> Panel:
    table = Table(box=None, expand=True, padding=(0, 1, 0, 0))
    for heading, ratio in (("", 1), (_("village"), 5), (_("camera"), 8), (_("what is wrong"), 9), (_("evidence"), 14)):
        table.add_column(heading, ratio=ratio, no_wrap=True, overflow="ellipsis")
    table.add_column(_("for"), justify="right", ratio=3, no_wrap=True)
    places = max(1, room - 3)
    shown = sorted(troubles, key=lambda trouble: (not trouble.down, -trouble.seconds))[:places]
    for trouble in shown:
        style = "red" if trouble.down else "yellow"
        mark = "✗" if trouble.down else "!"
        cells = (mark, trouble.village, trouble.camera, trouble.what, trouble.detail, lasting(trouble.seconds))
        table.add_row(*(Text(cell, style=style) for cell in cells))
    rest = len(troubles) - len(shown)
    subtitle = _("and {count} more").format(count=rest) if rest > 0 else None
    return Panel(table, title=_("What is wrong where ({count})").format(count=len(troubles)), subtitle=subtitle)


def lasting(seconds: float) -> str:
    """A span of time, as short as it can be said: `40 s`, `12 min`, `3 h`, `2 d`."""
    for size, unit in ((86400, _("{n} d")), (3600, _("{n} h")), (60, _("{n} min"))):
        if seconds >= size:
            return unit.format(n=int(seconds // size))
    return _("{n} s").format(n=int(max(0, seconds)))

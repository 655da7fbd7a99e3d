"""The asset ledger (一机一档) -> cameras, or every mistake with its line and column. Knows no file format."""

import math
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from skywatch.config.cells import Refused
from skywatch.config.columns import (
    AMBIGUOUS_NAMES,
    BY_NAME,
    COLUMNS,
    IGNORED_NAMES,
    SIGN_IN_NAMES,
    Column,
    folded,
)
from skywatch.config.mistakes import Findings, Guess, echo
from skywatch.config.tabular import Row, read_rows
from skywatch.config.township import Township
from skywatch.i18n import _
from skywatch.inventory import Camera, Village

FAR = 50.0
"""Kilometres from its village beyond which a camera's place is doubted."""

_SEARCHED = 5
_EARTH = 6371.0
_HEADERS_OF_A_TABLE = 3


def read_ledger(
    path: Path, sheet: str, township: Township, credentials: Collection[str] | None, findings: Findings
) -> dict[str, Camera]:
    """The cameras of the ledger, by code, in the order of its rows. Faulty rows are noted and left out.

    `credentials` are the names that may be used, None if nobody knows. 10,000 rows take about a second.
    """
    before = len(findings.mistakes)
    rows = read_rows(path, sheet, findings)
    if not rows:
        if len(findings.mistakes) == before:
            findings.wrong(0, "", _("is empty"))
        return {}
    position = _find_header(rows)
    header = rows[position]
    columns = _columns(header, rows[position + 1 :], findings)
    reader = _Reader(columns, header, township, credentials, findings)
    for row in rows[position + 1 :]:
        reader.read(row)
    if len(rows) == position + 1:
        findings.odd(header.line, "", _("has headers, but no camera under them"))
    return reader.cameras


def _find_header(rows: list[Row]) -> int:
    """Ledgers often carry a title above the headers: of the first rows the one with most known headers."""
    known = [sum(folded(cell) in BY_NAME for cell in row.cells) for row in rows[:_SEARCHED]]
    best = max(known)
    return known.index(best) if best >= _HEADERS_OF_A_TABLE else 0


def _columns(header: Row, rows: list[Row], findings: Findings) -> dict[int, Column]:
    """What stands in each position; unknown, double and missing headers are noted."""
    columns: dict[int, Column] = {}
    guess = Guess(name for column in COLUMNS for name in (column.key, *column.names))
    for position, title in enumerate(header.cells):
        column = BY_NAME.get(folded(title))
        if column is None:
            _strange(header.line, title, _first_filled(rows, position), guess, findings)
        elif column in columns.values():
            findings.wrong(header.line, title, _("means the same as a column before it: {key}").format(key=column.key))
        else:
            columns[position] = column
    for column in COLUMNS:
        if column.required and column not in columns.values():
            what = _("the column {name} is missing").format(name=f"{column.names[0]} ({column.key})")
            findings.wrong(header.line, column.names[0], what, _(column.about))
    return columns


def _first_filled(rows: list[Row], position: int) -> int:
    """The line of the first row that has something in this position, 0 for an empty column."""
    return next((row.line for row in rows if position < len(row.cells) and row.cells[position]), 0)


def _strange(line: int, title: str, filled: int, guess: Guess, findings: Findings) -> None:
    """A header that is none of ours: a mistake unless it is known to mean nothing, or stands over nothing."""
    name = folded(title)
    if name in IGNORED_NAMES or not filled:
        return
    if not title:
        findings.wrong(filled, "", _("has more cells than there are headers"), _("a comma too many?"))
    elif name in SIGN_IN_NAMES:
        what = _("user names and passwords must not stand in the ledger: it is copied and mailed")
        findings.wrong(filled, title, what, _("name credentials of the YAML file in the column 凭据 (credentials)"))
    elif name in AMBIGUOUS_NAMES:
        findings.wrong(line, title, _("does not say which port"), _("ONVIF端口 (onvif_port) or RTSP端口 (rtsp_port)"))
    else:
        findings.wrong(line, title, _("is no column of the ledger"), guess(title))


class _Reader:
    """Turns rows into cameras one by one, and remembers what must not come twice."""

    def __init__(
        self,
        columns: Mapping[int, Column],
        header: Row,
        township: Township,
        credentials: Collection[str] | None,
        findings: Findings,
    ) -> None:
        self.cameras: dict[str, Camera] = {}
        self._columns = columns
        self._titles = {column.key: header.cells[position] for position, column in columns.items()}
        self._width = len(header.cells)
        self._findings = findings
        self._villages = township.villages
        self._places = _names_of(township)
        self._credentials = credentials
        self._guess_village = Guess([*township.codes["villages"], *self._places])
        self._guess_credentials = Guess(credentials or ())
        self._codes: dict[str, int] = {}
        self._sources: dict[tuple[object, ...], int] = {}

    def read(self, row: Row) -> None:
        before = len(self._findings.mistakes)
        values = self._values(row)
        self._once(row.line, values)
        self._references(row.line, values)
        if len(self._findings.mistakes) > before or any(c.required and c.key not in values for c in COLUMNS):
            return
        camera = _camera(values)
        self.cameras[camera.code] = camera
        self._place(row.line, camera)
        if camera.onvif_port is None and not camera.stream:
            what = _("has neither an ONVIF port nor a stream path: its picture cannot be found")
            self._findings.odd(row.line, camera.code, what)

    def _values(self, row: Row) -> dict[str, Any]:
        """What the cells say, by column; an empty cell says nothing, except that there is no ONVIF."""
        values: dict[str, Any] = {}
        for position, column in self._columns.items():
            text = row.cells[position] if position < len(row.cells) else ""
            if text:
                try:
                    values[column.key] = column.read(text)
                except Refused as refused:
                    values[column.key] = None  # something stands there: it is not missing as well
                    self._wrong(row.line, column.key, refused.what, refused.meant)
            elif column.required:
                self._wrong(row.line, column.key, _("is empty"), _(column.about))
            elif column.key == "onvif_port":
                values["onvif_port"] = None
        if any(row.cells[self._width :]):
            self._findings.wrong(row.line, "", _("has more cells than there are headers"), _("a comma too many?"))
        return values

    def _once(self, line: int, values: dict[str, Any]) -> None:
        """A code, and a picture's address, belong to one camera only."""
        if code := values.get("code"):
            first = self._codes.setdefault(code, line)
            if first != line:
                self._wrong(line, "code", _("{value} is already in line {line}").format(value=code, line=first))
        if host := values.get("host"):
            parts = (values.get("rtsp_port", 554), values.get("stream", ""), values.get("profile", ""))
            first = self._sources.setdefault((host.casefold(), *parts), line)
            if first != line:
                what = _("{host}, with the same port and stream, is already in line {line}")
                self._wrong(line, "host", what.format(host=host, line=first))

    def _references(self, line: int, values: dict[str, Any]) -> None:
        """Villages and credentials are names of things in the YAML file."""
        if said := values.get("village"):
            if self._places and said not in self._places:  # without any village that was said already
                what = _("there is no village {name}").format(name=echo(said))
                self._wrong(line, "village", what, self._guess_village(said))
            values["village"] = self._places.get(said, said)
        name = values.get("credentials")
        if name and self._credentials is not None and name not in self._credentials:
            what = _("there are no credentials {name}").format(name=echo(name))
            self._wrong(line, "credentials", what, self._guess_credentials(name))
        if ("longitude" in values) != ("latitude" in values):
            self._wrong(line, "longitude", _("longitude and latitude go together; one is missing"))

    def _place(self, line: int, camera: Camera) -> None:
        village = self._villages.get(camera.village)
        if village is None or camera.longitude is None or camera.latitude is None:
            return
        away = kilometres(camera.longitude, camera.latitude, village)
        if away > FAR:
            what = _("is {away} km away from {village}").format(away=round(away), village=village.name)
            self._findings.odd(line, self._titles.get("longitude", ""), what, _("are longitude and latitude right?"))

    def _wrong(self, line: int, key: str, what: str, meant: str = "") -> None:
        self._findings.wrong(line, self._titles.get(key, key), what, meant)


def _names_of(township: Township) -> dict[str, str]:
    """Village codes, and names that only one village has, to codes."""
    names: dict[str, list[str]] = {}
    for village in township.villages.values():
        names.setdefault(village.name, []).append(village.code)
    unique = {name: codes[0] for name, codes in names.items() if len(codes) == 1}
    return {**unique, **{code: code for code in township.codes["villages"]}}


def _camera(values: Mapping[str, Any]) -> Camera:
    fields = dict(values)
    width, height = fields.pop("resolution", (0, 0))
    return Camera(**fields, width=width, height=height)


def kilometres(longitude: float, latitude: float, village: Village) -> float:
    """Distance between a place and a village over the ground (haversine)."""
    here, there = math.radians(latitude), math.radians(village.latitude)
    half_up = math.sin((there - here) / 2)
    half_over = math.sin(math.radians(village.longitude - longitude) / 2)
    return (
        2 * _EARTH * math.asin(min(1.0, math.hypot(half_up, math.sqrt(math.cos(here) * math.cos(there)) * half_over)))
    )

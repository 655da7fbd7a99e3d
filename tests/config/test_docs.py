"""The reference names every setting and every column, with the defaults that the models have."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from skywatch.config.columns import AMBIGUOUS, COLUMNS, IGNORED, SIGN_IN, Column
from skywatch.config.load import LedgerEntry
from skywatch.config.messages import Channel, Quiet, Route
from skywatch.config.national import DIRECTIONS, PTZ_TYPES
from skywatch.config.secrets import CredentialsEntry
from skywatch.config.settings import Settings, Window
from skywatch.config.township import ENTRIES
from skywatch.config.units import parse_seconds, say_seconds

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
CONFIGURATION = (REFERENCE / "configuration.md").read_text(encoding="utf-8")
LEDGER = (REFERENCE / "ledger.md").read_text(encoding="utf-8")


def undocumented(model: type[BaseModel], prefix: str, text: str) -> list[str]:
    """The rows that `text` ought to have and has not: `| `web.port` | `9655` |` for each setting of `model`."""
    missing = []
    for name, field in model.model_fields.items():
        key = f"{prefix}.{name}" if prefix else name
        if isinstance(default := field.get_default(call_default_factory=True), BaseModel):
            missing += undocumented(type(default), key, text)
        elif (row := f"| `{key}` | {shown(field, default)} |") not in text:
            missing.append(row)
    return missing


def shown(field: FieldInfo, default: Any) -> str:
    """A default as the reference shows it."""
    if default is PydanticUndefined:
        return "required"
    if any(getattr(part, "func", None) is parse_seconds for part in field.metadata):
        return f"`{say_seconds(default)}`"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`" if default not in ("", ()) else "none"


def test_every_setting_is_documented_with_its_default() -> None:
    assert undocumented(Settings, "", CONFIGURATION) == []
    assert undocumented(Window, "maintenance[]", CONFIGURATION) == []
    assert undocumented(Channel, "messages.channels.NAME", CONFIGURATION) == []
    assert undocumented(Quiet, "messages.channels.NAME.quiet", CONFIGURATION) == []
    assert undocumented(Route, "messages.routes[]", CONFIGURATION) == []
    assert undocumented(LedgerEntry, "ledger", CONFIGURATION) == []
    assert undocumented(CredentialsEntry, "credentials.NAME", CONFIGURATION) == []


@pytest.mark.parametrize("section", ENTRIES)
def test_everything_about_the_township_is_documented_with_its_default(section: str) -> None:
    assert undocumented(ENTRIES[section], f"{section}[]", CONFIGURATION) == []


def test_a_setting_that_is_not_documented_is_found() -> None:
    class Secretive(BaseModel):
        hidden: int = 3

    assert undocumented(Secretive, "new", CONFIGURATION) == ["| `new.hidden` | `3` |"]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.key)
def test_every_column_of_the_ledger_is_documented_with_all_its_headers(column: Column) -> None:
    (row,) = (line for line in LEDGER.splitlines() if line.startswith(f"| `{column.key}` |"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[1] == ("yes" if column.required else "")
    assert cells[2].split(", ") == list(column.names)


def test_every_header_that_is_passed_over_or_refused_is_documented() -> None:
    words = set(re.split(r"[,，、\n`]\s*", LEDGER))
    assert [name for name in (*IGNORED, *AMBIGUOUS, *SIGN_IN) if name not in words] == []


def test_the_value_tables_are_documented() -> None:
    for number, name in (*PTZ_TYPES.items(), *DIRECTIONS.items()):
        assert f"| {number} | {name} |" in LEDGER

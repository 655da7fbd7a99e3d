"""A small sound configuration that tests spoil in one place, and the loading of it. Holds no test."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from skywatch.config import Config, ConfigError, load
from skywatch.config.units import Ratio, Seconds

CODE = "37039915001320000001"
OTHER = "37039915001320000002"
SECRET = "hunter2-swordfish"

YAML = """\
credentials:
  cameras: {username: admin, password_file: secret}
contractors:
  - {code: c1, name: 鲁安}
feeds:
  - {code: f1, name: 一号台区}
  - {code: f2, name: 二号台区}
uplinks:
  - {code: u1, name: 专线, carrier: 移动}
villages:
  - {code: liu, name: 柳泉, planned: 2, feed: f1, uplink: u1, contractor: c1, longitude: 118.2, latitude: 36.2}
  - {code: dong, name: 东坡, planned: 1, feed: f2, uplink: u1, contractor: c1, longitude: 118.21, latitude: 36.2}
"""

LEDGER = f"""\
code,name,village,host,onvif_port,stream,credentials,longitude,latitude,light
{CODE},村口,liu,127.10.1.1,8080,/main,cameras,118.2001,36.2001,2
{OTHER},桥头,dong,127.10.2.1,,/main,cameras,,,1
"""


class Choice(StrEnum):
    MAIN = "main"
    SUB = "sub"


class Options(BaseModel):
    """Options as a probe has them."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    enabled: bool = True
    period: Seconds = 60.0
    timeout: Seconds = 5.0
    share: Ratio = 0.5
    stream: Choice = Choice.SUB


PROBES: Mapping[str, type[BaseModel]] = {"heartbeat": Options, "stream": Options}


def write(folder: Path, yaml: str = YAML, ledger: str | bytes = LEDGER, name: str = "cameras.csv") -> Path:
    """The files of a configuration; the path of the YAML."""
    secret = folder / "secret"
    secret.write_text(SECRET + "\n", encoding="utf-8")
    secret.chmod(0o600)
    (folder / name).write_bytes(ledger if isinstance(ledger, bytes) else ledger.encode())
    path = folder / "skywatch.yaml"
    path.write_text(yaml, encoding="utf-8")
    return path


def understood(folder: Path, yaml: str = YAML, ledger: str | bytes = LEDGER, name: str = "cameras.csv") -> Config:
    """The configuration, which must be sound."""
    return load(write(folder, yaml, ledger, name), PROBES, {}, {})


def mistakes(
    folder: Path, yaml: str = YAML, ledger: str | bytes = LEDGER, environment: Mapping[str, str] | None = None
) -> list[str]:
    """What is wrong, without the folder; the configuration must not be sound."""
    with pytest.raises(ConfigError) as caught:
        load(write(folder, yaml, ledger), PROBES, {"pictures": Options}, environment or {})
    assert SECRET not in str(caught.value)
    return [str(mistake).replace(f"{folder}/", "") for mistake in caught.value.mistakes]


def row(**cells: str) -> str:
    """A ledger of the sound camera with some cells changed, or added."""
    sound = {"code": CODE, "name": "村口", "village": "liu", "host": "127.10.1.1"}
    all_cells = {**sound, **cells}
    return ",".join(all_cells) + "\n" + ",".join(f'"{cell}"' for cell in all_cells.values()) + "\n"

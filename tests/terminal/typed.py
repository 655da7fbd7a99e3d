"""Commands as they are typed, on a copy of the shipped configuration. Holds no test."""

from pathlib import Path

from typer.testing import CliRunner, Result

from skywatch.cli.common import app
from tests.township import CONFIG, NET


def written(folder: Path, messages: str = "") -> Path:
    """The shipped configuration in `folder`, on addresses of this process, with this section `messages`, if any."""
    text = CONFIG.read_text(encoding="utf-8").replace("demo-secrets/", f"{CONFIG.parent}/demo-secrets/")
    if messages:
        head, _, rest = text.partition("\nmessages:\n")
        text = "\n".join((head, messages, rest.partition("\n\n")[2]))
    ledger = (CONFIG.parent / "cameras.csv").read_text(encoding="utf-8").replace(",127.10.", f",{NET}")
    (folder / "cameras.csv").write_text(ledger, encoding="utf-8")
    (folder / "skywatch.yaml").write_text(text, encoding="utf-8")
    return folder / "skywatch.yaml"


def typed(state: Path, *words: str, config: Path = CONFIG) -> Result:
    """What came of `skywatch WORDS --config CONFIG`, in English, with its state in that folder."""
    return CliRunner().invoke(
        app, ["--lang", "en", *words, "--config", str(config)], env={"STATE_DIRECTORY": str(state), "COLUMNS": "200"}
    )

"""A YAML file and its ledger -> `Config`, or one `ConfigError` with every mistake in both. Holds no setting itself."""

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, Field

from skywatch.config import document
from skywatch.config.document import Node
from skywatch.config.filling import fill
from skywatch.config.ledger import read_ledger
from skywatch.config.mistakes import ConfigError, Findings, Guess, Mistake, echo
from skywatch.config.part import Part
from skywatch.config.secrets import Secrets, read_secrets
from skywatch.config.settings import Settings, Window
from skywatch.config.township import ENTRIES, Township, read_township
from skywatch.i18n import _
from skywatch.inventory import Camera, Inventory


class LedgerEntry(Part):
    """Where the ledger is."""

    file: str = Field(default="cameras.csv", min_length=1, description="CSV or XLSX; beside this file unless absolute.")
    sheet: str = Field(default="", description="Name of the sheet in an XLSX; the first one when left out.")


@dataclass(frozen=True)
class Config:
    """Everything that was configured, checked. `probes` and `sections` hold the filled models by name; `warnings` are
    sentences about what is odd but no mistake. Shows no secret."""

    path: Path
    ledger: Path
    inventory: Inventory
    settings: Settings
    probes: Mapping[str, BaseModel]
    sections: Mapping[str, BaseModel]
    secrets: Secrets
    warnings: tuple[str, ...] = field(default=())

    def maintenance_of(self, camera: Camera, at: float) -> Window | None:
        """The window of maintenance that `camera` is in at Unix time `at`, if any."""
        windows = self.settings.maintenance
        return next((each for each in windows if each.holds(at) and each.concerns(self.inventory, camera)), None)


def load(
    path: Path,
    probe_options: Mapping[str, type[BaseModel]],
    sections: Mapping[str, type[BaseModel]] | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Config:
    """Read the configuration at `path`. Raises ConfigError with every mistake in it, and nothing else.

    `probe_options` are the models of `probes: {name: ...}`, `sections` those of further sections at the top: they
    belong to rooms above this one. Scalars reach a model as text, so it must not be strict. Relative files are sought
    beside `path`; passwords come from `environment`, files, and $CREDENTIALS_DIRECTORY.
    """
    findings = Findings(str(path))
    root = document.read(path, findings)
    if root is None:
        raise ConfigError(findings.mistakes)
    _unknown_sections(root, sections or {}, findings)
    settings = _settings(root, findings, environment, path.parent)
    probes = _parts(root.items.get("probes"), probe_options, ("probes",), findings)
    extra = {name: _part(root, name, model, findings) for name, model in (sections or {}).items()}
    township = read_township(root, findings)
    secrets = read_secrets(root, path.parent, environment, findings)
    entry = _ledger_entry(root, findings)
    ledger = Findings(str(path.parent / entry.file))
    cameras = read_ledger(path.parent / entry.file, entry.sheet, township, _credential_names(root), ledger)
    _windows(root, settings, township, cameras, findings)
    _more_than_planned(township, cameras, findings)
    mistakes = (*_sorted(findings.mistakes), *_sorted(ledger.mistakes))
    if mistakes or settings is None:
        raise ConfigError(mistakes)
    return Config(
        path=path,
        ledger=path.parent / entry.file,
        inventory=Inventory(township.villages, cameras, township.feeds, township.uplinks, township.contractors),
        settings=settings,
        probes={name: part for name, part in probes.items() if part is not None},
        sections={name: part for name, part in extra.items() if part is not None},
        secrets=secrets,
        warnings=tuple(map(str, (*_sorted(findings.warnings), *_sorted(ledger.warnings)))),
    )


def _sorted(mistakes: Iterable[Mistake]) -> list[Mistake]:
    return sorted(mistakes, key=lambda mistake: mistake.line)


def _unknown_sections(root: Node, sections: Mapping[str, type[BaseModel]], findings: Findings) -> None:
    known = dict.fromkeys([*Settings.model_fields, "ledger", "probes", *sections, "credentials", *ENTRIES])
    guess = Guess(known)
    for key, line in root.key_lines.items():
        if key not in known:
            findings.wrong(line, document.dotted((key,)), _("is no setting"), guess(key))


def _settings(root: Node, findings: Findings, environment: Mapping[str, str], folder: Path) -> Settings | None:
    """The settings, with the folder of the state made absolute: the file's word, else systemd's, else the default."""
    own = {key: node for key, node in root.items.items() if key in Settings.model_fields and node.value is not None}
    lines = {key: root.key_lines[key] for key in own}
    settings = fill(Settings, Node(root.line, own, lines), (), findings)
    if settings is None:
        return None
    given = None if "state_dir" in own else environment.get("STATE_DIRECTORY")
    # systemd separates several StateDirectory= by colons; the first one is ours
    place = Path(given.split(":")[0]) if given else settings.state_dir
    return settings.model_copy(update={"state_dir": (folder / place).absolute()})


def _parts(
    section: Node | None, models: Mapping[str, type[BaseModel]], path: document.Path_, findings: Findings
) -> dict[str, BaseModel | None]:
    """Each model filled from the part of the section that has its name; by its defaults where there is none."""
    node = section or Node(0, {})
    if not node.items and node.value not in (None, {}):
        findings.wrong(node.line, document.dotted(path), _("must be a mapping of settings"))
    guess = Guess(models)
    for name, line in node.key_lines.items():
        if name not in models:
            findings.wrong(
                line, document.dotted((*path, name)), _("there is no {name}").format(name=echo(name)), guess(name)
            )
    return {
        name: fill(model, node.items.get(name, Node(node.line, {})), (*path, name), findings)
        for name, model in models.items()
    }


def _part(root: Node, name: str, model: type[BaseModel], findings: Findings) -> BaseModel | None:
    return fill(model, root.items.get(name, Node(0, {})), (name,), findings)


def _ledger_entry(root: Node, findings: Findings) -> LedgerEntry:
    """`ledger: cameras.csv`, or `ledger: {file: cameras.xlsx, sheet: 台账}`."""
    node = root.items.get("ledger", Node(0, {}))
    if isinstance(node.value, str):
        node = Node(node.line, {"file": node}, {"file": node.line})
    return fill(LedgerEntry, node, ("ledger",), findings) or LedgerEntry()


def _credential_names(root: Node) -> Collection[str] | None:
    """Every name that was written, of faulty credentials too: one mistake must not bring a hundred others. None where
    the section makes no sense at all."""
    section = root.items.get("credentials")
    if section is None or section.value is None:
        return ()
    return section.items.keys() if isinstance(section.value, dict) else None


def _windows(
    root: Node, settings: Settings | None, township: Township, cameras: Mapping[str, Camera], findings: Findings
) -> None:
    """Windows of maintenance are about things that exist."""
    known: dict[str, Collection[str]] = {"camera": cameras}
    known.update({scope: township.codes[f"{scope}s"] for scope in ("village", "feed", "uplink")})
    for position, window in enumerate(settings.maintenance if settings else ()):
        if window.scope != "all" and window.code not in known[window.scope]:
            path = ("maintenance", position, "code")
            what = _("there is no {scope} {code}").format(scope=window.scope, code=echo(window.code))
            findings.wrong(root.line_of(path), document.dotted(path), what, Guess(known[window.scope])(window.code))


def _more_than_planned(township: Township, cameras: Mapping[str, Camera], findings: Findings) -> None:
    """A village with more cameras than it was promised: an installation rate above 100 % would be nonsense."""
    installed = dict.fromkeys(township.villages, 0)
    for camera in cameras.values():
        if camera.village in installed:
            installed[camera.village] += 1
    for code, village in township.villages.items():
        if installed[code] > village.planned:
            what = _("{village} has {installed} cameras, yet {planned} were planned").format(
                village=village.name, installed=installed[code], planned=village.planned
            )
            findings.odd(township.codes["villages"][code], f"villages.{code}", what)

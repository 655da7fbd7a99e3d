"""Where passwords come from: the environment, a file, or systemd's credentials. Never from YAML or the ledger."""

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field, model_validator

from skywatch.config.document import Node
from skywatch.config.filling import fill, wrong
from skywatch.config.mistakes import Findings, Guess
from skywatch.config.part import Part
from skywatch.credentials import Credentials
from skywatch.i18n import N_, _

MAX_SECRET = 4096
DEMO_FOLDER = "demo-secrets"
"""Files in a folder of this name are the simulator's passwords: everybody may read them."""

_KEYS = ("password_env", "password_file", "password_credential")


class CredentialsEntry(Part):
    """How cameras are signed in to. Exactly one of the three passwords."""

    username: str = Field(min_length=1, max_length=200, description="User name on the camera.")
    password_env: str = Field(
        default="", pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$", description="Environment variable that holds the password."
    )
    password_file: str = Field(
        default="", max_length=1000, description="File that holds the password; beside this file unless absolute."
    )
    password_credential: str = Field(
        default="",
        pattern=r"^([A-Za-z0-9_][A-Za-z0-9_.-]*)?$",
        description="Name of a systemd credential (LoadCredential=), a file in $CREDENTIALS_DIRECTORY.",
    )

    @model_validator(mode="after")
    def _one_source(self) -> "CredentialsEntry":
        given = [key for key in _KEYS if getattr(self, key)]
        if len(given) != 1:
            raise wrong(N_("needs exactly one of {keys}"), keys=", ".join(_KEYS))
        return self

    @property
    def source(self) -> str:
        """Where the password is, in words that may be shown."""
        if self.password_env:
            return _("environment variable {name}").format(name=self.password_env)
        if self.password_file:
            return _("file {name}").format(name=self.password_file)
        return _("systemd credential {name}").format(name=self.password_credential)


@dataclass(frozen=True, slots=True)
class Secrets:
    """Credentials by name. Neither `repr` nor `str` shows any; `sources` says where each password came from."""

    _known: Mapping[str, Credentials] = field(default_factory=dict, repr=False)
    sources: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> Credentials | None:
        """The credentials of that name, None where there are none (or the name is "")."""
        return self._known.get(name)

    def __len__(self) -> int:
        return len(self._known)


class _Missing(Exception):
    """A password is not where it should be."""

    def __init__(self, what: str, meant: str = "") -> None:
        super().__init__(what)
        self.what, self.meant = what, meant


def read_secrets(root: Node, folder: Path, environment: Mapping[str, str], findings: Findings) -> Secrets:
    """The section `credentials`, with every password fetched. `folder` is where relative files begin."""
    section = root.items.get("credentials")
    if section is None or section.value is None:
        return Secrets()
    if not isinstance(section.value, dict):
        findings.wrong(section.line, "credentials", _("must be a mapping of settings"), "name: {username: ...}")
    known: dict[str, Credentials] = {}
    sources: dict[str, str] = {}
    for name, node in section.items.items():
        entry = _entry(name, node, findings)
        if entry is None:
            continue
        sources[name] = entry.source
        try:
            known[name] = Credentials(entry.username, _fetch(entry, folder, environment, findings, node))
        except _Missing as missing:
            findings.wrong(node.line, f"credentials.{name}", missing.what, missing.meant)
    return Secrets(known, sources)


def _entry(name: str, node: Node, findings: Findings) -> CredentialsEntry | None:
    if not re.fullmatch(r"[\w.-]{1,64}", name):
        findings.wrong(node.line, "credentials", _("a name has letters, digits, - and _ only"))
        return None
    if "password" in node.items:
        findings.wrong(
            node.line_of(("password",)),
            f"credentials.{name}.password",
            _("a password must not stand in this file: it is copied, mailed and kept in versions"),
            _("name where it is: password_env, password_file or password_credential"),
        )
        return None
    return fill(CredentialsEntry, node, ("credentials", name), findings)


def _fetch(
    entry: CredentialsEntry, folder: Path, environment: Mapping[str, str], findings: Findings, node: Node
) -> str:
    if entry.password_env:
        return _from_environment(entry.password_env, environment)
    if entry.password_file:
        path = folder / entry.password_file
        if _open_to_all(path):
            findings.odd(node.line, entry.password_file, _("everybody on this machine can read it"), "chmod 600")
        return _from_file(path, entry.password_file)
    directory = environment.get("CREDENTIALS_DIRECTORY")
    if not directory:
        raise _Missing(
            _("$CREDENTIALS_DIRECTORY is not set, so there is no systemd credential"),
            _("the service sets it (LoadCredential=); elsewhere use password_file"),
        )
    return _from_file(Path(directory) / entry.password_credential, entry.password_credential)


def _from_environment(name: str, environment: Mapping[str, str]) -> str:
    value = environment.get(name)
    if value:
        return value
    shown = _("environment variable {name}").format(name=name)
    if value == "":
        raise _Missing(_("{source} is empty").format(source=shown))
    raise _Missing(_("{source} is not set").format(source=shown), Guess(environment, few=0)(name))


def _from_file(path: Path, shown: str) -> str:
    """The first line of the file, which must be its only one: an editor's last line break is no part of a password."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SECRET + 1)
        text = data.decode().rstrip("\r\n")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _Missing(
            _("the password cannot be read from {file}: {reason}").format(file=shown, reason=reason)
        ) from None
    except (UnicodeDecodeError, ValueError):
        raise _Missing(_("{file} is not UTF-8 text").format(file=shown)) from None
    if len(data) > MAX_SECRET or "\n" in text or "\0" in text:
        raise _Missing(_("{file} must hold the password alone, on one line").format(file=shown))
    if not text:
        raise _Missing(_("{file} is empty").format(file=shown))
    return text


def _open_to_all(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & stat.S_IROTH) and path.parent.name != DEMO_FOLDER
    except (OSError, ValueError):
        return False

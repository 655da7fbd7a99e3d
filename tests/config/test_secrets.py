"""Passwords come from the environment, a file or systemd, and are shown nowhere."""

from pathlib import Path

import pytest

from skywatch.config import ConfigError, load
from skywatch.credentials import Credentials
from tests.config.town import PROBES, SECRET, YAML, mistakes, write

FILE = "password_file: secret"
NO_SYSTEMD = (
    "$CREDENTIALS_DIRECTORY is not set, so there is no systemd credential "
    "(the service sets it (LoadCredential=); elsewhere use password_file)"
)
NOT_HERE = (
    "a password must not stand in this file: it is copied, mailed and kept in versions "
    "(name where it is: password_env, password_file or password_credential)"
)
STRANGE = "has characters that do not belong there: (hidden)"


def yaml(source: str) -> str:
    return YAML.replace(FILE, source)


def test_a_password_comes_from_a_file(tmp_path: Path) -> None:
    config = load(write(tmp_path), PROBES, {}, {})
    assert config.secrets.get("cameras") == Credentials("admin", SECRET)
    assert config.secrets.sources == {"cameras": "file secret"}
    assert config.secrets.get("others") is None
    assert config.secrets.get("") is None


def test_a_password_comes_from_the_environment(tmp_path: Path) -> None:
    path = write(tmp_path, yaml("password_env: CAMERA_PASSWORD"))
    config = load(path, PROBES, {}, {"CAMERA_PASSWORD": SECRET})
    assert config.secrets.get("cameras") == Credentials("admin", SECRET)
    assert config.secrets.sources == {"cameras": "environment variable CAMERA_PASSWORD"}


def test_a_password_comes_from_systemd(tmp_path: Path) -> None:
    path = write(tmp_path, yaml("password_credential: cameras"))
    directory = tmp_path / "credentials"
    directory.mkdir()
    (directory / "cameras").write_text(SECRET, encoding="utf-8")
    config = load(path, PROBES, {}, {"CREDENTIALS_DIRECTORY": str(directory)})
    assert config.secrets.get("cameras") == Credentials("admin", SECRET)
    assert config.secrets.sources == {"cameras": "systemd credential cameras"}


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        (
            "password_env: CAMERA_PASWORD",
            "credentials.cameras: environment variable CAMERA_PASWORD is not set (did you mean 'CAMERA_PASSWORD'?)",
        ),
        ("password_env: EMPTY", "credentials.cameras: environment variable EMPTY is empty"),
        (
            "password_file: gone",
            "credentials.cameras: the password cannot be read from gone: No such file or directory",
        ),
        ("password_file: void", "credentials.cameras: void is empty"),
        ("password_file: lines", "credentials.cameras: lines must hold the password alone, on one line"),
        ("password_file: binary", "credentials.cameras: binary is not UTF-8 text"),
        (
            "password_credential: cameras",
            f"credentials.cameras: {NO_SYSTEMD}",
        ),
        (
            "password_credential: ../secret",
            f"credentials.cameras.password_credential: {STRANGE}",
        ),
        (
            f"password: {SECRET}",
            f"credentials.cameras.password: {NOT_HERE}",
        ),
        (
            "password_env: A, password_file: secret",
            "credentials.cameras: needs exactly one of password_env, password_file, password_credential",
        ),
        (
            "passwort_file: secret",
            "credentials.cameras.passwort_file: is no setting (did you mean 'password_file'?)",
        ),
        (f"password_file: [{SECRET}]", "credentials.cameras.password_file: must be text, not a list"),
        (f"password_env: '{SECRET}'", f"credentials.cameras.password_env: {STRANGE}"),
    ],
)  # fmt: skip
def test_a_password_that_is_not_where_it_should_be_is_a_mistake(tmp_path: Path, source: str, wrong: str) -> None:
    (tmp_path / "void").write_bytes(b"\n")
    (tmp_path / "lines").write_bytes(b"one\ntwo\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    environment = {"CAMERA_PASSWORD": SECRET, "EMPTY": ""}
    assert mistakes(tmp_path, yaml(source), environment=environment) == [f"skywatch.yaml:2: {wrong}"]


def test_a_secret_that_everybody_can_read_is_a_warning(tmp_path: Path) -> None:
    path = write(tmp_path)
    (tmp_path / "secret").chmod(0o644)
    assert load(path, PROBES, {}, {}).warnings == (
        f"{path}:2: secret: everybody on this machine can read it (chmod 600)",
    )


def test_the_secrets_of_the_demo_may_be_read_by_everybody(tmp_path: Path) -> None:
    path = write(tmp_path, yaml("password_file: demo-secrets/simulator"))
    (tmp_path / "demo-secrets").mkdir()
    (tmp_path / "demo-secrets" / "simulator").write_text("simulated", encoding="utf-8")
    assert load(path, PROBES, {}, {}).warnings == ()


def test_a_last_line_break_is_no_part_of_a_password(tmp_path: Path) -> None:
    path = write(tmp_path)
    (tmp_path / "secret").write_bytes(b" spaced out \r\n")
    assert load(path, PROBES, {}, {}).secrets.get("cameras") == Credentials("admin", " spaced out ")


def test_a_value_under_a_secret_key_is_not_echoed_wherever_it_stands(tmp_path: Path) -> None:
    said = mistakes(
        tmp_path,
        YAML + f"web: {{port: 'rtsp://admin:{SECRET}@10.0.0.1'}}\nprobes: {{heartbeat: {{token: {SECRET}}}}}\n",
    )
    assert [line.split(": ", 1)[1] for line in said] == [
        "web.port: must be a whole number, not (hidden)",
        "probes.heartbeat.token: is no setting (possible are enabled, period, timeout, share, stream)",
    ]


def test_an_error_about_secrets_holds_none_in_its_chain(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(SECRET.encode() + b"\xff")
    path = write(tmp_path, yaml("password_file: binary"))
    with pytest.raises(ConfigError) as caught:
        load(path, PROBES, {}, {})
    assert caught.value.__cause__ is None
    assert SECRET not in repr(caught.value)

"""The unit that is shipped: sound, hardened, and in agreement with its own helpers. Judged by systemd's own tools."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.real import ROOT, missing, program

FOLDER = ROOT / "deploy" / "systemd"
UNIT = FOLDER / "skywatch.service"
GENERATION = "systemd-analyze judges unit files without a running system since systemd 250"


def settings(key: str) -> list[str]:
    """Every value that the unit gives to `key`, in order."""
    return re.findall(rf"^{key}=(.*)$", UNIT.read_text(), re.MULTILINE)


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [program("systemd-analyze"), "--no-pager", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def installed(folder: Path) -> Path:
    """The unit as on a server where skywatch is installed: `verify` wants its programs to exist."""
    unit = folder / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/skywatch/bin/skywatch", sys.executable))
    return unit


@pytest.mark.real
def test_the_service_is_exposed_below_two() -> None:
    seen = analyze("security", "--offline=true", "--threshold=19", str(UNIT))
    if "unrecognized option" in seen.stderr:
        missing(GENERATION)
    assert seen.returncode == 0, seen.stdout + seen.stderr
    exposure = re.search(r"Overall exposure level for skywatch.service: ([\d.]+)", seen.stdout)
    assert exposure is not None
    assert float(exposure[1]) < 2.0


@pytest.mark.real
def test_systemd_finds_nothing_to_complain_about(tmp_path: Path) -> None:
    seen = analyze("verify", "--man=false", str(installed(tmp_path)))
    assert seen.stderr == ""
    assert seen.returncode == 0


@pytest.mark.real
def test_a_mistake_in_the_unit_would_be_found(tmp_path: Path) -> None:
    unit = installed(tmp_path)
    unit.write_text(unit.read_text().replace("WatchdogSec=30", "WatchdogSeconds=30"))
    assert "WatchdogSeconds" in analyze("verify", "--man=false", str(unit)).stderr


@pytest.mark.real
def test_the_user_and_the_folders_of_the_unit_are_created(tmp_path: Path) -> None:
    for helper in ("sysusers", "tmpfiles"):
        target = tmp_path / "usr" / "lib" / f"{helper}.d" / "skywatch.conf"
        target.parent.mkdir(parents=True)
        target.write_text((FOLDER / f"skywatch.{helper}").read_text())
    (tmp_path / "etc").mkdir()
    root = f"--root={tmp_path}"
    users = subprocess.run([program("systemd-sysusers"), root], capture_output=True, text=True, check=False)
    assert users.returncode == 0, users.stderr
    (user,) = settings("User")
    assert re.search(rf"^{user}:", (tmp_path / "etc" / "passwd").read_text(), re.MULTILINE)
    assert settings("Group") == [user]


def test_what_the_unit_names_is_what_the_helpers_make() -> None:
    folders = (FOLDER / "skywatch.tmpfiles").read_text()
    for loaded in settings("LoadCredential"):
        name, _, path = loaded.partition(":")
        assert Path(path).name == name
        assert f"d {Path(path).parent} " in folders
        assert f" CREDENTIALS_DIRECTORY={Path(path).parent} " in settings("ExecReload")[0]
    assert "u skywatch " in (FOLDER / "skywatch.sysusers").read_text()


def test_the_configuration_is_checked_before_the_daemon_hears_of_it() -> None:
    (start,) = settings("ExecStart")
    check, hangup = settings("ExecReload")
    assert check.startswith("+")
    assert check.endswith(start.replace(" run ", " check "))
    assert hangup == "/bin/kill -HUP $MAINPID"


def test_the_watchdog_is_on() -> None:
    assert settings("Type") == ["notify"]
    assert [int(seconds) for seconds in settings("WatchdogSec")] == [30]

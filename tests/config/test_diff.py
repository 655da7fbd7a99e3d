"""What a reload changes."""

from pathlib import Path

from skywatch.config.diff import Changes, changed_cameras
from tests.config.town import CODE, LEDGER, OTHER, YAML, understood

THIRD = "37039915001320000003"


def test_nothing_changes_when_nothing_was_changed(tmp_path: Path) -> None:
    assert changed_cameras(understood(tmp_path), understood(tmp_path)) == Changes((), (), (), (CODE, OTHER))


def test_cameras_come_go_and_change(tmp_path: Path) -> None:
    old = understood(tmp_path)
    lines = LEDGER.splitlines()
    ledger = "\n".join([lines[0], lines[1].replace("8080", "80"), f"{THIRD},新,liu,127.10.1.3,,/1,,,,"])
    assert changed_cameras(old, understood(tmp_path, YAML, ledger)) == Changes((THIRD,), (OTHER,), (CODE,), ())


def test_a_new_password_changes_the_cameras_that_use_it(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("another", encoding="utf-8")
    (tmp_path / "other").chmod(0o600)
    ledger = LEDGER.replace("127.10.2.1,,/main,cameras", "127.10.2.1,,/main,")
    changes = changed_cameras(
        understood(tmp_path, YAML, ledger),
        understood(tmp_path, YAML.replace("password_file: secret", "password_file: other"), ledger),
    )
    assert changes == Changes((), (), (CODE,), (OTHER,))


def test_a_renamed_village_leaves_its_cameras_as_they_are(tmp_path: Path) -> None:
    new = understood(tmp_path, YAML.replace("柳泉", "新柳泉"))
    assert changed_cameras(understood(tmp_path), new).unchanged == (CODE, OTHER)


def test_what_changed_shows_no_secret(tmp_path: Path) -> None:
    config = understood(tmp_path)
    assert "hunter2" not in repr(changed_cameras(config, config))

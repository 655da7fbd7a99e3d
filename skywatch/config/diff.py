"""What a reload changes: which cameras came, went, changed, or stayed. Pure; shows no secret."""

from collections.abc import Collection
from dataclasses import dataclass

from skywatch.config.load import Config
from skywatch.inventory import Camera


@dataclass(frozen=True, slots=True)
class Changes:
    """Codes of cameras, each in exactly one of the four, in the order of the ledger that has them."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]


def changed_cameras(old: Config, new: Config) -> Changes:
    """Compare two configurations. A camera has changed when its row, or what it is signed in to with, is different;
    an unchanged one may keep everything that was learned of it."""
    before, after = old.inventory.cameras, new.inventory.cameras
    kept = [code for code in after if code in before]
    same = {code for code in kept if _identity(old, before[code]) == _identity(new, after[code])}
    return Changes(
        added=_all_but(after, before),
        removed=_all_but(before, after),
        changed=tuple(code for code in kept if code not in same),
        unchanged=tuple(code for code in kept if code in same),
    )


def _identity(config: Config, camera: Camera) -> tuple[object, ...]:
    return camera, config.secrets.get(camera.credentials)


def _all_but(codes: Collection[str], others: Collection[str]) -> tuple[str, ...]:
    return tuple(code for code in codes if code not in others)

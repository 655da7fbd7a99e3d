"""Which camera is being worked on: by the configuration, or as a person has announced it since."""

from collections.abc import Callable
from datetime import UTC, datetime

from skywatch.config import Config, Window
from skywatch.inventory import Camera
from skywatch.recurring import Repeat
from skywatch.store import Announced


class Upkeep:
    """Every window of maintenance. `config` is the configuration in use, `announced` gives what people have announced:
    the same tuple as long as nothing changed."""

    def __init__(self, config: Config, announced: Callable[[], tuple[Announced, ...]]) -> None:
        self.config = config
        self._announced = announced
        self._known: tuple[Announced, ...] = ()
        self._windows: tuple[Window, ...] = ()

    def holds(self, camera: Camera, at: float) -> bool:
        """Whether `camera` is in maintenance at Unix time `at`."""
        return self.window(camera, at) is not None

    def window(self, camera: Camera, at: float) -> Window | None:
        """The window that `camera` is in at Unix time `at`, if any."""
        if own := self.config.maintenance_of(camera, at):
            return own
        for window in self._current():
            if window.holds(at) and window.concerns(self.config.inventory, camera):
                return window
        return None

    def _current(self) -> tuple[Window, ...]:
        """What is announced, read anew only when it changed: this is asked ten thousand times a sweep."""
        announced = self._announced()
        if announced is not self._known:
            self._known, self._windows = announced, tuple(window_of(each) for each in announced)
        return self._windows


def window_of(announced: Announced) -> Window:
    """What a person announced, as a window of the configuration."""
    return Window.model_construct(
        scope=announced.scope,
        code=announced.code,
        start=datetime.fromtimestamp(announced.since, UTC).astimezone(),
        end=datetime.fromtimestamp(announced.until, UTC).astimezone(),
        repeat=Repeat(announced.repeat),
        last=None if announced.last is None else datetime.fromtimestamp(announced.last, UTC),
        reason=announced.reason,
    )

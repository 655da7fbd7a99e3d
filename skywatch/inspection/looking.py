"""One thorough look at a camera: heartbeat, device, several pictures, seconds of its stream. What each visit sees
counts as any other visit's does."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from skywatch.config.settings import Inspections
from skywatch.inventory import Camera
from skywatch.observation import Observation, Verdict
from skywatch.probes import PROBES, Probe, Tools

Visit = Callable[[Probe, Camera, Tools], Awaitable[Observation]]
"""One visit with these tools; whoever does it learns from it."""


@dataclass(frozen=True, slots=True)
class Looker:
    """`tools` gives the tools in use, `chosen` how thorough to be: both may be others after a reload."""

    visit: Visit
    tools: Callable[[], Tools]
    chosen: Callable[[], Inspections]

    async def __call__(self, camera: Camera) -> tuple[list[Observation], bytes | None]:
        """All observations, in order, and a small JPEG of the last picture. The stream is listened to between the
        pictures, so that these are seconds apart: what stands still shows."""
        chosen = self.chosen()
        tools = _thorough(self.tools(), chosen.listen)
        tools.recollect(camera).thumbnail = None
        names = ["heartbeat", "device", "picture", "stream", *["picture"] * (chosen.looks - 1)]
        seen = []
        for name in names:
            probe = PROBES[name]
            if tools.options[name].enabled and probe.applies(camera):
                seen.append(await self.visit(probe, camera, tools))
            if name == "heartbeat" and seen and seen[-1].verdict is Verdict.FAIL:
                break  # a camera that does not answer has no picture to wait for; it is looked at once more later
        return seen, tools.recollect(camera).thumbnail


def _thorough(tools: Tools, listen: float) -> Tools:
    """The same tools, which listen longer, in seconds, and keep a small picture."""
    stream = tools.options["stream"]
    longer = stream.model_copy(update={"listen": listen, "timeout": max(stream.timeout, listen + 10.0)})
    return replace(tools, options={**tools.options, "stream": longer}, thumbnails=True)

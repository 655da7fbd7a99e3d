"""One thorough look at a camera: heartbeat, device, several pictures, seconds of its stream. What each visit sees
counts as any other visit's does."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from skywatch.inventory import Camera
from skywatch.observation import Observation, Verdict
from skywatch.probes import PROBES, Probe, Tools

Visit = Callable[[Probe, Camera, Tools], Awaitable[Observation]]
"""One visit with these tools; whoever does it learns from it."""


@dataclass(frozen=True, slots=True)
class Looker:
    """`tools` gives the tools in use; `listen` seconds of the stream are listened to, `looks` pictures judged."""

    visit: Visit
    tools: Callable[[], Tools]
    listen: float = 5.0
    looks: int = 3

    async def __call__(self, camera: Camera) -> tuple[list[Observation], bytes | None]:
        """All observations, in order, and a small JPEG of the last picture. The stream is listened to between the
        pictures, so that these are seconds apart: what stands still shows."""
        tools = self._thorough(self.tools())
        tools.recollect(camera).thumbnail = None
        names = ["heartbeat", "device", "picture", "stream", *["picture"] * (self.looks - 1)]
        seen = []
        for name in names:
            probe = PROBES[name]
            if tools.options[name].enabled and probe.applies(camera):
                seen.append(await self.visit(probe, camera, tools))
            if name == "heartbeat" and seen and seen[-1].verdict is Verdict.FAIL:
                break  # a camera that does not answer has no picture to wait for; it is looked at once more later
        return seen, tools.recollect(camera).thumbnail

    def _thorough(self, tools: Tools) -> Tools:
        """The same tools, which listen longer and keep a small picture."""
        stream = tools.options["stream"]
        timeout = max(stream.timeout, self.listen + 10.0)
        longer = stream.model_copy(update={"listen": self.listen, "timeout": timeout})
        return replace(tools, options={**tools.options, "stream": longer}, thumbnails=True)

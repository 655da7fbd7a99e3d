"""One thorough look: what is visited, with which tools."""

from skywatch.clock import ManualClock
from skywatch.config.settings import Inspections
from skywatch.inspection import Looker
from skywatch.inventory import Camera
from skywatch.observation import Finding, Observation, Verdict
from skywatch.parts import Orders, open_parts
from skywatch.probes import Probe, Tools
from tests.township import NOON, township


async def test_a_look_is_as_thorough_as_is_wanted_now_and_ends_where_nobody_answers() -> None:
    config, asked, dead = township(), [Inspections(looks=2, listen=7.0)], False
    visited: list[tuple[str, float, bool]] = []

    async def visit(probe: Probe, camera: Camera, tools: Tools) -> Observation:
        listen = tools.options["stream"].model_dump()["listen"]
        visited.append((probe.name, listen, tools.thumbnails))
        found = (Finding("timeout"),) if dead else ()
        return Observation(probe.name, camera.code, NOON, 0.0, Verdict.FAIL if dead else Verdict.PASS, found)

    camera = next(each for each in config.inventory.cameras.values() if each.onvif_port)
    async with open_parts(ManualClock(NOON), 1) as parts:
        tools = parts.tools(Orders.of(config))
        look = Looker(visit, lambda: tools, lambda: asked[-1])
        await look(camera)
        assert [name for name, *_ in visited] == ["heartbeat", "device", "picture", "stream", "picture"]
        assert {(listen, small) for _, listen, small in visited} == {(7.0, True)}
        visited.clear()
        asked.append(Inspections(looks=4, listen=3.0))  # the configuration was read again
        await look(camera)
        assert [name for name, *_ in visited].count("picture") == 4
        assert {listen for _, listen, _ in visited} == {3.0}
        visited.clear()
        dead = True
        await look(camera)
        assert [name for name, *_ in visited] == ["heartbeat"]

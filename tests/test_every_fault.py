"""Every fault that the simulator can play, through the real probes over real sockets: each gets exactly its finding.
Of the picture those are here that are seen without a baseline; test_every_picture.py has them all."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from skywatch.inventory import Camera, Light
from skywatch.observation import Observation, Verdict
from skywatch.probes import PROBES
from skywatch.probes.visit import visit
from skywatch.simulator import FAULTS
from skywatch.simulator.faults import Layer
from tests.township import MIDNIGHT, NOON, Stage, played, stage, township

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
Seen = tuple[Verdict, tuple[str, ...]]
WELL: Seen = (PASS, ())
TIMEOUTS = {"heartbeat": 2.0, "device": 3.0, "stream": 5.0, "picture": 6.0}
LIMITS = {probe: {"timeout": seconds} for probe, seconds in TIMEOUTS.items()}


@dataclass(frozen=True, eq=False)
class Row:
    """What each probe must say of a camera with this fault; what is not named must be well."""

    fault: str
    heartbeat: Seen = WELL
    device: Seen = WELL
    stream: Seen = WELL
    picture: Seen = WELL
    options: Mapping[str, float | str] = field(default_factory=dict)
    at: float = NOON
    light: Light = Light.INFRARED
    codec: str = "h264"

    def __str__(self) -> str:
        return f"{self.fault} {'by night' if self.at == MIDNIGHT else ''}".strip()


def silent(fault: str) -> Row:
    """Nothing answers: every probe runs out of time, and nobody can see the picture."""
    late = (FAIL, ("timeout",))
    return Row(fault, late, late, late, (UNKNOWN, ("timeout",)))


def everywhere(fault: str, onvif: str, rtsp: str) -> Row:
    return Row(fault, (FAIL, (onvif,)), (FAIL, (onvif,)), (FAIL, (rtsp,)), (UNKNOWN, (rtsp,)))


def streamless(fault: str, code: str) -> Row:
    return Row(fault, stream=(FAIL, (code,)), picture=(UNKNOWN, (code,)))


ROWS = [
    silent("unplugged"),
    silent("power_cut"),
    silent("uplink_cut"),
    silent("black_holed"),
    silent("slow"),
    everywhere("refused", "refused", "refused"),
    everywhere("garbage", "not_onvif", "not_rtsp"),
    everywhere("endless_header", "too_large", "too_large"),
    everywhere("oversized", "too_large", "too_large"),
    Row("wrong_password", WELL, (FAIL, ("auth_failed",)), (FAIL, ("auth_failed",)), (UNKNOWN, ("auth_failed",))),
    Row("wrong_clock", heartbeat=(PASS, ("clock_wrong",))),
    streamless("busy", "busy"),
    streamless("not_found", "not_found"),
    streamless("no_packets", "no_video"),
    streamless("no_keyframe", "no_keyframe"),
    streamless("cut_mid_frame", "truncated"),
    Row("xml_bomb", heartbeat=(PASS, ("not_onvif",)), device=(FAIL, ("not_onvif",))),
    Row("packet_loss", stream=(FAIL, ("packet_loss",)), picture=(UNKNOWN, ("packet_loss",))),
    Row("packet_loss", stream=(FAIL, ("packet_loss",)), options={"ratio": 0.03}, codec="mjpeg"),
    Row("corrupted", picture=(UNKNOWN, ("undecodable",))),
    streamless("flood", "too_large"),
    Row("blurred", picture=(FAIL, ("blur",)), options={"radius": 0.003}),
    Row("dark", picture=(FAIL, ("dark",))),
    Row("light_failed", picture=(FAIL, ("light_failed",)), at=MIDNIGHT),
    Row("light_failed"),
    Row("overexposed", picture=(FAIL, ("overexposed",))),
    Row("black", picture=(FAIL, ("black",))),
    Row("torn", picture=(FAIL, ("torn",))),
]


Play = dict[Row, dict[str, Observation]]


def casting(rows: Iterable[Row]) -> dict[Row, str]:
    """A camera for each row, by its code: with ONVIF, a stream path, the row's light, and a stream of its codec."""
    config = township()
    ledger = config.inventory.cameras
    free = [each for each in played(config) if each.onvif_port and ledger[each.code].stream]
    cast = {}
    for row in rows:
        actor = next(each for each in free if each.light is row.light and each.main.codec == row.codec)
        free.remove(actor)
        cast[row] = actor.code
    return cast


async def play(rows: Sequence[Row], begin: float) -> Play:
    """All rows at once, a camera each: what every probe saw."""
    cast = casting(rows)
    async with stage(township(cast.values(), LIMITS), begin) as scene:
        for row, code in cast.items():
            scene.simulator.cue(code, row.fault, True, **row.options)
        visits = [look(scene, scene.config.inventory.cameras[code]) for code in cast.values()]
        return dict(zip(cast, await asyncio.gather(*visits), strict=True))


async def look(scene: Stage, camera: Camera) -> dict[str, Observation]:
    return {probe.name: await visit(probe, camera, scene.tools) for probe in PROBES.values()}


@pytest.fixture(scope="module")
def seen() -> Play:
    by_day, by_night = ([row for row in ROWS if row.at == at] for at in (NOON, MIDNIGHT))
    return asyncio.run(play(by_day, NOON)) | asyncio.run(play(by_night, MIDNIGHT))


@pytest.mark.parametrize("row", ROWS, ids=str)
@pytest.mark.parametrize("probe", list(PROBES))
def test_every_fault_gets_exactly_its_finding(seen: Play, row: Row, probe: str) -> None:
    observation = seen[row][probe]
    wanted: Seen = getattr(row, probe)
    codes = tuple(finding.code for finding in observation.findings)
    assert (observation.verdict, codes) == wanted, observation


def test_every_fault_of_the_simulator_is_in_the_table() -> None:
    assert {fault.name for fault in FAULTS.values() if fault.layer is not Layer.PICTURE} <= {row.fault for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_visit_is_over_in_time(seen: Play, row: Row) -> None:
    for probe, observation in seen[row].items():
        assert observation.seconds < TIMEOUTS[probe] + 1.0


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_no_observation_tells_a_password(seen: Play, row: Row) -> None:
    config = township()
    secrets = {config.secrets.get(camera.credentials) for camera in config.inventory.cameras.values()} - {None}
    told = repr(seen[row])
    assert secrets
    assert not [secret for secret in secrets if secret and secret.password in told]

"""A camera of the ledger looked at now, for `skywatch score`: through the picture probe's own path, judged beside the
baseline that the daemon has learned. Nothing is learned here.

The keyframe is decoded in this process, which is a person's own and ends with the command; the daemon never does that.
"""

import asyncio
from pathlib import Path

from skywatch import findings
from skywatch.clock import SystemClock
from skywatch.config import Config
from skywatch.inventory import Camera
from skywatch.observation import Finding, Verdict
from skywatch.parts import Orders, Parts, open_parts
from skywatch.picture import Diagnosis, Sky, Undecodable, sky_at
from skywatch.picture.decode import Planes, decode
from skywatch.picture.foreign import decode_packets
from skywatch.picture.score import Scored, judge
from skywatch.picture.vouched import Known, Vouched
from skywatch.probes import Account, Baselines
from skywatch.probes.picture import RECORDING, PictureOptions
from skywatch.probes.sources import open_stream, record_stream
from skywatch.protocols.errors import ForeignCodec, ProtocolError
from skywatch.store import Baselines as Files
from skywatch.terminal import Failure


async def looked_at(camera: Camera, config: Config, sky: Sky | None, given: Vouched | None) -> Scored:
    """Look at `camera` once. `sky` and `given`, where a person named them, go before what ledger and baseline say.

    A camera that shows nothing is an unknown with its finding, as a file without a picture is.
    """
    orders = Orders.of(config)
    async with open_parts(SystemClock(), workers=1) as parts:
        parts.accounts.recall = lambda _host, _credentials: Account(tries=1)
        now = sky or _sky(camera, orders, parts)
        try:
            shown = await _picture(camera, orders, parts)
        except (ProtocolError, Undecodable) as error:
            finding = Finding(error.code, getattr(error, "step", ""), str(error))
            return Scored(Path(camera.code), None, Diagnosis(Verdict.UNKNOWN, now.regime.value, undecodable=finding))
    known: Vouched | Known = given if given else await asyncio.to_thread(_learned, camera, config, now)
    return judge(Path(camera.code), [shown], now, orders.limits, known)


def _sky(camera: Camera, orders: Orders, parts: Parts) -> Sky:
    place = orders.place(camera)
    return sky_at(*place, parts.clock.now(), camera.light) if place else Sky(light=camera.light)


async def _picture(camera: Camera, orders: Orders, parts: Parts) -> Planes:
    tools = parts.tools(orders)
    chosen = orders.options["picture"]
    if not isinstance(chosen, PictureOptions):
        raise Failure(findings.say("internal"))
    deadline = asyncio.get_running_loop().time() + chosen.timeout
    try:
        seen = await open_stream(camera, tools, chosen.stream, deadline, listen=0.0)
        return decode(seen.keyframe)
    except ForeignCodec:
        heard = await record_stream(camera, tools, chosen.stream, deadline, RECORDING)
        return decode_packets(heard.packets)


def _learned(camera: Camera, config: Config, sky: Sky) -> Known:
    kept = Baselines(Files(config.settings.state_dir / "baselines"))
    baseline = kept.recall(camera.code, sky.regime.value)
    if baseline is None or not baseline.pictures:
        return Known(missing="no_baseline")
    return Known(references=baseline.pictures, usual=baseline.usual(), used=(Path(camera.code),))

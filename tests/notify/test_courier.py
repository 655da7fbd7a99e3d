"""Messages on their way: to a real server on loopback, by Apprise."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web

from skywatch.credentials import Credentials
from skywatch.health.fault import EventKind
from skywatch.notify import Apprise, Courier
from skywatch.notify.courier import ON_ITS_WAY, PATIENCE, PAUSES
from skywatch.notify.transport import address
from skywatch.store.message import Message
from tests.notify.desk import NOON, OUTAGE, channel, event, messages, outbox

HOUR = 3600.0
SECRET = "hunter2-swordfish"


@dataclass
class Hook:
    """A web hook that answers with `status` and keeps what it was told."""

    port: int = 0
    status: int = 200
    got: list[Any] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.got.append(await request.json())
        return web.Response(status=self.status)


@asynccontextmanager
async def hooked() -> AsyncIterator[Hook]:
    hook, app = Hook(), web.Application()
    app.router.add_post("/{any:.*}", hook.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    hook.port = runner.addresses[0][1]
    try:
        yield hook
    finally:
        await runner.cleanup()


@asynccontextmanager
async def courier(**channels: Any) -> AsyncIterator[tuple[Courier, dict[int, Message]]]:
    """A courier with these channels, a message about a fault that waits for `duty`, and all that was kept of it."""
    box = outbox(messages(channels=channels))
    kept: dict[int, Message] = {}
    send = Apprise()

    async def settled(_now: float) -> None:
        assert any(message.error == ON_ITS_WAY for message in kept.values())

    carrier = Courier(
        box, send, lambda _: Credentials("duty", SECRET), lambda all_: kept.update({m.id: m for m in all_}), settled
    )
    carrier.add(box.take(event(OUTAGE, EventKind.TOLD), OUTAGE, NOON))
    try:
        yield carrier, kept
    finally:
        send.close()


async def test_a_message_arrives_as_it_was_written() -> None:
    async with hooked() as hook, courier(duty=channel(url=f"json://127.0.0.1:{hook.port}/")) as (carrier, kept):
        await carrier.deliver(NOON)
        assert hook.got[0]["title"].startswith("[#12]")
        assert "柳泉村委会" in hook.got[0]["message"]
        assert kept[1].sent == NOON
        await carrier.deliver(NOON + HOUR)
        assert len(hook.got) == 1


async def test_a_channel_that_answers_500_for_a_day_is_tried_again_and_again_and_then_another_is_told() -> None:
    async with hooked() as bad, hooked() as good:
        bad.status = 500
        duty = channel(url=f"json://127.0.0.1:{bad.port}/", instead="power")
        async with courier(duty=duty, power=channel(url=f"json://127.0.0.1:{good.port}/")) as (carrier, kept):
            now = NOON
            while now <= NOON + 25 * HOUR:
                await carrier.deliver(now)
                now += 600
            assert len(PAUSES) < len(bad.got) < 40
            assert (kept[1].sent, kept[1].failed is not None) == (None, True)
            assert [told["title"][:5] for told in good.got] == ["[#12]"]
            assert carrier.waiting == {}


async def test_a_channel_that_is_back_gets_what_waited() -> None:
    async with hooked() as hook, courier(duty=channel(url=f"json://127.0.0.1:{hook.port}/")) as (carrier, kept):
        hook.status = 503
        await carrier.deliver(NOON)
        assert kept[1].due == NOON + PAUSES[0]
        hook.status = 200
        await carrier.deliver(NOON + PAUSES[0] - 1)
        assert len(hook.got) == 1
        await carrier.deliver(NOON + PAUSES[0])
        assert kept[1].sent == NOON + PAUSES[0]


async def test_a_dead_channel_does_not_hold_up_the_others() -> None:
    async with hooked() as bad, hooked() as good:
        bad.status = 503
        duty, power = (channel(url=f"json://127.0.0.1:{hook.port}/") for hook in (bad, good))
        async with courier(duty=duty, power=power) as (carrier, kept):
            for number in range(2, 12):
                carrier.add(carrier.outbox.take(event(OUTAGE, EventKind.TOLD), replace(OUTAGE, id=100 + number), NOON))
            carrier.add([carrier.outbox.letter("power", "report", "today", "all well", NOON)])
            await carrier.deliver(NOON)
            assert (len(bad.got), len(good.got)) == (PATIENCE, 1)
            bad.status = 200
            await carrier.deliver(NOON + 5)
            assert len(bad.got) == 11, "what was not tried is still due; what was refused waits for its pause"
            await carrier.deliver(NOON + PAUSES[0])
            assert len(bad.got) == 13
            assert all(message.sent for message in kept.values())


async def test_a_recipient_that_does_not_exist_is_not_tried_again() -> None:
    async with hooked() as hook, courier(duty=channel(url=f"json://127.0.0.1:{hook.port}/nobody")) as (carrier, kept):
        hook.status = 404
        await carrier.deliver(NOON)
        await carrier.deliver(NOON + HOUR)
        assert len(hook.got) == 1
        assert kept[1].failed == NOON
        assert "404" in kept[1].error


async def test_an_address_that_apprise_does_not_know_is_given_up_at_once() -> None:
    async with courier(duty=channel(url="nonsense://somewhere/")) as (carrier, kept):
        await carrier.deliver(NOON)
        assert kept[1].failed == NOON


async def test_no_secret_shows_in_what_is_kept() -> None:
    async with courier(duty=channel(url="json://127.0.0.1:1/{password}/", credentials="x")) as (carrier, kept):
        await carrier.deliver(NOON)
        assert kept[1].error
        assert SECRET not in kept[1].error


async def test_what_was_on_its_way_when_skywatch_was_killed_is_not_told_twice() -> None:
    async with hooked() as hook, courier(duty=channel(url=f"json://127.0.0.1:{hook.port}/")) as (carrier, kept):
        (caught,) = carrier.waiting.values()
        carrier.waiting.clear()
        carrier.take_up([replace(caught, error=ON_ITS_WAY), replace(caught, id=2)], NOON)
        await carrier.deliver(NOON)
        assert len(hook.got) == 1
        assert (kept[1].sent, kept[2].sent) == (NOON, NOON)


def test_what_is_secret_is_quoted_into_the_address() -> None:
    who = Credentials("王@a", "p/w:?")
    assert address("mailto://{username}:{password}@h", who) == "mailto://%E7%8E%8B%40a:p%2Fw%3A%3F@h"

"""The guarded use of a password by visits that go on at the same time."""

import asyncio

import pytest

from skywatch.clock import SystemClock
from skywatch.credentials import Credentials
from skywatch.inventory import Camera
from skywatch.parts import Orders, Parts
from skywatch.picture import Workers
from skywatch.probes import Tools
from skywatch.probes.visit import signed_in
from skywatch.protocols.errors import AuthFailed, Busy, NoVideo, ProtocolError, TimedOut
from skywatch.protocols.onvif import Onvif

CHANNELS = [Camera(code=f"{number}", name="", village="", host="10.0.0.9", credentials="all") for number in range(16)]


class Recorder:
    """A device with many channels, which answers when the others had their chance to ask; `answer` says what."""

    def __init__(self, answer: ProtocolError | None) -> None:
        self.answer, self.asked, self.inside, self.most = answer, 0, 0, 0

    async def work(self, credentials: Credentials | None) -> str:
        assert credentials is not None
        self.asked += 1
        self.inside += 1
        self.most = max(self.most, self.inside)
        for _ in range(50):
            await asyncio.sleep(0)
        self.inside -= 1
        if self.answer is not None:
            raise self.answer
        return "let in"


@pytest.fixture
def tools() -> Tools:
    clock = SystemClock()
    orders = Orders(credentials=lambda _name: Credentials("admin", "correct horse"))
    return Parts(clock, Onvif(clock), Workers(1)).tools(orders)


async def visited(recorder: Recorder, tools: Tools, patience: float = 60.0) -> list[str | BaseException]:
    """All channels at once."""
    deadline = asyncio.get_running_loop().time() + patience
    visits = (signed_in(camera, tools, deadline, recorder.work) for camera in CHANNELS)
    return await asyncio.gather(*visits, return_exceptions=True)


async def test_the_channels_of_a_recorder_together_try_a_wrong_password_twice(tools: Tools) -> None:
    recorder = Recorder(AuthFailed("401", step="describe"))
    seen = await visited(recorder, tools)
    assert recorder.asked == 2
    assert {type(each) for each in seen} == {AuthFailed}


async def test_once_one_channel_was_let_in_the_others_need_not_wait(tools: Tools) -> None:
    recorder = Recorder(None)
    assert await visited(recorder, tools) == ["let in"] * len(CHANNELS)
    assert recorder.most == len(CHANNELS) - 1


async def test_a_channel_without_video_proves_the_password_all_the_same(tools: Tools) -> None:
    recorder = Recorder(NoVideo("nothing came", step="first_packet"))
    await visited(recorder, tools)
    assert recorder.most == len(CHANNELS) - 1


async def test_who_waits_for_another_channel_is_over_by_his_deadline(tools: Tools) -> None:
    seen = await visited(Recorder(TimedOut("no answer", step="connect")), tools, patience=0.0)
    assert {type(each) for each in seen} == {TimedOut}


async def test_a_refusal_in_the_middle_of_a_session_is_a_full_camera(tools: Tools) -> None:
    recorder = Recorder(AuthFailed("401", step="setup"))
    deadline = asyncio.get_running_loop().time() + 60.0
    for _ in range(5):
        with pytest.raises(Busy):
            await signed_in(CHANNELS[0], tools, deadline, recorder.work)
    assert recorder.asked == 5, "nobody doubts the password"

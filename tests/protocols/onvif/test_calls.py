"""What zeep makes of replies that fit no schema: a result or a ProtocolError, never anything else."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from yarl import URL

from skywatch.clock import ManualClock
from skywatch.protocols.errors import ProtocolError, TooLarge
from skywatch.protocols.onvif import Address, Memory
from skywatch.protocols.onvif.calls import ELEMENTS, Calls
from skywatch.protocols.onvif.library import MEDIA1, MEDIA2, load
from skywatch.protocols.onvif.mend import envelope
from skywatch.protocols.onvif.profiles import merged, of_media1, of_media2
from skywatch.protocols.onvif.signin import Reply, SignIn
from skywatch.protocols.onvif.wire import Wire
from tests.protocols.onvif import replies

ONE = replies.profiles1(replies.profile1("main", "H264", 1920, 1080), replies.profile1("sub", "H264", 640, 360))
TWO = replies.profiles2(replies.profile2("main", "H265", 2560, 1440), replies.profile2("sub", "H264", 640, 360))


class Canned(SignIn):
    """A sign-in that always brings the same reply, and no wire."""

    def __init__(self, body: bytes) -> None:
        super().__init__(Wire(), load(), ManualClock(), None, Memory(), 0.0)
        self.body = body

    async def ask(self, url: URL, question: etree._Element, headers: Mapping[str, str], expected: str) -> Reply:
        return envelope(self.body, expected)


def profiles_in(namespace: str, body: bytes) -> Any:
    calls = Calls(load(), Canned(body), Address("127.0.0.1"))
    return asyncio.run(calls.call(namespace, "http://127.0.0.1/", "GetProfiles"))


def test_both_media_services_are_read() -> None:
    sizes = [
        [(profile.token, profile.codec, profile.width) for profile in merged(two, one)]
        for one, two in (
            (of_media1(profiles_in(MEDIA1, ONE)), []),
            ([], of_media2(profiles_in(MEDIA2, TWO))),
            (of_media1(profiles_in(MEDIA1, ONE)), of_media2(profiles_in(MEDIA2, TWO))),
        )
    ]
    assert sizes == [
        [("main", "h264", 1920), ("sub", "h264", 640)],
        [("main", "h265", 2560), ("sub", "h264", 640)],
        [("main", "h265", 2560), ("sub", "h264", 640)],
    ]


def test_what_nobody_reads_may_be_as_odd_as_it_likes() -> None:
    odd = b'<tt:PTZConfiguration token="x"><tt:Odd xmlns:q="q"><q:q/></tt:Odd></tt:PTZConfiguration>'
    body = ONE.replace(b"</trt:Profiles>", odd * 3000 + b"</trt:Profiles>", 1)
    assert [profile.token for profile, _ in of_media1(profiles_in(MEDIA1, body))] == ["main", "sub"]


def test_more_of_what_is_read_than_a_camera_can_have_is_refused() -> None:
    many = replies.profiles1(*[replies.profile1(f"p{number}", "H264", 1, 1) for number in range(ELEMENTS // 15)])
    with pytest.raises(TooLarge):
        profiles_in(MEDIA1, many)


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from([(MEDIA1, ONE), (MEDIA2, TWO)]),
    st.lists(st.tuples(st.integers(0, 2500), st.integers(0, 40), st.binary(max_size=8)), min_size=1, max_size=3),
)
def test_no_damage_to_a_reply_brings_anything_but_profiles_or_a_protocol_error(
    start: tuple[str, bytes], cuts: list[tuple[int, int, bytes]]
) -> None:
    namespace, body = start
    for at, length, new in cuts:
        body = body[:at] + new + body[at + length :]
    try:
        told = profiles_in(namespace, body)
    except ProtocolError:
        return
    for profile in merged(of_media2(told), of_media1(told)):
        assert profile.token
        assert 0 <= profile.width <= 65_535
        assert profile.token.isprintable()


@settings(deadline=None, max_examples=100)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=5), st.sampled_from([(MEDIA1, ONE), (MEDIA2, TWO)]))
def test_no_missing_or_doubled_element_brings_anything_else(victims: list[int], start: tuple[str, bytes]) -> None:
    namespace, body = start
    root = etree.fromstring(body)
    for victim in victims:
        nodes = list(root.iter())
        node = nodes[victim % len(nodes)]
        parent = node.getparent()
        if parent is not None and victim % 2:
            parent.append(etree.fromstring(etree.tostring(node, with_tail=False)))
        elif parent is not None:
            parent.remove(node)
    try:
        told = profiles_in(namespace, etree.tostring(root))
    except ProtocolError:
        return
    assert len(merged(of_media2(told), of_media1(told))) <= 64

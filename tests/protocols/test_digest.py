"""Digest: the vectors of RFC 7616 (3.9.1), RFC 2617 (3.5) and RFC 2069 (2.4); challenges as cameras send them."""

import hashlib
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from skywatch.credentials import Credentials
from skywatch.protocols.digest import Challenge, answer, challenges

MUFASA = Credentials("Mufasa", "Circle of Life")
OLD = "testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093"
NEW = "http-auth@example.org", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
OPAQUE = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"


def header(challenge: Challenge, password: str = MUFASA.password, client_nonce: str = CNONCE) -> str:
    who = Credentials("Mufasa", password)
    return answer(challenge, who, "GET", "/dir/index.html", count=1, client_nonce=client_nonce)


@pytest.mark.parametrize(
    ("challenge", "password", "client_nonce", "response"),
    [
        pytest.param(
            Challenge(*OLD, qop="auth"),
            "Circle Of Life",
            "0a4f113b",
            "6629fae49393a05397450978507c4ef1",
            id="RFC 2617",
        ),
        pytest.param(
            Challenge(*OLD),
            "CircleOfLife",
            "",
            "1949323746fe6a43ef61f9606e7febea",
            id="RFC 2069 with the response of its erratum 749",
        ),
        pytest.param(
            Challenge(*NEW, algorithm="MD5", qop="auth", opaque=OPAQUE),
            "Circle of Life",
            CNONCE,
            "8ca523f5e9506fed4657c9700eebdbec",
            id="RFC 7616, MD5",
        ),
        pytest.param(
            Challenge(*NEW, algorithm="SHA-256", qop="auth", opaque=OPAQUE),
            "Circle of Life",
            CNONCE,
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
            id="RFC 7616, SHA-256",
        ),
    ],
)
def test_the_examples_of_the_rfcs_come_out(
    challenge: Challenge, password: str, client_nonce: str, response: str
) -> None:
    told = header(challenge, password, client_nonce)
    assert f'response="{response}"' in told
    assert (f'opaque="{OPAQUE}"' in told) == (challenge.opaque is not None)
    assert ("qop=auth, nc=00000001" in told) == ("cnonce=" in told) == bool(challenge.qop)
    assert re.findall("algorithm=([^,]*)", told) == ([challenge.algorithm] if challenge.algorithm else [])


@pytest.mark.parametrize("algorithm", ["MD5-sess", "SHA-256-sess"])
def test_a_session_digest_hashes_the_nonces_into_the_key(algorithm: str) -> None:
    def hashed(text: str) -> str:
        return hashlib.new(algorithm.removesuffix("-sess").replace("-", ""), text.encode()).hexdigest()

    realm, nonce = NEW
    key = hashed(f"{hashed(f'Mufasa:{realm}:{MUFASA.password}')}:{nonce}:{CNONCE}")
    response = hashed(f"{key}:{nonce}:{hashed('GET:/dir/index.html')}")
    told = header(Challenge(*NEW, algorithm=algorithm))
    assert f'response="{response}"' in told
    assert f'algorithm={algorithm}, cnonce="{CNONCE}"' in told


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        (
            ['Digest realm="Login to 4G0", qop="auth", nonce="n1", opaque="", stale="false"'],
            [Challenge("Login to 4G0", "n1", qop="auth", opaque="")],
        ),
        (['Basic realm="IPC"', 'Digest realm="IPC", nonce="n1"'], [Challenge("IPC", "n1")]),
        (['Basic realm="IPC", Digest realm="D", nonce="n1"'], [Challenge("D", "n1")]),
        (['Digest realm="D", nonce="n1", Basic realm="IPC"'], [Challenge("D", "n1")]),
        (['Digest realm="a, Basic b=c", nonce="n1"'], [Challenge("a, Basic b=c", "n1")]),
        (["Digest realm=My Camera, nonce=n1"], [Challenge("My", "n1")]),
        (
            ['Digest realm="D", nonce="1", algorithm=MD5', 'Digest realm="D", nonce="2", algorithm="sha-256",qop=auth'],
            [Challenge("D", "2", "sha-256", "auth"), Challenge("D", "1", "MD5")],
        ),
        (
            [
                'Digest realm="D", nonce="1"',
                'Digest realm="D", nonce="2", algorithm=MD5-sess',
                'Digest realm="D", nonce="3", algorithm=SHA-256-sess',
            ],
            [Challenge("D", "3", "SHA-256-sess"), Challenge("D", "2", "MD5-sess"), Challenge("D", "1")],
        ),
        (
            ['Digest realm="D", nonce="n1", qop="auth-int, auth", stale=TRUE'],
            [Challenge("D", "n1", qop="auth", stale=True)],
        ),
        (['digest REALM=D,NONCE="a,b=c"'], [Challenge("D", "a,b=c")]),
        ([r'Digest realm="a \"b\"", nonce="n"'], [Challenge('a "b"', "n")]),
        (['Digest realm="", nonce="n"'], [Challenge("", "n")]),
        (['Digest realm="D", nonce="n1", qop="auth-int"'], []),
        (['Digest realm="D", nonce="n1", algorithm=SHA-512-256'], []),
        (['Digest realm="D", nonce=""'], []),
        (['Digest nonce="n"'], []),
        (["Digest", "Bearer token=x", "Negotiate", "NTLM TlRMTVNTUAACAAAA==", 'Basic realm="IPC"'], []),
        ([""], []),
        ([], []),
    ],
)
def test_what_can_be_answered_is_found_among_what_cameras_send_the_strongest_first(
    headers: list[str], found: list[Challenge]
) -> None:
    assert challenges(headers) == found


def test_a_realm_that_is_not_unicode_is_hashed_and_sent_as_it_came() -> None:
    came = 'Digest realm="视频", nonce="n"'.encode("gbk")
    (found,) = challenges([came.decode("utf-8", "surrogateescape")])
    assert not found.is_unicode
    sent = answer(found, MUFASA, "PLAY", "/", count=1, client_nonce="").encode("utf-8", "surrogateescape")
    key = hashlib.md5(b"Mufasa:" + "视频".encode("gbk") + b":Circle of Life").hexdigest()
    response = hashlib.md5(f"{key}:n:{hashlib.md5(b'PLAY:/').hexdigest()}".encode()).hexdigest()
    assert 'realm="视频"'.encode("gbk") in sent
    assert f'response="{response}"'.encode() in sent


def test_a_realm_in_unicode_is_unicode() -> None:
    assert Challenge("视频", "n").is_unicode


@given(st.lists(st.text(max_size=200), max_size=3))
@example([", " * 2000])
@example(['realm="' * 600])
def test_no_header_breaks_the_reader(headers: list[str]) -> None:
    for challenge in challenges([*headers, *(f"Digest realm=a, nonce=b, {header}" for header in headers)]):
        assert header(challenge).startswith('Digest username="Mufasa", realm=')


def test_the_password_is_not_in_the_answer() -> None:
    assert MUFASA.password not in header(Challenge(*NEW, qop="auth"))

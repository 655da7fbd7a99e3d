"""Signing in, against the examples of the RFCs; and how often a password is said."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.credentials import Credentials
from skywatch.protocols.rtsp.auth import Challenge, SignIn, challenges, digest

MUFASA = Credentials("Mufasa", "Circle Of Life")
RFC7616 = ("http-auth@example.org", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v")
RFC7616_OPAQUE = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
RFC7616_CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


@pytest.mark.parametrize(
    ("challenge", "password", "uri", "cnonce", "response"),
    [
        # RFC 2617, 3.5
        (
            Challenge("digest", "testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "5ccc069c", qop="auth"),
            "Circle Of Life",
            "/dir/index.html",
            "0a4f113b",
            "6629fae49393a05397450978507c4ef1",
        ),
        # RFC 2069, 2.4, with the response of its erratum 749
        (
            Challenge("digest", "testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093"),
            "CircleOfLife",
            "/dir/index.html",
            "",
            "1949323746fe6a43ef61f9606e7febea",
        ),
        # RFC 7616, 3.9.1
        (
            Challenge("digest", *RFC7616, opaque=RFC7616_OPAQUE, algorithm="MD5", named=True, qop="auth"),
            "Circle of Life",
            "/dir/index.html",
            RFC7616_CNONCE,
            "8ca523f5e9506fed4657c9700eebdbec",
        ),
        (
            Challenge("digest", *RFC7616, opaque=RFC7616_OPAQUE, algorithm="SHA-256", named=True, qop="auth"),
            "Circle of Life",
            "/dir/index.html",
            RFC7616_CNONCE,
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
        ),
    ],
)
def test_digests_are_those_of_the_rfcs(
    challenge: Challenge, password: str, uri: str, cnonce: str, response: str
) -> None:
    signed = digest(Credentials("Mufasa", password), challenge, "GET", uri, cnonce, 1)
    assert f'response="{response}"' in signed
    assert ("opaque=" in signed) == (challenge.opaque is not None)
    assert ("nc=00000001" in signed) == bool(challenge.qop)
    assert ("algorithm=" in signed) == challenge.named


def test_a_session_digest_hashes_the_nonces_into_the_key() -> None:
    plain = Challenge("digest", *RFC7616, algorithm="MD5", named=True, qop="auth")
    session = Challenge("digest", *RFC7616, algorithm="MD5-SESS", named=True, qop="auth")
    first, second = (digest(MUFASA, challenge, "PLAY", "rtsp://h/", "c", 1) for challenge in (plain, session))
    assert first.partition("response=")[2][:34] != second.partition("response=")[2][:34]
    assert "algorithm=MD5-sess" in second


@pytest.mark.parametrize(
    ("headers", "names"),
    [
        (['Digest realm="a", nonce="b"'], ["digest md5"]),
        (['Basic realm="a"'], ["basic"]),
        (['Basic realm="a"', 'Digest realm="a", nonce="b"'], ["digest md5", "basic"]),
        (['Basic realm="a", Digest realm="a", nonce="b", algorithm=SHA-256'], ["digest sha-256", "basic"]),
        (
            ['Digest realm="a",nonce="b",algorithm=MD5', 'Digest realm="a",nonce="b",algorithm="sha-256"'],
            ["digest sha-256", "digest md5"],
        ),
        (["digest REALM=a, NONCE=b, Algorithm=md5-sess"], ["digest md5-sess"]),
        (['Digest realm="a", nonce="b", algorithm=SHA-512-256'], []),
        (['Digest realm="a", nonce="b", qop="unheard-of"'], []),
        (['Digest realm="with, comma and \\"quote\\"", nonce="b"'], ["digest md5"]),
        (["Bearer token=x", "Negotiate"], []),
        (["Basic"], ["basic"]),
        ([], []),
        ([""], []),
    ],
)
def test_the_strongest_way_that_we_know_is_chosen_and_basic_comes_last(headers: list[str], names: list[str]) -> None:
    assert [challenge.name for challenge in challenges(headers)] == names


def test_a_challenge_is_read_whole() -> None:
    (found,) = challenges(['Digest realm="I \\"P\\", c", nonce="n,1", opaque="", qop="auth-int,auth", stale=TRUE'])
    assert found == Challenge("digest", 'I "P", c', "n,1", "", "MD5", False, "auth", True)


@given(st.lists(st.text(max_size=80), max_size=3))
def test_any_challenge_is_read_without_raising(headers: list[str]) -> None:
    for challenge in challenges(headers):
        SignIn(MUFASA, challenge).sign("PLAY", "rtsp://h/")


def test_basic_is_base64_of_name_and_password() -> None:
    signed = SignIn(Credentials("用户", "a:b"), Challenge("basic")).sign("PLAY", "rtsp://h/")
    assert signed is not None
    assert base64.b64decode(signed.removeprefix("Basic ")).decode() == "用户:a:b"


def offer(nonce: str, stale: bool = False) -> list[Challenge]:
    return [Challenge("digest", "r", nonce, stale=stale)]


def test_a_refused_password_is_not_said_again() -> None:
    sign_in = SignIn(MUFASA)
    assert sign_in.take(offer("1"), signed=False)
    assert not sign_in.take(offer("2"), signed=True)


def test_a_stale_nonce_is_renewed() -> None:
    sign_in = SignIn(MUFASA, offer("1")[0])
    assert sign_in.take(offer("2", stale=True), signed=True)
    assert 'nonce="2"' in (sign_in.sign("PLAY", "rtsp://h/") or "")


def test_a_camera_with_a_nonce_for_each_request_is_followed_once_the_password_was_right() -> None:
    sign_in = SignIn(MUFASA, offer("1")[0], accepted=True)
    assert sign_in.take(offer("2"), signed=True)
    assert not sign_in.take(offer("2"), signed=True)


def test_requests_on_one_nonce_are_counted() -> None:
    sign_in = SignIn(MUFASA, Challenge("digest", "r", "n", qop="auth"))
    assert [f"nc=0000000{n}" in (sign_in.sign("PLAY", "rtsp://h/") or "") for n in (1, 2, 3)] == [True] * 3


def test_nothing_that_signs_shows_the_password() -> None:
    assert "Circle" not in repr(SignIn(MUFASA, Challenge("basic")))

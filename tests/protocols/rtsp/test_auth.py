"""Signing in: in which way, and how often a password is said. Digests themselves: tests/protocols/test_digest.py."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.credentials import Credentials
from skywatch.protocols.digest import Challenge
from skywatch.protocols.rtsp.auth import Basic, Offer, SignIn, challenges

MUFASA = Credentials("Mufasa", "Circle Of Life")


@pytest.mark.parametrize(
    ("headers", "names"),
    [
        (['Digest realm="a", nonce="b"'], ["digest md5"]),
        (['Basic realm="a"'], ["basic"]),
        (['Basic realm="a"', 'Digest realm="a", nonce="b"'], ["digest md5", "basic"]),
        (['Basic realm="a", Digest realm="a", nonce="b", algorithm=SHA-256'], ["digest sha-256", "basic"]),
        (["digest REALM=a, NONCE=b, Algorithm=md5-sess"], ["digest md5-sess"]),
        (['Digest realm="a", nonce="b", algorithm=SHA-512-256', "Basic"], ["basic"]),
        (["Digest, Basic"], ["basic"]),
        (["Bearer token=x", "Negotiate"], []),
        ([], []),
    ],
)
def test_the_strongest_way_that_we_know_is_chosen_and_basic_comes_last(headers: list[str], names: list[str]) -> None:
    assert [challenge.name for challenge in challenges(headers)] == names


@given(st.lists(st.text(max_size=80), max_size=3))
def test_any_challenge_is_read_without_raising(headers: list[str]) -> None:
    for challenge in challenges(headers):
        SignIn(MUFASA, challenge).sign("PLAY", "rtsp://h/")


def test_basic_is_base64_of_name_and_password() -> None:
    signed = SignIn(Credentials("用户", "a:b"), Basic()).sign("PLAY", "rtsp://h/")
    assert signed is not None
    assert base64.b64decode(signed.removeprefix("Basic ")).decode() == "用户:a:b"


def offer(nonce: str, stale: bool = False) -> list[Offer]:
    return [Challenge("r", nonce, stale=stale)]


def test_a_refused_password_is_not_said_again() -> None:
    sign_in = SignIn(MUFASA)
    assert sign_in.take(offer("1"), signed=False)
    assert not sign_in.take(offer("2"), signed=True)


def test_a_password_that_was_refused_in_digest_is_not_said_in_the_clear() -> None:
    assert not SignIn(MUFASA, offer("1")[0], accepted=True).take([Basic()], signed=True)


def test_a_stale_nonce_is_renewed() -> None:
    sign_in = SignIn(MUFASA, offer("1")[0])
    assert sign_in.take(offer("2", stale=True), signed=True)
    assert 'nonce="2"' in (sign_in.sign("PLAY", "rtsp://h/") or "")


def test_a_camera_with_a_nonce_for_each_request_is_followed_once_the_password_was_right() -> None:
    sign_in = SignIn(MUFASA, offer("1")[0], accepted=True)
    assert sign_in.take(offer("2"), signed=True)
    assert not sign_in.take(offer("2"), signed=True)


def test_requests_on_one_nonce_are_counted() -> None:
    sign_in = SignIn(MUFASA, Challenge("r", "n", qop="auth"))
    assert [f"nc=0000000{n}" in (sign_in.sign("PLAY", "rtsp://h/") or "") for n in (1, 2, 3)] == [True] * 3


def test_nothing_that_signs_shows_the_password() -> None:
    assert "Circle" not in repr(SignIn(MUFASA, Basic()))

"""Vectors from RFC 7616, section 3.9.1, and RFC 2617, section 3.5; challenges as cameras send them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.credentials import Credentials
from skywatch.protocols.onvif.digest import Challenge, answer, challenge_in

MUFASA = Credentials("Mufasa", "Circle of Life")
REALM, NONCE = "http-auth@example.org", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
OPAQUE = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"


def header(challenge: Challenge, who: Credentials = MUFASA, client_nonce: str = CNONCE) -> str:
    return answer(challenge, who, "GET", "/dir/index.html", count=1, client_nonce=client_nonce)


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_examples_of_rfc_7616_come_out(algorithm: str, response: str) -> None:
    told = header(Challenge(REALM, NONCE, algorithm, "auth", OPAQUE))
    for part in (f'response="{response}"', f"algorithm={algorithm}", "qop=auth", "nc=00000001", f'opaque="{OPAQUE}"'):
        assert part in told


def test_the_example_of_rfc_2617_comes_out() -> None:
    challenge = Challenge("testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "MD5", "auth")
    told = header(challenge, Credentials("Mufasa", "Circle Of Life"), "0a4f113b")
    assert 'response="6629fae49393a05397450978507c4ef1"' in told


def test_an_old_challenge_without_qop_gets_an_answer_without_counter() -> None:
    told = header(Challenge("testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093"))
    assert "nc=" not in told
    assert "cnonce=" not in told


@pytest.mark.parametrize(
    ("headers", "challenge"),
    [
        (
            ['Digest realm="Login to 4G0", qop="auth", nonce="n1", opaque="", stale="false"'],
            Challenge("Login to 4G0", "n1", "MD5", "auth"),
        ),
        (['Basic realm="IPC"', 'Digest realm="IPC", nonce="n1"'], Challenge("IPC", "n1")),
        (['Basic realm="IPC", Digest realm="D", nonce="n1"'], Challenge("D", "n1")),
        (['Digest realm="D", nonce="n1", Basic realm="IPC"'], Challenge("D", "n1")),
        (
            [
                'Digest realm="D", nonce="n1", algorithm=MD5',
                'Digest realm="D", nonce="n2", algorithm=SHA-256, qop="auth"',
            ],
            Challenge("D", "n2", "SHA-256", "auth"),
        ),
        (['Digest realm="D", nonce="n1", qop="auth,auth-int"'], Challenge("D", "n1", "MD5", "auth")),
        (['digest REALM=D,NONCE="a,b=c"'], Challenge("D", "a,b=c")),
        ([r'Digest realm="a \"b\"", nonce="n"'], Challenge('a "b"', "n")),
        (['Digest realm="D", nonce="n1", qop="auth-int"'], None),
        (['Digest realm="D", nonce="n1", algorithm=SHA-3'], None),
        (['Digest realm="D", nonce=""'], None),
        (['Digest nonce="n"'], None),
        (['Digest realm="\udcb5\udcc7", nonce="n"'], None),
        (['Basic realm="IPC"'], None),
        ([], None),
    ],
)
def test_the_best_challenge_is_found_among_what_cameras_send(headers: list[str], challenge: Challenge | None) -> None:
    assert challenge_in(headers) == challenge


@given(st.lists(st.text(max_size=200), max_size=3))
def test_no_header_breaks_the_reader(headers: list[str]) -> None:
    challenge = challenge_in([f"Digest {header}" for header in headers])
    assert challenge is None or header_is_one_line(challenge)


def header_is_one_line(challenge: Challenge) -> bool:
    return header(challenge).startswith("Digest username=")


def test_the_password_is_not_in_the_answer() -> None:
    assert MUFASA.password not in header(Challenge(REALM, NONCE, "MD5", "auth"))

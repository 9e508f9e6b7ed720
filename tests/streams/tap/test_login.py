"""Logging in: the examples of the standards, and no password sent twice in vain."""

from __future__ import annotations

import re

import pytest

from streams.tap.login import Login, challenges

NONCE = 'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"'
OPAQUE = 'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_example_of_rfc_7616(algorithm: str, response: str) -> None:
    login = Login("Mufasa", "Circle of Life", lambda: CNONCE)
    asked = (
        f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
        f"{NONCE}, {OPAQUE}"
    )
    assert login.challenged([asked])
    given = login.header("GET", "/dir/index.html") or ""
    assert f'response="{response}"' in given
    assert "qop=auth, nc=00000001" in given
    assert OPAQUE in given


def test_digest_without_qop_as_most_cameras_ask_for_it() -> None:
    login = Login("Mufasa", "Circle Of Life")
    assert login.challenged(['Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11"'])
    given = login.header("DESCRIBE", "rtsp://h/x") or ""
    assert "qop" not in given
    assert re.search(r'response="[0-9a-f]{32}"', given)


def test_basic() -> None:
    login = Login("Aladdin", "open sesame")
    assert login.header("GET", "/") is None
    assert login.challenged(['Basic realm="x"'])
    assert login.header("GET", "/") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


def test_the_strongest_that_can_be_answered_is_taken() -> None:
    both = ['Basic realm="x", Digest realm="x", nonce="1", algorithm=MD5']
    both += ['Digest realm="x", nonce="2", algorithm=SHA-256', 'Digest realm="x", algorithm=SM3']
    assert [one.algorithm for one in challenges(both)] == ["SHA-256", "MD5", ""]
    assert challenges(['Digest realm="x", nonce="1", qop="auth-int"', "Negotiate"]) == []


def test_a_wrong_password_is_sent_once() -> None:
    login = Login("u", "wrong")
    assert login.challenged(['Digest realm="x", nonce="1"'])
    assert not login.challenged(['Digest realm="x", nonce="2"'])


def test_a_nonce_that_expired_is_answered_anew_but_not_for_ever() -> None:
    login = Login("u", "p")
    assert login.challenged(['Digest realm="x", nonce="1"'])
    login.agreed()
    assert login.challenged(['Digest realm="x", nonce="2"'])
    assert login.challenged(['Digest realm="x", nonce="3", stale=true'])
    assert login.challenged(['Digest realm="x", nonce="4", stale=TRUE'])
    assert not login.challenged(['Digest realm="x", nonce="5", stale=true'])


def test_without_a_login_nothing_is_answered() -> None:
    assert not Login("", "").challenged(['Basic realm="x"'])

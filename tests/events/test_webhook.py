"""The webhook against a real HTTP server: taken, try again, refused, and never a secret."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.bus import BusError, Refused
from events.cloudevent import from_binary, from_structured
from events.destination import Options
from events.webhook import BadSignature, Webhook, sign, verify
from tests.events.receiver import Answer, Receiver, receiving
from tests.events.samples import event

NOW = 1_767_225_600.0
SECRET = "a-secret-of-the-city"


@contextmanager
def posting(*answers: Answer, secret: str = SECRET) -> Iterator[tuple[Webhook, Receiver]]:
    """Give a webhook and the receiver that it posts to."""
    with receiving(*answers) as receiver:
        hook = Webhook(receiver.url, secret, clock=lambda: NOW)
        try:
            yield hook, receiver
        finally:
            hook.close()


def test_an_event_arrives_as_a_signed_cloudevent() -> None:
    with posting() as (hook, receiver):
        hook.publish(event(7))
    (call,) = receiver.calls
    assert from_structured(call.body) == event(7)
    assert call.path == "/hook"
    assert call.headers["content-type"] == "application/cloudevents+json"
    assert call.headers["idempotency-key"] == call.headers["webhook-id"] == "event-7"
    verify(call.headers, call.body, SECRET, NOW)


def test_a_repeat_carries_the_same_id_and_body() -> None:
    with posting(Answer(503), Answer(202)) as (hook, receiver):
        with pytest.raises(BusError):
            hook.publish(event(1))
        hook.publish(event(1))
    first, second = receiver.calls
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_without_a_secret_nothing_pretends_to_be_signed() -> None:
    with posting(secret="") as (hook, receiver):
        hook.publish(event())
    assert "webhook-signature" not in receiver.calls[0].headers


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_2xx_is_taken(status: int) -> None:
    with posting(Answer(status)) as (hook, _):
        hook.publish(event())


@pytest.mark.parametrize("status", [401, 403, 404, 408, 429, 500, 502, 503, 504, 599])
def test_try_again_later(status: int) -> None:
    with posting(Answer(status)) as (hook, _), pytest.raises(BusError, match=str(status)) as caught:
        hook.publish(event())
    assert not isinstance(caught.value, Refused)
    assert caught.value.retry_after is None


@pytest.mark.parametrize("status", [400, 409, 410, 413, 415, 422])
def test_refused_for_good(status: int) -> None:
    answer = Answer(status, body=b'{"title": "kind is unknown"}')
    with posting(answer) as (hook, _), pytest.raises(Refused, match="kind is unknown") as caught:
        hook.publish(event())
    assert str(status) in str(caught.value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("17", 17.0),
        ("Thu, 01 Jan 2026 00:02:00 GMT", 120.0),
        ("Thu, 01 Jan 2015 00:00:00 GMT", 0.0),
        ("soon", None),
        ("-3", None),
    ],
)
def test_retry_after_is_honoured(value: str, expected: float | None) -> None:
    answer = Answer(429, {"retry-after": value})
    with posting(answer) as (hook, _), pytest.raises(BusError) as caught:
        hook.publish(event())
    assert caught.value.retry_after == expected


def test_redirects_are_not_followed() -> None:
    with receiving() as elsewhere:
        answer = Answer(307, {"location": elsewhere.url})
        with posting(answer) as (hook, _), pytest.raises(BusError, match="redirects") as caught:
            hook.publish(event())
    assert not isinstance(caught.value, Refused)
    assert elsewhere.calls == []


def test_a_broken_connection_is_tried_again() -> None:
    with posting(Answer(drop=True)) as (hook, _), pytest.raises(BusError, match="broke"):
        hook.publish(event())


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        hook = Webhook(f"http://127.0.0.1:{free.getsockname()[1]}/hook")
        with pytest.raises(BusError, match="refused") as caught:
            hook.publish(event())
        hook.close()
    assert not isinstance(caught.value, Refused)


def test_no_answer_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/hook"
        hook = Webhook(url, timeout=httpx.Timeout(0.2))
        with pytest.raises(BusError, match="no answer in time"):
            hook.publish(event())
        hook.close()


@pytest.mark.parametrize("answer", [Answer(422, body=b"echo"), Answer(503), Answer(drop=True)])
def test_errors_hold_no_secret(answer: Answer) -> None:
    secret, password, token = "sig-secret-1", "pass-word-2", "token-3"
    basic = base64.b64encode(f"user:{password}".encode()).decode()
    if answer.body:
        said = f"no: {secret} {password} {token} Basic {basic} ?key={token}\x1b[2J"
        answer = Answer(answer.status, body=said.encode())
    with receiving(answer) as receiver:
        url = receiver.url.replace("//", f"//user:{password}@") + f"?key={token}"
        hook = Webhook(url, secret)
        with pytest.raises(BusError) as caught:
            hook.publish(event())
        hook.close()
    assert receiver.calls[0].headers["authorization"] == f"Basic {basic}"
    text = f"{caught.value!s} {caught.value!r} {caught.value.__cause__} {hook!r}"
    for hidden in (secret, password, token, basic, "\x1b", "/hook"):
        assert hidden not in text
    assert "127.0.0.1" in text


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://host/x", "scheme 'ftp'"),
        ("file:///etc/passwd", "scheme 'file'"),
        ("//host/x", "scheme ''"),
        ("https://", "no host"),
        ("https://user:hunter2@", "no host"),
        ("https://host:hunter2/x", "cannot be read"),
    ],
)
def test_what_is_no_address_is_refused_at_the_door(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        Webhook(url)
    assert "hunter2" not in str(caught.value)


def test_a_secret_that_cannot_be_read_is_refused_at_the_door() -> None:
    with pytest.raises(ValueError, match="base64") as caught:
        Webhook("https://host/x", "whsec_not!base64")
    assert "not!" not in str(caught.value)


def test_the_signature_is_that_of_the_standard() -> None:
    # The example of the Standard Webhooks specification.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = sign("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', secret, 1614265330)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(max_size=200), st.text(min_size=1, max_size=20), st.integers(0, 2**33))
def test_what_was_signed_verifies_and_nothing_else_does(body: bytes, id: str, now: int) -> None:
    headers = sign(id, body, SECRET, now)
    verify({k.upper(): v for k, v in headers.items()}, body, SECRET, now + 299)
    wrong = [
        (headers, body + b" ", SECRET, now),
        (headers, body, SECRET + "x", now),
        (headers, body, "", now),
        (headers | {"webhook-id": id + "x"}, body, SECRET, now),
        (headers | {"webhook-timestamp": str(now + 1)}, body, SECRET, now),
        (headers, body, SECRET, now + 302),
        (headers, body, SECRET, now - 302),
        ({k: v for k, v in headers.items() if k != "webhook-signature"}, body, SECRET, now),
        (headers | {"webhook-signature": "v1,ä"}, body, SECRET, now),
    ]
    for given_headers, given_body, secret, at in wrong:
        with pytest.raises(BadSignature):
            verify(given_headers, given_body, secret, at)


def test_while_a_secret_changes_either_signature_will_do() -> None:
    old, new = sign("a", b"b", "old", NOW), sign("a", b"b", "new", NOW)
    both = f"{old['webhook-signature']} {new['webhook-signature']}"
    verify(new | {"webhook-signature": both}, b"b", "old", NOW)
    verify(new | {"webhook-signature": both}, b"b", "new", NOW)


def test_a_very_long_refusal_is_cut() -> None:
    with posting(Answer(400, body=b"x" * 100_000)) as (hook, _), pytest.raises(Refused) as caught:
        hook.publish(event())
    assert len(str(caught.value)) < 300


def test_in_binary_mode_attributes_are_headers_and_the_body_is_signed() -> None:
    with receiving() as receiver:
        hook = Webhook(receiver.url, SECRET, clock=lambda: NOW, options=Options(mode="binary"))
        hook.publish(event(7, city=True))
        hook.close()
    (call,) = receiver.calls
    assert from_binary(call.headers, call.body) == event(7, city=True)
    assert call.headers["content-type"] == "application/json"
    verify(call.headers, call.body, SECRET, NOW)


def test_what_is_too_large_is_refused_before_it_is_sent() -> None:
    large = msgspec.structs.replace(event(), data={"text": "x" * 20_000})
    with receiving() as receiver:
        hook = Webhook(receiver.url, options=Options(max_bytes=10_000))
        with pytest.raises(Refused, match="the destination takes 10000"):
            hook.publish(large)
        hook.close()
    assert receiver.calls == []

"""Events as signed HTTP calls, after the Standard Webhooks specification (standardwebhooks.com)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
import ssl
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx

from events.bus import BusError, Event, Refused
from events.cloudevent import MEDIA_TYPE, binary, structured
from events.destination import Options

SCHEMES = frozenset({"https", "http"})
"""Where an event may be sent to. An allow-list."""
TOLERANCE_S = 300.0
"""How old or how far ahead a signed call may be before a receiver takes it for a replay."""

_TIMEOUT = httpx.Timeout(connect=3.0, read=5.0, write=5.0, pool=1.0)
_ABOUT_THE_EVENT = frozenset({400, 409, 410, 413, 415, 422})
"""Answers that say no to this event for good. A wrong address or token (401, 403, 404 ...) is about
the destination: the operator mends it, and until then every event waits rather than be lost."""

# These log every address with its query, and at DEBUG every header with its signature.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_TELLING = 200
"""Characters of a refusal's text that are kept: they say which field was wrong."""
_DRAIN = 65536
_PATIENCE_S = 3.0


class BadSignature(ValueError):
    """The call was not signed with this secret, or not now."""


class Webhook:
    """Posts each event as a CloudEvent, structured or binary. Satisfies `events.bus.Publisher`.

    Headers: `webhook-id` and `idempotency-key` (the event's id, the same on every repeat),
    `webhook-timestamp` (unix seconds) and, with a secret, `webhook-signature`. A login in the
    address is sent as basic authentication. Proxies and certificates are not taken from the
    environment; give `verify` for a private authority. In binary mode the signature covers the
    data, the id and the time, not the other attributes.

    Raises:
        ValueError: the address has no allowed scheme or no host, or the secret cannot be read; the
            text repeats neither.
    """

    def __init__(
        self,
        url: str,
        secret: str = "",
        clock: Callable[[], float] = time.time,
        timeout: httpx.Timeout = _TIMEOUT,
        verify: ssl.SSLContext | bool = True,
        options: Options | None = None,
    ) -> None:
        self._options = options or Options()
        self._host = _checked(url)
        self._url = url
        self._secret = secret
        _key(secret)
        self._clock = clock
        self._secrets = _secrets(url, secret)
        self._client = httpx.Client(
            timeout=timeout, verify=verify, follow_redirects=False, trust_env=False
        )

    def publish(self, event: Event) -> None:
        headers, body = self._message(event)
        headers["idempotency-key"] = event.id
        headers |= sign(event.id, body, self._secret, self._clock())
        try:
            with self._client.stream("POST", self._url, content=body, headers=headers) as answer:
                self._judge(answer)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            # The text of these may hold the address; the kind of failure says enough.
            raise BusError(f"{self._host}: {_words(error)}") from None

    def close(self) -> None:
        self._client.close()

    def _message(self, event: Event) -> tuple[dict[str, str], bytes]:
        if self._options.mode == "binary":
            headers, body = binary(event)
        else:
            headers, body = {"content-type": MEDIA_TYPE}, structured(event)
        if len(body) > self._options.max_bytes:
            text = f"the event has {len(body)} bytes, the destination takes"
            raise Refused(f"{text} {self._options.max_bytes}")
        return headers, body

    def _judge(self, answer: httpx.Response) -> None:
        status = answer.status_code
        if 200 <= status < 300:
            # Read on, so that the connection can be used again.
            self._read(answer)
            return
        text = f"{self._host} answered {status}"
        if 300 <= status < 400:
            raise BusError(f"{text}: redirects are not followed, give the final address")
        if status in _ABOUT_THE_EVENT:
            raise Refused(f"{text}: {self._scrubbed(self._read(answer))}".rstrip(": "))
        raise BusError(text, retry_after(answer.headers.get("retry-after"), self._clock()))

    def _read(self, answer: httpx.Response) -> str:
        """Return what there is of an answer; its status is known, so a break does not count."""
        found = b""
        until = time.monotonic() + _PATIENCE_S
        try:
            for part in answer.iter_bytes():
                found += part
                if len(found) >= _DRAIN or time.monotonic() > until:
                    break
        except httpx.HTTPError:
            pass
        return found.decode("utf-8", "replace")

    def _scrubbed(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        printable = "".join(c if c.isprintable() else " " for c in text)
        return " ".join(printable.split())[:_TELLING]


def sign(id: str, body: bytes, secret: str, now: float) -> dict[str, str]:
    """Return the headers that identify, date and (with a secret) sign a call.

    The signature is base64 of HMAC-SHA256 over `id.timestamp.body`. A secret that begins with
    'whsec_' is base64 of the key, any other is the key itself in UTF-8.
    """
    stamp = str(int(now))
    headers = {"webhook-id": id, "webhook-timestamp": stamp}
    if secret:
        headers["webhook-signature"] = f"v1,{_mac(id, stamp, body, secret)}"
    return headers


def verify(
    headers: Mapping[str, str],
    body: bytes,
    secret: str,
    now: float,
    tolerance_s: float = TOLERANCE_S,
) -> None:
    """Check a received call before its body is parsed; for receivers. Header names in any case.

    Raises:
        BadSignature: a header is missing, the call is too old or from the future, or no signature
            (there may be several, while a secret is being changed) was made with this secret.
    """
    given = {name.lower(): value for name, value in headers.items()}
    id, stamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    signatures = given.get("webhook-signature", "")
    if not (secret and id and signatures and stamp.isascii() and stamp.isdigit()):
        raise BadSignature("the call is not signed")
    if abs(now - int(stamp)) > tolerance_s:
        raise BadSignature("the call is too old, or one of the two clocks is wrong")
    expected = f"v1,{_mac(id, stamp, body, secret)}".encode()
    if not any(hmac.compare_digest(s.encode(), expected) for s in signatures.split()):
        raise BadSignature("the call was signed with another secret, or changed on its way")


def retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds that a Retry-After header asks for, None without a readable one."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def _mac(id: str, stamp: str, body: bytes, secret: str) -> str:
    signed = f"{id}.{stamp}.".encode() + body
    return base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode()


def _key(secret: str) -> bytes:
    prefix = "whsec_"
    if not secret.startswith(prefix):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(prefix), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a secret that begins with 'whsec_' goes on in base64") from None


def _checked(url: str) -> str:
    """Return scheme, host and port of an address: what of it may be shown."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise ValueError("the address cannot be read") from None
    if parts.scheme not in SCHEMES:
        raise ValueError(f"scheme {parts.scheme!r} is not allowed; use one of {sorted(SCHEMES)}")
    if not parts.hostname:
        raise ValueError("the address names no host")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}"


def _secrets(url: str, secret: str) -> tuple[str, ...]:
    """Return what must not appear in a text, longest first."""
    parts = urlsplit(url)
    login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    found = {
        secret,
        secret.removeprefix("whsec_"),
        parts.password or "",
        unquote(parts.password or ""),
        base64.b64encode(login.encode()).decode() if parts.password else "",
        *(value for _, value in parse_qsl(parts.query)),
        parts.query,
        url,
    }
    return tuple(sorted(found - {""}, key=len, reverse=True))


def _words(error: Exception) -> str:
    known: tuple[tuple[type[Exception], str], ...] = (
        (httpx.ConnectTimeout, "no connection in time"),
        (httpx.TimeoutException, "no answer in time"),
        (httpx.ConnectError, "no connection"),
        (httpx.NetworkError, "the connection broke"),
        (httpx.RemoteProtocolError, "it broke the connection off or does not speak HTTP"),
    )
    text = next((text for kind, text in known if isinstance(error, kind)), type(error).__name__)
    reason = _system_reason(error)
    return f"{text} ({reason})" if reason else text


def _system_reason(error: BaseException | None) -> str:
    """Return what the system or TLS said: refused, unknown host, certificate not trusted."""
    while error is not None:
        if isinstance(error, OSError) and error.strerror:
            return error.strerror
        error = error.__cause__ or error.__context__
    return ""

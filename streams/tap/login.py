"""Logging in to a camera: Basic (RFC 7617) and Digest (RFC 7616, MD5 and SHA-256). Pure."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

_SCHEME = re.compile(r"(?:^|,)\s*(Basic|Digest)\s+", re.IGNORECASE)
_PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')

_HASHES: Mapping[str, str] = {"MD5": "md5", "SHA-256": "sha256"}
MOST_ANSWERS = 3
"""Answers to challenges within one request: more means that the device never agrees."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a device asks for. `algorithm` is '' for Basic."""

    realm: str
    algorithm: str = ""
    session: bool = False
    nonce: str = ""
    opaque: str | None = None
    qop: bool = False
    stale: bool = False


def challenges(headers: Sequence[str]) -> list[Challenge]:
    """Return what of the WWW-Authenticate headers can be answered, the strongest first."""
    found = []
    for header in headers:
        parts = _SCHEME.split(header)
        for scheme, rest in zip(parts[1::2], parts[2::2], strict=True):
            one = _challenge(scheme.lower(), rest)
            if one is not None:
                found.append(one)
    order = ["SHA-256", "MD5", ""]
    return sorted(found, key=lambda one: order.index(one.algorithm))


def _challenge(scheme: str, rest: str) -> Challenge | None:
    given = {
        name.lower(): re.sub(r"\\(.)", r"\1", quoted) or plain
        for name, quoted, plain in _PARAMETER.findall(rest)
    }
    realm = given.get("realm", "")
    if scheme == "basic":
        return Challenge(realm)
    algorithm, _, suffix = given.get("algorithm", "MD5").upper().rpartition("-SESS")
    if not algorithm:
        algorithm, session = suffix, False
    else:
        session = True
    qops = [one.strip() for one in given.get("qop", "").lower().split(",") if one.strip()]
    if algorithm not in _HASHES or (qops and "auth" not in qops):
        return None
    stale = given.get("stale", "").lower() == "true"
    nonce, opaque = given.get("nonce", ""), given.get("opaque")
    return Challenge(realm, algorithm, session, nonce, opaque, bool(qops), stale)


class Login:
    """One connection's login. Neither its text nor an error of it ever holds the password."""

    def __init__(
        self,
        username: str,
        password: str,
        cnonce: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self._username = username
        self._password = password
        self._cnonce = cnonce
        self._challenge: Challenge | None = None
        self._count = 0
        self._tried = 0
        self._accepted = False

    def challenged(self, headers: Sequence[str]) -> bool:
        """Take a 401's challenges; say whether the request is worth repeating with an answer.

        A wrong password is sent once, because cameras lock accounts. A nonce that has expired, said
        so or after it was good before, is answered anew.
        """
        found = challenges(headers)
        if not found or not (self._username or self._password):
            return False
        again = found[0].stale or self._accepted
        if self._challenge is not None and not again:
            return False
        self._challenge, self._count, self._accepted = found[0], 0, False
        self._tried += 1
        return self._tried <= MOST_ANSWERS

    def agreed(self) -> None:
        """Take note that a request was accepted."""
        self._accepted = self._challenge is not None
        self._tried = 0

    def header(self, method: str, uri: str) -> str | None:
        """Return the value of `Authorization` for a request; None before any challenge."""
        one = self._challenge
        if one is None:
            return None
        if not one.algorithm:
            both = f"{self._username}:{self._password}".encode()
            return "Basic " + base64.b64encode(both).decode()
        return self._digest(one, method, uri)

    def _digest(self, one: Challenge, method: str, uri: str) -> str:
        self._count += 1
        cnonce, number = self._cnonce(), f"{self._count:08x}"

        def digest(text: str) -> str:
            made = hashlib.new(_HASHES[one.algorithm], text.encode(), usedforsecurity=False)
            return made.hexdigest()

        ha1 = digest(f"{self._username}:{one.realm}:{self._password}")
        if one.session:
            ha1 = digest(f"{ha1}:{one.nonce}:{cnonce}")
        ha2 = digest(f"{method}:{uri}")
        middle = f"{one.nonce}:{number}:{cnonce}:auth" if one.qop else one.nonce
        fields = [
            ("username", self._username),
            ("realm", one.realm),
            ("nonce", one.nonce),
            ("uri", uri),
            ("response", digest(f"{ha1}:{middle}:{ha2}")),
        ]
        if one.opaque is not None:
            fields.append(("opaque", one.opaque))
        if one.qop or one.session:
            fields.append(("cnonce", cnonce))
        text = ", ".join(f'{name}="{_quoted(value)}"' for name, value in fields)
        if one.algorithm != "MD5" or one.session:
            text += f", algorithm={one.algorithm}{'-sess' if one.session else ''}"
        return f"Digest {text}" + (f", qop=auth, nc={number}" if one.qop else "")


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')

"""RTSP 1.0 (RFC 2326) as text: requests, responses, session descriptions, logins. Pure."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from streams.nal import HEVC_PPS, HEVC_SPS, HEVC_VPS, kind
from streams.server.media import Media

REALM = "camera"
METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER"

REASONS = {
    200: "OK",
    302: "Moved Temporarily",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    461: "Unsupported Transport",
    501: "Not Implemented",
}


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names are lower case."""

    method: str
    url: str
    headers: Mapping[str, str]

    @property
    def name(self) -> str:
        """The camera: the first part of the path."""
        return urlsplit(self.url).path.strip("/").split("/")[0]

    @property
    def query(self) -> dict[str, str]:
        """The query, also where a client put the track's name behind it."""
        return dict(parse_qsl(urlsplit(self.url).query.split("/")[0]))

    @property
    def content_length(self) -> int:
        """Bytes that follow the head.

        Raises:
            ValueError: the header is no number.
        """
        return int(self.headers.get("content-length", "0"))


def parse_request(head: bytes) -> Request:
    """Parse a request up to its empty line.

    Raises:
        ValueError: it is no RTSP request.
    """
    lines = head.decode("latin-1").split("\r\n")
    method, url, version = lines[0].split(" ")
    if not version.startswith("RTSP/"):
        raise ValueError("not an RTSP request")
    pairs = (line.partition(":") for line in lines[1:] if ":" in line)
    return Request(method, url, {name.strip().lower(): value.strip() for name, _, value in pairs})


def response(
    request: Request | None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    body: str = "",
    challenges: tuple[str, ...] = (),
) -> bytes:
    """Return a response's bytes."""
    lines = [f"RTSP/1.0 {status} {REASONS.get(status, 'Error')}"]
    lines.append(f"CSeq: {request.headers.get('cseq', '0') if request else '0'}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    lines += [f"WWW-Authenticate: {challenge}" for challenge in challenges]
    content = body.encode()
    if content:
        lines += ["Content-Type: application/sdp", f"Content-Length: {len(content)}"]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


def description(media: Media, host: str) -> str:
    """Return the SDP of a camera (RFC 4566, with the fmtp of RFC 6184 and RFC 7798)."""
    name = "H264" if media.codec == "h264" else "H265"
    return _sdp(
        host,
        "m=video 0 RTP/AVP 96",
        f"a=rtpmap:96 {name}/90000",
        f"a=fmtp:96 {_fmtp(media)}",
        f"a=framerate:{media.rate:g}",
        "a=control:track1",
    )


def audio_description(host: str) -> str:
    """Return the SDP of a device that has only sound."""
    return _sdp(host, "m=audio 0 RTP/AVP 0", "a=rtpmap:0 PCMU/8000", "a=control:track1")


def interleaved_channels(transport: str) -> tuple[int, int] | None:
    """Return the channels a SETUP asks for; None when it does not ask for TCP."""
    if "RTP/AVP/TCP" not in transport:
        return None
    found = re.search(r"interleaved=(\d+)-(\d+)", transport)
    return (int(found[1]) & 255, int(found[2]) & 255) if found else (0, 1)


class Login:
    """Checks the login of requests: Digest and Basic (RFC 2617, MD5 as most cameras do).

    With `algorithm` SHA-256 it asks for Digest as RFC 7616 has it, with qop, and nothing less. A
    nonce is good for `nonce_lasts` requests (0: for ever) and is then said to be stale.
    """

    def __init__(
        self,
        username: str,
        password: str,
        algorithm: Literal["MD5", "SHA-256"] = "MD5",
        nonce_lasts: int = 0,
    ) -> None:
        self._username = username
        self._password = password
        self._algorithm = algorithm
        self._nonce_lasts = nonce_lasts
        self._nonce = secrets.token_hex(16)
        self._used = 0
        self._stale = False

    @property
    def challenges(self) -> tuple[str, ...]:
        """The values of `WWW-Authenticate`."""
        stale = ", stale=true" if self._stale else ""
        self._stale = False
        digest = f'Digest realm="{REALM}", nonce="{self._nonce}"{stale}'
        if self._algorithm == "SHA-256":
            return (f'{digest}, algorithm=SHA-256, qop="auth"',)
        return digest, f'Basic realm="{REALM}"'

    def allows(self, request: Request) -> bool:
        """Say whether the request carries the right login."""
        scheme, _, rest = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic" and self._algorithm == "MD5":
            expected = base64.b64encode(f"{self._username}:{self._password}".encode()).decode()
            return secrets.compare_digest(rest.strip().encode(), expected.encode())
        return scheme.lower() == "digest" and self._digest(request.method, rest) and self._fresh()

    def _fresh(self) -> bool:
        self._used += 1
        if not self._nonce_lasts or self._used <= self._nonce_lasts:
            return True
        self._nonce, self._used, self._stale = secrets.token_hex(16), 0, True
        return False

    def _hash(self, text: str) -> str:
        name = "md5" if self._algorithm == "MD5" else "sha256"
        return hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()

    def _digest(self, method: str, parameters: str) -> bool:
        given = dict(re.findall(r'(\w+)="([^"]*)"', parameters))
        ha1 = self._hash(f"{self._username}:{REALM}:{self._password}")
        ha2 = self._hash(f"{method}:{given.get('uri', '')}")
        middle = self._nonce
        if self._algorithm == "SHA-256":
            counted = re.search(r"\bnc=([0-9a-f]{8})", parameters)
            middle += f":{counted[1] if counted else ''}:{given.get('cnonce', '')}:auth"
        expected = self._hash(f"{ha1}:{middle}:{ha2}")
        right = given.get("username") == self._username and given.get("nonce") == self._nonce
        return right and secrets.compare_digest(given.get("response", ""), expected)


def _sdp(host: str, *media_lines: str) -> str:
    lines = [
        "v=0",
        f"o=- 1 1 IN IP4 {host}",
        "s=camera",
        "c=IN IP4 0.0.0.0",
        "t=0 0",
        "a=control:*",
        *media_lines,
    ]
    return "\r\n".join([*lines, ""])


def _fmtp(media: Media) -> str:
    encoded = [(kind(media.codec, u), base64.b64encode(u).decode()) for u in media.parameter_sets]
    if media.codec == "h264":
        sets = ",".join(text for _, text in encoded)
        sps = next(u for u in media.parameter_sets if kind("h264", u) == 7)
        return f"packetization-mode=1;profile-level-id={sps[1:4].hex()};sprop-parameter-sets={sets}"
    names = {HEVC_VPS: "sprop-vps", HEVC_SPS: "sprop-sps", HEVC_PPS: "sprop-pps"}
    return ";".join(
        f"{name}={','.join(text for number, text in encoded if number == wanted)}"
        for wanted, name in names.items()
    )

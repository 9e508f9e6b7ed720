"""The conversation with one camera, from OPTIONS to TEARDOWN. Pure: bytes out, messages in."""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

from streams.camera import SCHEMES
from streams.source import Reason, SourceError
from streams.tap import Unsuited, Why
from streams.tap.login import Login
from streams.tap.message import Message, request
from streams.tap.sdp import Video, read_description
from streams.tap.unfit import UnfitError

USUAL_TIMEOUT_S = 60.0
MOST_REDIRECTS = 3
TRANSPORT = "RTP/AVP/TCP;unicast;interleaved=0-1"
_REFUSED = (401, 403, 407)
_NOT_FOUND = (404, 410, 454)
_MOVED = (301, 302, 303, 305, 307, 308)


class Step(StrEnum):
    """What was asked last."""

    OPTIONS = "OPTIONS"
    DESCRIBE = "DESCRIBE"
    SETUP = "SETUP"
    PLAY = "PLAY"
    PLAYING = "playing"


_NEXT = {
    Step.OPTIONS: Step.DESCRIBE,
    Step.DESCRIBE: Step.SETUP,
    Step.SETUP: Step.PLAY,
    Step.PLAY: Step.PLAYING,
}


class MovedError(Exception):
    """The camera is at another address: `url`, with the login where it may be sent there."""

    def __init__(self, url: str) -> None:
        super().__init__("moved")
        self.url = url


class Talk:
    """One conversation. `start` gives the first request, `answer` the next one to each response.

    `url` is complete, with the login, which leaves it before anything is sent.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._login_text = parts.netloc.rpartition("@")[0]
        self._url = urlunsplit(parts._replace(netloc=_host(parts), fragment=""))
        username, password = unquote(parts.username or ""), unquote(parts.password or "")
        self._login = Login(username, password)
        self._number = 0
        self._session = ""
        self._alive_method = "OPTIONS"
        self._alive_number = 0
        self.step = Step.OPTIONS
        self.timeout_s = USUAL_TIMEOUT_S
        self.video: Video | None = None
        self.channels = (0, 1)

    @property
    def playing(self) -> bool:
        """True when the camera has agreed to play."""
        return self.step is Step.PLAYING

    def start(self) -> bytes:
        """Return the first request."""
        return self._ask(Step.OPTIONS)

    def keep_alive(self) -> bytes:
        """Return the request that keeps the session."""
        made = self._request(self._alive_method, self._aggregate, Session=self._session or None)
        self._alive_number = self._number
        return made

    def teardown(self) -> bytes:
        """Return the request that ends the session; b'' when there is none."""
        if not self._session:
            return b""
        return self._request("TEARDOWN", self._aggregate, Session=self._session)

    def answer(self, message: Message) -> bytes:
        """Take a message; return what to send next, b'' for nothing.

        Raises:
            SourceError: the attempt is over; its text is of ours alone, none of the device's.
            UnfitError: the camera is not for the tap.
            MovedError: the camera is elsewhere.
        """
        number = message.first("cseq")
        if message.status < 200 or (number and number != str(self._number)):
            return b""
        if self.playing:
            return self._kept_alive(message)
        if message.status == 401 and self._login.challenged(
            message.headers.get("www-authenticate", ())
        ):
            return self._ask(self.step)
        if message.status in _MOVED and message.first("location"):
            raise MovedError(self._moved(message.first("location")))
        if message.status >= 300 and not self._forgiven(message.status):
            raise self._failed(message.status)
        if message.status < 300:
            self._login.agreed()
            self._take(message)
        self.step = following = _NEXT[self.step]
        return b"" if following is Step.PLAYING else self._ask(following)

    def _kept_alive(self, message: Message) -> bytes:
        if message.status < 300:
            self._login.agreed()
        elif message.status == 401 and self._login.challenged(
            message.headers.get("www-authenticate", ())
        ):
            return self.keep_alive()
        return b""

    def _forgiven(self, status: int) -> bool:
        """Some devices do not know OPTIONS: the next request tells what is wrong, if anything."""
        return self.step is Step.OPTIONS and status not in _REFUSED

    def _take(self, message: Message) -> None:
        if self.step is Step.OPTIONS:
            if "GET_PARAMETER" in message.first("public").upper():
                self._alive_method = "GET_PARAMETER"
        elif self.step is Step.DESCRIBE:
            base = message.first("content-base") or message.first("content-location")
            self.video = read_description(
                message.body.decode("utf-8", "replace"), self._base(base or self._url)
            )
        elif self.step is Step.SETUP:
            self._set_up(message)

    def _base(self, given: str) -> str:
        """Make a base absolute; a login that a device repeats in it is taken out again."""
        parts = urlsplit(given)
        if not parts.scheme:
            parts = urlsplit(urljoin(self._url, given))
        return urlunsplit(parts._replace(netloc=_host(parts)))

    def _set_up(self, message: Message) -> None:
        session, *rest = message.first("session").split(";")
        self._session = session.strip()
        for part in rest:
            found = re.fullmatch(r"\s*timeout\s*=\s*(\d{1,6})\s*", part)
            if found:
                self.timeout_s = max(1.0, float(found[1]))
        transport = message.first("transport")
        found = re.search(r"interleaved\s*=\s*(\d{1,3})(?:\s*-\s*(\d{1,3}))?", transport)
        if found:
            first = int(found[1]) & 255
            self.channels = (first, int(found[2]) & 255 if found[2] else first + 1 & 255)
        elif transport and "TCP" not in transport.upper():
            raise UnfitError(Unsuited(Why.TRANSPORT, "it answers TCP with UDP"))

    def _failed(self, status: int) -> Exception:
        cause = f"{status} to {self.step}"
        if status in _REFUSED:
            return SourceError(Reason.REFUSED, cause)
        if status in _NOT_FOUND:
            return SourceError(Reason.NOT_FOUND, cause)
        if status == 461:
            return UnfitError(Unsuited(Why.TRANSPORT, cause))
        if status == 415:
            return SourceError(Reason.NOT_VIDEO, cause)
        return SourceError(Reason.FAILED, cause)

    def _moved(self, location: str) -> str:
        parts = urlsplit(urljoin(self._url, location))
        if parts.scheme.lower() not in SCHEMES or not parts.hostname:
            raise SourceError(Reason.FORBIDDEN_URL, "it redirects to what may not be opened")
        netloc = _host(parts)
        if self._login_text and parts.hostname == urlsplit(self._url).hostname:
            netloc = f"{self._login_text}@{netloc}"
        return urlunsplit(parts._replace(netloc=netloc, fragment=""))

    @property
    def _aggregate(self) -> str:
        return self.video.aggregate if self.video else self._url

    def _ask(self, step: Step) -> bytes:
        self.step = step
        if step is Step.OPTIONS:
            return self._request("OPTIONS", self._url)
        if step is Step.DESCRIBE:
            return self._request("DESCRIBE", self._url, Accept="application/sdp")
        if step is Step.SETUP:
            control = self.video.control if self.video else self._url
            return self._request("SETUP", control, Transport=TRANSPORT)
        session = self._session or None
        return self._request("PLAY", self._aggregate, Session=session, Range="npt=0.000-")

    def _request(self, method: str, url: str, **headers: str | None) -> bytes:
        self._number += 1
        login = self._login.header(method, url)
        return request(method, url, self._number, {"Authorization": login, **headers})


def _host(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]

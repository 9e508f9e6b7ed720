"""The seam to cameras: one attempt. Run, yield, raise; retrying belongs to the supervisor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from streams.picture import Opened, Packet, Picture


class Reason(StrEnum):
    """Why an attempt ended, as the camera state will say it."""

    REFUSED = "refused"  # login wrong or not allowed (401, 403)
    UNREACHABLE = "unreachable"  # no route, no name, connection refused, connect timeout
    NOT_FOUND = "not_found"  # the server answers, but knows no such stream (404, 454)
    NOT_VIDEO = "not_video"  # it answers, but there is no video we can read in it
    NO_MEDIA = "no_media"  # it accepts PLAY, then sends nothing
    STALLED = "stalled"  # media came, then stopped while the connection stayed open
    ENDED = "ended"  # the other side closed the stream
    FORBIDDEN_URL = "forbidden_url"  # scheme not on the allow-list
    FAILED = "failed"  # anything else, in `detail`


class SourceError(Exception):
    """An attempt is over. `str()` never holds a URL, a user name or a password."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


class Wanted(Protocol):
    """What the source asks before it works: the sampler (see `streams/sampler.py`)."""

    def decode(self, key: bool, stream_time: float) -> bool:
        """Say whether this packet shall go to the decoder at all."""
        ...

    def show(self, key: bool, stream_time: float) -> bool:
        """Say whether this decoded picture shall be converted and yielded."""
        ...

    @property
    def drain(self) -> bool:
        """True in key-frame mode: drain and flush the decoder after each key packet."""
        ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to read one stream. `url` is complete, with the login: never log or store it.

    `rotation` turns clockwise in degrees, added to a display matrix; timeouts are seconds.
    """

    url: str
    rotation: int = 0
    open_timeout_s: float = 20.0
    read_timeout_s: float = 20.0


class Source(Protocol):
    """A way into one camera (libav; synthetic for tests). The tap reads many: `streams/tap`."""

    def run(self, attempt: Attempt, wanted: Wanted) -> Iterator[Opened | Packet | Picture]:
        """Yield `Opened` first, then every packet, and the wanted pictures among them.

        Ends (returns) only when a finite source is played to its end.

        Raises:
            SourceError: the attempt is over, with the reason.
        """
        ...

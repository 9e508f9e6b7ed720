"""Why libav failed, as a `Reason`; libav's own texts hold the URL and are never passed on."""

from __future__ import annotations

import socket
from contextlib import suppress
from urllib.parse import urlsplit

import av

from streams.source import Reason

DEFAULT_PORTS = {"rtsp": 554, "rtsps": 322}
PROBE_TIMEOUT_S = 5.0

_BY_ERROR: tuple[tuple[type[Exception], Reason], ...] = (
    (av.error.HTTPUnauthorizedError, Reason.REFUSED),
    (av.error.HTTPForbiddenError, Reason.REFUSED),
    (av.error.HTTPNotFoundError, Reason.NOT_FOUND),
    (av.error.ConnectionRefusedError, Reason.UNREACHABLE),
)


def reason_of_open(error: Exception, url: str, took_s: float, timeout_s: float) -> Reason:
    """Say why opening failed; where libav's error is ambiguous, the device's port is tried."""
    for kind, reason in _BY_ERROR:
        if isinstance(error, kind):
            return reason
    if not answers(url):
        return Reason.UNREACHABLE
    if took_s >= timeout_s * 0.9:
        return Reason.NO_MEDIA
    if isinstance(error, av.error.InvalidDataError):
        return Reason.NOT_VIDEO
    return Reason.FAILED


def reason_of_read(error: Exception, media_came: bool) -> Reason:
    """Say why reading ended. An interrupted read is libav's word for our read timeout."""
    if isinstance(error, av.error.ExitError | av.error.TimeoutError):
        return Reason.STALLED if media_came else Reason.NO_MEDIA
    if isinstance(error, av.error.OSError | ConnectionError | OSError):
        return Reason.ENDED
    return Reason.FAILED


def name_of(error: Exception) -> str:
    """Return what may be told of an error: its kind, never its text."""
    return f"libav: {type(error).__name__}"


def answers(url: str) -> bool:
    """Say whether anything accepts a connection at the URL's host and port."""
    parts = urlsplit(url)
    with suppress(OSError, ValueError):
        port = parts.port or DEFAULT_PORTS.get(parts.scheme, 554)
        socket.create_connection((parts.hostname or "", port), PROBE_TIMEOUT_S).close()
        return True
    return False

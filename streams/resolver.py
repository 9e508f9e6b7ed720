"""A camera is not a URL: a resolver gives the address for each attempt."""

from __future__ import annotations

from typing import Literal, Protocol
from urllib.parse import quote, urlsplit, urlunsplit

from streams.camera import Camera, check_url
from streams.source import Reason, SourceError


class Resolver(Protocol):
    """Gives the complete URL of one attempt; a platform's short-lived URLs come in here."""

    def resolve(self, camera: Camera) -> str:
        """Return the URL with the login in it. Never log or store it.

        Raises:
            SourceError: there is no address for this attempt.
        """
        ...


class StaticResolver:
    """The camera's own address, always the same; `stream` picks the main or the sub stream.

    A camera without a sub stream gives its main stream.
    """

    def __init__(self, stream: Literal["main", "sub"] = "main") -> None:
        self._stream = stream

    def resolve(self, camera: Camera) -> str:
        """Return the URL with the percent-encoded login.

        Raises:
            SourceError: FORBIDDEN_URL when the scheme is not on the allow-list.
        """
        url = camera.sub_url if self._stream == "sub" and camera.sub_url else camera.url
        try:
            check_url(url)
        except ValueError as error:
            forbidden = SourceError(Reason.FORBIDDEN_URL, str(error))
        else:
            return _with_login(url, camera.username, camera.password.get_secret_value())
        raise forbidden


def _with_login(url: str, username: str, password: str) -> str:
    if not username and not password:
        return url
    parts = urlsplit(url)
    login = f"{quote(username, safe='')}:{quote(password, safe='')}"
    return urlunsplit(parts._replace(netloc=f"{login}@{parts.netloc}"))

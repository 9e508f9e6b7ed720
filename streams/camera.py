"""A camera as the city knows it: desired state, plain values, checked at the door."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import SplitResult, urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

SCHEMES = frozenset({"rtsp", "rtsps"})
"""What may be opened. An allow-list: libav would open local files and much more."""

HIDDEN = "***"
"""What stands in a shown address in place of a value that may be a secret."""

_HARMLESS = frozenset(
    (
        *("camera", "channel", "ch", "codec", "profile", "proto", "resolution", "stream"),
        *("streamtype", "subtype", "track", "transportmode", "unicast"),
    )
)
"""Names in a camera's query that say which picture is meant; any other value may be a token."""
_IN_PATH = re.compile(r"(?i)(user(?:name)?|pass(?:word|wd)?|pwd|token|key|secret|sign)=[^&_/?;]+")


def check_url(url: str) -> str:
    """Return the URL if its scheme is allowed, it has a host, and it holds no login.

    Raises:
        ValueError: with a reason that does not repeat the URL.
    """
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise ValueError(f"scheme {parts.scheme!r} is not allowed; use one of {sorted(SCHEMES)}")
    if not parts.hostname:
        raise ValueError("the address names no host")
    if parts.username or parts.password:
        raise ValueError("put the login into `username` and `password`, not into the address")
    check_port(parts)
    return url


def check_port(parts: SplitResult) -> None:
    """Refuse an address whose port is none: a login with a slash in it looks like that.

    Raises:
        ValueError: with a reason that repeats nothing of the address.
    """
    try:
        _ = parts.port
    except ValueError:
        raise ValueError("what stands after the host is no port") from None


def shown_url(url: str) -> str:
    """Return an address as people may see it: values that can be secrets are `HIDDEN`.

    Some makers want the login in the path, platforms put tokens into the query.
    """
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    path = _IN_PATH.sub(rf"\1={HIDDEN}", parts.path)
    query = "&".join(_shown_pair(pair) for pair in parts.query.split("&")) if parts.query else ""
    return urlunsplit((parts.scheme, host, path, query, HIDDEN if parts.fragment else ""))


def _shown_pair(pair: str) -> str:
    name, is_pair, value = pair.partition("=")
    if not value or name.lower() in _HARMLESS:
        return pair
    return f"{name}{is_pair}{HIDDEN}"


class Camera(BaseModel):
    """One camera. `url` never holds the login; `crs` says what lon/lat are measured in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")
    name: str = ""
    url: str
    username: str = ""
    password: SecretStr = SecretStr("")
    sub_url: str = ""
    gb_id: str = ""
    owner_unit: str = ""
    place_code: str = ""
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    crs: Literal["", "CGCS2000", "WGS84", "GCJ02", "BD09"] = ""
    rotation: Literal[0, 90, 180, 270] = 0
    time_zone: str = Field(default="", pattern=r"^[A-Za-z0-9_+/-]{0,64}$")
    """IANA name that its time plans are meant in, e.g. 'Asia/Shanghai'; '' is the machine's."""
    enabled: bool = True

    @property
    def connection(self) -> tuple[str, str, str, SecretStr, int, bool]:
        """Return what a connection depends on; a change of anything else needs no new one."""
        login = (self.username, self.password)
        return (self.url, self.sub_url, *login, self.rotation, self.enabled)

    @field_validator("url")
    @classmethod
    def _url(cls, url: str) -> str:
        return check_url(url)

    @field_validator("sub_url")
    @classmethod
    def _sub_url(cls, url: str) -> str:
        return check_url(url) if url else url

    @field_validator("gb_id")
    @classmethod
    def _gb_id(cls, value: str) -> str:
        if value and not re.fullmatch(r"\d{20}", value):
            raise ValueError("a GB/T 28181 id has 20 digits")
        return value

    @model_validator(mode="after")
    def _coordinates_have_a_system(self) -> Camera:
        if (self.lon is None) != (self.lat is None):
            raise ValueError("lon and lat come together")
        if self.lon is not None and not self.crs:
            raise ValueError("coordinates without `crs` are refused")
        return self

"""The static resolver: login into the address, allow-list checked again."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from pydantic import SecretStr

from streams.camera import Camera
from streams.resolver import StaticResolver
from streams.source import Reason, SourceError


def test_the_login_is_percent_encoded() -> None:
    camera = Camera(
        id="a", url="rtsp://cam:8554/x?y=1", username="us er", password=SecretStr("p@ss:w/rd#?")
    )
    parts = urlsplit(StaticResolver().resolve(camera))
    assert (parts.hostname, parts.port, parts.path, parts.query) == ("cam", 8554, "/x", "y=1")
    assert unquote(parts.username or "") == "us er"
    assert unquote(parts.password or "") == "p@ss:w/rd#?"


def test_without_a_login_the_address_is_as_given() -> None:
    camera = Camera(id="a", url="rtsp://[::1]:554/x")
    assert StaticResolver().resolve(camera) == "rtsp://[::1]:554/x"


def test_the_sub_stream_falls_back_to_the_main_one() -> None:
    both = Camera(id="a", url="rtsp://cam/main", sub_url="rtsps://cam/sub")
    only = Camera(id="a", url="rtsp://cam/main")
    assert StaticResolver("sub").resolve(both) == "rtsps://cam/sub"
    assert StaticResolver("sub").resolve(only) == "rtsp://cam/main"
    assert StaticResolver("main").resolve(both) == "rtsp://cam/main"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://cam/x", "rtsp:///x", "concat:a|b"])
def test_what_slipped_past_the_door_is_refused_here(url: str) -> None:
    camera = Camera.model_construct(id="a", url=url, sub_url="")
    with pytest.raises(SourceError) as caught:
        StaticResolver().resolve(camera)
    assert caught.value.reason is Reason.FORBIDDEN_URL
    assert "passwd" not in str(caught.value)
    assert caught.value.__context__ is None

"""Cameras that the tests of this package share: short clips, served for real."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.libav.transcode import prepare
from streams.server import CameraServer, Media, serve
from tests.streams.clips import make_clip
from tests.streams.watching import COUNT, PASSWORD, RATE, USER


@pytest.fixture(scope="package")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="package")
def media(cache: Path) -> dict[str, Media]:
    """Two seconds of H.264, of H.265, and of a clip that had B-frames."""
    made = {}
    for name, codec, b_frames in [
        ("h264", "libx264", 0),
        ("hevc", "libx265", 0),
        ("b", "libx264", 3),
    ]:
        clip = make_clip(
            cache / f"{name}.mp4", COUNT, codec=codec, rate=RATE, gop=RATE, b_frames=b_frames
        )
        made[name] = prepare(clip, cache)
    return made


@pytest.fixture(scope="package")
def server(media: dict[str, Media]) -> Iterator[CameraServer]:
    with serve(media) as running:
        yield running


@pytest.fixture(scope="package")
def once(media: dict[str, Media]) -> Iterator[CameraServer]:
    with serve(media, once=True) as running:
        yield running


@pytest.fixture(scope="package")
def locked(media: dict[str, Media]) -> Iterator[CameraServer]:
    with serve(media, login=(USER, PASSWORD)) as running:
        yield running

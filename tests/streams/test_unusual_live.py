"""Unusual but valid video over RTSP, as cameras send it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from streams.libav.transcode import prepare
from streams.sampler import Sampler
from streams.server import serve
from tests.streams.clips import number_in, numbered
from tests.streams.odd import encode
from tests.streams.watching import Seen

COUNT = 16
FORMS: dict[str, tuple[tuple[int, int], float, dict[str, Any]]] = {
    "ten-bit": ((192, 96), 10.0, {"codec": "libx265", "pix_fmt": "yuv420p10le"}),
    "odd": ((641, 359), 10.0, {"pix_fmt": "yuv444p"}),
    "upright": ((180, 320), 10.0, {}),
    "grey": ((192, 96), 10.0, {"pix_fmt": "gray"}),
    "interlaced": ((192, 96), 10.0, {"params": "interlaced=1:tff=1", "flags": "+ildct+ilme"}),
    "slow": ((192, 96), 4.0, {"gop": 40}),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_picture_comes_in_order(tmp_path: Path, name: str) -> None:
    size, rate, how = FORMS[name]
    pictures = [numbered(n, *size) for n in range(COUNT)]
    clip = encode(tmp_path / "a.mp4", pictures, [n / rate for n in range(COUNT)], **how)
    with serve({name: prepare(clip, tmp_path)}, once=True) as server:
        seen = Seen(
            server.url(name),
            Sampler([0.0]),
            until=lambda found: len(found.pictures) >= COUNT - 1,
            read_timeout_s=3.0,
        )
    shown = [number_in(picture.pixels) for picture in seen.pictures]
    assert shown == list(range(len(shown)))
    assert len(shown) >= COUNT - 1
    assert {picture.pixels.shape[:2] for picture in seen.pictures} == {(size[1], size[0])}
    times = [picture.stream_time for picture in seen.pictures]
    assert times == pytest.approx([n / rate for n in range(len(shown))], abs=0.02)
    assert seen.source.corrupt == 0

"""Preparing a clip for the camera server: passed through, or made into plain H.264 once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from streams.libav.encoding import H264Writer
from streams.libav.file import FALLBACK_RATE, FileSource
from streams.nal import Codec, Layout
from streams.picture import Opened, Packet, Picture, Pixels
from streams.sampler import Sampler
from streams.server.media import AccessUnit, Media
from streams.source import Attempt

FORM = 1
"""Changes when transcoding changes, so that older cached files are not used any more."""


def prepare(
    path: Path, cache: Path, freeze_first_s: float = 0.0, freeze_last_s: float = 0.0
) -> Media:
    """Return a clip ready to be served; its first picture is at time 0.

    H.264 and H.265 without B-frames, rotation or freezes are passed through bit by bit. Anything
    else is transcoded to H.264 (rotation baked in) into `cache`, once per content and freezes.

    Raises:
        SourceError: the file is missing or not video.
    """
    media = None if freeze_first_s > 0 or freeze_last_s > 0 else _passed_through(path)
    if media is None:
        made = _transcoded(path, cache, freeze_first_s, freeze_last_s, 1)
        media = _passed_through(made)
    if media is None:
        raise ValueError("a transcoded clip can be passed through")
    return replace(media, alternative=partial(_halved, path, cache))


def _halved(path: Path, cache: Path) -> Media:
    media = _passed_through(_transcoded(path, cache, 0.0, 0.0, 2))
    if media is None:
        raise ValueError("a transcoded clip can be passed through")
    return media


def _passed_through(path: Path) -> Media | None:
    """Return the clip as it is; None when a camera could not have sent it so."""
    opened: Opened | None = None
    packets: list[Packet] = []
    for item in FileSource(path).run(Attempt(""), Sampler([])):
        if isinstance(item, Opened):
            opened = item
        elif isinstance(item, Packet):
            packets.append(item)
    if opened is None or opened.codec not in ("h264", "hevc") or opened.rotation or not packets:
        return None
    if not packets[0].key or packets[0].pts != 0.0:
        return None
    if any(after.pts <= before.pts for before, after in pairwise(packets)):
        return None
    codec: Codec = "h264" if opened.codec == "h264" else "hevc"
    layout = Layout(codec, opened.parameters)
    if not layout.parameter_sets:
        return None
    units = tuple(AccessUnit(tuple(layout.split(p.data)), p.pts, p.key) for p in packets)
    rate = opened.rate or FALLBACK_RATE
    return Media(codec, layout.parameter_sets, units, packets[-1].pts + 1 / rate, rate)


def _transcoded(
    path: Path, cache: Path, freeze_first_s: float, freeze_last_s: float, shrink: int
) -> Path:
    """Return the cached H.264 file of a clip, made now if need be."""
    with closing(
        FileSource(path, freeze_first_s, freeze_last_s).run(Attempt(""), Sampler([0.0]))
    ) as items:
        opened = next(items)  # raises SourceError before the file is read as a whole
        key = f"{FORM} {_digest(path)} {freeze_first_s} {freeze_last_s} {shrink}"
        made = cache / f"{hashlib.sha256(key.encode()).hexdigest()}.mp4"
        if made.exists():
            return made
        cache.mkdir(parents=True, exist_ok=True)
        # a folder of its own: the same clip may be prepared twice at once
        with TemporaryDirectory(dir=cache) as unfinished:
            target = Path(unfinished) / made.name
            _encode(opened.rate if isinstance(opened, Opened) else 0.0, items, target, shrink)
            target.replace(made)
    return made


def _encode(
    rate: float, items: Iterator[Opened | Packet | Picture], target: Path, shrink: int
) -> None:
    size: tuple[int, ...] | None = None
    with H264Writer(target, rate, crf=18) as writer:
        for item in items:
            if isinstance(item, Picture):
                size = size or item.pixels.shape
                writer.write(_fitted(item.pixels, size)[::shrink, ::shrink], item.stream_time)


def _fitted(pixels: Pixels, size: tuple[int, ...]) -> Pixels:
    """Crop or pad to the clip's first size: a file may change it, a camera server must not."""
    if pixels.shape == size:
        return pixels
    fitted = np.zeros(size, np.uint8)
    height, width = min(size[0], pixels.shape[0]), min(size[1], pixels.shape[1])
    fitted[:height, :width] = pixels[:height, :width]
    return fitted


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""The videos of a folder as cameras of our own RTSP server."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from streams.libav.transcode import prepare
from streams.server import Media
from streams.source import SourceError

SUFFIXES = frozenset({".mp4", ".avi", ".mkv", ".mov", ".gif", ".ts", ".h264", ".h265", ".webm"})


@dataclass(frozen=True, slots=True)
class Clip:
    """A video to be served; a freeze repeats its first or last picture for so many seconds."""

    path: Path
    freeze_first_s: float = 0.0
    freeze_last_s: float = 0.0


def videos(folder: Path) -> list[Path]:
    """Return the videos in FOLDER and in FOLDER/videos, by name."""
    inside = [folder, folder / "videos"]
    files = (p for place in inside if place.is_dir() for p in sorted(place.iterdir()))
    return [path for path in files if path.suffix.lower() in SUFFIXES and path.is_file()]


def camera_ids(paths: Iterable[Path], prefix: str) -> dict[Path, str]:
    """Return an id for each video: prefix and file name, told apart where two would be alike."""
    ids: dict[Path, str] = {}
    for path in paths:
        plain = "".join(
            c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in path.stem
        )
        wanted = f"{prefix}{plain}"[:64]
        if plain != path.stem or wanted in ids.values() or len(prefix + plain) > len(wanted):
            mark = hashlib.sha256(path.name.encode()).hexdigest()[:6]
            wanted = f"{prefix}{plain}"[:57] + f"-{mark}"
        ids[path] = wanted
    return ids


def media_of(clips: Mapping[str, Clip], cache: Path) -> dict[str, Media]:
    """Prepare clips for serving, by camera id; what cannot be read is named and left out."""
    media = {}
    print(f"preparing {len(clips)} videos as camera streams; kept for the next time", flush=True)
    for number, (camera, clip) in enumerate(clips.items(), 1):
        if sys.stdout.isatty():
            print(f"\rpreparing {number}/{len(clips)} {clip.path.name[:50]:50}", end="", flush=True)
        try:
            media[camera] = prepare(clip.path, cache, clip.freeze_first_s, clip.freeze_last_s)
        except SourceError as error:
            print(f"\n{clip.path.name} is left out: {error}", flush=True)
    if sys.stdout.isatty():
        print("\r" + " " * 80 + "\r", end="", flush=True)
    return media

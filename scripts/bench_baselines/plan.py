"""What a baseline is told, and how it says what it does. Standard library only."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

OPENCV = "rtsp_transport;tcp|threads;1|analyzeduration;0|probesize;32768|timeout;5000000"
"""For `OPENCV_FFMPEG_CAPTURE_OPTIONS`: TCP, one decoding thread each, no time spent on guessing."""

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Plan:
    """One run. `zones` are polygons in fractions of the picture (none: all of it).

    `model` is an ONNX file; `head` how its output is read ('yolox', 'yolov8'); `scale` and `color`
    what it is fed: pixels divided by `scale`, as 'bgr' or 'rgb', letterboxed with `pad`.
    """

    cameras: dict[str, str]
    """Name to URL."""
    kind: str
    """'illegal_parking' or 'fall'."""
    period_s: float
    source_rate: float
    width: int
    height: int
    zones: tuple[Points, ...]
    dwell_s: float
    absence_s: float
    model: str
    head: str
    classes: tuple[str, ...]
    input_width: int
    input_height: int
    color: str
    scale: float
    pad: int
    runtime: str
    """'openvino' or 'onnxruntime'."""
    by: str
    """Which program decodes, for `raw_pipes`: 'ffmpeg' or 'gstreamer'."""
    out: str
    folder: str
    """For what is made on the way and may be kept."""
    confidence: float = 0.25

    @property
    def every(self) -> int:
        """Return which picture of the stream is wanted: every n-th."""
        return max(1, round(self.period_s * self.source_rate))

    @classmethod
    def read(cls, path: str) -> Self:
        """Read a plan."""
        fields: dict[str, Any] = json.loads(Path(path).read_text())
        zones = tuple(tuple((x, y) for x, y in zone) for zone in fields.pop("zones"))
        classes = tuple(fields.pop("classes"))
        return cls(**fields, zones=zones, classes=classes)


class Diary:
    """Lines of JSON in the order of what happened; times are unix seconds."""

    def __init__(self, path: str) -> None:
        self._file: IO[str] = Path(path).open("a", buffering=1)  # noqa: SIM115 - open to the end

    def picture(self, camera: str, received: float) -> None:
        """Say that a picture has come to a finding now."""
        self._write({"camera": camera, "received": round(received, 4), "found": _now()})

    def alert(self, camera: str, kind: str) -> None:
        """Say that an alert is raised now."""
        self._write({"alert": kind, "camera": camera, "at": _now()})

    def say(self, **words: object) -> None:
        """Say anything else."""
        self._write(words)

    def _write(self, line: Mapping[str, object]) -> None:
        self._file.write(json.dumps(line, separators=(",", ":")) + "\n")


def _now() -> float:
    return round(time.time(), 4)

"""Annotated video of an evaluation: what each rule saw in each picture it judged."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import cv2
import numpy as np

from events.alert import Alert
from inference.task import TaskRunner
from models.detector import Detections, Pixels
from rules.observation import Observation
from streams.libav.encoding import H264Writer
from streams.picture import Shot

_GREEN, _RED, _BLUE, _WHITE = (80, 220, 80), (40, 40, 240), (240, 160, 40), (255, 255, 255)
_LONG_SIDE = 960
_SHOWN_S = 4.0


class Renderer:
    """A watcher of the engine's loop that writes one MP4 per clip and algorithm."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._files = ExitStack()
        self._alerts: dict[tuple[str, str], list[Alert]] = {}
        self._writers: dict[tuple[str, str], tuple[H264Writer, float]] = {}

    def __call__(
        self,
        runner: TaskRunner,
        shot: Shot,
        tables: Mapping[str, Detections],
        observation: Observation,
    ) -> None:
        """Draw one judged picture. Called by the engine's thread."""
        pixels = _fitted(shot.picture.pixels)
        _draw_zones(pixels, runner)
        for seen in observation.objects:
            _box(pixels, seen.box, f"{seen.label} {seen.score:.2f}", _GREEN)
        for blob in observation.blobs:
            _box(pixels, blob.box, f"blob {blob.key}", _BLUE)
        if observation.water is not None:
            _box(pixels, observation.water.box, f"water {observation.water.share:.2f}", _BLUE)
        clock = shot.picture.stream_time
        for alert in self._alerts.get(runner.key, []):
            if 0 <= shot.captured_at - alert.at <= _SHOWN_S:
                _box(pixels, alert.box, f"RAISED {alert.score:.2f}", _RED, thick=3)
        words = f"{runner.task.algorithm} {clock:.1f} s {observation.view.fault}"
        cv2.putText(pixels, words, (8, 22), cv2.FONT_HERSHEY_SIMPLEX, 0.6, _WHITE, 2)
        writer, begun = self._writer(runner, clock)
        writer.write(pixels, clock - begun)

    def raised(self, alert: Alert) -> None:
        """Show an alert in the pictures of the next seconds; it comes from another thread."""
        self._alerts.setdefault((alert.camera, alert.algorithm), []).append(alert)

    def close(self) -> None:
        """Finish all files."""
        self._files.close()
        self._writers.clear()

    def _writer(self, runner: TaskRunner, begun: float) -> tuple[H264Writer, float]:
        if runner.key not in self._writers:
            name = f"{Path(runner.camera.name).stem}--{runner.task.algorithm}.mp4"
            writer = H264Writer(self._folder / name, 1 / runner.period_s)
            self._writers[runner.key] = (self._files.enter_context(writer), begun)
        return self._writers[runner.key]


def _fitted(pixels: Pixels) -> Pixels:
    """Return a copy with even sides, the longer at most 960 px."""
    height, width = pixels.shape[:2]
    ratio = min(1.0, _LONG_SIDE / max(height, width))
    size = (int(width * ratio) // 2 * 2, int(height * ratio) // 2 * 2)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _draw_zones(pixels: Pixels, runner: TaskRunner) -> None:
    height, width = pixels.shape[:2]
    for zone in runner.task.zones:
        corners = (np.array(zone.points) * (width, height)).round().astype(np.int32)
        cv2.polylines(pixels, [corners], True, _RED if zone.kind == "exclude" else _WHITE, 1)


def _box(
    pixels: Pixels,
    box: tuple[float, float, float, float],
    words: str,
    color: tuple[int, int, int],
    thick: int = 1,
) -> None:
    height, width = pixels.shape[:2]
    low = (round(box[0] * width), round(box[1] * height))
    high = (round(box[2] * width), round(box[3] * height))
    cv2.rectangle(pixels, low, high, color, thick)
    cv2.putText(pixels, words, (low[0], max(10, low[1] - 3)), cv2.FONT_HERSHEY_SIMPLEX, 0.4, color)

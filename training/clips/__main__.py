"""`python -m training.clips FOLDER --out SHELVES`: label the licensed clips of a folder."""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict

from config.settings import settings
from models.backends.loader import load
from models.backends.options import RunOptions
from models.catalog import Catalog
from models.detector import Detector
from models.install import install_folder
from models.weights import WeightStore
from streams.libav.file import FileSource
from streams.picture import Picture
from streams.source import Attempt
from training.shelf import Pixels, Sample, write_shelf
from training.teachers import Look, agreed, judged, moving, still

TEACHERS = (
    ("yolox-nano-coco", 416, 416),
    ("yolox-nano-coco", 640, 384),
    ("yolox-nano-coco", 960, 576),
    ("nanodet-m-coco", 416, 416),
)
"""Models whose licence lets others learn from them, and the input sizes at which each looks."""


class Clip(BaseModel):
    """One entry of clips.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    licence: str
    attribution: str
    every_s: float
    labels: tuple[str, ...]
    moving: str = ""
    static: tuple[tuple[float, float, float, float], ...] = ()


def clips() -> tuple[Clip, ...]:
    """Return the clips that may be learned from."""
    text = Path(__file__).with_name("clips.toml").read_text(encoding="utf-8")
    return tuple(Clip.model_validate(row) for row in tomllib.loads(text)["clips"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Write one shelf per clip that is there."""
    parser = argparse.ArgumentParser(prog="python -m training.clips", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the clips lie")
    parser.add_argument("--weights", type=Path, help="a folder with the teachers' weight files")
    parser.add_argument("--out", type=Path, default=settings.data_dir / "training" / "clips")
    given = parser.parse_args(arguments)
    teachers = _teachers(given.weights)
    for clip in clips():
        path = given.folder / clip.file
        if not path.is_file():
            print(f"{clip.file}: not in {given.folder}, left out", file=sys.stderr)
            continue
        count = write_shelf(given.out / path.stem, _labelled(clip, path, teachers))
        print(f"{clip.file}: {count} pictures")
    return 0


def _teachers(folder: Path | None) -> list[Detector]:
    catalog, store = Catalog.read(), WeightStore(settings.weights_dir)
    if folder is not None:
        install_folder(folder, catalog, store)
    made = []
    for name, width, height in TEACHERS:
        manifest = catalog.models[name]
        size = manifest.input.model_copy(update={"width": width, "height": height})
        manifest = manifest.model_copy(update={"input": size, "confidence": 0.03})
        options = RunOptions(runtime="openvino", batch_sizes=(2,))
        made.append(load(manifest, store.find(manifest), options))
    return made


class _All:
    """Every picture is wanted."""

    drain = False

    def decode(self, key: bool, stream_time: float) -> bool:
        return True

    def show(self, key: bool, stream_time: float) -> bool:
        return True


def _pictures(path: Path, every_s: float) -> Iterator[tuple[float, Pixels]]:
    due = 0.0
    for item in FileSource(path).run(Attempt(""), _All()):
        if isinstance(item, Picture) and item.stream_time >= due:
            due = item.stream_time + every_s - 0.01
            yield item.stream_time, item.pixels


def _labelled(clip: Clip, path: Path, teachers: Sequence[Detector]) -> Iterator[Sample]:
    timed = list(_pictures(path, clip.every_s))
    background = still([pixels for _, pixels in timed[:: max(1, len(timed) // 60)]])
    for at, pixels in timed:
        looks = [look for teacher in teachers for look in _looks(teacher, pixels)]
        changes = moving(pixels, background, 0.0006)
        sample = judged(
            pixels, agreed(looks), changes, clip.labels, clip.moving, f"{clip.file}@{at:.2f}"
        )
        yield _without(sample, clip.static)


def _looks(teacher: Detector, pixels: Pixels) -> list[Look]:
    """Return what a teacher sees as it is and mirrored."""
    height, width = pixels.shape[:2]
    scale = np.array([width, height, width, height], np.float32)
    tables = teacher.detect([pixels, cv2.flip(pixels, 1).astype(np.uint8)])
    turned = tables[1].boxes.copy()
    turned[:, 0], turned[:, 2] = 1.0 - tables[1].boxes[:, 2], 1.0 - tables[1].boxes[:, 0]
    return [
        Look(boxes * scale, table.scores, table.labels)
        for boxes, table in ((tables[0].boxes, tables[0]), (turned, tables[1]))
    ]


def _without(sample: Sample, areas: Sequence[tuple[float, float, float, float]]) -> Sample:
    """Return the sample with the areas of burnt-in writing unknown."""
    height, width = sample.pixels.shape[:2]
    scale = np.array([width, height, width, height], np.float32)
    more = np.array(areas, np.float32).reshape(-1, 4) * scale
    unknown = np.concatenate((sample.ignored, more))
    return Sample(sample.pixels, sample.boxes, sample.labels, unknown, True, sample.source)


if __name__ == "__main__":
    sys.exit(main())

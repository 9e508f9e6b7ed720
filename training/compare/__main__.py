"""`python -m training.compare CLIP|SHELF ... --model ID|FILE.onnx`: detectors side by side.

Clips and pictures are judged by what a larger detector says of them: the figures are agreement
with it, and nothing more. A shelf is judged by its own labels.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from config.settings import settings
from models.backends.loader import load
from models.backends.options import RunOptions
from models.catalog import Catalog
from models.detector import Detections, Detector, Pixels
from models.install import install_folder
from models.weights import WeightStore
from streams.libav.file import FileSource
from streams.picture import Picture
from streams.source import Attempt
from training.measure import Judged, measure
from training.shelf import Boxes, Sample, Shelf

LABELS = ("person", "bicycle", "car", "motorcycle", "bus", "truck")
REFERENCE = "yolov8n-coco-openvino"
TRUSTED, DOUBTED = 0.4, 0.15
"""Scores of the reference: from the first on it counts as there, from the second as unknown."""
SMALLEST = 8.0
"""Things with a shorter side (pixels at 640 wide) count as unknown."""


class _All:
    """Every picture is wanted."""

    drain = False

    def decode(self, key: bool, stream_time: float) -> bool:
        return True

    def show(self, key: bool, stream_time: float) -> bool:
        return True


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one table per model: objects, AP50, precision and recall by class."""
    parser = argparse.ArgumentParser(prog="python -m training.compare", description=__doc__)
    parser.add_argument("clips", type=Path, nargs="+", metavar="CLIP|SHELF")
    parser.add_argument("--model", action="append", required=True, metavar="ID|FILE.onnx")
    parser.add_argument("--weights", type=Path, help="a folder with the models' weight files")
    parser.add_argument("--every-s", type=float, default=2.0)
    parser.add_argument("--at-score", type=float, default=0.35)
    given = parser.parse_args(arguments)
    catalog, store = Catalog.read(), WeightStore(settings.weights_dir)
    if given.weights is not None:
        install_folder(given.weights, catalog, store)
    shelves = [Shelf(path) for path in given.clips if (path / "labels.jsonl").is_file()]
    clips = [path for path in given.clips if not path.is_dir()]
    known = [(one.pixels, _labelled(one)) for shelf in shelves for one in shelf]
    if clips:
        reference = _detector(REFERENCE, catalog, store)
        pictures = [one for clip in clips for one in _pictures(clip, given.every_s)]
        known += [(one, _reference(one, _said(reference, one))) for one in pictures]
    by = f"the labels of {len(shelves)} shelves, {REFERENCE} on {len(clips)} clips"
    print(f"{len(known)} pictures, judged by {by}")
    for name in given.model:
        detector = _detector(name, catalog, store)
        judged = [_judged(*one, _said(detector, one[0])) for one in known]
        print(name)
        for row in measure(judged, LABELS, given.at_score):
            print(
                f"  {row.label:<11}{row.objects:>5}  AP50 {row.ap50:.3f}"
                f"  precision {row.precision:.3f}  recall {row.recall:.3f}"
            )
    return 0


def _detector(name: str, catalog: Catalog, store: WeightStore) -> Detector:
    options = RunOptions(batch_sizes=(1,))
    if name.endswith(".onnx"):
        return load(catalog.models["street-nano"], (Path(name),), options)
    manifest = catalog.models[name]
    return load(manifest, store.find(manifest), options)


def _pictures(path: Path, every_s: float) -> Iterator[Pixels]:
    if path.suffix.lower() in {".jpg", ".png", ".jpeg"}:
        picture = cv2.imread(str(path))
        if picture is not None:
            yield picture.astype(np.uint8)
        return
    due = every_s / 2
    for item in FileSource(path).run(Attempt(""), _All()):
        if isinstance(item, Picture) and item.stream_time >= due:
            due += every_s
            yield item.pixels


def _said(detector: Detector, picture: Pixels) -> Detections:
    return detector.detect([picture])[0]


@dataclass(frozen=True, slots=True)
class _Known:
    """What there is in a picture: boxes in pixels, their labels, areas that nobody knows."""

    boxes: Boxes
    labels: tuple[str, ...]
    ignored: Boxes


def _labelled(sample: Sample) -> _Known:
    return _Known(sample.boxes, sample.labels, sample.ignored)


def _reference(picture: Pixels, said: Detections) -> _Known:
    boxes = said.boxes * _scale(picture)
    least = SMALLEST * picture.shape[1] / 640
    wide = (boxes[:, 2:] - boxes[:, :2]).min(axis=1, initial=np.inf) >= least
    named = np.array([label in LABELS for label in said.labels], np.bool_)
    sure = wide & (said.scores >= TRUSTED) & named
    doubt = ~sure & (said.scores >= DOUBTED) & named
    labels = tuple(label for label, one in zip(said.labels, sure, strict=True) if one)
    return _Known(boxes[sure], labels, boxes[doubt])


def _judged(picture: Pixels, known: _Known, found: Detections) -> Judged:
    boxes = found.boxes * _scale(picture)
    return Judged(known.boxes, known.labels, known.ignored, boxes, found.scores, found.labels)


def _scale(picture: Pixels) -> Boxes:
    height, width = picture.shape[:2]
    return np.array([width, height, width, height], np.float32)


if __name__ == "__main__":
    sys.exit(main())

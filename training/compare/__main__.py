"""`python -m training.compare CLIP ... --model ID|FILE.onnx`: agreement with a larger detector.

What the reference says is not the truth: the figures are agreement with it, and nothing more.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
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
    parser.add_argument("clips", type=Path, nargs="+", metavar="CLIP")
    parser.add_argument("--model", action="append", required=True, metavar="ID|FILE.onnx")
    parser.add_argument("--weights", type=Path, help="a folder with the models' weight files")
    parser.add_argument("--every-s", type=float, default=2.0)
    parser.add_argument("--at-score", type=float, default=0.35)
    given = parser.parse_args(arguments)
    pictures = [one for clip in given.clips for one in _pictures(clip, given.every_s)]
    catalog, store = Catalog.read(), WeightStore(settings.weights_dir)
    if given.weights is not None:
        install_folder(given.weights, catalog, store)
    print(f"{len(pictures)} pictures of {len(given.clips)} clips; reference {REFERENCE}")
    reference = [_said(_detector(REFERENCE, catalog, store), one) for one in pictures]
    for name in given.model:
        detector = _detector(name, catalog, store)
        judged = [
            _judged(picture, truth, _said(detector, picture))
            for picture, truth in zip(pictures, reference, strict=True)
        ]
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


def _judged(picture: Pixels, truth: Detections, found: Detections) -> Judged:
    scale = np.array([640.0, 640.0 * picture.shape[0] / picture.shape[1]] * 2, np.float32)
    boxes = truth.boxes * scale
    wide = (boxes[:, 2:] - boxes[:, :2]).min(axis=1, initial=np.inf) >= SMALLEST
    known = np.isin(truth.labels, LABELS) if len(truth) else np.zeros(0, np.bool_)
    sure = wide & (truth.scores >= TRUSTED) & known
    doubt = ~sure & (truth.scores >= DOUBTED) & known
    return Judged(
        boxes[sure],
        tuple(label for label, one in zip(truth.labels, sure, strict=True) if one),
        boxes[doubt],
        found.boxes * scale,
        found.scores,
        found.labels,
    )


if __name__ == "__main__":
    sys.exit(main())

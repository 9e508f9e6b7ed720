"""Pictures with their labels, rendered or decoded once and kept small on disk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Boxes = NDArray[np.float32]

WIDTH, HEIGHT = 640, 384
"""Every picture is kept so small that it fits into this: the size at which cameras are watched."""

_PICTURES, _LABELS = "pictures.u8", "labels.jsonl"


class ShelfError(ValueError):
    """A shelf is incomplete or its label file is not one."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture and what is true in it.

    pixels: (H, W, 3) BGR; boxes: (M, 4) x1 y1 x2 y2 in its pixels; labels: M class names; ignored:
    (K, 4) areas where nothing is known; believed: what the published network says about this
    picture is worth keeping (it was photographed, not drawn); source: where it is from.
    """

    pixels: Pixels
    boxes: Boxes
    labels: tuple[str, ...]
    ignored: Boxes = field(default_factory=lambda: np.zeros((0, 4), np.float32))
    believed: bool = False
    source: str = ""


def fitted(sample: Sample) -> Sample:
    """Return the sample, made smaller where it is larger than `WIDTH` x `HEIGHT`."""
    height, width = sample.pixels.shape[:2]
    ratio = min(WIDTH / width, HEIGHT / height)
    if ratio >= 1.0:
        return sample
    size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
    scale = np.array([size[0] / width, size[1] / height] * 2, np.float32)
    pixels = cv2.resize(sample.pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    return Sample(
        pixels,
        sample.boxes * scale,
        sample.labels,
        sample.ignored * scale,
        sample.believed,
        sample.source,
    )


def write_shelf(folder: Path, samples: Iterable[Sample]) -> int:
    """Write a new shelf and return how many samples it holds; an old one is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures, labels = folder / f"{_PICTURES}.new", folder / f"{_LABELS}.new"
    count = 0
    with pictures.open("wb") as bytes_out, labels.open("w", encoding="utf-8") as lines_out:
        for sample in map(fitted, samples):
            height, width = sample.pixels.shape[:2]
            page = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
            page[:height, :width] = sample.pixels
            bytes_out.write(page.tobytes())
            lines_out.write(_line(sample) + "\n")
            count += 1
    pictures.replace(folder / _PICTURES)
    labels.replace(folder / _LABELS)
    return count


def _line(sample: Sample) -> str:
    height, width = sample.pixels.shape[:2]
    return json.dumps(
        {
            "size": [width, height],
            "labels": sample.labels,
            "boxes": np.round(sample.boxes, 2).tolist(),
            "ignored": np.round(sample.ignored, 2).tolist(),
            "believed": sample.believed,
            "source": sample.source,
        },
        separators=(",", ":"),
    )


class Shelf:
    """A written shelf; pictures are read from disk when they are asked for."""

    def __init__(self, folder: Path) -> None:
        try:
            self._lines = (folder / _LABELS).read_text(encoding="utf-8").splitlines()
            shape = (len(self._lines), HEIGHT, WIDTH, 3)
            self._pictures: Pixels = np.memmap(folder / _PICTURES, np.uint8, "r", shape=shape)
        except (OSError, ValueError) as error:
            raise ShelfError(f"{folder}: no complete shelf: {error}") from error
        self.folder = folder

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[Sample]:
        return (self[index] for index in range(len(self)))

    def __getitem__(self, index: int) -> Sample:
        row = json.loads(self._lines[index])
        width, height = row["size"]
        return Sample(
            np.array(self._pictures[index, :height, :width]),
            np.array(row["boxes"], np.float32).reshape(-1, 4),
            tuple(row["labels"]),
            np.array(row["ignored"], np.float32).reshape(-1, 4),
            bool(row["believed"]),
            str(row["source"]),
        )

    def sha256(self) -> str:
        """Return the hash of labels and pictures, hex: the same data gives the same hash."""
        digest = hashlib.sha256("\n".join(self._lines).encode())
        for page in self._pictures:
            digest.update(page.tobytes())
        return digest.hexdigest()

"""Labels that others made: COCO's JSON and YOLO's folders, read into samples."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from training.shelf import Pixels, Sample

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".bmp"})


class LabelError(ValueError):
    """A label file is refused; the text names the file and the reason."""


def read_folder(folder: Path) -> tuple[tuple[str, ...], Iterator[Sample]]:
    """Return the class names of a folder of labelled pictures, and its samples.

    A folder with an `annotations*.json` (or any one .json) is COCO; one with `classes.txt` and
    `images/` beside `labels/` is YOLO.

    Raises:
        LabelError: neither form, a damaged label, a picture that is missing.
    """
    documents = sorted(folder.glob("annotations*.json")) or sorted(folder.glob("*.json"))
    if len(documents) == 1:
        return read_coco(documents[0], folder)
    if (folder / "classes.txt").is_file():
        return read_yolo(folder)
    raise LabelError(f"{folder}: neither one COCO .json nor YOLO's classes.txt with labels/")


def read_coco(document: Path, folder: Path) -> tuple[tuple[str, ...], Iterator[Sample]]:
    """Return names and samples of a COCO detection file; `iscrowd` areas are unknown.

    Raises:
        LabelError: not such a file, or (while reading on) a picture is missing.
    """
    try:
        content = json.loads(document.read_text(encoding="utf-8"))
        names = {int(row["id"]): str(row["name"]) for row in content["categories"]}
        pictures = [(int(row["id"]), str(row["file_name"])) for row in content["images"]]
        boxes: dict[int, list[tuple[Any, str, bool]]] = defaultdict(list)
        for row in content["annotations"]:
            x, y, width, height = (float(value) for value in row["bbox"])
            corners = (x, y, x + width, y + height)
            name = names[int(row["category_id"])]
            boxes[int(row["image_id"])].append((corners, name, bool(row.get("iscrowd", 0))))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LabelError(f"{document}: not COCO detection labels: {error!r}") from error

    def samples() -> Iterator[Sample]:
        for number, name in pictures:
            yield _sample(_picture(folder, name), boxes[number], name)

    return tuple(names[key] for key in sorted(names)), samples()


def read_yolo(folder: Path) -> tuple[tuple[str, ...], Iterator[Sample]]:
    """Return names and samples of `images/` with one `labels/NAME.txt` each.

    A line is: class number, centre x, centre y, width, height as fractions. A picture without a
    label file shows nothing.

    Raises:
        LabelError: no pictures, or (while reading on) a line that is none of these.
    """
    names = tuple((folder / "classes.txt").read_text(encoding="utf-8").split("\n"))
    names = tuple(name.strip() for name in names if name.strip())
    images = sorted(p for p in (folder / "images").rglob("*") if p.suffix.lower() in PICTURES)
    if not images or not names:
        raise LabelError(f"{folder}: no pictures in images/, or no names in classes.txt")

    def samples() -> Iterator[Sample]:
        for path in images:
            pixels = _picture(path.parent, path.name)
            inner = path.relative_to(folder / "images").with_suffix(".txt")
            rows = _yolo_rows(folder / "labels" / inner, names, pixels.shape[1], pixels.shape[0])
            yield _sample(pixels, rows, path.name)

    return names, samples()


def _yolo_rows(
    path: Path, names: Sequence[str], width: int, height: int
) -> list[tuple[Any, str, bool]]:
    if not path.is_file():
        return []
    rows: list[tuple[Any, str, bool]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            which, x, y, wide, tall = line.split()
            name = names[int(which)] if int(which) >= 0 else None
            middle, half = np.array([x, y], float), np.array([wide, tall], float) / 2
        except (ValueError, IndexError) as error:
            raise LabelError(f"{path}:{number}: not 'class x y width height'") from error
        if name is None or not np.isfinite(np.concatenate((middle, half))).all():
            raise LabelError(f"{path}:{number}: not 'class x y width height'")
        size = np.array([width, height])
        rows.append(((*((middle - half) * size), *((middle + half) * size)), name, False))
    return rows


def _picture(folder: Path, name: str) -> Pixels:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise LabelError(f"{name}: outside {folder}")
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if pixels is None:
        raise LabelError(f"{path}: missing, or no picture")
    return pixels.astype(np.uint8)


def _sample(pixels: Pixels, rows: Sequence[tuple[Any, str, bool]], source: str) -> Sample:
    height, width = pixels.shape[:2]
    limits = np.array([width, height, width, height], np.float32)
    boxes = np.clip(np.array([r[0] for r in rows], np.float32).reshape(-1, 4), 0, limits)
    sound = (boxes[:, 2:] - boxes[:, :2]).min(axis=1, initial=np.inf) >= 1.0
    crowd = np.array([r[2] for r in rows], np.bool_)
    kept = sound & ~crowd
    return Sample(
        pixels,
        boxes[kept],
        tuple(row[1] for row, one in zip(rows, kept, strict=True) if one),
        boxes[sound & crowd],
        believed=True,
        source=source,
    )

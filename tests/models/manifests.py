"""Manifests and files as an operator would write them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from models.manifest import ModelManifest, parse

SAMPLE = """
id = "{id}"
version = "1"
licence = "MIT"
format = "{format}"
head = "yolov8"
classes = ["person", "car"]
{files}
[input]
width = 64
height = 64
"""
FILE = """
[[files]]
name = "{name}"
sha256 = "{sha256}"
"""
ALGORITHM = """
id = "{id}"
version = "1"
kind = "litter"
chain = ["left_behind", "confirm"]
name = {{ zh = "a", en = "a" }}
description = {{ zh = "a", en = "a" }}
[models]
objects = ["{model}"]
"""


def hashed(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def model_text(
    id_: str = "made", format_: str = "onnx", files: dict[str, bytes] | None = None
) -> str:
    given = files or {"made.onnx": b"weights"}
    entries = [FILE.format(name=name, sha256=hashed(body)) for name, body in given.items()]
    return SAMPLE.format(id=id_, format=format_, files="".join(entries))


def model(
    id_: str = "made", format_: str = "onnx", files: dict[str, bytes] | None = None
) -> ModelManifest:
    manifest: ModelManifest = parse(model_text(id_, format_, files), ModelManifest, "made.toml")
    return manifest


def write(folder: Path, files: dict[str, bytes]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in files]
    for path, body in zip(paths, files.values(), strict=True):
        path.write_bytes(body)
    return paths


def write_text(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path

"""`scripts/train`: train the embedded detector again, or one for a customer's own pictures."""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import logging
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from config.settings import ROOT, settings
from models.catalog import Catalog
from models.weights import WeightError, WeightStore
from training.drawn import crowds
from training.export import ExportError, export, manifest
from training.fit import Recipe, blend, fit
from training.labels import LabelError, read_folder
from training.pretrained import PretrainedError, read_yolox_nano
from training.shelf import HEIGHT, WIDTH, Shelf, ShelfError, write_shelf

STREET = ("person", "bicycle", "car", "motorcycle", "bus", "truck")
USUAL = Recipe()
QUICK_CROWDS, CROWDS, EACH = 2, 150, 10
SHARES = {"crowds": 5.0}
"""How often a shelf is drawn from; all others 1."""

log = logging.getLogger("training")


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, export, check; 0 when the model is written, 1 when refused."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        if given.trainer == "ultralytics":
            return _ultralytics(given)
        return _train(given)
    except (LabelError, PretrainedError, ShelfError, ExportError, WeightError) as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/train", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few steps: shows that it works")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="own pictures, COCO or YOLO")
    parser.add_argument("--clips", type=Path, metavar="SHELVES", help="from training.clips")
    parser.add_argument("--init", type=Path, metavar="FILE.onnx", help="published YOLOX-Nano")
    parser.add_argument("--out", type=Path, default=settings.data_dir / "training" / "out")
    parser.add_argument("--name", default="street-nano", help="id of the model")
    parser.add_argument("--steps", type=int, default=USUAL.steps)
    parser.add_argument("--batch", type=int, default=USUAL.batch)
    parser.add_argument("--rate", type=float, default=USUAL.rate)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=0, help="on the CPU; 0: as torch likes")
    parser.add_argument(
        "--blend", type=float, default=0.5, help="0: the published weights, 1: the trained ones"
    )
    parser.add_argument(
        "--trainer",
        choices=("own", "ultralytics"),
        default="own",
        help="ultralytics is under AGPL-3.0, and so may be what it trains; look at its terms",
    )
    return parser


def _train(given: argparse.Namespace) -> int:
    if given.threads:
        torch.set_num_threads(given.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    labels, shelves = _shelves(given)
    start = read_yolox_nano(given.init or _published(), labels)
    recipe = Recipe(steps=given.steps, batch=given.batch, rate=given.rate, seed=given.seed)
    recipe = replace(recipe, steps=20, batch=4, warm_up=5) if given.quick else recipe
    names = ", ".join(f"{s.folder.name} ({len(s)})" for s in shelves)
    log.info("%s on %s: %s", given.name, device, names)
    weighed = [(s, SHARES.get(s.folder.name, 1.0)) for s in shelves]
    trained = blend(start, fit(start, weighed, labels, recipe, device), given.blend)
    record = _record(given, recipe, shelves)
    path = given.out / given.name / f"{given.name}.onnx"
    sha256 = export(trained, path, (WIDTH, HEIGHT), {"labels": ",".join(labels)})
    words = {
        "id": given.name,
        "version": record["version"],
        "name": given.name,
        "licence": "Apache-2.0" if given.data is None else "own",
        "provider": "scripts/train",
        "source": "YOLOX-Nano (Megvii, Apache-2.0), trained further",
        "confidence": "0.1",
    }
    text = manifest(words, path.name, sha256, (WIDTH, HEIGHT), labels)
    (given.out / f"{given.name}.toml").write_text(text, encoding="utf-8")
    (path.parent / "record.json").write_text(json.dumps(record, indent=1), encoding="utf-8")
    print(f"{path}\nsha256 {sha256}\n{given.out / given.name}.toml")
    return 0


def _published() -> Path:
    """Return the published weights that the operator has imported.

    Raises:
        WeightError: they are not installed; the text says how to bring them in.
    """
    return WeightStore(settings.weights_dir).find(Catalog.read().models["yolox-nano-coco"])[0]


def _shelves(given: argparse.Namespace) -> tuple[tuple[str, ...], list[Shelf]]:
    place = settings.data_dir / "training" / "shelves"
    if given.data is not None:
        labels, samples = read_folder(given.data)
        write_shelf(place / "own", samples)
        return labels, [Shelf(place / "own")]
    count = QUICK_CROWDS if given.quick else CROWDS
    log.info("drawing %d crowds", count)
    write_shelf(place / "crowds", crowds(given.seed, count, EACH, STREET))
    shelves = [Shelf(place / "crowds")]
    if given.clips is not None:
        shelves += [Shelf(path.parent) for path in sorted(given.clips.glob("*/labels.jsonl"))]
    return STREET, shelves


def _record(given: argparse.Namespace, recipe: Recipe, shelves: Sequence[Shelf]) -> dict[str, Any]:
    """Return what it takes to do this again: recipe, data by hash, code by commit."""
    data = {s.folder.name: {"pictures": len(s), "sha256": s.sha256()} for s in shelves}
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    values = {"recipe": asdict(recipe), "blend": given.blend, "data": data, "commit": commit}
    short = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:8]
    return {
        "version": f"0.2.0-{short}",
        "torch": torch.__version__,
        "numpy": np.__version__,
        **values,
    }


def _ultralytics(given: argparse.Namespace) -> int:
    """Train with Ultralytics from a `data.yaml`; what comes out is imported with a manifest."""
    if given.data is None:
        raise LabelError("--trainer ultralytics needs --data FOLDER with a data.yaml")
    yolo = importlib.import_module("ultralytics").YOLO("yolov8n.yaml")
    yolo.train(data=str(given.data / "data.yaml"), epochs=1 if given.quick else 100)
    print(yolo.export(format="onnx"))
    return 0


if __name__ == "__main__":
    sys.exit(main())

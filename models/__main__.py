"""The operator's tool for weights: python -m models import | list | measure | export | pull."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    TaskID,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.progress import Progress as Bars

from config.settings import SettingsError, settings
from models.backends.calibrate import Choice
from models.backends.loader import measured
from models.backends.options import RunOptions
from models.catalog import Catalog, read_manifest
from models.detector import DetectorError
from models.download import LIMIT_BYTES
from models.manifest import ManifestError, ModelManifest
from models.pull import Order, Outcome, Progress, available, pull
from models.weights import WeightError, WeightStore, refuse_code, sha256_of

HOW_TO = """\
No manifest names these files. A model needs one: write FILE.toml like this, then
  python -m models import {given} --manifest FILE.toml
and put FILE.toml into the models/ folder of a catalog (SHARP_CATALOG_DIRS).

id = "my-model"
version = "1"
licence = "..."
format = "{format}"
head = "yolov8"             # or yolov8-pose, end2end, end2end-pose, yolox, nanodet, detr
classes = ["person", "car"] # in the order of the model, or "coco80"
{files}
[input]
width = 640
height = 640
"""
FILE = """
[[files]]
name = "{name}"
sha256 = "{sha256}"
"""
EXPORT = """\
{file} is a checkpoint of PyTorch: a pickle, which runs the code it carries when it is read. The
service never reads one. Export it once, in an environment of its own and from a source you trust
(ultralytics is AGPL-3.0, and so are the weights that come from it):

  python -m venv export && export/bin/pip install ultralytics onnx onnxslim
  export/bin/yolo export model={file} format=onnx dynamic=True simplify=True

then take the result in; it says what manifest the model needs:

  python -m models import {onnx}"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when done, 1 when refused (the reason is on stderr)."""
    given = _parser().parse_args(arguments)
    try:
        store = WeightStore(given.store or settings.weights_dir)
        catalog = Catalog.read([*settings.catalog_dirs, *given.catalog])
        status: int = given.run(store, catalog, given)
    except (WeightError, ManifestError, SettingsError) as error:
        print(error, file=sys.stderr)
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models", description=__doc__)
    parser.add_argument("--store", type=Path, help="the folder of weights, not that of settings")
    parser.add_argument(
        "--catalog", type=Path, action="append", default=[], help="a further folder of manifests"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add = commands.add_parser("import", help="take weight files in, recognised by their hash")
    add.add_argument("files", type=Path, nargs="+", metavar="FILE")
    add.add_argument("--manifest", type=Path, metavar="FILE.toml", help="the model they belong to")
    add.set_defaults(run=import_files)
    shown = commands.add_parser("list", help="show the models of the catalog")
    shown.set_defaults(run=list_models)
    speed = commands.add_parser(
        "measure", help="how fast models run here, in each way; what the service will choose"
    )
    speed.add_argument("ids", nargs="*", metavar="ID", help="default: all that are installed")
    speed.add_argument("--again", action="store_true", help="also where it is known already")
    speed.set_defaults(run=measure_models)
    exported = commands.add_parser(
        "export", help="how a .pt checkpoint becomes a file that is taken in"
    )
    exported.add_argument("file", type=Path, metavar="FILE.pt")
    exported.set_defaults(run=explain_export)
    pulled = commands.add_parser(
        "pull",
        help="fetch models from their makers' addresses and take them in",
        epilog="exit codes: 0 all there, 1 refused or failed, 2 wrong usage, 3 a hash is to be"
        " accepted, 4 no way to the network",
    )
    pulled.add_argument("ids", nargs="*", metavar="ID")
    pulled.add_argument("--all", action="store_true", help="every model that has an address")
    pulled.add_argument(
        "--from", dest="url", default="", metavar="URL", help="a mirror: a file, or FOLDER/"
    )
    pulled.add_argument(
        "--accept-hash", type=_sha256, action="append", default=[], metavar="SHA256"
    )
    pulled.add_argument("--limit-mb", type=int, default=LIMIT_BYTES >> 20, metavar="MB")
    pulled.set_defaults(run=pull_models)
    return parser


def _sha256(given: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", given.lower()):
        raise argparse.ArgumentTypeError("a sha256 has 64 hex digits")
    return given.lower()


def import_files(store: WeightStore, catalog: Catalog, given: argparse.Namespace) -> int:
    """Take files in for every manifest that names them; an .xml brings the .bin beside it."""
    given_manifest = given.manifest and read_manifest(given.manifest, ModelManifest)
    manifests = [given_manifest] if given_manifest else list(catalog.models.values())
    hashes: dict[str, Path] = {}
    for path in _with_companions(given.files):
        refuse_code(path)
        hashes[sha256_of(path)] = path
    taken: set[str] = set()
    for manifest in manifests:
        names = {file.sha256 for file in manifest.files}
        if given_manifest or names & hashes.keys():
            store.add(hashes.values(), manifest)
            taken |= names
            print(f"{manifest.id} {manifest.version}: installed in {store.folder}")
    unknown = {sha: path for sha, path in hashes.items() if sha not in taken}
    if unknown:
        print(_how_to(unknown), file=sys.stderr)
    if given_manifest and given_manifest.id not in catalog.models:
        print(f"Put {given.manifest} into the models/ folder of a catalog (SHARP_CATALOG_DIRS).")
    return 1 if unknown else 0


def _how_to(unknown: dict[str, Path]) -> str:
    refused = [f"{path}: refused, sha256 {sha}" for sha, path in unknown.items()]
    files = [FILE.format(name=path.name, sha256=sha) for sha, path in unknown.items()]
    is_ir = any(path.suffix.lower() in {".xml", ".bin"} for path in unknown.values())
    text = HOW_TO.format(
        given=" ".join(str(path) for path in unknown.values()),
        format="openvino" if is_ir else "onnx",
        files="".join(files),
    )
    return "\n".join([*refused, text])


def _with_companions(files: Sequence[Path]) -> list[Path]:
    companions = [path.with_suffix(".bin") for path in files if path.suffix.lower() == ".xml"]
    return [*files, *(path for path in companions if path.is_file() and path not in files)]


def list_models(store: WeightStore, catalog: Catalog, _given: argparse.Namespace) -> int:
    """Print one line per model; files that are there are read and checked."""
    rows = [("id", "version", "licence", "installed", "sha256")]
    for manifest in catalog.models.values():
        state, short = _state(store, manifest), store.pinned(manifest).files[0].sha256[:12] or "-"
        rows.append((manifest.id, manifest.version, manifest.licence, state, short))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
    return 0


def _state(store: WeightStore, manifest: ModelManifest) -> str:
    if not store.installed(manifest):
        return "no"
    try:
        store.find(manifest)
    except WeightError as error:
        print(error, file=sys.stderr)
        return "damaged"
    return "yes"


def pull_models(store: WeightStore, catalog: Catalog, given: argparse.Namespace) -> int:
    """Fetch the named models, one after the other; the worst outcome is the exit code."""
    for id in given.ids:
        if id not in catalog.models:
            raise WeightError(f"{id}: not in the catalog; known: {', '.join(catalog.models)}")
    wanted = [catalog.models[id] for id in given.ids]
    if given.all:
        wanted += [m for id, m in available(catalog.models).items() if id not in given.ids]
    if not wanted:
        return _choose(store, catalog)
    if given.url and len(wanted) > 1:
        raise WeightError("--from names the place of one model; pull one at a time")
    worst = Outcome.DONE
    with _progress() as progress:
        order = Order(given.url, frozenset(given.accept_hash), given.limit_mb << 20, progress)
        for manifest in wanted:
            pulled = pull(store, manifest, order)
            done = pulled.outcome is Outcome.DONE
            print(pulled.text, file=sys.stdout if done else sys.stderr)
            worst = max(worst, pulled.outcome)
    return int(worst)


def measure_models(store: WeightStore, catalog: Catalog, given: argparse.Namespace) -> int:
    """Print how fast each model runs here in every way, the one that the service takes first."""
    for id in given.ids:
        if id not in catalog.models:
            raise WeightError(f"{id}: not in the catalog; known: {', '.join(catalog.models)}")
    chosen = [catalog.models[id] for id in given.ids]
    options = RunOptions(settings.runtime, settings.device, precision=settings.precision)
    worst = 0
    for manifest in chosen or [m for m in catalog.models.values() if store.installed(m)]:
        pinned = store.pinned(manifest)
        files, cache = store.find(pinned), settings.cache_dir
        try:
            choice = measured(pinned, files, options, cache, again=given.again)
        except DetectorError as error:
            print(error, file=sys.stderr)
            worst = 1
            continue
        print(_speeds(manifest, choice))
    return worst


def _speeds(manifest: ModelManifest, choice: Choice) -> str:
    sizes = "/".join(map(str, choice.batch_sizes))
    rows = [f"{manifest.id} {manifest.version}, batches of {sizes}"]
    for one in (choice.chosen, *(t for t in choice.tried if t != choice.chosen)):
        speed = (
            f"{one.ms:8.1f} ms a picture" if one.ms is not None else f"  does not start: {one.why}"
        )
        mark = "*" if one == choice.chosen else " "
        rows.append(f" {mark} {one.runtime:12}{one.device:12}{one.precision:6}{speed}")
    return "\n".join(rows)


def explain_export(_store: WeightStore, _catalog: Catalog, given: argparse.Namespace) -> int:
    """Say how to export a checkpoint; it is not done here, because reading one runs its code."""
    print(EXPORT.format(file=given.file, onnx=given.file.with_suffix(".onnx")))
    return 1


def _choose(store: WeightStore, catalog: Catalog) -> int:
    """Say what may be pulled; wrong usage, because nothing was."""
    print("Name models, or --all. These have an address:", file=sys.stderr)
    for id, manifest in available(catalog.models).items():
        size = sum(file.size for file in manifest.files) / 1e6
        here = "installed" if store.installed(manifest) else f"{size:.1f} MB" if size else ""
        print(f"  {id:28}{manifest.licence:14}{here:>12}  {manifest.name}", file=sys.stderr)
    return 2


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show a bar for each file on a terminal; elsewhere nothing, the results say enough."""
    console = Console(stderr=True)
    columns = (
        "{task.description}",
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=console, disable=not console.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def show(file: str, done: int, total: int) -> None:
            if file not in tasks:
                tasks[file] = bars.add_task(file)
            bars.update(tasks[file], completed=done, total=total or None)

        yield show


if __name__ == "__main__":
    sys.exit(main())

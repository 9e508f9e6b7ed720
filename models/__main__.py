"""The operator's tool for weights: python -m models import | list | fetch."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from config.settings import SettingsError, settings
from models.catalog import Catalog, read_manifest
from models.download import LIMIT_BYTES, addresses, download
from models.manifest import ManifestError, ModelManifest
from models.weights import WeightError, WeightStore, refuse_code, sha256_of

HOW_TO = """\
No manifest names these files. A model needs one: write FILE.toml like this, then
  python -m models import {given} --manifest FILE.toml
and put FILE.toml into the models/ folder of a catalog (SHARP_CATALOG_DIRS).

id = "my-model"
version = "1"
licence = "..."
format = "{format}"
head = "yolov8"             # or yolov8-pose, yolox, nanodet
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
    fetched = commands.add_parser("fetch", help="download a model's files and take them in")
    fetched.add_argument("id", metavar="ID")
    fetched.add_argument("--from", dest="url", required=True, metavar="URL")
    fetched.add_argument("--limit-mb", type=int, default=LIMIT_BYTES >> 20, metavar="MB")
    fetched.set_defaults(run=fetch)
    return parser


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
        state, short = _state(store, manifest), manifest.files[0].sha256[:12]
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


def fetch(store: WeightStore, catalog: Catalog, given: argparse.Namespace) -> int:
    """Download the files of a model of the catalog and take them in."""
    manifest = catalog.models.get(given.id)
    if manifest is None:
        known = ", ".join(catalog.models)
        raise WeightError(f"{given.id}: not in the catalog; known: {known}")
    with tempfile.TemporaryDirectory(prefix="weights-") as folder:
        paths = [Path(folder) / file.name for file in manifest.files]
        for path, url in zip(paths, addresses(manifest, given.url), strict=True):
            download(url, path, given.limit_mb << 20)
            refuse_code(path)
        store.add(paths, manifest)
    print(f"{manifest.id} {manifest.version}: installed in {store.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

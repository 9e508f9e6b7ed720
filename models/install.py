"""Taking in every weight file of a folder that a manifest of the catalog names."""

from __future__ import annotations

from pathlib import Path

from models.catalog import Catalog
from models.weights import WeightStore, sha256_of


def install_folder(folder: Path, catalog: Catalog, weights: WeightStore) -> tuple[str, ...]:
    """Install every model of the catalog whose files lie in `folder` or below; return their ids.

    Files are told apart by their hash, whatever they are called. What is installed already is not
    read again, and a folder that does not exist holds nothing.

    Raises:
        WeightError: a file cannot be read, or the store cannot be written.
    """
    missing = [m for m in catalog.models.values() if not weights.installed(m)]
    if not missing or not folder.is_dir():
        return ()
    wanted = {file.sha256 for manifest in missing for file in manifest.files}
    names = {Path(file.name).suffix for manifest in missing for file in manifest.files}
    paths = (p for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix in names)
    found = {digest: path for path in paths if (digest := sha256_of(path)) in wanted}
    installed = []
    for manifest in missing:
        if all(file.sha256 in found for file in manifest.files):
            weights.add([found[file.sha256] for file in manifest.files], manifest)
            installed.append(manifest.id)
    return tuple(installed)

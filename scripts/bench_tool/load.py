"""What every system is asked to do: which clip, which pictures, which model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.catalog import Catalog
from models.classes import class_names
from models.install import install_folder
from models.manifest import ModelManifest
from models.weights import WeightStore
from scripts.bench_tool.clip import SUB, Clip


class NoModel(Exception):
    """The model that was asked for is not here, or not one that all systems can run."""


@dataclass(frozen=True, slots=True)
class Network:
    """The model that everyone runs: its manifest, and its ONNX file."""

    manifest: ModelManifest
    file: Path
    weights: Path
    """The store of weights that ours is given."""

    @property
    def classes(self) -> tuple[str, ...]:
        """Return the names of its classes."""
        return tuple(class_names(self.manifest))


@dataclass(frozen=True, slots=True)
class Load:
    """One load: cameras show `clip`, and each is looked at every `period_s` seconds.

    `absence_s` is after how long something counts as gone; `size` is what the stream carries.
    """

    name: str
    clip: Clip
    period_s: float
    network: Network
    size: tuple[int, int] = SUB
    absence_s: float = 8.0

    def at(self, period_s: float) -> Load:
        """Return the same at another picture rate."""
        return Load(self.name, self.clip, period_s, self.network, self.size, self.absence_s)


def network(model: str, given: Path | None, folder: Path) -> Network:
    """Return a model of the catalog with its weights: embedded, or from the folder `given`.

    Raises:
        NoModel: there is none of this id, its file is missing, or the baselines cannot run it.
    """
    catalog = Catalog.read()
    manifest = catalog.models.get(model)
    if manifest is None or manifest.format != "onnx" or manifest.head not in ("yolox", "yolov8"):
        able = [m.id for m in catalog.models.values() if m.format == "onnx"]
        raise NoModel(f"{model!r} is no ONNX model with a head that all can read; ONNX: {able}")
    store = WeightStore(folder)
    if given is not None:
        install_folder(given, catalog, store)
    if not store.installed(manifest):
        raise NoModel(f"the weights of {model!r} are not here; --weights FOLDER brings them")
    return Network(manifest, store.find(manifest)[0], folder)

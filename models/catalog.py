"""The catalog: every model and algorithm that the shipped and the operator's manifests describe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from models.manifest import AlgorithmManifest, ManifestError, ModelManifest, parse

SHIPPED = Path(__file__).with_name("catalog")
"""The folder of the manifests that come with the program."""

_Manifest = TypeVar("_Manifest", ModelManifest, AlgorithmManifest)


@dataclass(frozen=True, slots=True)
class Catalog:
    """Manifests by id, in the order of their ids. Two catalogs with equal contents are equal."""

    models: Mapping[str, ModelManifest]
    algorithms: Mapping[str, AlgorithmManifest]

    @classmethod
    def read(cls, folders: Iterable[Path] = (), *, shipped: Path = SHIPPED) -> Catalog:
        """Return the shipped manifests and those of `folders`.

        Each folder holds `models/*.toml` and `algorithms/*.toml`; either may be absent.

        Raises:
            ManifestError: a folder that does not exist, a malformed manifest, an id that is there
                twice, an algorithm that names a model which is not in the catalog.
        """
        places = (shipped, *folders)
        for place in places:
            if not place.is_dir():
                raise ManifestError(f"{place}: no such catalog folder")
        models = _all(ModelManifest, [place / "models" for place in places])
        algorithms = _all(AlgorithmManifest, [place / "algorithms" for place in places])
        for path, algorithm in algorithms.values():
            _check_models(path, algorithm, models)
        return cls(
            MappingProxyType({key: manifest for key, (_, manifest) in sorted(models.items())}),
            MappingProxyType({key: manifest for key, (_, manifest) in sorted(algorithms.items())}),
        )


def _all(kind: type[_Manifest], folders: Iterable[Path]) -> dict[str, tuple[Path, _Manifest]]:
    found: dict[str, tuple[Path, _Manifest]] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            manifest = read_manifest(path, kind)
            if manifest.id in found:
                other = found[manifest.id][0]
                raise ManifestError(f"{path}: id: {manifest.id!r} is already that of {other}")
            found[manifest.id] = path, manifest
    return found


def read_manifest(path: Path, kind: type[_Manifest]) -> _Manifest:
    """Return the manifest in `path`.

    Raises:
        ManifestError: not readable, not UTF-8, not TOML, or a field is wrong; the text begins with
            the whole path, because an operator's file may be named like a shipped one.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ManifestError(f"{path}: not UTF-8: {error.reason}") from error
    except OSError as error:
        raise ManifestError(f"{path}: {error.strerror}") from error
    manifest: _Manifest = parse(text, kind, str(path))
    return manifest


def _check_models(path: Path, algorithm: AlgorithmManifest, models: Mapping[str, object]) -> None:
    for role, names in algorithm.models.items():
        for name in names:
            if name not in models:
                known = ", ".join(sorted(models))
                raise ManifestError(f"{path}: models.{role}: no model {name!r}; known: {known}")

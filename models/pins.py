"""Hashes that an operator accepted once, for files whose makers publish none.

Trust on first use: the first file that came is believed, and from then on only that one is taken.
It protects against a change after the first download, not against a wrong first one.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.manifest import ModelManifest

NAME = "pins.json"


class PinError(ValueError):
    """The file of accepted hashes cannot be read or written; the text names it."""


def pinned(folder: Path, manifest: ModelManifest) -> ModelManifest:
    """Return the manifest with every accepted hash filled in; one that is complete comes back.

    Raises:
        PinError: the file of accepted hashes is damaged.
    """
    if all(file.sha256 for file in manifest.files):
        return manifest
    known = _read(folder).get(_key(manifest), {})
    files = tuple(
        file if file.sha256 else file.model_copy(update={"sha256": known.get(file.name, "")})
        for file in manifest.files
    )
    return manifest.model_copy(update={"files": files})


def accept(folder: Path, manifest: ModelManifest, hashes: Mapping[str, str]) -> None:
    """Hold on to file name -> sha256 of a model; what was accepted before stays as it is.

    Raises:
        PinError: the file is damaged or cannot be written.
    """
    pins = _read(folder)
    pins[_key(manifest)] = {**hashes, **pins.get(_key(manifest), {})}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".pinning-", dir=folder)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(pins, stream, indent=1, sort_keys=True)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(folder / NAME)
    except OSError as error:
        raise PinError(f"{folder / NAME}: {error.strerror}") from error


def _key(manifest: ModelManifest) -> str:
    return f"{manifest.id} {manifest.version}"


def _read(folder: Path) -> dict[str, dict[str, str]]:
    path = folder / NAME
    try:
        pins: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise PinError(f"{path}: {error}") from error
    if not isinstance(pins, dict) or not all(isinstance(one, dict) for one in pins.values()):
        raise PinError(f"{path}: not a table of models")
    return pins

"""A runtime alone: the same network on an input that is already there, for benches to compare."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path

from models.backends.options import RunOptions
from models.manifest import ModelManifest

Run = Callable[[], object]


def bare(
    manifest: ModelManifest,
    files: Sequence[Path],
    options: RunOptions,
    batch: int,
    input_: tuple[int, int],
) -> Run:
    """Return a call that runs one batch of `batch` floats of `input_` (height, width), no more.

    `options` must name a runtime, as those that were measured do.

    Raises:
        DetectorError, RuntimeError, ValueError: as the runtime says.
    """
    backend = importlib.import_module(f"models.backends.{options.runtime}")
    run: Run = backend.bare(manifest, files, options, batch, input_)
    return run

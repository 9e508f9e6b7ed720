"""Which backend runs a model: chosen by the manifest's format and the operator's options."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path

from models.backends.calibrate import Choice, known
from models.backends.options import RunOptions
from models.detector import Detector, DetectorError
from models.manifest import ModelManifest

RUNTIMES: dict[str, tuple[str, ...]] = {
    "onnx": ("onnxruntime", "openvino"),
    "openvino": ("openvino",),
}
"""Format to the runtimes that read it, the usual one first."""


def load(
    manifest: ModelManifest, files: Sequence[Path], options: RunOptions | None = None
) -> Detector:
    """Return the model, loaded and ready.

    `files` are those of the manifest in its order, as `WeightStore.find` returns them.

    Raises:
        DetectorError: no backend for the format, the runtime is not installed, or the model does
            not load.
    """
    options = options or RunOptions()
    if options.cache is not None:
        options = measured(manifest, files, options, options.cache).options(options)
    return _load(manifest, files, options)


def measured(
    manifest: ModelManifest,
    files: Sequence[Path],
    options: RunOptions,
    cache: Path,
    *,
    again: bool = False,
) -> Choice:
    """Return how the model runs fastest on this machine, as in `calibrate.known`.

    Raises:
        DetectorError: it runs in no way here.
    """
    able = _able(manifest, options)
    return known(
        manifest,
        options,
        cache,
        lambda: [one for runtime in able for one in _candidates(runtime, options)],
        lambda way: _load(manifest, files, way),
        again=again,
    )


def _load(manifest: ModelManifest, files: Sequence[Path], options: RunOptions) -> Detector:
    runtime = _able(manifest, options)[0]
    try:
        # By name, so that a machine needs only the runtime that it uses.
        backend = importlib.import_module(f"models.backends.{runtime}")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != runtime:
            raise
        raise DetectorError(
            f"{manifest.id}: needs {runtime}, which is not installed (pip install {runtime})"
        ) from error
    detector: Detector = backend.load(manifest, files, options)
    return detector


def _candidates(runtime: str, options: RunOptions) -> list[RunOptions]:
    try:
        backend = importlib.import_module(f"models.backends.{runtime}")
    except ModuleNotFoundError:
        return []
    found: list[RunOptions] = backend.candidates(options)
    return found


def _able(manifest: ModelManifest, options: RunOptions) -> tuple[str, ...]:
    """Return the runtimes that read the file and that the options allow, the usual one first.

    Raises:
        DetectorError: none does.
    """
    able = RUNTIMES.get(manifest.format, ())
    if not able:
        raise DetectorError(
            f"{manifest.id}: no backend here reads format {manifest.format!r};"
            f" there is one for {', '.join(sorted(RUNTIMES))}"
        )
    if options.runtime == "auto":
        return able
    if options.runtime not in able:
        raise DetectorError(
            f"{manifest.id}: {options.runtime} does not read format {manifest.format!r}"
        )
    return (options.runtime,)

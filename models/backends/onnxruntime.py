"""ONNX Runtime: .onnx files on CUDA where it is installed, else on the CPU."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state

from models.backends.batch import Feeder, smallest_fit
from models.backends.options import RunOptions
from models.detector import Detections, DetectorError, Pixels
from models.manifest import ModelManifest

SIZES = "orig_target_sizes"
"""A second input of D-FINE's and RT-DETR's deployed exports: (N, 2) width and height, int64."""

_FAILURES: tuple[type[Exception], ...] = (
    RuntimeError,
    ValueError,
    *(
        value
        for value in vars(onnxruntime_pybind11_state).values()
        if isinstance(value, type) and issubclass(value, Exception)
    ),
)
"""What ONNX Runtime raises: its own exceptions have no base of their own but Exception."""


class OnnxDetector:
    """One ONNX model in one session. Not for two threads at once."""

    def __init__(self, manifest: ModelManifest, session: Any, batch_sizes: tuple[int, ...]) -> None:
        self._manifest = manifest
        self._session = session
        self._sizes = batch_sizes
        self._feeder = Feeder(manifest)
        self._input = session.get_inputs()[0].name
        provider, settings = next(iter(session.get_provider_options().items()))
        cuda = provider == "CUDAExecutionProvider"
        self._device = f"cuda:{settings.get('device_id', 0)}" if cuda else "cpu"
        self._outputs = [output.name for output in session.get_outputs()]
        self._sized = len(session.get_inputs()) == 2

    @property
    def model(self) -> str:
        return self._manifest.id

    @property
    def sha256(self) -> str:
        return self._manifest.files[0].sha256

    @property
    def device(self) -> str:
        return self._device

    @property
    def batch_sizes(self) -> tuple[int, ...]:
        return self._sizes

    def detect(self, pictures: Sequence[Pixels]) -> list[Detections]:
        size = smallest_fit(len(pictures), self._sizes)
        if self._session is None:
            raise DetectorError(f"{self.model}: closed")
        try:
            batch, places = self._feeder.fill(pictures, size)
            given: dict[str, Any] = {self._input: batch}
            if self._sized:
                # Boxes come back in pixels of this size: the input's, like those of other heads.
                given[SIZES] = np.tile(np.array(batch.shape[:1:-1], np.int64), (size, 1))
            outputs = self._session.run(self._outputs, given)
            return self._feeder.read(outputs, places)
        except _FAILURES as error:
            raise DetectorError(f"{self.model}: {error}") from error

    def close(self) -> None:
        self._session = None


def load(manifest: ModelManifest, files: Sequence[Path], options: RunOptions) -> OnnxDetector:
    """Return a detector of the model whose first file is the .onnx file.

    Raises:
        DetectorError: the device is not there, the file does not load, or its input or outputs do
            not fit the manifest.
    """
    settings = onnxruntime.SessionOptions()
    settings.log_severity_level = 3
    settings.intra_op_num_threads = options.threads
    try:
        session = onnxruntime.InferenceSession(
            str(files[0]), settings, providers=_providers(options.device)
        )
    except _FAILURES as error:
        raise DetectorError(f"{manifest.id}: {error}") from error
    if "cuda" in options.device.lower() and "CUDAExecutionProvider" not in session.get_providers():
        # Without CUDA's own libraries ONNX Runtime goes on with the CPU, and says so in a log only.
        raise DetectorError(f"{manifest.id}: device {options.device!r} did not start")
    return OnnxDetector(manifest, session, _sizes(manifest, session, options))


def _providers(device: str) -> list[Any]:
    offered = onnxruntime.get_available_providers()
    cuda = "CUDAExecutionProvider"
    name, _, index = device.lower().partition(":")
    if name == "cpu" or (name == "auto" and cuda not in offered):
        return ["CPUExecutionProvider"]
    if name not in {"auto", "cuda"} or (index and not index.isdigit()):
        raise DetectorError(f"device {device!r}: ONNX Runtime takes auto, cpu, cuda or cuda:N")
    if cuda not in offered:
        raise DetectorError(f"device {device!r}: this ONNX Runtime offers only {offered}")
    return [(cuda, {"device_id": int(index or 0)}), "CPUExecutionProvider"]


def _sizes(manifest: ModelManifest, session: Any, options: RunOptions) -> tuple[int, ...]:
    """Return the batch sizes that the input's shape allows; a name in a shape means any number."""
    inputs = session.get_inputs()
    shape = inputs[0].shape
    wanted = [None, 3, manifest.input.height, manifest.input.width]
    fits = len(shape) == 4 and inputs[0].type == "tensor(float)"
    fits = fits and [(i.name, i.type) for i in inputs[1:]] in ([], [(SIZES, "tensor(int64)")])
    for given, want in zip(shape[1:], wanted[1:], strict=False):
        fits = fits and (not isinstance(given, int) or given == want)
    if not fits:
        raise DetectorError(
            f"{manifest.id}: the manifest feeds N x 3 x {wanted[2]} x {wanted[3]} float,"
            f" the file takes {[(i.shape, i.type) for i in inputs]}"
        )
    return (shape[0],) if isinstance(shape[0], int) else options.batch_sizes

"""ONNX Runtime: .onnx files on TensorRT or CUDA where they are installed, else on the CPU."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state

from models.backends.batch import Array, Feeder, Rectangles, smallest_fit
from models.backends.options import Precision, RunOptions
from models.backends.providers import CPU, TENSORRT, Input, Way, names, takes, ways
from models.detector import Detections, DetectorError, Pixels
from models.manifest import ModelManifest

log = logging.getLogger(__name__)

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

    def __init__(
        self, manifest: ModelManifest, session: Any, batch_sizes: tuple[int, ...], device: str
    ) -> None:
        self._manifest = manifest
        self._session = session
        self._sizes = batch_sizes
        self._device = device
        self._ready: dict[tuple[int, int, int], Feeder] = {}
        inputs = session.get_inputs()
        self._input = inputs[0].name
        self._rectangles = Rectangles(
            manifest, lambda height, width: takes(manifest, inputs[0].shape, height, width)
        )
        self._outputs = [output.name for output in session.get_outputs()]
        self._sized = len(inputs) == 2

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
            key = (size, *self._rectangles.of(pictures))
            if key not in self._ready:
                self._ready[key] = Feeder(self._manifest, size, key[1:], raw=False)
            feeder = self._ready[key]
            places = feeder.fill(pictures)
            return feeder.read(self.run(feeder.buffer), places)
        except _FAILURES as error:
            raise DetectorError(f"{self.model}: {error}") from error

    def run(self, batch: Array) -> list[Array]:
        """Return the network's outputs for a batch that is ready for it."""
        given: dict[str, Any] = {self._input: batch}
        if self._sized:
            # Boxes come back in pixels of this size: the input's, like those of other heads.
            given[SIZES] = np.tile(np.array(batch.shape[:1:-1], np.int64), (len(batch), 1))
        outputs: list[Array] = self._session.run(self._outputs, given)
        return outputs

    def close(self) -> None:
        self._session = None


def load(manifest: ModelManifest, files: Sequence[Path], options: RunOptions) -> OnnxDetector:
    """Return a detector of the model whose first file is the .onnx file.

    With `device` 'auto' what does not start is passed over, and said in the log.

    Raises:
        DetectorError: the device is not there, the file does not load, or its input or outputs do
            not fit the manifest.
    """
    offered = onnxruntime.get_available_providers()
    input_: Input = ("", ())
    if names(options.device, offered)[0] != "cpu":
        # CUDA's libraries from pip lie where the system's loader does not look by itself.
        onnxruntime.preload_dlls(directory="")
        input_ = _input(manifest, files[0])
    told: list[str] = []
    for way in ways(manifest, input_, options, offered):
        try:
            session = _session(files[0], way, options)
        except _FAILURES as error:
            told.append(way.failed(str(error).strip()))
            continue
        # Without its libraries a provider is left out, which ONNX Runtime says in a log only.
        if way.first in session.get_providers():
            if told:
                log.warning("%s runs on %s: %s", manifest.id, way.title, "; ".join(told))
            return OnnxDetector(manifest, session, _sizes(manifest, session, options), way.title)
        told.append(way.failed("its libraries do not load"))
    raise DetectorError(f"{manifest.id}: {'; '.join(told)}")


def candidates(options: RunOptions) -> list[RunOptions]:
    """Return the ways that the options leave open; of the processor, which counts in fp32 only."""
    try:
        devices = names(options.device, onnxruntime.get_available_providers())
    except DetectorError:
        return []
    exact = options.precision in ("auto", "fp32")
    return [
        replace(options, runtime="onnxruntime", device=device, precision=_precision(device))
        for device in devices
        if exact or device.startswith("tensorrt")
    ]


def bare(
    manifest: ModelManifest,
    files: Sequence[Path],
    options: RunOptions,
    batch: int,
    input_: tuple[int, int],
) -> Callable[[], object]:
    """Return a call that runs one batch, as in `models.backends.bare`."""
    detector = load(manifest, files, options)
    taken = np.zeros((batch, 3, *input_), np.float32)
    return lambda: detector.run(taken)


def _precision(device: str) -> Precision:
    return "fp16" if device.startswith("tensorrt") else "fp32"


def _session(file: Path, way: Way, options: RunOptions) -> Any:
    settings = onnxruntime.SessionOptions()
    settings.log_severity_level = 3
    settings.intra_op_num_threads = options.threads
    if way.first == TENSORRT:
        folder = way.providers[0][1].get("trt_engine_cache_path")
        if folder is not None:
            Path(folder).mkdir(parents=True, exist_ok=True)
        log.info("TensorRT makes ready for this card; the first time takes minutes")
    return onnxruntime.InferenceSession(
        str(file), settings, providers=list(way.providers), enable_fallback=0
    )


def _input(manifest: ModelManifest, file: Path) -> Input:
    """Return the first input, which TensorRT must be told about before it builds."""
    settings = onnxruntime.SessionOptions()
    settings.log_severity_level = 3
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        session = onnxruntime.InferenceSession(str(file), settings, providers=[CPU])
    except _FAILURES as error:
        raise DetectorError(f"{manifest.id}: {error}") from error
    first = session.get_inputs()[0]
    return first.name, first.shape


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
